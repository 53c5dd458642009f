"""Lengths of time that callers choose, refused where they could only fail later."""

from __future__ import annotations

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
        violations.check_duration(name, length)
    violations.raise_as(InvalidValue, refusal)
