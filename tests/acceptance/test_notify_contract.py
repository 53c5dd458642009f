"""The `notify` command as its documentation states it, checked from outside with plain JSON.

The expectations are worked out here a second time, in the words of the domain, and do not use the
package: a mistake in the policy cannot hide in its own test.
"""

from __future__ import annotations

import json

import pytest

KEYS = [
    "event_id",
    "person_id",
    "outcome",
    "status",
    "catalog_id",
    "audience",
    "reason",
    "until",
    "trail",
    "content",
]
NOW = ("--now", "2026-03-02T10:00:00+09:00")
DRY = ("--dry-run", *NOW)

INTERVIEWER_ONLY = {
    "document_review.requested",
    "interview.availability_requested",
    "interview_evaluation.requested",
    "interview_evaluation.re_requested",
    "interview_evaluation.overdue_reminder",
    "assignment_evaluation.requested",
}
BOTH = {
    "interview.confirmed",
    "interview.changed",
    "interview.cancelled",
    "interview.reminder",
}
ADDRESSED = {"team_chat.mentioned", "automation.approval_requested", "task.reminder"}
LADDER = {None: 0, "none": 0, "member": 1, "manager": 2, "admin": 3}


def expected(kind, person_id):  # noqa: PLR0911 - one return per group of events
    """Return (outcome, audience, reason) in the words of the domain."""
    _org, job, team, where = person_id.split("-")
    assigned = where == "in"
    level = max(LADDER[job.removeprefix("job_")], LADDER[team.removeprefix("team_")])
    if kind in ADDRESSED:
        if not assigned:
            return ("suppress", None, "not_addressed")
        if kind == "task.reminder" or level >= 2:
            return ("send", "manager", "addressed")
        return ("send", "interviewer", "addressed")
    if kind in INTERVIEWER_ONLY:
        return (
            ("send", "interviewer", "assigned") if assigned else ("suppress", None, "not_assigned")
        )
    if kind in BOTH and assigned:
        return ("send", "interviewer", "assigned")
    if level >= 2:
        if kind == "document_evaluation.completed":
            return ("digest", "manager", "digest_window")
        return ("send", "manager", "posting_manager")
    return ("suppress", None, "posting_member" if level == 1 else "no_posting_role")


def test_every_event_for_every_combination_of_roles(notify, event, all_roles, event_types):
    inside = [person["id"] for person in all_roles if person["id"].endswith("-in")]
    alerts = [event(kind, f"ev-{kind}", assignee_ids=inside) for kind in event_types]
    code, rows = notify(all_roles, alerts, *DRY)

    assert code == 0
    assert all(list(row) == KEYS for row in rows)
    by_alert = rows[: len(alerts) * len(all_roles)]
    assert [(row["event_id"], row["person_id"]) for row in by_alert] == [
        (alert["event_id"], person["id"]) for alert in alerts for person in all_roles
    ]
    for row in by_alert:
        kind = row["event_id"].removeprefix("ev-")
        outcome, audience, reason = expected(kind, row["person_id"])
        assert (row["outcome"], row["reason"]) == (outcome, reason), row
        assert row["until"] is None
        assert row["trail"]
        if outcome == "send":
            assert row["status"] is None
            assert row["audience"] == audience
            assert row["catalog_id"] == f"{audience}.{kind}"
            assert row["content"]["type"] in {"flex", "button_template", "text"}
        elif outcome == "digest":
            assert row["status"] == "digested"
            assert row["catalog_id"] == "manager.document_evaluation.completed_digest"
            assert row["content"] is None
        else:
            assert row["status"] == "suppressed"
            assert row["content"] is None

    digests = rows[len(by_alert) :]
    managers = [
        person["id"]
        for person in all_roles
        if expected("document_evaluation.completed", person["id"])[0] == "digest"
    ]
    assert [row["person_id"] for row in digests] == managers
    for row in digests:
        assert row["event_id"] == f"digest:{row['person_id']}:p-1:ev-document_evaluation.completed"
        assert (row["outcome"], row["audience"]) == ("send", "manager")
        assert row["catalog_id"] == "manager.document_evaluation.completed_digest"
        assert row["content"] is not None


def test_the_plain_form_has_only_texts_and_buttons(notify, event, person, event_types):
    people = [person("u-1", posting_roles={"p-1": "job_admin"})]
    alerts = [event(kind, f"ev-{kind}", assignee_ids=["u-1"]) for kind in event_types]
    _code, rows = notify(people, alerts, *DRY, "--format", "plain")
    kinds = {row["content"]["type"] for row in rows if row["content"]}
    assert kinds <= {"text", "button_template"}


