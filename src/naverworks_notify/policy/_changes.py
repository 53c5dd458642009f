"""Several changes of one interview as one."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from naverworks_notify.alerts import Change, InterviewChanged

__all__ = ["merge_changes"]


def merge_changes(changes: Iterable[InterviewChanged]) -> InterviewChanged:
    """Return the last of several changes of one interview, told from where the first one started.

    The old time is that of the first change, the new one that of the last; of each changed field
    the first old and the last new value stay, and what came back to its old value is left out. The
    result keeps the last event's id. Not documented by the product; chosen so that five
    reschedulings in ten minutes read as one.

    Args:
        changes: At least one, of the same interview, in any order.

    Raises:
        ValueError: There is no change, or they are of different interviews.
    """
    ordered = sorted(changes, key=lambda change: (change.occurred_at, change.event_id))
    if not ordered:
        raise ValueError("merge_changes needs at least one change.")
    if len({change.interview.id for change in ordered}) > 1:
        raise ValueError("merge_changes takes the changes of one interview only.")
    last = ordered[-1]
    slots = [change.previous_slot for change in ordered if change.previous_slot is not None]
    previous = slots[0] if slots and slots[0] != last.interview.slot else None
    return evolve(last, previous_slot=previous, changes=_merge_fields(ordered))


def _merge_fields(ordered: list[InterviewChanged]) -> tuple[Change, ...]:
    merged: dict[str, Change] = {}
    for change in (one for alert in ordered for one in alert.changes):
        first = merged.get(change.field, change)
        merged[change.field] = Change(change.field, before=first.before, after=change.after)
    return tuple(one for one in merged.values() if one.before is None or one.before != one.after)
