"""Time zones by their IANA names, from the system's database or the package `tzdata`.

None is read before it is used: a machine that has neither can import all of this package.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from naverworks_notify.errors import InvalidValue, MissingTimeZones, Violation

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["find_zone", "zone_of"]


def find_zone(name: object) -> ZoneInfo | None:
    """Return the zone of a name, or None when there is none of that name.

    Raises:
        MissingTimeZones: This machine has no time zone data at all.
    """
    return _load(name) if isinstance(name, str) else None


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of a name.

    Raises:
        InvalidValue: There is none of that name.
        MissingTimeZones: This machine has no time zone data at all.
    """
    zone = _load(name)
    if zone is None:
        told = "must be an IANA zone such as Asia/Seoul."
        raise InvalidValue(violations=(Violation("zone", "zone", told),))
    return zone


@lru_cache(maxsize=512)
def _load(name: str) -> ZoneInfo | None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - importing the catalog stays cheap

    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        # An unknown name, a folder of the database, and a path that leads out of it. Or there is no
        # database: then the one zone is missing that all of them have.
        try:
            ZoneInfo("UTC")
        except (KeyError, OSError, ValueError):
            raise MissingTimeZones from None
        return None