def test_windows_of_an_hour_by_completion_per_person_and_posting(notify, event, person):
    manager = {"posting_roles": {"p-1": "job_manager", "p-2": "job_manager"}}
    other = {"id": "p-2", "title": "디자이너"}
    kind = "document_evaluation.completed"

    def done(event_id, at, **extra):
        return event(kind, event_id, completed_at=f"2026-03-02T{at}:00+09:00", **extra)

    code, rows = notify(
        [person("u-1", **manager), person("u-2", **manager)],
        [
            done("e1", "10:00"),
            done("e2", "10:59"),
            done("e3", "11:00"),
            done("e4", "10:30", posting=other),
            done("e1", "10:00"),
        ],
        *DRY,
    )
    assert code == 0
    assert [row["outcome"] for row in rows[:8]] == ["digest"] * 8
    assert [row["reason"] for row in rows[8:10]] == ["duplicate_event"] * 2
    assert sorted(row["event_id"] for row in rows[10:]) == sorted(
        f"digest:{who}:{posting}:{first}"
        for who in ("u-1", "u-2")
        for posting, first in (("p-1", "e1"), ("p-1", "e3"), ("p-2", "e4"))
    )


def test_receive_windows_mutes_and_inactive_people(notify, event, person):
    evening = {"receive_window": {"start": "18:00", "end": "21:00"}}
    night = {"receive_window": {"start": "22:00", "end": "11:00", "tz": "Asia/Seoul"}}
    people = [
        person("evening", preferences=evening),
        person("night", preferences=night),
        person("mute", preferences={"muted": ["interviewer.interview.confirmed"]}),
        person("wrong-mute", preferences={"muted": ["manager.interview.confirmed"]}),
        person("gone", active=False),
        person("all-day", preferences={"receive_window": None}),
    ]
    ids = [one["id"] for one in people]
    _code, rows = notify(people, [event("interview.confirmed", "e", assignee_ids=ids)], *DRY)
    assert [(row["outcome"], row["reason"]) for row in rows] == [
        ("suppress", "outside_receive_window"),
        ("send", "assigned"),
        ("suppress", "muted"),
        ("send", "assigned"),
        ("suppress", "inactive"),
        ("send", "assigned"),
    ]


def test_a_digest_waits_for_the_receive_window(notify, event, person):
    late = {"receive_window": {"start": "13:00", "end": "18:00"}}
    people = [person("u-1", posting_roles={"p-1": "job_admin"}, preferences=late)]
    _code, rows = notify(people, [event("document_evaluation.completed", "e")], *DRY)
    assert [(r["outcome"], r["status"], r["reason"]) for r in rows] == [
        ("digest", "digested", "digest_window"),
        ("defer", "deferred", "deferred_receive_window"),
    ]
    assert rows[1]["until"].startswith("2026-03-02T13:00:00")
    assert rows[1]["content"] is None


def test_repeats_and_reminders_after_the_start(notify, event, person):
    people = [person("u-1")]
    late = ("--dry-run", "--now", "2026-03-04T14:00:00+09:00")
    reminder = event("interview.reminder", "r", assignee_ids=["u-1"])
    confirmed = event("interview.confirmed", "c", assignee_ids=["u-1"])
    _code, rows = notify(people, [reminder, confirmed, confirmed], *late)
    assert [(r["outcome"], r["reason"]) for r in rows] == [
        ("suppress", "expired"),
        ("send", "assigned"),
        ("suppress", "duplicate_event"),
    ]


def test_the_state_file_remembers_over_runs(notify, event, person, tmp_path):
    people = [person("u-1")]
    alerts = [event("interview.confirmed", "c", assignee_ids=["u-1"])]
    state = ("--state", str(tmp_path / "state"))
    _code, first = notify(people, alerts, *DRY, *state)
    assert first[0]["outcome"] == "send"


