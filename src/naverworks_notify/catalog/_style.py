"""How a catalog looks and what it may tell: values a caller changes in one place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import tzinfo
from enum import StrEnum

from attrs import field, frozen

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.zones import find_zone, zone_of

__all__ = ["Detail", "Style", "Tone"]

_DEFAULT_ZONE = "Asia/Seoul"
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


class Detail(StrEnum):
    """What a message leaves out unless a catalog is told to show it.

    An applicant's name, posting and stage are all the personal data in a message by default.
    """

    EXCERPT = "excerpt"
    """Words of a chat message or of the applicant. Readers of a chat message can be restricted."""
    RESULT = "result"
    """Outcomes and scores of evaluations."""
    LINKS = "links"
    """Links in what colleagues wrote stay live. Those in names, titles and words of applicants
    never do."""


class Tone(StrEnum):
    """What kind of news a message is; decides the colour of its title."""

    NEWS = "news"
    REQUEST = "request"
    WARNING = "warning"


def _as_set(details: Iterable[Detail]) -> frozenset[Detail]:
    return frozenset(details)


@frozen(kw_only=True)
class Style:
    """The look of all messages of a catalog, and what they may tell.

    Attributes:
        accent: Colour of the kind of alert, of what changed and of the first button, `#RRGGBB`.
        warning: Colour of the kind of alert for cancellations, failures and overdue work.
        bot_name: Shown above the title; None shows none.
        zone: IANA name of the zone in which times are shown.
        details: What to show beyond the default.

    Raises:
        InvalidValue: A colour, the zone or a detail is wrong; all of them are told.
    """

    # Both have a contrast of 3.9 with white and with the client's dark background alike.
    accent: str = "#3D7BF2"
    warning: str = "#E5484D"
    bot_name: str | None = None
    zone: str = _DEFAULT_ZONE
    details: frozenset[Detail] = field(default=frozenset(), converter=_as_set)

    def __attrs_post_init__(self) -> None:
        """Refuse what could only fail at the first message."""
        violations = [
            Violation(name, "color", "must be a colour such as #3D7BF2.")
            for name, value in (("accent", self.accent), ("warning", self.warning))
            if not _COLOR.fullmatch(value)
        ]
        # The default exists; looking it up can wait.
        if self.zone != _DEFAULT_ZONE and find_zone(self.zone) is None:
            violations.append(Violation("zone", "zone", "must be an IANA zone such as Asia/Seoul."))
        known = tuple(Detail)
        if any(detail not in known for detail in self.details):
            told = f"must be a set of: {', '.join(known)}."
            violations.append(Violation("details", "enum", told))
        if violations:
            raise InvalidValue("This style is refused", violations=tuple(violations))

    @property
    def zone_info(self) -> tzinfo:
        """The zone as a tzinfo."""
        return zone_of(self.zone)
