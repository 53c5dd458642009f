"""Document evaluations by the hour: per person and posting, from the first item on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.alerts import EvaluationItem, Slot
from naverworks_notify.policy import (
    DigestItem,
    PolicyOptions,
    RecruitingPolicy,
    close_digests,
    decide,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TEN = datetime.fromisoformat("2026-03-02T10:00:00+09:00")


@pytest.fixture(scope="module")
def item(alert):
    """Return the maker of items: `item("u-1", minutes=3)`."""

    def make(person="u-1", *, minutes=0, posting="p-1", name=None, **changes):
        return DigestItem(
            person,
            alert(
                "document_evaluation.completed",
                event_id=name or f"e{minutes}",
                completed_at=(TEN + minutes * MINUTE).isoformat(),
                posting={"id": posting, "title": "t"},
                **changes,
            ),
        )

    return make


def shape(windows):
    return [
        (one.person_id, one.alert.posting.id, one.alert.event_id, len(one.alert.items))
        for one in windows
    ]


def test_the_digest_says_what_its_items_said(item):
    first = item(minutes=10, name="late", submitted_count=2, total_count=3, result="합격")
    second = item(minutes=0, name="early", stage=None, locale="en")
    ((window,), waiting) = close_digests([first, second])
    assert waiting == ()
    assert window.person_id == "u-1"
    digest = window.alert
    assert digest.event_id == "digest:u-1:p-1:early"
    assert digest.occurred_at == TEN + HOUR
    assert digest.window == Slot(TEN, TEN + HOUR)
    assert digest.posting == first.alert.posting
    assert digest.locale == "en"
    assert digest.items == (
        EvaluationItem(candidate=second.alert.candidate, completed_at=TEN),
        EvaluationItem(
            candidate=first.alert.candidate,
            completed_at=TEN + 10 * MINUTE,
            stage=first.alert.stage,
            submitted_count=2,
            total_count=3,
            result="합격",
        ),
    )


def test_an_hour_begins_with_its_first_item_and_ends_before_the_sixtieth_minute(item):
    items = [item(minutes=minute) for minute in (10, 69, 70, 129, 135)]
    windows, _ = close_digests(items)
    assert shape(windows) == [
        ("u-1", "p-1", "digest:u-1:p-1:e10", 2),
        ("u-1", "p-1", "digest:u-1:p-1:e70", 2),
        ("u-1", "p-1", "digest:u-1:p-1:e135", 1),
    ]


def test_people_and_postings_are_kept_apart(item):
    items = [item(), item("u-2"), item(posting="p-2"), item(minutes=5)]
    windows, _ = close_digests(items)
    assert shape(windows) == [
        ("u-1", "p-1", "digest:u-1:p-1:e0", 2),
        ("u-2", "p-1", "digest:u-2:p-1:e0", 1),
        ("u-1", "p-2", "digest:u-1:p-2:e0", 1),
    ]


@pytest.mark.parametrize(("minutes", "closed"), [(59, 0), (60, 1), (119, 1), (120, 2)])
def test_only_what_is_over_is_closed(item, minutes, closed):
    items = [item(minutes=0), item(minutes=60), item(minutes=61)]
    windows, waiting = close_digests(items, until=TEN + minutes * MINUTE)
    assert len(windows) == closed
    assert len(waiting) == [3, 2, 0][closed]
    again, rest = close_digests(waiting)
    assert shape(windows) + shape(again) == shape(close_digests(items)[0])
    assert rest == ()


def test_windows_can_follow_the_clock(item):
    items = [item(minutes=minute) for minute in (-10, 10, 59, 60)]
    windows, _ = close_digests(items, aligned=True)
    assert [(one.alert.window.start_at, len(one.alert.items)) for one in windows] == [
        (TEN - HOUR, 1),
        (TEN, 2),
        (TEN + HOUR, 1),
    ]
    open_, waiting = close_digests(items, aligned=True, until=TEN)
    assert (len(open_), len(waiting)) == (1, 3)


def test_the_length_is_a_choice(item):
    items = [item(minutes=minute) for minute in (0, 29, 30)]
    windows, _ = close_digests(items, length=30 * MINUTE)
    assert [len(one.alert.items) for one in windows] == [2, 1]
    assert windows[0].alert.window == Slot(TEN, TEN + 30 * MINUTE)


def test_a_policy_closes_by_its_options(item):
    items = [item(minutes=minute) for minute in (10, 35, 45)]
    half_hours = RecruitingPolicy(PolicyOptions(digest_length=30 * MINUTE, digest_aligned=True))
    windows, waiting = half_hours.close_digests(items, until=TEN + 30 * MINUTE)
    assert [len(one.alert.items) for one in windows] == [1]
    assert waiting == tuple(items[1:])
    assert len(RecruitingPolicy().close_digests(items)[0]) == 1


def test_what_was_collected_twice_is_told_once(item):
    twice, other = item(minutes=3, name="e"), item("u-2", minutes=3, name="e")
    windows, _ = close_digests([twice, other, twice, item(minutes=9, name="e")])
    assert shape(windows) == [
        ("u-1", "p-1", "digest:u-1:p-1:e", 1),
        ("u-2", "p-1", "digest:u-2:p-1:e", 1),
    ]
    assert windows[0].alert.items[0].completed_at == TEN + 3 * MINUTE
    assert close_digests([twice, twice], until=TEN) == ((), (twice,))


def test_items_of_one_moment_keep_their_order(item):
    one, two = item(name="b"), item(name="a")
    for items in ([one, two], [two, one]):
        ((window,), _) = close_digests(items)
        assert window.alert.event_id == f"digest:u-1:p-1:{items[0].alert.event_id}"


@given(st.permutations(range(6)), st.booleans(), st.integers(0, 200))
def test_the_order_of_arrival_changes_no_window(item, order, aligned, minutes):
    """Where no two items are of one moment, it does not matter in which order they are handed in."""
    times = [(0, "p-1"), (59, "p-1"), (60, "p-1"), (61, "p-2"), (130, "p-1"), (131, "p-2")]
    items = [item(minutes=at, posting=posting) for at, posting in times]
    until = TEN + minutes * MINUTE
    windows, waiting = close_digests(items, until=until, aligned=aligned)
    again, still = close_digests([items[i] for i in order], until=until, aligned=aligned)
    assert set(again) == set(windows)
    assert set(still) == set(waiting)


def test_nothing_collected_is_no_digest():
    assert close_digests([]) == ((), ())


def test_the_end_of_time(alert):
    last = alert("document_evaluation.completed", completed_at="9999-12-31T23:59:00+00:00")
    ((window,), _) = close_digests([DigestItem("u", last)])
    assert window.alert.window.end_at == datetime.max.replace(tzinfo=UTC)
    assert close_digests([DigestItem("u", last)], until=TEN) == ((), (DigestItem("u", last),))


def test_each_digest_is_decided_for_its_person(item, manager):
    ((window,), _) = close_digests([item(manager.id)])
    (one,) = decide(window.alert, [manager], now=TEN)
    assert (one.outcome, one.reason) == ("send", "posting_manager")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["u-1", "u-2"]),
            st.sampled_from(["p-1", "p-2"]),
            st.integers(0, 300),
            st.sampled_from([UTC, timezone(9 * HOUR), timezone(-5 * HOUR)]),
        ),
        max_size=12,
    ),
    st.integers(0, 400),
    st.booleans(),
)
def test_nothing_is_lost_and_nothing_told_twice(item, drawn, minutes, aligned):
    items = [
        DigestItem(
            person,
            evolve(
                item(posting=posting, name=f"e{number}").alert,
                completed_at=(TEN + at * MINUTE).astimezone(zone),
            ),
        )
        for number, (person, posting, at, zone) in enumerate(drawn)
    ]
    until = TEN + minutes * MINUTE
    windows, waiting = close_digests(items, until=until, aligned=aligned)
    assert sum(len(one.alert.items) for one in windows) + len(waiting) == len(items)
    assert set(waiting) <= set(items)
    for one in windows:
        window = one.alert.window
        assert window.end_at - window.start_at == HOUR
        assert window.end_at <= until
        told = [entry.completed_at for entry in one.alert.items]
        assert told == sorted(told)
        assert all(window.start_at <= at < window.end_at for at in told)
        assert aligned or told[0] == window.start_at
    assert len({one.alert.event_id for one in windows}) == len(windows)
