"""People read an alert's words every day: when an entry changes, the changelog says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from naverworks_notify.catalog import CATALOG

ROOT = Path(__file__).parents[2]


def untold(changelog: str, versions: Mapping[str, int]) -> list[str]:
    """Return the line that is missing for each version of an entry after its first."""
    return [
        f"- `{entry}` version {version}: …"
        for entry, last in versions.items()
        for version in range(2, last + 1)
        if not re.search(rf"^- `{re.escape(entry)}` version {version}\b", changelog, re.MULTILINE)
    ]


def test_every_changed_entry_is_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = {entry.id: entry.version for entry in CATALOG.values()}
    assert len(versions) == 26
    assert untold(changelog, versions) == []


MADE_UP = """\
## [0.3.0]
- `manager.interview.confirmed` version 12: names the room.
- `manager.interview.confirmed` version 2: names the zone.

In prose, `manager.task.reminder` version 2 is no line of its own.
- `manager.task.reminder`: version 2 without the form that is looked for.
- `managerXtask.reminder` version 2: another entry.
"""


@pytest.mark.parametrize(
    ("versions", "missing"),
    [
        ({"manager.interview.confirmed": 1, "manager.task.reminder": 1}, []),
        ({"manager.interview.confirmed": 2}, []),
        ({"manager.interview.confirmed": 3}, ["- `manager.interview.confirmed` version 3: …"]),
        ({"manager.task.reminder": 2}, ["- `manager.task.reminder` version 2: …"]),
        ({"interview.confirmed": 2}, ["- `interview.confirmed` version 2: …"]),
    ],
)
def test_the_check_finds_what_is_not_told(versions, missing) -> None:
    assert untold(MADE_UP, versions) == missing
