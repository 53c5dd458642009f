"""Hypothesis strategies for people, what they want, and when they want it.

Example:
    >>> from hypothesis import given
    >>> @given(people())
    ... def test_round_trip(person):
    ...     assert Person.from_dict(person.to_dict()) == person
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from hypothesis import strategies as st

from naverworks_notify.alerts import ENTRIES, LOCALES, Audience
from naverworks_notify.policy import (
    Absence,
    OrgRole,
    Person,
    PostingRole,
    Preferences,
    ReceiveWindow,
    TeamRole,
)

__all__ = ["companies", "instants", "people", "preferences", "receive_windows", "zones"]

_ZONES = (
    "Asia/Seoul",
    "UTC",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Europe/London",
    "Africa/Casablanca",
)
_HALF_HOURS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))


def zones() -> st.SearchStrategy[str]:
    """Return names of zones, most of them with a clock that somebody found surprising."""
    return st.sampled_from(_ZONES)


def instants() -> st.SearchStrategy[datetime]:
    """Return aware moments of the years 2020 to 2035."""
    return st.datetimes(
        min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - made aware right here
        max_value=datetime(2035, 12, 31),  # noqa: DTZ001
        timezones=st.just(UTC),
    )


@st.composite
def receive_windows(draw: st.DrawFn) -> ReceiveWindow:
    """Return windows in half-hour steps, about half of them across midnight."""
    start = draw(st.sampled_from(_HALF_HOURS))
    end = draw(st.sampled_from((*_HALF_HOURS, time.max)).filter(lambda end: end != start))
    return ReceiveWindow(start=start, end=end, tz=draw(zones()))


def preferences() -> st.SearchStrategy[Preferences]:
    """Return what a person may have chosen."""
    ids = st.frozensets(st.sampled_from(sorted(ENTRIES)), max_size=4)
    return st.builds(
        Preferences,
        receive_window=st.none() | receive_windows(),
        muted=ids,
        muted_audiences=st.frozensets(st.sampled_from(Audience), max_size=1),
        wanted=ids,
        locale=st.none() | st.sampled_from(LOCALES),
    )


@st.composite
def absences(draw: st.DrawFn) -> Absence:
    """Return absences during which one of `u-0` to `u-9` stands in."""
    start, end = sorted((draw(instants()), draw(instants())))
    return Absence(f"u-{draw(st.integers(0, 9))}", start, end)


def people(
    *,
    ids: st.SearchStrategy[str] | None = None,
    posting_ids: Sequence[str] = ("p-1", "p-2"),
    team_ids: Sequence[str] = ("t-1", "t-2"),
) -> st.SearchStrategy[Person]:
    """Return people with any roles on the given postings and in the given teams."""
    names = st.text(min_size=1, max_size=8).filter(lambda text: bool(text.strip()))
    return st.builds(
        Person,
        id=names if ids is None else ids,
        name=names,
        email=st.none() | st.sampled_from(("doyoon@example.com", "haneul@example.com")),
        works_user_id=st.none() | st.sampled_from(("w-1", "w-2")),
        org_role=st.sampled_from(OrgRole),
        posting_roles=st.dictionaries(st.sampled_from(posting_ids), st.sampled_from(PostingRole)),
        team_roles=st.dictionaries(st.sampled_from(team_ids), st.sampled_from(TeamRole)),
        preferences=preferences(),
        active=st.booleans(),
        away=st.none() | absences(),
        snoozed_until=st.none() | instants(),
    )


def companies(
    *,
    posting_ids: Sequence[str] = ("p-1", "p-2"),
    team_ids: Sequence[str] = ("t-1", "t-2"),
    max_size: int = 8,
) -> st.SearchStrategy[tuple[Person, ...]]:
    """Return several people with different ids, `u-0` and so on."""
    ids = st.integers(0, max_size * 2).map(lambda number: f"u-{number}")
    return st.lists(
        people(ids=ids, posting_ids=posting_ids, team_ids=team_ids),
        max_size=max_size,
        unique_by=lambda person: person.id,
    ).map(tuple)
