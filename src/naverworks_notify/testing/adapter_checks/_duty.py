"""What a check finds."""

from __future__ import annotations

from attrs import frozen

__all__ = ["BrokenDuty"]


@frozen
class BrokenDuty:
    """A duty that an adapter does not keep.

    Attributes:
        duty: Which one, in a word.
        told: What was expected and what came, as a sentence.
        must: Whether it is a duty, or only advice.
    """

    duty: str
    told: str
    must: bool = True

    def __str__(self) -> str:
        return f"{self.duty}: {self.told}"
