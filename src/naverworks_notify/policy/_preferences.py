"""What one person, or a tenant for everybody, wants to receive."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from attrs import field, frozen

from naverworks_notify.alerts import ENTRIES, LOCALES, Audience, Vocabulary
from naverworks_notify.alerts._locales import PATTERN, find_locale
from naverworks_notify.errors import InvalidPerson
from naverworks_notify.logs import logger_of
from naverworks_notify.policy._hours import DEFAULT_ZONE, ReceiveWindow, ZoneName
from naverworks_notify.schema import (
    Definitions,
    Findings,
    SetOf,
    Table,
    Text,
    Value,
    as_set,
    did_you_mean,
    member,
    to_member,
)
from naverworks_notify.zones import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["NO_PREFERENCES", "CatalogId", "Preferences", "known_ids", "to_ids"]

_log = logger_of("policy")


class CatalogId(Text):
    """The id of an entry: a documented one, or one of the caller's own that are known."""

    __slots__ = ()

    def check(self, value: Any, path: str, out: Findings) -> None:
        known = len(out.found)
        super().check(value, path, out)
        if len(out.found) == known and value not in ENTRIES and value not in out.known_ids:
            near = did_you_mean(value, [*ENTRIES, *out.known_ids])
            out.add(path, "catalog_id", f"{value!r} is not a catalog id.{near}")

    def schema(self, definitions: Definitions) -> dict[str, Any]:
        return {"enum": [*ENTRIES, *definitions.known_ids]}


class _LocaleChoice(Text):
    """A language this package writes, in any usual spelling; kept as its short name."""

    __slots__ = ()

    def settle(self, value: Any, path: str, out: Findings) -> Any:
        found = find_locale(value)
        if found is None:
            known = len(out.found)
            super().check(value, path, out)
            if len(out.found) == known:
                out.add(path, "locale", f"must be one of {', '.join(LOCALES)}.")
        return found

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        return self.settle(raw, path, out)

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "string", "pattern": PATTERN}


def known_ids(extra_ids: Iterable[str], vocabulary: Vocabulary | None = None) -> frozenset[str]:
    """Return the ids that people may name beside the documented ones."""
    own: Collection[str] = () if vocabulary is None else vocabulary.entries.keys() - ENTRIES.keys()
    return frozenset(extra_ids).union(own)


def to_ids(value: Iterable[str]) -> frozenset[str]:
    """Return a set of the ids; what is none stays as it is, for the check to tell."""
    return as_set(value)


def _to_audiences(value: Iterable[Audience | str]) -> frozenset[Audience]:
    given: Any = as_set(value)
    if not isinstance(given, frozenset):
        return given  # type: ignore[no-any-return]
    return frozenset([to_member(Audience, one) for one in given])


@frozen(kw_only=True)
class Preferences(Value):
    """What one person wants to receive, and when.

    Attributes:
        receive_window: The hours to be reached in; None receives all day (or as the tenant's
            defaults say, where a policy has them).
        muted: Catalog ids this person switched off, such as `manager.interview.confirmed`.
        muted_audiences: Whole variants this person switched off.
        wanted: Catalog ids this person wants although the tenant's defaults mute them.
        locale: `ko`, `en` or `ja`; spellings such as `ko_KR` and `ko-KR` are normalised. None
            leaves the language to the alert.
        zone: IANA name of the zone whose clock this person reads; None for that of the receive
            window, else Asia/Seoul.
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

    error: ClassVar[type[InvalidPerson]] = InvalidPerson
    _refusal: ClassVar[str] = ""

    receive_window: ReceiveWindow | None = None
    muted: frozenset[str] = field(
        default=frozenset(), converter=to_ids, metadata=member(kind=SetOf(CatalogId()))
    )
    muted_audiences: frozenset[Audience] = field(default=frozenset(), converter=_to_audiences)
    wanted: frozenset[str] = field(
        default=frozenset(), converter=to_ids, metadata=member(kind=SetOf(CatalogId()))
    )
    locale: str | None = field(default=None, metadata=member(kind=_LocaleChoice()))
    zone: str | None = field(default=None, metadata=member(kind=ZoneName()))
    extra_ids: frozenset[str] = field(
        default=frozenset(), converter=to_ids, repr=False, eq=False, metadata=member(in_json=False)
    )

    @property
    def zone_info(self) -> ZoneInfo:
        """The zone whose clock this person reads: `zone`, the window's, or Asia/Seoul."""
        if self.zone is None and self.receive_window is not None:
            return self.receive_window.zone
        return zone_of(self.zone or DEFAULT_ZONE)

    def _findings(self) -> Findings:
        out = Findings()
        if isinstance(self.extra_ids, frozenset):
            out.known_ids = self.extra_ids
        return out

    @classmethod
    def _read_members(
        cls, raw: Mapping[Any, Any], table: Table, out: Findings, wrong: set[str]
    ) -> dict[str, Any]:
        members = super()._read_members(raw, table, out, wrong)
        return {**members, "extra_ids": out.known_ids} if out.known_ids else members

    @classmethod
    def from_dict(
        cls,
        raw: object,
        *,
        extra_ids: Iterable[str] = (),
        vocabulary: Vocabulary | None = None,
        unknown: Literal["refuse", "drop"] = "refuse",
    ) -> Preferences:
        """Return the preferences of a JSON object, such as a column or a request's body.

        Args:
            raw: The decoded JSON object.
            extra_ids: Ids of the caller's own alert types, which may be named as well.
            vocabulary: The alert types themselves, which name their ids.
            unknown: `drop` leaves out what cannot be read: a muted id that is gone, a window in an
                unknown zone, a language without texts. One bad row that was stored long ago then
                costs its person a setting, and nobody an alert. What is left out is logged.

        Raises:
            InvalidPerson: With every broken rule, each with its path, such as `muted[0]`.
        """
        out = Findings()
        out.known_ids = known_ids(extra_ids, vocabulary)
        out.drops = unknown == "drop"
        read = cls._from_dict(raw, out)
        if out.dropped:
            told = ", ".join([f"{one.path} ({one.rule})" for one in out.dropped])
            _log.warning("Left out of preferences that were stored: %s", told)
        return read


NO_PREFERENCES = Preferences()
