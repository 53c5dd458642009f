"""How a command ends."""

from __future__ import annotations

import enum

__all__ = ["Exit", "Refused", "UsageError"]


class Exit(enum.IntEnum):
    """Exit statuses."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    INTERRUPTED = 130


class UsageError(Exception):
    """The command was called wrongly: a bad flag, a missing file. Exit status 2.

    Attributes:
        remedy: What to do instead, or an empty string.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class Refused(Exception):  # noqa: N818 - how a command ends
    """The command could not do its work. Exit status 1.

    Attributes:
        remedy: What to do next, or an empty string.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy
