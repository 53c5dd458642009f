"""Moments as rules compare them: aware, and with a fixed offset."""

from __future__ import annotations

from datetime import datetime, timezone

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["fix_offset", "to_moment"]


def fix_offset(moment: datetime) -> datetime | None:
    """Return the moment with a fixed offset in the place of a zone, or None for a naive one.

    Two moments of one zone are compared and subtracted by their wall clocks in Python, which is
    wrong by an hour across a change of the clock.
    """
    offset = moment.utcoffset()
    return None if offset is None else moment.replace(tzinfo=timezone(offset), fold=0)


def to_moment(path: str, value: object) -> datetime:
    """Return the moment with a fixed offset.

    Raises:
        InvalidValue: It is no aware datetime.
    """
    moment = fix_offset(value) if isinstance(value, datetime) else None
    if moment is None:
        message = "must be aware, such as datetime.now(UTC)."
        raise InvalidValue(violations=(Violation(path, "aware_datetime", message),))
    return moment
