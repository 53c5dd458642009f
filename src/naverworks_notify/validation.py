"""Collecting every broken rule of a value, with its path, instead of stopping at the first."""

from __future__ import annotations

from datetime import timedelta

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["Violations", "join_path"]


def join_path(parent: str, child: str | int) -> str:
    """Return the path of a member: `a` and `b` give `a.b`, `a` and 1 give `a[1]`."""
    if isinstance(child, int):
        return f"{parent}[{child}]"
    return f"{parent}.{child}" if parent else child


class Violations:
    """A growing list of broken rules. Not thread-safe; made and used within one call."""

    def __init__(self) -> None:
        self._found: list[Violation] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, path: str, rule: str, message: str) -> None:
        """Note one broken rule."""
        self._found.append(Violation(path, rule, message))

    def check_duration(self, path: str, value: object) -> None:
        """Note what is no length of time: no timedelta, or a negative one."""
        if not isinstance(value, timedelta) or value < timedelta():
            self.add(path, "duration", "must be a timedelta of zero or more.")

    def add_from(self, path: str, error: InvalidValue) -> None:
        """Note the rules a nested value broke, their paths put under `path`."""
        for violation in error.violations:
            nested = violation.path
            if not nested:
                nested = path
            elif nested.startswith("[") or not path:
                nested = path + nested
            else:
                nested = f"{path}.{nested}"
            self._found.append(Violation(nested, violation.rule, violation.message))

    def raise_as(self, error: type[InvalidValue], message: str = "") -> None:
        """Raise `error` with everything noted; do nothing when nothing was."""
        if self._found:
            raise error(message, violations=tuple(self._found))
