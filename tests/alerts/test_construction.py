"""Values built in code obey the rules of their JSON."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from attrs import frozen

from naverworks_notify import InvalidAlert, InvalidValue
from naverworks_notify.alerts import (
    EVENTS,
    Alert,
    Candidate,
    Interview,
    InterviewConfirmed,
    InterviewMethod,
    Name,
    Posting,
    Slot,
    TaskReminder,
    from_dict,
    normalize_locale,
)

START, END = datetime(2026, 3, 4, 5, tzinfo=UTC), datetime(2026, 3, 4, 6, tzinfo=UTC)


def violations(build) -> list[tuple[str, str]]:
    with pytest.raises(InvalidAlert) as caught:
        build()
    return [(v.path, v.rule) for v in caught.value.violations]


def test_a_slot_ends_after_it_starts() -> None:
    assert violations(lambda: Slot(END, START)) == [("end_at", "after_start")]
    assert violations(lambda: Slot(START, START)) == [("end_at", "after_start")]


def test_wrong_types_are_violations_not_crashes() -> None:
    assert violations(lambda: Slot("2026", 5)) == [("start_at", "type"), ("end_at", "type")]
    assert violations(lambda: Posting("", title=3)) == [("id", "empty"), ("title", "type")]
    assert violations(
        lambda: InterviewConfirmed(
            event_id="e",
            occurred_at=datetime(2026, 3, 2),  # noqa: DTZ001 - the mistake
            posting={"id": "p"},
            candidate=None,
            interview=Interview(id="i", slot=Slot(START, END)),
            assignee_ids="u-2",
        )
    ) == [
        ("occurred_at", "aware_datetime"),
        ("assignee_ids", "type"),
        ("posting", "type"),
        ("candidate", "required"),
    ]


def test_a_list_and_an_enum_value_will_do() -> None:
    interview = Interview(id="i", slot=Slot(START, END), method="zoom", interviewers=[])
    assert interview.method is InterviewMethod.ZOOM
    assert interview.interviewers == ()
    alert = TaskReminder(event_id="e", occurred_at=START, title="t", assignee_ids=["u-1"])
    assert alert.assignee_ids == ("u-1",)


def test_values_are_frozen_equal_by_fields_and_pickle() -> None:
    one, other = Candidate("c", "n"), Candidate("c", "n")
    assert one == other
    assert hash(one) == hash(other)
    assert one != Candidate("c", "m")
    assert one != "c"
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes
    with pytest.raises(AttributeError):
        one.name = "x"


def test_events_without_a_payload_answer_none() -> None:
    alert = TaskReminder(event_id="e", occurred_at=START, title="t")
    assert (alert.posting, alert.candidate, alert.stage, alert.interview) == (None,) * 4
    with pytest.raises(TypeError):
        TaskReminder(event_id="e", occurred_at=START, title="t", interview=None)


def test_a_callers_own_event_joins_the_vocabulary() -> None:
    alert = from_dict(
        {
            "type": "offer.sent",
            "event_id": "e",
            "occurred_at": "2026-03-04T05:00:00+00:00",
            "offer": "o-1",
        },
        events={**EVENTS, OfferSent.type: OfferSent},
    )
    assert alert == OfferSent(event_id="e", occurred_at=START, offer="o-1")


@frozen(kw_only=True, eq=False)
class OfferSent(Alert):
    """An event this package does not know."""

    type = "offer.sent"
    offer: Name


@pytest.mark.parametrize(
    ("text", "locale"),
    [("ko", "ko"), ("ko_KR", "ko"), ("ko-KR", "ko"), ("KO-kr", "ko"), ("en_US", "en"),
     ("en-GB", "en"), ("ja", "ja"), ("ja_JP", "ja"), ("ja-Jpan-JP", "ja")],
)  # fmt: skip
def test_usual_spellings_of_a_language(text, locale) -> None:
    assert normalize_locale(text) == locale


@pytest.mark.parametrize("text", ["", "fr", "kok", "korean", "ko_", "ko KR", "device", "zh_CN"])
def test_another_language_is_refused(text) -> None:
    with pytest.raises(InvalidValue, match="must be one of ko, en, ja"):
        normalize_locale(text)


def test_importing_alerts_loads_nothing_heavy() -> None:
    code = (
        "import sys, naverworks_notify.alerts;"
        "print([m for m in ('httpx', 'jwt', 'cryptography', 'babel', 'regex', 'tenacity')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
