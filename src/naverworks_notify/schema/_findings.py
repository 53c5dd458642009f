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
    """

    depth: int = 0
    too_deep: bool = False

    def __init__(self) -> None:
        # One is made for every value there is, so the detour over super() is spared.
        self.found: list[Violation] = []
        self._found = self.found

    def put_under(self, path: str, since: int) -> None:
        """Put the paths of what was noted after the first `since` under `path`."""
        for at in range(since, len(self.found)):
            noted = self.found[at]
            rest = noted.path
            nested = f"{path}{rest}" if not rest or rest[0] == "[" else f"{path}.{rest}"
            self.found[at] = Violation(nested, noted.rule, noted.message)
