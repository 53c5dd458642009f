"""Whether a preference store keeps its duties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import uuid4

from attrs import evolve

from naverworks_notify.policy import (
    AsyncPreferenceStore,
    Preferences,
    PreferenceStore,
    ReceiveWindow,
)
from naverworks_notify.testing.adapter_checks._asking import Check, run_check, run_check_async
from naverworks_notify.testing.adapter_checks._duty import BrokenDuty

__all__ = ["check_async_preference_store", "check_preference_store"]


def check_preference_store(
    store: PreferenceStore,
    *,
    person_ids: tuple[str, str],
) -> tuple[BrokenDuty, ...]:
    """Return the duties that a preference store does not keep; an empty tuple when all is well.

    Args:
        store: The adapter.
        person_ids: Two people whom the store may know, and who have chosen nothing yet.

    Examples:
        >>> class Forgetful:
        ...     def load(self, person_ids):
        ...         return {}
        ...     def save(self, person_id, preferences):
        ...         pass
        >>> [broken.duty for broken in check_preference_store(Forgetful(), person_ids=("a", "b"))]
        ['keeps_exactly', 'replaces']
    """
    return run_check(_preference_check(store, person_ids))


async def check_async_preference_store(
    store: AsyncPreferenceStore, *, person_ids: tuple[str, str]
) -> tuple[BrokenDuty, ...]:
    """Do what `check_preference_store` does, for an event loop."""
    return await run_check_async(_preference_check(store, person_ids))


def _preference_check(
    store: PreferenceStore | AsyncPreferenceStore,
    person_ids: tuple[str, str],
) -> Check:
    found: list[BrokenDuty] = []
    mine, other = person_ids
    unknown = str(uuid4())

    def loaded(ids: Iterable[str]) -> Callable[[], Any]:
        return lambda: store.load(iter(tuple(ids)))

    def saved(preferences: Preferences) -> Callable[[], Any]:
        return lambda: store.save(mine, preferences)

    def expect(duty: str, kept: Mapping[str, Preferences], wanted: Preferences) -> None:
        if kept.get(mine, Preferences()) != wanted:
            found.append(BrokenDuty(duty, f"{wanted.to_dict()} was saved and did not come back."))
        if kept.get(other, Preferences()) != Preferences():
            found.append(BrokenDuty("own_only", "one person's settings became another one's."))
        if unknown in kept:
            found.append(BrokenDuty("leaves_out_unknown", "an id came back that nobody knows."))

    everything = Preferences(
        receive_window=ReceiveWindow(start="22:00", end="06:30", tz="America/New_York"),
        muted={"interviewer.interview.reminder", "manager.interview.confirmed"},
        muted_audiences={"manager"},
        wanted={"interviewer.interview.changed"},
        locale="ja",
    )
    ids = (mine, other, unknown)
    expect("starts_empty", (yield loaded(ids)), Preferences())
    yield saved(everything)
    expect("keeps_exactly", (yield loaded(ids)), everything)
    fewer = evolve(Preferences(), locale="en")
    yield saved(fewer)
    expect("replaces", (yield loaded(ids)), fewer)
    yield saved(Preferences())
    expect("clears", (yield loaded(ids)), Preferences())
    if (yield loaded(())):
        found.append(BrokenDuty("answers_the_question", "nobody was asked for, somebody came."))
    return tuple(found)
