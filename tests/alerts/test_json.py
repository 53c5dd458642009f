"""Reading alerts from JSON and writing them: exact inverses, every violation with its path."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from naverworks_notify import InvalidAlert
from naverworks_notify.alerts import (
    EVENTS,
    Alert,
    InterviewMethod,
    InterviewReminder,
    TaskReminder,
    from_dict,
)
from naverworks_notify.testing import strategies

CONFIRMED = {
    "type": "interview.confirmed",
    "event_id": "ev-1",
    "occurred_at": "2026-03-02T10:00:00+09:00",
    "posting": {
        "id": "p-1",
        "title": "백엔드 엔지니어",
        "team": "t-1",
        "url": "https://ats.example.com/p/p-1",
    },
    "candidate": {"id": "c-1", "name": "김하늘", "url": "https://ats.example.com/c/c-1"},
    "stage": {"kind": "interview", "title": "1차 면접"},
    "interview": {
        "id": "iv-1",
        "slot": {
            "start_at": "2026-03-04T14:00:00+09:00",
            "end_at": "2026-03-04T15:00:00+09:00",
        },
        "method": "google_meet",
        "meeting_url": "https://meet.example.com/x",
        "interviewers": [{"id": "u-2", "name": "이도윤"}],
        "url": "https://ats.example.com/i/iv-1",
    },
    "assignee_ids": ["u-2"],
    "actor_id": "u-9",
}


def changed(path: str, value: object) -> dict:
    """Return the confirmed alert with one member set (or, for `...`, taken away)."""
    raw = copy.deepcopy(CONFIRMED)
    *parents, key = path.split(".")
    place = raw
    for parent in parents:
        place = place[int(parent)] if parent.isdigit() else place[parent]
    if value is ...:
        del place[key]
    elif key.isdigit():
        place[int(key)] = value
    else:
        place[key] = value
    return raw


def test_the_documented_example_survives_unchanged() -> None:
    alert = from_dict(CONFIRMED)
    assert alert.to_dict() == CONFIRMED
    assert from_dict(alert.to_dict()) == alert
    assert alert.interview.method is InterviewMethod.GOOGLE_MEET


@given(strategies.alerts())
@settings(max_examples=100, deadline=None)
def test_any_alert_survives_json(alert) -> None:
    raw = json.loads(json.dumps(alert.to_dict()))
    back = from_dict(raw)
    assert back == alert
    assert hash(back) == hash(alert)
    assert back.to_dict() == raw


@pytest.mark.parametrize(
    ("path", "value", "where", "rule"),
    [
        ("event_id", ..., "event_id", "required"),
        ("event_id", None, "event_id", "required"),
        ("event_id", "", "event_id", "empty"),
        ("event_id", 7, "event_id", "type"),
        ("occurred_at", "2026-03-02T10:00:00", "occurred_at", "aware_datetime"),
        ("occurred_at", "yesterday", "occurred_at", "datetime"),
        ("occurred_at", 1772413200, "occurred_at", "type"),
        ("locale", "fr", "locale", "locale"),
        ("assignee_ids", "u-2", "assignee_ids", "type"),
        ("assignee_ids", ["u-2", ""], "assignee_ids[1]", "empty"),
        ("assignee_ids", ["u-2", None], "assignee_ids[1]", "type"),
        ("actor_id", " ", "actor_id", "empty"),
        ("actions", [], "actions", "unknown_key"),
        ("posting", ..., "posting", "required"),
        ("posting", "p-1", "posting", "type"),
        ("posting", [], "posting", "type"),
        ("posting.title", "\n", "posting.title", "empty"),
        ("posting.url", "http://ats.example.com", "posting.url", "scheme"),
        ("posting.url", "javascript:alert(1)", "posting.url", "scheme"),
        ("posting.url", "https://", "posting.url", "url"),
        ("posting.url", "https://ats.example.com@evil.example/", "posting.url", "url"),
        ("posting.url", "https://ats.example.com/a b", "posting.url", "url"),
        ("candidate.email", "sky@example.com", "candidate.email", "unknown_key"),
        ("candidate.name", "\ud800", "candidate.name", "encoding"),
        ("stage.title", ..., "stage.title", "required"),
        ("interview.method", "", "interview.method", "empty"),
        ("interview.round", "1", "interview.round", "type"),
        ("interview.round", True, "interview.round", "type"),
        ("interview.round", -1, "interview.round", "minimum"),
        ("interview.round", 10**10, "interview.round", "maximum"),
        ("interview.slot.end_at", "2026-03-04T14:00:00+09:00", "interview.slot.end_at",
         "after_start"),
        ("interview.slot.end_at", "2026-03-04T05:30:00+01:00", "interview.slot.end_at",
         "after_start"),
        ("interview.slot.end_at", "2026-03-04T15:00:00", "interview.slot.end_at",
         "aware_datetime"),
        ("interview.interviewers", {}, "interview.interviewers", "type"),
        ("interview.interviewers.0", {"id": "u-2"}, "interview.interviewers[0].name", "required"),
        ("type", ..., "type", "required"),
        ("type", 3, "type", "type"),
        ("type", "interviewer.interview.confirmed", "type", "enum"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_path_and_rule(path, value, where, rule) -> None:
    with pytest.raises(InvalidAlert) as caught:
        from_dict(changed(path, value))
    assert [(v.path, v.rule) for v in caught.value.violations] == [(where, rule)]


def test_everything_wrong_is_told_at_once() -> None:
    raw = copy.deepcopy(CONFIRMED)
    raw["candidate"]["name"] = ""
    raw["interview"]["slot"]["end_at"] = "2026-03-04T13:00:00+09:00"
    raw["interview"]["slot"]["zone"] = "KST"
    raw["assignee_ids"] = ["", 3]
    raw["extra"] = 1
    with pytest.raises(InvalidAlert) as caught:
        from_dict(raw)
    assert {v.path for v in caught.value.violations} == {
        "candidate.name",
        "interview.slot.end_at",
        "interview.slot.zone",
        "assignee_ids[0]",
        "assignee_ids[1]",
        "extra",
    }


@pytest.mark.parametrize("raw", [None, [], "interview.confirmed", 3])
def test_only_an_object_is_an_alert(raw) -> None:
    with pytest.raises(InvalidAlert, match="must be an object"):
        from_dict(raw)


def test_submitted_evaluations_cannot_outnumber_the_evaluators() -> None:
    raw = {
        "type": "evaluation.completed",
        "event_id": "e",
        "occurred_at": "2026-03-02T10:00:00Z",
        "posting": {"id": "p", "title": "t"},
        "candidate": {"id": "c", "name": "n"},
        "evaluation_kind": "interview",
        "submitted_count": 3,
        "total_count": 2,
    }
    with pytest.raises(InvalidAlert) as caught:
        from_dict(raw)
    assert [v.path for v in caught.value.violations] == ["submitted_count"]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("document_review.requested", "candidates"),
        ("interview.candidate_time_selected", "slots"),
        ("document_evaluation.completed_digest", "items"),
    ],
)
def test_a_required_list_holds_something(name, field) -> None:
    with pytest.raises(InvalidAlert) as caught:
        from_dict({"type": name, field: []})
    assert (field, "min_items") in [(v.path, v.rule) for v in caught.value.violations]


def test_a_second_request_is_at_least_the_second() -> None:
    raw = {
        "type": "interview_evaluation.re_requested",
        "event_id": "e",
        "occurred_at": "2026-03-02T10:00:00Z",
        "posting": {"id": "p", "title": "t"},
        "candidate": {"id": "c", "name": "n"},
        "attempt": 1,
    }
    with pytest.raises(InvalidAlert) as caught:
        from_dict(raw)
    assert [v.path for v in caught.value.violations] == ["attempt"]


def test_the_offset_is_kept_and_a_zone_becomes_one() -> None:
    seoul = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Seoul"))
    alert = TaskReminder(event_id="e", occurred_at=seoul, title="t")
    assert alert.to_dict()["occurred_at"] == "2026-03-02T10:00:00+09:00"
    assert alert.occurred_at == seoul
    far = datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    assert TaskReminder(event_id="e", occurred_at=far, title="t").to_dict()["occurred_at"] == (
        "2026-03-02T10:00:00-03:30"
    )


def test_the_repeated_hour_survives() -> None:
    zone = ZoneInfo("America/New_York")
    for fold, offset in ((0, "-04:00"), (1, "-05:00")):
        moment = datetime(2026, 11, 1, 1, 30, fold=fold, tzinfo=zone)
        alert = TaskReminder(event_id="e", occurred_at=moment, title="t")
        assert alert.to_dict()["occurred_at"] == f"2026-11-01T01:30:00{offset}"
        assert from_dict(alert.to_dict()) == alert


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_every_event_answers_what_it_is_about(event) -> None:
    @given(strategies.alerts(event))
    @settings(max_examples=5, deadline=None, database=None)
    def ask(alert: Alert) -> None:
        raw = alert.to_dict()
        assert raw["type"] == event.type
        for part in ("posting", "candidate", "stage", "interview"):
            value = getattr(alert, part)
            assert raw.get(part) == (None if value is None else value.to_dict())

    ask()


def test_words_of_people_stay_out_of_the_repr() -> None:
    alert = from_dict(
        {
            "type": "applicant.message_received",
            "event_id": "e",
            "occurred_at": "2026-03-02T10:00:00Z",
            "posting": {"id": "p", "title": "t"},
            "candidate": {"id": "c", "name": "n"},
            "excerpt": "제 연봉은",
        }
    )
    assert "연봉" not in repr(alert)
    assert alert.occurred_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_reminders_know_their_class() -> None:
    assert EVENTS["interview.reminder"] is InterviewReminder
