"""The violations of one check or reading, and how deep it went."""

from __future__ import annotations

from naverworks_notify.errors import Violation
from naverworks_notify.validation import Violations

__all__ = ["Findings"]


class Findings(Violations):
    """Violations that can be looked through and moved.

    Attributes:
        found: Everything noted so far.
        depth: How many boxes the reader is in.
        too_deep: Set once nesting went beyond its limit, so that nothing is read deeper.
        keep: Whether members and types that nobody documents are kept, not refused.
        kept_bytes: How much JSON was kept so far.
        kept_passed: A lower bound on it while it is being copied.
        kept_too_much: Set once that was too much, so that nothing more is copied.
        drops: Whether what cannot be read is left out, instead of refused.
        dropped: What was left out.
        known_ids: The ids of the caller's own alerts, for kinds that ask.
    """

    depth: int = 0
    too_deep: bool = False
    keep: bool = False
    kept_bytes: int = 0
    kept_passed: int = 0
    kept_too_much: bool = False
    drops: bool = False
    dropped: tuple[Violation, ...] = ()
    known_ids: frozenset[str] = frozenset()

    def __init__(self) -> None:
        # One is made for every value there is, so the detour over super() is spared.
        self.found: list[Violation] = []
        self._found = self.found

    def drop(self, since: int, path: str = "") -> None:
        """Leave out what the findings after the first `since` are about, all of it under `path`."""
        if path:
            self.put_under(path, since)
        self.dropped += tuple(self.found[since:])
        del self.found[since:]

    def put_under(self, path: str, since: int) -> None:
        """Put the paths of what was noted after the first `since` under `path`."""
        for at in range(since, len(self.found)):
            noted = self.found[at]
            rest = noted.path
            nested = f"{path}{rest}" if not rest or rest[0] == "[" else f"{path}.{rest}"
            self.found[at] = Violation(nested, noted.rule, noted.message)
