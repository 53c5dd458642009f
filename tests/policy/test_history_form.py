"""A history as JSON: what callers with a file or a database keep."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify import InvalidValue
from naverworks_notify.policy import (
    Absence,
    History,
    Occurrence,
    PolicyOptions,
    RecruitingPolicy,
)

IDS = st.text(min_size=1, max_size=5).filter(str.strip)
MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - the zone comes from `timezones`
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")]),
)


@st.composite
def histories(draw, alert):
    """Return a history made the way callers make it."""
    history = History()
    for person, event, at in draw(st.lists(st.tuples(IDS, IDS, MOMENTS), max_size=4)):
        history = history.deliver(person, event, at=at)
    for event, at in draw(st.lists(st.tuples(IDS, MOMENTS), max_size=4)):
        history = history.observe(
            alert("interview.confirmed", "u-1", event_id=event, occurred_at=at.isoformat())
        )
    return history


@given(st.data())
def test_what_was_written_is_read_back(alert, data):
    history = data.draw(histories(alert))
    text = json.dumps(history.to_dict())
    read = History.from_dict(json.loads(text))
    assert read == history
    assert json.dumps(read.to_dict()) == text
    assert pickle.loads(pickle.dumps(history)) == history  # noqa: S301 - our own bytes


def test_the_form(now):
    at = "2026-03-02T10:00:00+09:00"
    raw = {
        "deliveries": {"u-1": {"ev-1": at}},
        "collected": {"u-2": {"ev-2": at}},
        "occurrences": {
            "iv-1": [
                {
                    "event_id": "ev-1",
                    "type": "interview.changed",
                    "occurred_at": at,
                    "assignee_ids": ["u-1", "u-2"],
                    "actor_id": "u-9",
                    "posting_id": "p-1",
                    "team_id": "t-1",
                },
                {"event_id": "ev-3", "type": "interview.cancelled", "occurred_at": at},
            ]
        },
    }
    history = History(
        deliveries={"u-1": {"ev-1": now}},
        collected={"u-2": {"ev-2": now}},
        occurrences={
            "iv-1": (
                Occurrence(
                    "ev-1",
                    "interview.changed",
                    now,
                    ["u-2", "u-1"],
                    actor_id="u-9",
                    posting_id="p-1",
                    team_id="t-1",
                ),
                Occurrence("ev-3", "interview.cancelled", now),
            )
        },
    )
    assert history.to_dict() == raw
    assert History.from_dict(raw) == history
    assert History().to_dict() == {}
    assert History.from_dict({}) == History()


def test_everything_wrong_is_told_at_once():
    raw = {
        "deliveries": {"u-1": {"ev-1": "2026-03-02T10:00:00", "ev-2": None}, "u-2": 7},
        "collected": [],
        "occurrences": {
            "iv-1": [{"event_id": "e", "colour": 1, "assignee_ids": [3]}, 4],
            "iv-2": None,
        },
        "mood": "good",
    }
    with pytest.raises(InvalidValue, match=r"^The history is not usable") as caught:
        History.from_dict(raw)
    assert [(one.path, one.rule) for one in caught.value.violations] == [
        ("deliveries.u-1.ev-1", "aware_datetime"),
        ("deliveries.u-1.ev-2", "type"),
        ("deliveries.u-2", "type"),
        ("collected", "type"),
        ("occurrences.iv-1[0].colour", "unknown_key"),
        ("occurrences.iv-1[0].assignee_ids[0]", "type"),
        ("occurrences.iv-1[0].type", "required"),
        ("occurrences.iv-1[0].occurred_at", "required"),
        ("occurrences.iv-1[1]", "type"),
        ("occurrences.iv-2", "type"),
        ("mood", "unknown_key"),
    ]
    with pytest.raises(InvalidValue) as caught:
        History.from_dict([])
    assert [(one.path, one.rule) for one in caught.value.violations] == [("", "type")]


OCCURRENCE = {"event_id": "e", "type": "interview.changed", "occurred_at": "2026-03-02T10:00:00Z"}


@pytest.mark.parametrize(
    ("path", "whole", "raw"),
    [
        ("occurrences.iv[0]", OCCURRENCE, lambda torn: {"occurrences": {"iv": [torn]}}),
    ],
)
def test_every_part_is_required(path, whole, raw):
    History.from_dict(raw(whole))
    for name in whole:
        torn = {key: value for key, value in whole.items() if key != name}
        with pytest.raises(InvalidValue) as caught:
            History.from_dict(raw(torn))
        assert [(one.path, one.rule) for one in caught.value.violations] == [
            (f"{path}.{name}", "required")
        ]


@pytest.mark.parametrize("part", ["deliveries", "collected", "occurrences"])
def test_every_part_is_an_object(part):
    for wrong in ([], 7, "x"):
        with pytest.raises(InvalidValue) as caught:
            History.from_dict({part: wrong})
        assert [(one.path, one.rule) for one in caught.value.violations] == [(part, "type")]


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda at: History().deliver("u", "e", at=at), "at"),
        (lambda at: Absence("v", at, at.replace(tzinfo=UTC)), "start"),
        (lambda at: Absence("v", at.replace(tzinfo=UTC), at), "end"),
        (lambda at: Occurrence("e", "interview.changed", at), "occurred_at"),
    ],
)
def test_a_moment_without_an_offset_is_refused(now, make, path):
    with pytest.raises(InvalidValue) as caught:
        make(now.replace(tzinfo=None))
    assert [(one.path, one.rule) for one in caught.value.violations] == [(path, "aware_datetime")]


def test_what_was_collected_counts_as_told_and_not_for_the_cap(alert, manager, now):
    rules, history = RecruitingPolicy(PolicyOptions(hourly_cap=1)), History()
    for i in range(3):
        item = alert("document_evaluation.completed", event_id=f"d{i}")
        decisions = rules.decide(item, [manager], now=now, history=history)
        assert decisions[0].outcome == "digest"
        history = history.commit(item, decisions, at=now)
        assert history.delivered_at("u-2", f"d{i}") == now
    assert history.deliveries == {}
    happened = alert("evaluation.completed")
    assert rules.decide(happened, [manager], now=now, history=history)[0].outcome == "send"
    later = history.deliver("u-2", "d0", at=now + timedelta(hours=1))
    assert later.delivered_at("u-2", "d0") == now + timedelta(hours=1)
    assert (
        history.deliver("u-2", "d0", at=now - timedelta(hours=1)).delivered_at("u-2", "d0") == now
    )
    assert history.forget(before=now + timedelta(seconds=1)) == History()
    assert history.forget(before=now) == history
