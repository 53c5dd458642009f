"""Lengths of time that callers choose, refused where they could only fail later."""

from __future__ import annotations

from datetime import timedelta

from naverworks_notify.errors import InvalidValue
from naverworks_notify.validation import Violations

__all__ = ["check_lengths"]


def check_lengths(refusal: str, **lengths: object) -> None:
    """Refuse what is no length of time.

    Raises:
        InvalidValue: One is no timedelta, or negative; all of them are told.
    """
    violations = Violations()
    for name, length in lengths.items():
        if not isinstance(length, timedelta) or length < timedelta():
            violations.add(name, "duration", "must be a timedelta of zero or more.")
    violations.raise_as(InvalidValue, refusal)
