"""Every event for every combination of roles, against a table kept as data.

`tests/data/decision_table.csv` was worked out once from the product's guide, without this package,
reviewed and frozen: 21 events × 3 organisation roles × 4 posting roles × 4 team roles × assignee
or not. Change a row only with the source that says so.
"""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest

from naverworks_notify import policy
from naverworks_notify.policy import OrgRole, Person, PostingRole, TeamRole

TABLE = Path(__file__).parents[1] / "data" / "decision_table.csv"
with TABLE.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def person_of(row, number):
    return Person(
        id=f"u-{number}",
        name="n",
        org_role=row["org_role"],
        posting_roles={"p-1": row["posting_role"]} if row["posting_role"] else {},
        team_roles={"t-1": row["team_role"]} if row["team_role"] else {},
    )


def test_the_table_is_the_full_product(event_types):
    keys = [tuple(row.values())[:5] for row in ROWS]
    assert len(keys) == len(set(keys))
    assert set(keys) == set(
        itertools.product(event_types, OrgRole, ("", *PostingRole), ("", *TeamRole), ("no", "yes"))
    )


@pytest.mark.parametrize("event_type", list(dict.fromkeys(row["event_type"] for row in ROWS)))
def test_the_policy_decides_as_the_table_says(alert, now, event_type):
    rows = [row for row in ROWS if row["event_type"] == event_type]
    people = [person_of(row, number) for number, row in enumerate(rows)]
    assignees = [
        person.id for person, row in zip(people, rows, strict=True) if row["is_assignee"] == "yes"
    ]
    decisions = policy.decide(alert(event_type, *assignees), people, now=now)
    assert [(one.outcome, one.audience or "", one.reason) for one in decisions] == [
        (row["outcome"], row["audience"], row["reason"]) for row in rows
    ]
