"""Hypothesis strategies for alerts and what they are made of.

Texts are hostile on purpose: mention tags, control and bidirectional characters, emoji clusters,
very long titles; moments reach from year 1 to year 9999.

Example:
    >>> from hypothesis import given
    >>> @given(alerts())
    ... def test_round_trip(alert):
    ...     assert from_dict(alert.to_dict()) == alert
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from naverworks_notify.alerts import EVENTS, Alert, Slot, Value
from naverworks_notify.alerts._kinds import MAX_NUMBER, LocaleKind
from naverworks_notify.schema import (
    Flag,
    Kind,
    Many,
    Moment,
    Object,
    OneOf,
    Text,
    Url,
    Whole,
    table_of,
)

__all__ = ["alert_values", "alerts", "hostile_names", "hostile_texts", "moments", "slots"]

V = TypeVar("V", bound=Value)

_HOSTILE = (
    '<m userId="all">',
    "<m userId='u-1'>",
    "<M  USERID = all>",
    "<",
    "m userId",
    "\u202e",
    "\u2066",
    "\u200b",
    "\x00",
    "\x1b[31m",
    "\r\n",
    "\u2028",
    "\t",
    "{candidate}",
    "{0}",
    "%s",
    "javascript:alert(1)",
    "https://evil.example/",
    "👩‍👩‍👧‍👦",
    "🇰🇷🇯🇵",
    "👍🏽",
    "e\u0301\u0323",
    "각",
    "김하늘",
    "Kim, 이(李)",
    '"\\',
)


def hostile_texts() -> st.SearchStrategy[str]:
    """Return text as hostile as people can make it, now and then very long."""
    pieces = st.lists(st.one_of(st.sampled_from(_HOSTILE), st.text(max_size=12)), max_size=8).map(
        "".join
    )
    very_long = st.tuples(st.sampled_from(_HOSTILE), st.integers(100, 10_000)).map(
        lambda pair: (pair[0] * pair[1])[:10_000]
    )
    return st.one_of(pieces, st.text(max_size=40), very_long)


def hostile_names() -> st.SearchStrategy[str]:
    """Return texts that are not blank."""
    return hostile_texts().filter(lambda text: bool(text.strip()))


def _urls() -> st.SearchStrategy[str]:
    """Return https links, some as long as a button takes."""
    path = st.text("abcxyz0189-_~%/?=&#가", max_size=30)
    short = path.map(lambda text: f"https://ats.example.com/{text}")
    return st.one_of(short, st.just("https://ats.example.com/".ljust(1000, "x")))


def moments() -> st.SearchStrategy[datetime]:
    """Return aware datetimes from year 1 to 9999, in zones and with odd offsets."""
    zones = st.one_of(
        st.sampled_from(
            (
                UTC,
                timezone(timedelta(hours=9)),
                timezone(timedelta(hours=-12)),
                timezone(timedelta(hours=14)),
                timezone(timedelta(hours=5, minutes=45)),
            )
        ),
        st.sampled_from(("Asia/Seoul", "America/New_York", "Pacific/Apia")).map(ZoneInfo),
    )
    ordinary = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=zones)  # noqa: DTZ001
    return st.one_of(ordinary, st.datetimes(timezones=zones))


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    """Return spans of a minute to many days."""
    start = draw(moments())
    length = timedelta(minutes=draw(st.one_of(st.just(60), st.integers(1, 60 * 24 * 40))))
    try:
        end = start + length
    except OverflowError:
        start, end = start - length, start
    # Wall-clock arithmetic in a zone can go backwards over a change of its clock, and comparing two
    # moments of one zone does not notice.
    if _with_offset(end) > _with_offset(start):
        return Slot(start, end)
    start = _with_offset(start)
    return Slot(start, start + length)


def _with_offset(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()), fold=0)


@st.composite
def alert_values(draw: st.DrawFn, value_type: type[V]) -> V:
    """Return values of one payload or alert class, optional fields present or not."""
    members: dict[str, Any] = {}
    for member in table_of(value_type).members:
        if member.required or draw(st.booleans()):
            members[member.name] = draw(_of(member.kind))
    submitted, total = members.get("submitted_count"), members.get("total_count")
    if submitted is not None and total is not None and submitted > total:
        members["submitted_count"], members["total_count"] = total, submitted
    return value_type(**members)


def alerts(*types: type[Alert]) -> st.SearchStrategy[Alert]:
    """Return alerts of the given classes, or of all (the digest included)."""
    chosen = types or tuple(EVENTS.values())
    return st.sampled_from(chosen).flatmap(alert_values)


def _of(kind: Kind) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one line a kind
    match kind:
        case Url():
            return _urls()
        case LocaleKind():
            return st.sampled_from(("ko", "en", "ja", "ko_KR", "en-US", "JA"))
        case Text():
            return hostile_texts() if kind.empty else hostile_names()
        case Whole():
            low = kind.low or 0
            most = MAX_NUMBER if kind.high is None else kind.high
            return st.one_of(st.integers(low, low + 90), st.just(most))
        case Flag():
            return st.booleans()
        case Moment():
            return moments()
        case OneOf():
            return st.sampled_from(list(kind.enum))
        case Object():
            return slots() if kind.cls is Slot else alert_values(cast("type[Value]", kind.cls))
        case Many():
            return st.lists(_of(kind.item), min_size=kind.low, max_size=7).map(tuple)
        case _:
            raise TypeError(f"No strategy for {kind!r}.")
