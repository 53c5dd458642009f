"""A delivery survives any queue: exact inverses, strict reading, nothing leaking in its repr."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import naverworks_notify as nw
from naverworks_notify import policy
from naverworks_notify.notifier import DryRun
from naverworks_notify.testing import strategies

DECISION = policy.Decision(
    person_id="u-2",
    outcome=policy.Outcome.SEND,
    audience=nw.Audience.INTERVIEWER,
    reason="assigned",
    until=None,
    trail=(policy.Step("assigned", policy.Verdict.CHOOSE),),
    event_id="ev-1",
    catalog_id="interviewer.interview.confirmed",
)
DELIVERY = nw.Delivery(
    event_id="ev-1",
    person_id="u-2",
    user_id="doyoon@example.com",
    catalog_id="interviewer.interview.confirmed",
    locale="ko",
    content=nw.messages.Text("비밀 본문"),
    decision=DECISION,
    expires_at=datetime(2026, 3, 4, 5, tzinfo=UTC),
)
MOMENTS = st.none() | st.datetimes(timezones=st.timezones())
NAMES = st.text(min_size=1)
ACTION = {"type": "message", "label": "네", "text": "네"}


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    event_id=NAMES,
    person_id=NAMES,
    content=strategies.contents(),
    not_before=MOMENTS,
    expires_at=MOMENTS,
)
def test_to_dict_and_from_dict_are_inverses(event_id, person_id, content, not_before, expires_at):
    delivery = attrs.evolve(
        DELIVERY,
        event_id=event_id,
        person_id=person_id,
        content=content,
        not_before=not_before and not_before.astimezone(UTC),
        expires_at=expires_at and expires_at.astimezone(UTC),
    )
    written = json.loads(json.dumps(delivery.to_dict()))
    assert nw.Delivery.from_dict(written) == delivery
    assert nw.Delivery.from_dict(written).to_dict() == written


def test_what_nobody_documents_survives_the_queue():
    raw = {"type": "poll", "question": "언제?", "quickReply": {"items": [{"action": ACTION}]}}
    for content in (raw, {"type": "text", "new": [1], "text": "x"}):
        delivery = attrs.evolve(DELIVERY, content=nw.messages.parse(content, undocumented="keep"))
        written = json.loads(json.dumps(delivery.to_dict()))
        assert nw.Delivery.from_dict(written) == delivery
        assert written["content"] == content


def test_what_a_plan_gives_survives_json_and_pickle(confirmed, person, now):
    works = nw.Notifier(DryRun()._notifier._works)
    (delivery,) = works.plan(confirmed(assignees=["u-1"]), [person("u-1")], now=now).deliveries
    for one in (delivery, attrs.evolve(delivery, not_before=now + timedelta(hours=3))):
        written = json.loads(json.dumps(one.to_dict()))
        assert nw.Delivery.from_dict(written) == one
        assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes
    assert delivery.to_dict()["version"] == 1


def test_what_another_release_wrote_is_read_and_what_it_reads_is_written():
    written = DELIVERY.to_dict()
    assert set(written) == {
        "version",
        "event_id",
        "person_id",
        "user_id",
        "catalog_id",
        "locale",
        "not_before",
        "expires_at",
        "decision",
        "content",
    }


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"previous_at": "2026-03-04T05:00:00+09:00"}, "previous_at"),
        ({"extra": 1}, "extra"),
        ({"version": 2}, "version"),
        ({"version": "1"}, "version"),
        ({"version": None}, "version"),
        ({"event_id": ""}, "event_id"),
        ({"user_id": 7}, "user_id"),
        ({"expires_at": "2026-03-04T05:00:00"}, "expires_at"),
        ({"not_before": "tomorrow"}, "not_before"),
        ({"content": "안녕"}, "content"),
        ({"content": {"type": "text"}}, "content.text"),
        ({"decision": None}, "decision"),
        ({"decision": {**DELIVERY.to_dict()["decision"], "outcome": "maybe"}}, "decision.outcome"),
        ({"decision": {**DELIVERY.to_dict()["decision"], "colour": 1}}, "decision.colour"),
        ({"decision": {**DELIVERY.to_dict()["decision"], "trail": ["x"]}}, "decision.trail[0]"),
        (
            {"decision": {**DELIVERY.to_dict()["decision"], "trail": [[1, "pass"]]}},
            "decision.trail[0][0]",
        ),
        (
            {"decision": {**DELIVERY.to_dict()["decision"], "trail": [["a", "b"]]}},
            "decision.trail[0][1]",
        ),
    ],
)
def test_reading_is_strict_and_names_the_path(change, path):
    with pytest.raises(nw.InvalidValue) as caught:
        nw.Delivery.from_dict({**DELIVERY.to_dict(), **change})
    assert [violation.path for violation in caught.value.violations] == [path]


def test_every_mistake_is_told_at_once():
    raw = {**DELIVERY.to_dict(), "event_id": 1, "content": {"type": "text"}, "more": 1}
    with pytest.raises(nw.InvalidValue) as caught:
        nw.Delivery.from_dict(raw)
    assert {violation.path for violation in caught.value.violations} == {
        "event_id",
        "content.text",
        "more",
    }


@pytest.mark.parametrize(
    "change",
    [{"event_id": ""}, {"user_id": None}, {"expires_at": datetime(2026, 3, 4)}],  # noqa: DTZ001
)
def test_construction_is_checked(change):
    with pytest.raises(nw.InvalidValue) as caught:
        attrs.evolve(DELIVERY, **change)
    assert caught.value.violations[0].path == next(iter(change))


def test_the_repr_shows_neither_address_nor_words():
    told = repr(DELIVERY)
    assert "ev-1" in told
    assert "doyoon" not in told
    assert "비밀" not in told


def test_it_is_a_value():
    assert copy.deepcopy(DELIVERY) == DELIVERY
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        DELIVERY.event_id = "other"
