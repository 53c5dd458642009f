"""Alerts of the caller's own have every right that a documented one has."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from attrs import frozen

from naverworks_notify import InvalidAlert, InvalidValue, policy
from naverworks_notify.alerts import (
    DOCUMENTED,
    ENTRIES,
    EVENTS,
    Alert,
    Audience,
    Digest,
    EntryInfo,
    InterviewConfirmed,
    Moment,
    Name,
    Slot,
    Traits,
    Vocabulary,
)

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ROW = EntryInfo(audience="manager", relation="addressed", korean_label="장애 발생")


@frozen(kw_only=True)
class IncidentOpened(Alert):
    """Something is broken."""

    type: ClassVar[str] = "incident.opened"
    entries: ClassVar[tuple[EntryInfo, ...]] = (ROW,)
    traits: ClassVar[Traits] = Traits(
        expires=lambda alert: alert.until,
        subject=lambda alert: alert.service,
        window="wait",
        guarantee="at_least_once",
    )

    service: Name
    until: Moment | None = None


@frozen(kw_only=True)
class IncidentsOfTheHour(Alert):
    """What was mended within an hour."""

    type: ClassVar[str] = "incident.resolved_digest"
    entries: ClassVar[tuple[EntryInfo, ...]] = (ROW,)

    window: Slot
    items: tuple[IncidentResolved, ...]


@frozen(kw_only=True)
class IncidentResolved(Alert):
    """It is mended."""

    type: ClassVar[str] = "incident.resolved"
    entries: ClassVar[tuple[EntryInfo, ...]] = (ROW,)
    traits: ClassVar[Traits] = Traits(
        supersedes=("incident.opened",),
        subject=lambda alert: alert.service,
        digest=Digest(IncidentsOfTheHour, group=lambda alert: alert.service),
    )

    service: Name


VOCABULARY = Vocabulary(IncidentOpened, IncidentResolved, IncidentsOfTheHour)
RULES = policy.RecruitingPolicy(vocabulary=VOCABULARY)
SOMEONE = policy.Person(id="u-1", name="이도윤")


def opened(**more):
    return IncidentOpened(
        event_id="e-1", occurred_at=NOW, service="mail", assignee_ids=("u-1",), **more
    )


def resolved(event_id="r-1", at=NOW, service="mail"):
    return IncidentResolved(
        event_id=event_id, occurred_at=at, service=service, assignee_ids=("u-1",)
    )


def decided(alert, *, rules=RULES, person=SOMEONE, now=NOW, history=None):
    (one,) = rules.decide(alert, [person], now=now, history=history)
    return one.outcome.value, str(one.reason)


def violations(call):
    with pytest.raises(InvalidValue) as caught:
        call()
    return [(one.path, one.rule) for one in caught.value.violations]


def test_documented_rows_and_own_ones_stand_in_one_table():
    assert list(VOCABULARY.entries)[:26] == list(ENTRIES) == list(DOCUMENTED.entries)
    assert [row.number for row in ENTRIES.values()] == list(range(1, 27))
    assert list(VOCABULARY.entries)[26:] == [
        "manager.incident.opened",
        "manager.incident.resolved",
        "manager.incident.resolved_digest",
    ]
    assert set(VOCABULARY.events) - set(EVENTS) == {
        "incident.opened",
        "incident.resolved",
        "incident.resolved_digest",
    }


def test_a_row_takes_its_id_type_and_fields_from_its_class():
    (row,) = VOCABULARY.entries_of("incident.opened")
    assert (row.id, row.event_type) == ("manager.incident.opened", "incident.opened")
    assert row.fields == ("service!", "until?")
    assert row.audience is Audience.MANAGER
    assert VOCABULARY.entry_id("incident.opened", "manager") == row.id
    assert (ROW.id, ROW.event_type, ROW.fields) == ("", "", ())


def test_own_alerts_are_read_like_documented_ones():
    alert = opened(until=NOW)
    assert VOCABULARY.from_dict(alert.to_dict()) == alert
    with pytest.raises(InvalidAlert, match="must be one of"):
        DOCUMENTED.from_dict(alert.to_dict())


def test_an_alert_that_expires():
    assert decided(opened(until=NOW + timedelta(minutes=1))) == ("send", "addressed")
    assert decided(opened(until=NOW)) == ("suppress", "expired")


def test_an_expiry_without_an_offset_is_told():
    class Naive(Alert):
        type = "naive"
        traits = Traits(expires=lambda _alert: NOW.replace(tzinfo=None))

    alert = Naive(event_id="e", occurred_at=NOW)
    assert violations(lambda: alert.traits.expiry_of(alert)) == [
        ("traits.expires", "aware_datetime")
    ]


@pytest.mark.parametrize("defers", [True, False])
def test_what_the_receive_window_does_is_the_alerts_own(defers):
    rules = policy.RecruitingPolicy(
        policy.PolicyOptions(defer_outside_window=defers), vocabulary=VOCABULARY
    )
    night = policy.Preferences(receive_window=policy.ReceiveWindow(start="09:00", end="18:00"))
    asleep = policy.Person(id="u-1", name="n", preferences=night)

    class Dropped(IncidentOpened):
        type = "incident.dropped"
        traits = Traits(window="drop")

    late = NOW.replace(hour=13)
    assert decided(opened(), rules=rules, person=asleep, now=late)[0] == "defer"
    dropped = Dropped(event_id="d", occurred_at=NOW, service="mail", assignee_ids=("u-1",))
    rows = [ROW.__class__(audience="manager", relation="addressed", korean_label="-",
                          event_type="incident.dropped", id="manager.incident.dropped")]  # fmt: skip
    other = policy.RecruitingPolicy(rules.options, extra_entries=rows)
    assert decided(dropped, rules=other, person=asleep, now=late) == (
        "suppress",
        "outside_receive_window",
    )


def test_one_alert_makes_another_moot():
    later = resolved(at=NOW + timedelta(minutes=5))
    assert decided(opened(), history=policy.History().observe(later)) == ("suppress", "superseded")
    elsewhere = resolved(at=NOW + timedelta(minutes=5), service="web")
    assert decided(opened(), history=policy.History().observe(elsewhere))[0] == "send"


def test_the_documented_cancellation_still_waits_for_its_option():
    assert "superseded" in [rule.code for rule in RULES.rules]
    assert "superseded" not in [rule.code for rule in policy.RecruitingPolicy().rules]


def test_own_alerts_are_told_in_a_digest():
    assert decided(resolved()) == ("digest", "digest_window")
    items = [
        policy.DigestItem("u-1", resolved(f"r-{i}", NOW + timedelta(minutes=i))) for i in range(3)
    ]
    items.append(policy.DigestItem("u-1", resolved("w", NOW, "web")))
    windows, waiting = policy.close_digests(items)
    assert not waiting
    mail, web = windows
    assert [item.event_id for item in mail.alert.items] == ["r-0", "r-1", "r-2"]
    assert (mail.start, mail.end) == (NOW, NOW + timedelta(hours=1))
    assert mail.items == tuple(items[:3])
    assert web.alert.event_id == "digest:u-1:web:w"
    assert decided(mail.alert) == ("send", "addressed")
    assert (
        VOCABULARY.from_dict(
            mail.alert.to_dict(),
        )
        == mail.alert
    )


def test_ids_with_colons_do_not_meet_in_the_id_of_a_digest():
    one, other = resolved("b:c", service="a"), resolved("c", service="a:b")
    windows, _ = policy.close_digests([policy.DigestItem("u", one), policy.DigestItem("u", other)])
    assert [window.alert.event_id for window in windows] == [
        "digest:u:a:b%3Ac",
        "digest:u:a%3Ab:c",
    ]


def test_what_has_no_digest_cannot_be_collected():
    with pytest.raises(TypeError, match=r"no digest for incident\.opened"):
        policy.close_digests([policy.DigestItem("u-1", opened())])


def test_a_class_without_the_decorator_is_one_all_the_same():
    class Plain(Alert):
        type = "plain"
        service: Name
        count: Name | None = None

    alert = Plain(event_id="e", occurred_at=NOW, service="mail")
    assert (alert.service, alert.count) == ("mail", None)
    assert alert == Plain(event_id="e", occurred_at=NOW, service="mail")
    with pytest.raises(AttributeError):
        alert.service = "web"
    with pytest.raises(TypeError):
        Plain(event_id="e", occurred_at=NOW)
    assert Vocabulary(Plain).from_dict(alert.to_dict()) == alert


class Undecorated(Alert):
    """As short as it gets."""

    type = "undecorated"
    service: Name


def test_a_class_without_the_decorator_pickles():
    alert = Undecorated(event_id="e", occurred_at=NOW, service="mail", assignee_ids=["u"])
    assert pickle.loads(pickle.dumps(alert)) == alert  # noqa: S301 - our own bytes


def test_the_base_itself_is_no_alert():
    with pytest.raises(TypeError, match="is a base"):
        Alert(event_id="e", occurred_at=NOW)


def test_a_documented_class_can_be_refined():
    @frozen(kw_only=True)
    class WithRoom(InterviewConfirmed):
        room: Name

    assert Vocabulary(WithRoom).events["interview.confirmed"] is WithRoom
    assert set(Vocabulary(WithRoom).entries) == set(ENTRIES)


def test_what_does_not_fit_together_is_told():
    class Untyped(Alert):
        pass

    class Twin(Alert):
        type = "incident.opened"

    assert violations(lambda: Vocabulary(Untyped, str, IncidentOpened, Twin)) == [
        ("events[0]", "required"),
        ("events[1]", "type"),
        ("events[3]", "unique"),
    ]
    assert violations(lambda: Vocabulary(entries=[ROW])) == [("entries[0].event_type", "required")]
    assert violations(lambda: policy.RecruitingPolicy(vocabulary={})) == [("vocabulary", "type")]


@pytest.mark.parametrize(
    ("arguments", "path", "rule"),
    [
        ({"expires": NOW}, "expires", "type"),
        ({"merge": 1}, "merge", "type"),
        ({"subject": "service"}, "subject", "type"),
        ({"digest": 1}, "digest", "type"),
        ({"guarantee": "exactly_once"}, "guarantee", "enum"),
        ({"window": "hold"}, "window", "enum"),
        ({"supersedes": (InterviewConfirmed,)}, "supersedes[0]", "type"),
        ({"reminder_of": ("a", 1)}, "reminder_of[1]", "type"),
    ],
)
def test_traits_are_checked(arguments, path, rule):
    assert violations(lambda: Traits(**arguments)) == [(path, rule)]


def test_a_vocabulary_pickles_and_is_shown():
    other = pickle.loads(pickle.dumps(VOCABULARY))  # noqa: S301 - our own bytes
    assert other.entries == VOCABULARY.entries
    assert other.events == VOCABULARY.events
    assert repr(other) == "Vocabulary(IncidentOpened, IncidentResolved, IncidentsOfTheHour)"


def test_the_one_id_of_an_alert_says_what_it_is_about():
    @frozen(kw_only=True)
    class Raised(Alert):
        type: ClassVar[str] = "alarm.raised"
        entries: ClassVar[tuple[EntryInfo, ...]] = (ROW,)
        alarm_id: Name

    @frozen(kw_only=True)
    class Ended(Alert):
        type: ClassVar[str] = "alarm.ended"
        entries: ClassVar[tuple[EntryInfo, ...]] = (ROW,)
        traits: ClassVar[Traits] = Traits(supersedes=("alarm.raised",))
        alarm_id: Name

    rules = policy.RecruitingPolicy(vocabulary=Vocabulary(Raised, Ended))
    for alarm_id, reason in (("a-1", "superseded"), ("a-2", "addressed")):
        ended = Ended(event_id="x", occurred_at=NOW + timedelta(minutes=1), alarm_id="a-1")
        raised = Raised(event_id="y", occurred_at=NOW, alarm_id=alarm_id, assignee_ids=["u-1"])
        history = policy.History().observe(ended)
        assert decided(raised, rules=rules, history=history)[1] == reason


def test_a_class_that_makes_others_moot_says_what_it_is_about():
    class Ended(Alert):
        type = "alarm.ended"
        traits = Traits(supersedes=("alarm.raised",))
        title: str

    assert violations(lambda: Vocabulary(Ended)) == [("events[0]", "subject")]


@pytest.mark.parametrize("wrong", [{"audience": "boss"}, {"relation": "friend"}, {"audience": 5}])
def test_a_row_is_checked(wrong):
    row = {"audience": "manager", "relation": "assigned", "korean_label": "-", **wrong}
    assert violations(lambda: EntryInfo(**row)) == [(next(iter(wrong)), "enum")]
