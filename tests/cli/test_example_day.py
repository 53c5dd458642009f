"""The example day: one source, complete, and decided as the documents say."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from naverworks_notify import alerts, policy
from naverworks_notify.catalog import render
from naverworks_notify.cli.day import ALERTS, PEOPLE

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "recruiting-day"
NOW = "2026-03-04T10:00:00+09:00"
# Every line of it was checked by hand against the roles of the people; `content` stands as its type.
GOLDEN = Path(__file__).with_name("data") / "recruiting-day.jsonl"


def read_day():
    people = [policy.person_from_dict(raw) for raw in json.loads(PEOPLE.read_bytes())]
    return people, [alerts.from_dict(json.loads(line)) for line in ALERTS.read_bytes().splitlines()]


def test_the_example_is_the_day_that_the_demo_plays():
    assert (EXAMPLE / "people.json").read_bytes() == PEOPLE.read_bytes()
    assert (EXAMPLE / "alerts.jsonl").read_bytes() == ALERTS.read_bytes()


def test_all_events_and_all_roles_occur():
    people, day = read_day()
    assert {alert.type for alert in day} == set(alerts.EVENTS) - {
        "document_evaluation.completed_digest"
    }
    assert len(people) >= 12
    assert {person.org_role for person in people} == set(policy.OrgRole)
    assert {role for one in people for role in one.posting_roles.values()} == set(
        policy.PostingRole
    )
    assert {role for one in people for role in one.team_roles.values()} == set(policy.TeamRole)
    assert [alert.occurred_at for alert in day] == sorted(alert.occurred_at for alert in day)


def test_the_dry_run_of_the_day_is_the_reviewed_one(cli):
    ended = cli(
        *("notify", "--people", EXAMPLE / "people.json", "--alerts", EXAMPLE / "alerts.jsonl"),
        *("--dry-run", "--now", NOW, "--json"),
    )
    assert (ended.code, ended.err) == (0, "")
    golden = [json.loads(line) for line in GOLDEN.read_bytes().splitlines()]
    shown = [{**row, "content": row["content"] and row["content"]["type"]} for row in ended.rows]
    assert [list(row) for row in shown] == [list(row) for row in golden]
    assert shown == golden


def test_its_contents_are_those_of_the_catalog(cli):
    people, day = read_day()
    locales = {person.id: person.preferences.locale or "ko" for person in people}
    zones = {person.id: person.preferences.zone_info.key for person in people}
    by_id = {alert.event_id: alert for alert in day}
    for form in ("rich", "plain"):
        ended = cli(
            *("notify", "--people", PEOPLE, "--alerts", ALERTS, "--dry-run", "--now", NOW),
            *("--json", "--format", form),
        )
        for row in ended.rows:
            alert = by_id.get(row["event_id"])
            if row["content"] is None or alert is None:
                continue
            expected = render(
                alert,
                audience=row["audience"],
                locale=locales[row["person_id"]],
                form=form,
                zone=zones[row["person_id"]],
                now=datetime.fromisoformat(NOW),
            )
            assert row["content"] == expected.to_dict()
