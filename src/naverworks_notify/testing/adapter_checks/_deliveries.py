"""Whether a delivery state keeps its duties."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from naverworks_notify.notifier import DeliveryState
from naverworks_notify.testing.adapter_checks._duty import BrokenDuty

__all__ = ["check_delivery_state"]

_AT = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)
_LATER = _AT + timedelta(hours=1)
_THREADS = 8


def check_delivery_state(
    state: DeliveryState, *, threads: int = _THREADS
) -> tuple[BrokenDuty, ...]:
    """Return the duties that a delivery state does not keep; an empty tuple when all is well.

    Args:
        state: The adapter; ids of events and people are UUIDs.
        threads: How many threads try to claim one pair at the same moment; 0 where the test's
            database knows one thread only.

    Examples:
        >>> from naverworks_notify.notifier import MemoryState
        >>> check_delivery_state(MemoryState())
        ()
    """
    return tuple(_state_check(state, threads))


def _uuid() -> str:
    return str(uuid4())


def _state_check(state: DeliveryState, threads: int) -> Iterator[BrokenDuty]:
    event, mine, other = _uuid(), _uuid(), _uuid()

    def told(duty: str, why: str, *, holds: bool) -> Iterator[BrokenDuty]:
        if not holds:
            yield BrokenDuty(duty, why)

    def claim(who: str, *, seen: datetime | None = None, of: str = event) -> bool:
        return state.claim(of, who, at=_LATER if seen else _AT, seen=seen)

    yield from told("empty", "an unheard-of event is known.", holds=state.delivered(event) == {})
    yield from told("claims", "a free pair could not be claimed.", holds=claim(mine))
    yield from told("claims_once", "a pair was claimed twice.", holds=not claim(mine))
    yield from told(
        "pairs", "a claim blocked another pair.", holds=claim(other) and claim(mine, of=_uuid())
    )
    yield from told(
        "tells_since_when",
        "delivered() gives other people or moments than were claimed; moments are aware, and exact"
        " to the microsecond.",
        holds=state.delivered(event) == {mine: _AT, other: _AT},
    )
    state.release(event, other)
    yield from told("releases", "a released pair could not be claimed again.", holds=claim(other))
    state.keep(event, mine, at=_LATER)
    yield from told(
        "keeps",
        "a kept pair was claimed, or its moment was lost.",
        holds=not claim(mine) and state.delivered(event).get(mine) == _LATER,
    )
    yield from told(
        "repeats_as_seen",
        "with `seen`, the pair that stands at exactly that moment gives way, and no other.",
        holds=not claim(mine, seen=_AT) and claim(mine, seen=_LATER),
    )
    state.release(event, mine)
    yield from told(
        "repeats_when_free", "with `seen`, a free pair is claimable.", holds=claim(mine, seen=_AT)
    )
    won = _winners(state, threads)
    yield from told("atomic", f"{won} threads won one claim.", holds=won == min(threads, 1))


def _winners(state: DeliveryState, threads: int) -> int:
    event, won = _uuid(), []
    start = threading.Barrier(threads) if threads else None

    def race() -> None:
        assert start is not None
        start.wait()
        won.append(state.claim(event, event, at=_AT))

    running = [threading.Thread(target=race) for _ in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return sum(won)
