"""What one person, or a tenant for everybody, wants to receive."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from attrs import field, frozen

from naverworks_notify.alerts import ENTRIES, LOCALES, Audience, normalize_locale
from naverworks_notify.errors import InvalidPerson, InvalidValue
from naverworks_notify.policy._choice import check_member, to_member, to_set
from naverworks_notify.policy._hours import ReceiveWindow, read_window
from naverworks_notify.validation import ObjectReader, Violations, read_text

__all__ = ["NO_PREFERENCES", "Preferences", "check_ids", "read_preferences", "to_ids"]


# What a converter cannot convert stays as it is, and is told as a violation.
def to_ids(value: Iterable[str]) -> frozenset[str]:
    """Return a set of the ids; what is none stays as it is, for `check_ids` to tell."""
    if isinstance(value, (set, frozenset, list, tuple)) and all(isinstance(v, str) for v in value):
        return frozenset(value)
    return value  # type: ignore[return-value]


def _to_audiences(value: Iterable[Audience | str]) -> frozenset[Audience]:
    if isinstance(value, (set, frozenset, list, tuple)):
        return to_set([to_member(Audience, one) for one in value])  # type: ignore[return-value]
    return value  # type: ignore[return-value]


def _to_locale(value: str | None) -> str | None:
    try:
        return None if value is None else normalize_locale(value)
    except InvalidValue:
        return value


@frozen(kw_only=True)
class Preferences:
    """What one person wants to receive, and when.

    Attributes:
        receive_window: The hours to be reached in; None receives all day (or as the tenant's
            defaults say, where a policy has them).
        muted: Catalog ids this person switched off, such as `manager.interview.confirmed`.
        muted_audiences: Whole variants this person switched off.
        wanted: Catalog ids this person wants although the tenant's defaults mute them.
        locale: `ko`, `en` or `ja`; spellings such as `ko_KR` and `ko-KR` are normalised. None
            leaves the language to the alert.
        extra_ids: Ids of the caller's own alert types that may stand in the sets above.

    Raises:
        InvalidPerson: With every broken rule in `.violations`.

    Source: https://guide.roundhr.com/setting/profile/notification (receive time and type can be
    personalised), seen 2026-11. Whether messenger alerts can be switched off by type is not
    documented; chosen because mail alerts can.

    Examples:
        >>> Preferences(muted={"interviewer.interview.reminder"}, locale="ko-KR").locale
        'ko'
    """

    receive_window: ReceiveWindow | None = None
    muted: frozenset[str] = field(default=frozenset(), converter=to_ids)
    muted_audiences: frozenset[Audience] = field(default=frozenset(), converter=_to_audiences)
    wanted: frozenset[str] = field(default=frozenset(), converter=to_ids)
    locale: str | None = field(default=None, converter=_to_locale)
    extra_ids: frozenset[str] = field(default=frozenset(), converter=to_ids, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        found = Violations()
        _check_window(self.receive_window, found)
        known: AbstractSet[str] = ENTRIES.keys()
        if isinstance(self.extra_ids, frozenset):
            known |= self.extra_ids
        else:
            found.add("extra_ids", "type", "must be a set of ids.")
        check_ids("muted", self.muted, known, found)
        check_ids("wanted", self.wanted, known, found)
        _check_audiences(self.muted_audiences, found)
        if self.locale is not None and self.locale not in LOCALES:
            found.add("locale", "locale", f"must be one of {', '.join(LOCALES)}.")
        found.raise_as(InvalidPerson)

    @classmethod
    def from_dict(cls, raw: object, *, extra_ids: Collection[str] = ()) -> Preferences:
        """Return the preferences of a JSON object, such as a column or a request's body.

        Args:
            raw: The decoded JSON object.
            extra_ids: Ids of the caller's own alert types, which may be named as well.

        Raises:
            InvalidPerson: With every broken rule, each with its path, such as `muted[0]`.
        """
        found = Violations()
        read = read_preferences(raw, "", found, extra_ids=extra_ids)
        found.raise_as(InvalidPerson)
        return read

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, the exact inverse of `from_dict`; what is not set is left out."""
        written: dict[str, Any] = {}
        if self.receive_window is not None:
            written["receive_window"] = self.receive_window.to_dict()
        if self.muted:
            written["muted"] = sorted(self.muted)
        if self.muted_audiences:
            written["muted_audiences"] = sorted(self.muted_audiences)
        if self.wanted:
            written["wanted"] = sorted(self.wanted)
        if self.locale is not None:
            written["locale"] = self.locale
        return written


def read_preferences(
    raw: object, path: str, found: Violations, *, extra_ids: Collection[str] = ()
) -> Preferences:
    """Read the JSON form of preferences, noting what is wrong; what is wrong counts as unset."""
    known = ENTRIES.keys() | set(extra_ids)

    def read_id(raw: object, path: str, found: Violations) -> str | None:
        text = read_text(raw, path, found)
        if text is not None and text not in known:
            found.add(path, "catalog_id", f"{text!r} is not a catalog id.")
            return None
        return text

    reader = ObjectReader(raw, path=path, violations=found)
    window = reader.nested("receive_window", read_window)
    muted = reader.items("muted", read_id)
    audiences = reader.items("muted_audiences", _read_audience)
    wanted = reader.items("wanted", read_id)
    locale = _to_locale(reader.text("locale"))
    if locale is not None and locale not in LOCALES:
        found.add(reader.path("locale"), "locale", f"must be one of {', '.join(LOCALES)}.")
        locale = None
    reader.finish()
    return Preferences(
        receive_window=window,
        muted=muted or (),
        muted_audiences=audiences or (),
        wanted=wanted or (),
        locale=locale,
        extra_ids=extra_ids,
    )


def _read_audience(raw: object, path: str, found: Violations) -> Audience | None:
    return check_member(Audience, raw, path, found)


def _check_window(window: object, found: Violations) -> None:
    if window is not None and not isinstance(window, ReceiveWindow):
        found.add("receive_window", "type", "must be a ReceiveWindow, or None for all day.")


def check_ids(path: str, ids: object, known: Collection[str], found: Violations) -> None:
    """Note what is no set of known catalog ids."""
    if not isinstance(ids, frozenset):
        found.add(path, "type", "must be a set of catalog ids.")
        return
    for unknown in sorted(ids.difference(known)):
        found.add(path, "catalog_id", f"{unknown!r} is not a catalog id.")


def _check_audiences(audiences: object, found: Violations) -> None:
    if not isinstance(audiences, frozenset):
        found.add("muted_audiences", "type", "must be a set of audiences.")
        return
    for audience in audiences:
        check_member(Audience, audience, "muted_audiences", found)


NO_PREFERENCES = Preferences()