def test_without_an_address_nobody_is_called(notify, event, person):
    people = [person("u-1", email=None), person("u-2", email=None, works_user_id="w-2")]
    alert = event("interview.confirmed", "c", assignee_ids=["u-1", "u-2"])
    _code, rows = notify(people, [alert], *DRY)
    assert (rows[0]["outcome"], rows[0]["status"], rows[0]["reason"], rows[0]["content"]) == (
        "send",
        "unmatched",
        "no_address",
        None,
    )
    assert rows[1]["status"] is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (
            {
                "interview": {
                    "id": "iv",
                    "slot": {
                        "start_at": "2026-03-04T15:00:00+09:00",
                        "end_at": "2026-03-04T14:00:00+09:00",
                    },
                }
            },
            "interview.slot.end_at",
        ),
        ({"occurred_at": "2026-03-02T10:00:00"}, "occurred_at"),
        ({"colour": "green"}, "colour"),
        ({"candidate": {"id": "c", "name": 7}}, "candidate.name"),
        ({"posting": None}, "posting"),
        ({"type": "interview.confirmd"}, "type"),
        ({"assignee_ids": ["u", 3]}, "assignee_ids[1]"),
        ({"locale": "fr"}, "locale"),
    ],
)
def test_a_bad_line_is_told_in_its_place_and_the_rest_goes_on(notify, event, person, change, path):
    good = event("interview.confirmed", "good", assignee_ids=["u-1"])
    bad = {**event("interview.confirmed", "bad"), **change}
    code, rows = notify([person("u-1")], [good, bad, {**good, "event_id": "g2"}], *DRY)
    assert code == 1
    assert [row.get("event_id") for row in rows] == ["good", None, "g2"]
    assert list(rows[1]) == ["error"]
    assert rows[1]["error"]["line"] == 2
    assert rows[1]["error"]["path"] == path
    assert rows[1]["error"]["message"]


def test_a_line_that_is_not_json(notify, event, person):
    good = event("interview.confirmed", "good", assignee_ids=["u-1"])
    code, rows = notify([person("u-1")], ["{nope", good], *DRY)
    assert code == 1
    assert rows[0]["error"]["line"] == 1
    assert rows[1]["outcome"] == "send"


@pytest.mark.parametrize(
    "people",
    [
        [{"id": "u-1", "name": "a", "org_role": "boss"}],
        [{"id": "u-1", "name": "a", "org_role": "admin", "extra": 1}],
        {"id": "u-1"},
        [
            {"id": "u-1", "name": "a", "org_role": "admin"},
            {"id": "u-1", "name": "b", "org_role": "admin"},
        ],
        [
            {
                "id": "u-1",
                "name": "a",
                "org_role": "admin",
                "preferences": {"receive_window": {"start": "09:00", "end": "09:00"}},
            }
        ],
        [{"id": "u-1", "name": "a", "org_role": "admin", "preferences": {"muted": ["nothing"]}}],
    ],
)
def test_a_bad_people_file_refuses_the_run(notify, event, people):
    code, rows = notify(people, [event("interview.confirmed", "e")], *DRY)
    assert code == 1
    assert len(rows) == 1
    assert list(rows[0]) == ["error"]


@pytest.mark.parametrize(
    "flags",
    [
        ("--dry-run", "--now", "2026-03-02T10:00:00"),
        ("--dry-run", "--now", "yesterday"),
        ("--dry-run", "--nonsense"),
        ("--dry-run", "--format", "fancy"),
        ("--dry-run", "--alerts", "missing.jsonl"),
    ],
)
def test_wrong_usage_exits_with_2(notify, event, person, flags):
    code, rows = notify([person("u-1")], [event("interview.confirmed", "e")], *flags)
    assert code == 2
    assert rows == []


def test_live_sends_what_the_dry_run_shows(notify, event, person, service):
    simulator, env = service
    people = [
        person("u-1", email="doyoon@example.com"),
        person("u-2", email="nobody@example.com"),
        person("u-3", email=None),
    ]
    alert = event("interview.confirmed", "e", assignee_ids=["u-1", "u-2", "u-3"])
    _code, planned = notify(people, [alert], *DRY)
    code, rows = notify(people, [alert], *NOW, env=env)
    assert code == 1
    assert [row["status"] for row in rows] == ["sent", "failed", "unmatched"]
    assert [json.loads(json.dumps(message.content)) for message in simulator.sent] == [
        planned[0]["content"]
    ]
    assert rows[0]["content"] == planned[0]["content"]


def test_state_stops_a_second_run(notify, event, person, service, tmp_path):
    simulator, env = service
    people = [person("u-1", email="doyoon@example.com")]
    alerts = [event("interview.confirmed", "c", assignee_ids=["u-1"])]
    state = ("--state", str(tmp_path / "state"))
    first = notify(people, alerts, *NOW, *state, env=env)
    second = notify(people, alerts, *NOW, *state, env=env)
    assert [first[1][0]["status"], second[1][0]["status"]] == ["sent", "suppressed"]
    assert second[1][0]["reason"] == "duplicate_event"
    assert len(simulator.sent) == 1
