"""CONTRIBUTING sends a newcomer only to files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "naverworks_notify"
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PATHS = sorted(
    {
        named
        for named in re.findall(r"`([\w./{},-]+)`", TEXT)
        if "/" in named or named.endswith((".md", ".toml"))
    }
)


def spelled_out(named: str) -> list[str]:
    """Return the paths that `a/{b,c}/d` stands for."""
    group = re.search(r"\{([\w,]+)\}", named)
    if group is None:
        return [named]
    return [named.replace(group.group(0), one) for one in group.group(1).split(",")]


@pytest.mark.parametrize("named", PATHS)
def test_every_path_exists(named):
    for path in spelled_out(named):
        assert (PACKAGE / path).exists() or (ROOT / path).exists()


@pytest.mark.parametrize(
    ("heading", "steps"),
    [("Add an alert", "1234"), ("Add an endpoint", "12345"), ("Add or change a rule", "12345")],
)
def test_a_recipe_is_a_few_steps(heading, steps):
    part = TEXT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    assert re.findall(r"^(\d)\. ", part, re.MULTILINE) == list(steps)
