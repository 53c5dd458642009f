"""What applications have: ids as numbers, lists of any kind, open ends, whole days, other methods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from naverworks_notify import InvalidAlert, InvalidValue
from naverworks_notify.alerts import (
    Candidate,
    DocumentReviewRequested,
    EvaluationCompleted,
    EvaluationKind,
    Interview,
    InterviewCancelled,
    InterviewChanged,
    InterviewMethod,
    Person,
    Posting,
    Slot,
    TaskReminder,
    from_dict,
)

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SOMEONE = UUID("12345678-1234-5678-1234-567812345678")
SLOT = Slot(NOW, NOW + timedelta(hours=1))
PANEL = [Person(2, "이도윤"), Person(SOMEONE, "박서준")]


def changed(**more):
    return InterviewChanged(
        event_id=7,
        occurred_at=NOW,
        posting=Posting(1, "백엔드 엔지니어", team=3),
        candidate=Candidate(SOMEONE, "김하늘"),
        interview=Interview(id=9, slot=SLOT, interviewers=PANEL),
        assignee_ids=[2, SOMEONE, "u-3"],
        actor_id=5,
        **more,
    )


def violations(call):
    with pytest.raises(InvalidAlert) as caught:
        call()
    return [(one.path, one.rule) for one in caught.value.violations]


def test_ids_are_kept_as_text():
    alert = changed(removed_ids=(4,))
    assert (alert.event_id, alert.actor_id) == ("7", "5")
    assert alert.assignee_ids == ("2", str(SOMEONE), "u-3")
    assert (alert.posting.id, alert.posting.team, alert.interview.id) == ("1", "3", "9")
    assert alert.candidate.id == str(SOMEONE)
    assert [one.id for one in alert.interview.interviewers] == ["2", str(SOMEONE)]
    assert alert.removed_ids == ("4",)
    assert from_dict(alert.to_dict()) == alert


@pytest.mark.parametrize("wrong", [True, 1.5, b"u", ["u"]])
def test_other_things_are_no_ids(wrong):
    assert violations(lambda: Candidate(wrong, "n")) == [("id", "type")]


def test_json_has_ids_as_text():
    raw = changed().to_dict() | {"event_id": 7, "assignee_ids": [2]}
    assert violations(lambda: from_dict(raw)) == [
        ("event_id", "type"),
        ("assignee_ids[0]", "type"),
    ]


def test_any_collection_will_do():
    candidates = (Candidate(str(i), "n") for i in range(2))
    alert = DocumentReviewRequested(
        event_id="e",
        occurred_at=NOW,
        posting=Posting("p", "t"),
        candidates=candidates,
        assignee_ids={"u": 1}.keys(),
    )
    assert len(alert.candidates) == 2
    assert alert.assignee_ids == ("u",)
    for wrong in ("u-2", {"u": 1}, 7):
        assert violations(
            lambda wrong=wrong: TaskReminder(
                event_id="e", occurred_at=NOW, title="t", assignee_ids=wrong
            )
        ) == [("assignee_ids", "type")]


def test_a_choice_may_be_given_as_text():
    alert = EvaluationCompleted(
        event_id="e",
        occurred_at=NOW,
        posting=Posting("p", "t"),
        candidate=Candidate("c", "n"),
        evaluation_kind="interview",
    )
    assert alert.evaluation_kind is EvaluationKind.INTERVIEW


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("zoom", InterviewMethod.ZOOM),
        ("teams", InterviewMethod.TEAMS),
        ("naver_works", InterviewMethod.NAVER_WORKS),
        (InterviewMethod.PHONE, InterviewMethod.PHONE),
        ("Webex", "Webex"),
    ],
)
def test_a_method_is_known_or_in_the_callers_words(given, kept):
    interview = Interview(id="i", slot=SLOT, method=given)
    assert interview.method == kept
    assert isinstance(interview.method, InterviewMethod) is isinstance(kept, InterviewMethod)
    assert interview.to_dict()["method"] == str(kept)
    assert type(interview.to_dict()["method"]) is str
    assert Interview.from_dict(interview.to_dict()) == interview
    assert violations(lambda: Interview(id="i", slot=SLOT, method=" ")) == [("method", "empty")]


def test_a_slot_may_have_a_start_only():
    slot = Slot(NOW)
    assert slot.to_dict() == {"start_at": "2026-03-02T10:00:00+00:00"}
    assert Slot.from_dict(slot.to_dict()) == slot
    assert not slot.is_all_day
    assert not SLOT.is_all_day


def test_whole_days_are_given_as_dates():
    day = Slot.of_days(date(2026, 3, 4))
    assert day.to_dict() == {
        "start_at": "2026-03-04T00:00:00+09:00",
        "end_at": "2026-03-05T00:00:00+09:00",
        "all_day": True,
    }
    assert Slot.from_dict(day.to_dict()) == day
    two = Slot.of_days(date(2026, 3, 4), date(2026, 3, 5), tz="America/New_York")
    assert two.end_at == datetime(2026, 3, 6, tzinfo=ZoneInfo("America/New_York"))
    assert day.is_all_day
    assert Slot(day.start_at, day.end_at).is_all_day
    assert Slot(NOW, all_day=True).is_all_day
    assert violations(lambda: Slot.of_days(date(2026, 3, 4), date(2026, 3, 1))) == [
        ("end_at", "after_start")
    ]
    with pytest.raises(InvalidValue):
        Slot.of_days(date(2026, 3, 4), tz="Mars/Olympus")


def test_an_interview_may_have_several_parts():
    later = Slot(NOW + timedelta(days=1))
    interview = Interview(id="i", slot=SLOT, more_slots=[later])
    assert interview.more_slots == (later,)
    assert Interview.from_dict(interview.to_dict()) == interview
    assert "more_slots" not in Interview(id="i", slot=SLOT).to_dict()


def test_a_change_is_a_cancellation_for_who_was_taken_off_the_panel():
    before = Slot(NOW - timedelta(days=1))
    alert = changed(removed_ids=["u-8"], previous_slot=before, changed_by=Person("u-1", "정가람"))
    assert alert.variant_for("u-3") is alert
    other = alert.variant_for("u-8")
    assert isinstance(other, InterviewCancelled)
    assert (other.event_id, other.assignee_ids) == (alert.event_id, ("u-8",))
    assert (other.interview.slot, other.cancelled_by) == (before, alert.changed_by)
    assert alert.concerned_ids == (*alert.assignee_ids, "u-8")
    reminder = TaskReminder(event_id="e", occurred_at=NOW, title="t", assignee_ids=["u"])
    assert reminder.variant_for("u") is reminder
    assert (reminder.removed_ids, reminder.concerned_ids) == ((), ("u",))


def test_an_alert_is_read_by_its_own_class():
    raw = TaskReminder(event_id="e", occurred_at=NOW, title="t").to_dict()
    assert TaskReminder.from_dict(raw) == from_dict(raw)
    assert violations(lambda: InterviewChanged.from_dict({**raw}))[0] == ("type", "enum")
