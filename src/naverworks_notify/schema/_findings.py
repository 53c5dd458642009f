"""The violations of one reading, and how deep it went."""

from __future__ import annotations

from naverworks_notify.errors import Violation
from naverworks_notify.validation import Violations

__all__ = ["Findings"]


class Findings(Violations):
    """Violations that can be looked through.

    Attributes:
        too_deep: Set once nesting went beyond its limit, so that nothing is read deeper.
    """

    def __init__(self) -> None:
        super().__init__()
        self.too_deep = False

    @property
    def found(self) -> tuple[Violation, ...]:
        """Everything noted so far."""
        return tuple(self._found)
