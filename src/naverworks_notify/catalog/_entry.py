"""One entry of the catalog: an alert for an audience, and the function that says what it means."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from naverworks_notify.alerts import ENTRIES, Audience, EntryInfo, Timing
from naverworks_notify.catalog import _describe as say
from naverworks_notify.catalog._describe import Describe

__all__ = ["DOCUMENTED", "Entry"]


@frozen(kw_only=True)
class Entry:
    """An alert as one audience reads it.

    Attributes:
        info: The documented facts: labels, trigger, timing, fields.
        describe: Takes the alert and a `Writer`, returns the `Brief`. Pure.
        version: Goes up when what the entry says changes.
    """

    info: EntryInfo
    describe: Describe
    version: int = 1

    @property
    def id(self) -> str:
        """`<audience>.<event type>`."""
        return self.info.id

    @property
    def audience(self) -> Audience:
        """Whom the entry is written for."""
        return self.info.audience

    @property
    def event_type(self) -> str:
        """The event that feeds it."""
        return self.info.event_type

    @property
    def korean_label(self) -> str:
        """Its name in the product's list."""
        return self.info.korean_label

    @property
    def english_label(self) -> str:
        """The same in English."""
        return self.info.english_label

    @property
    def trigger(self) -> str:
        """What sets it off."""
        return self.info.trigger

    @property
    def timing(self) -> Timing:
        """When it goes out."""
        return self.info.timing

    @property
    def fields(self) -> tuple[str, ...]:
        """Payload fields; `!` required, `?` optional."""
        return self.info.fields


def _description_of(event_type: str) -> Describe:
    # The function bears the name of the event.
    describe: Describe = getattr(say, event_type.replace(".", "_"))
    return describe


# Entries that no longer say what they said when they were first released.
_VERSIONS: Mapping[str, int] = {}

DOCUMENTED: Mapping[str, Entry] = {
    info.id: Entry(
        info=info,
        describe=_description_of(info.event_type),
        version=_VERSIONS.get(info.id, 1),
    )
    for info in ENTRIES.values()
}
"""The 26 documented entries, in the order of the product's list."""
