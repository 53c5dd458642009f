"""The people a policy decides about: their roles, and what they want to receive."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

from attrs import field, frozen

from naverworks_notify.alerts import ENTRIES, LOCALES, Audience, normalize_locale
from naverworks_notify.errors import InvalidPerson, InvalidValue
from naverworks_notify.policy._roles import OrgRole, PostingRole, TeamRole
from naverworks_notify.policy._window import ReceiveWindow, read_window
from naverworks_notify.validation import ObjectReader, Violations, join_path, read_text

__all__ = ["Person", "Preferences", "person_from_dict"]

E = TypeVar("E", bound=Enum)


def _to_frozenset(value: object) -> object:
    if isinstance(value, (set, frozenset, list, tuple)):
        try:
            return frozenset(value)
        except TypeError:
            return value
    return value


def _to_roles(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value


def _to_locale(value: object) -> object:
    try:
        return normalize_locale(value) if isinstance(value, str) else value
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

    Raises:
        InvalidPerson: With every broken rule in `.violations`.

    Source: https://guide.roundhr.com/setting/profile/notification (receive time and type can be
    personalised), seen 2026-11. Whether messenger alerts can be switched off by type is not
    documented; chosen because mail alerts can.

    Example:
        >>> Preferences(muted={"interviewer.interview.reminder"}, locale="ko-KR").locale
        'ko'
    """

    receive_window: ReceiveWindow | None = None
    muted: frozenset[str] = field(default=frozenset(), converter=_to_frozenset)  # type: ignore[misc]
    muted_audiences: frozenset[Audience] = field(  # type: ignore[misc]
        default=frozenset(), converter=_to_frozenset
    )
    wanted: frozenset[str] = field(default=frozenset(), converter=_to_frozenset)  # type: ignore[misc]
    locale: str | None = field(default=None, converter=_to_locale)  # type: ignore[misc]

    def __attrs_post_init__(self) -> None:
        found = Violations()
        if self.receive_window is not None and not isinstance(self.receive_window, ReceiveWindow):
            found.add("receive_window", "type", "must be a ReceiveWindow, or None for all day.")
        _check_ids("muted", self.muted, found)
        _check_ids("wanted", self.wanted, found)
        if not isinstance(self.muted_audiences, frozenset) or not (
            self.muted_audiences <= frozenset(Audience)
        ):
            found.add(
                "muted_audiences", "enum", f"must hold only {', '.join(a.value for a in Audience)}."
            )
        if self.locale is not None and self.locale not in LOCALES:
            found.add("locale", "locale", "must be ko, en or ja.")
        found.raise_as(InvalidPerson)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; what is not set is left out."""
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


def _check_ids(path: str, ids: object, found: Violations) -> None:
    if not isinstance(ids, frozenset):
        found.add(path, "type", "must be a set of catalog ids.")
        return
    for unknown in sorted(str(one) for one in ids if one not in ENTRIES):
        found.add(path, "catalog_id", f"{unknown!r} is not a catalog id.")


NO_PREFERENCES = Preferences()
_NO_ROLES: Mapping[str, Any] = MappingProxyType({})


@frozen(kw_only=True)
class Person:
    """Someone who may receive alerts, as the caller's application knows them.

    Values only; safe to share between threads. Reprs show neither address.

    Attributes:
        id: The caller's own id of this person; alerts name people by it.
        name: What people call them.
        email: Login e-mail in NAVER WORKS, the usual address of a message.
        works_user_id: User id in NAVER WORKS, where the caller knows it; wins over the e-mail.
        org_role: Role in the organisation. On its own it brings no alert.
        posting_roles: Role on each posting, by posting id.
        team_roles: Role in each team, by team id.
        preferences: What they want to receive.
        active: False for someone who left or is not synchronised; gets nothing.

    Raises:
        InvalidPerson: With every broken rule in `.violations`.

    Example:
        >>> doyoon = Person(
        ...     id="u-2",
        ...     name="이도윤",
        ...     email="doyoon@example.com",
        ...     org_role="interviewer",
        ...     posting_roles={"p-1": "job_member"},
        ... )
        >>> doyoon.posting_roles["p-1"] is PostingRole.JOB_MEMBER
        True
    """

    id: str
    name: str
    email: str | None = field(default=None, repr=False)
    works_user_id: str | None = field(default=None, repr=False)
    org_role: OrgRole = OrgRole.INTERVIEWER
    posting_roles: Mapping[str, PostingRole] = field(  # type: ignore[misc]
        default=_NO_ROLES, converter=_to_roles, hash=False
    )
    team_roles: Mapping[str, TeamRole] = field(  # type: ignore[misc]
        default=_NO_ROLES, converter=_to_roles, hash=False
    )
    preferences: Preferences = NO_PREFERENCES
    active: bool = True

    def __attrs_post_init__(self) -> None:
        found = Violations()
        _check_text("id", self.id, found)
        _check_text("name", self.name, found)
        if self.works_user_id is not None:
            _check_text("works_user_id", self.works_user_id, found)
        if self.email is not None:
            _check_email(self.email, found)
        object.__setattr__(self, "org_role", _settle(OrgRole, self.org_role, "org_role", found))
        for name, kind in (("posting_roles", PostingRole), ("team_roles", TeamRole)):
            _settle_roles(kind, getattr(self, name), name, found)
        if not isinstance(self.preferences, Preferences):
            found.add("preferences", "type", "must be Preferences.")
        if type(self.active) is not bool:
            found.add("active", "type", "must be true or false.")
        found.raise_as(InvalidPerson)

    @classmethod
    def from_dict(cls, raw: object) -> Person:
        """Return the person of a JSON object.

        Raises:
            InvalidPerson: With every broken rule, each with its path.
        """
        return person_from_dict(raw)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; what is not set is left out."""
        written: dict[str, Any] = {"id": self.id, "name": self.name}
        if self.email is not None:
            written["email"] = self.email
        if self.works_user_id is not None:
            written["works_user_id"] = self.works_user_id
        written["org_role"] = self.org_role.value
        written["active"] = self.active
        if self.posting_roles:
            written["posting_roles"] = {k: role.value for k, role in self.posting_roles.items()}
        if self.team_roles:
            written["team_roles"] = {k: role.value for k, role in self.team_roles.items()}
        preferences = self.preferences.to_dict()
        if preferences:
            written["preferences"] = preferences
        return written


def person_from_dict(raw: object) -> Person:
    """Return the person of a JSON object.

    Unknown keys, wrong types, unknown catalog ids, zones and locales are errors.

    Raises:
        InvalidPerson: With every broken rule, each with its path, such as
            `preferences.receive_window.end`.

    Example:
        >>> person_from_dict({"id": "u-2", "name": "이도윤", "org_role": "manager"}).org_role.value
        'manager'
    """
    found = Violations()
    reader = ObjectReader(raw, path="", violations=found)
    members = {
        "id": reader.text("id", required=True),
        "name": reader.text("name", required=True),
        "email": reader.text("email"),
        "works_user_id": reader.text("works_user_id"),
        "org_role": reader.text("org_role"),
        "posting_roles": reader.mapping("posting_roles", read_text),
        "team_roles": reader.mapping("team_roles", read_text),
        "preferences": reader.nested("preferences", _read_preferences),
        "active": reader.typed("active", bool),
    }
    reader.finish()
    given = {name: value for name, value in members.items() if value is not None}
    # Build in any case, so that one reading tells what the members broke by themselves as well.
    stand_ins = {"id": "-", "name": "-"} if found else {}
    try:
        person = Person(**(stand_ins | given))  # type: ignore[arg-type]
    except InvalidPerson as error:
        found.add_from("", error)
    found.raise_as(InvalidPerson)
    return person


def _read_preferences(raw: object, path: str, found: Violations) -> Preferences | None:
    reader = ObjectReader(raw, path=path, violations=found)
    window = reader.nested("receive_window", read_window)
    muted = reader.items("muted", _read_catalog_id)
    audiences = reader.items("muted_audiences", _read_audience)
    wanted = reader.items("wanted", _read_catalog_id)
    locale = reader.text("locale")
    reader.finish()
    if locale is not None and _to_locale(locale) not in LOCALES:
        found.add(join_path(path, "locale"), "locale", "must be ko, en or ja.")
        locale = None
    return Preferences(
        receive_window=window,
        muted=frozenset(muted or ()),
        muted_audiences=frozenset(audiences or ()),
        wanted=frozenset(wanted or ()),
        locale=locale,
    )


def _read_catalog_id(raw: object, path: str, found: Violations) -> str | None:
    text = read_text(raw, path, found)
    if text is not None and text not in ENTRIES:
        found.add(path, "catalog_id", f"{text!r} is not a catalog id.")
        return None
    return text


def _read_audience(raw: object, path: str, found: Violations) -> Audience | None:
    return _settle(Audience, raw, path, found)


def _settle(kind: type[E], value: object, path: str, found: Violations) -> E | None:
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(str(member.value) for member in kind)
        found.add(path, "enum", f"must be one of {allowed}.")
        return None


def _settle_roles(kind: type[E], roles: object, path: str, found: Violations) -> None:
    if not isinstance(roles, Mapping):
        found.add(path, "type", "must map ids to roles.")
        return
    if not roles:
        return
    assert isinstance(roles, dict)
    for key, role in roles.items():
        if not isinstance(key, str) or not key:
            found.add(path, "not_empty", "must have ids that are not empty as keys.")
        elif type(role) is not kind:
            roles[key] = _settle(kind, role, join_path(path, key), found)


def _check_text(path: str, value: object, found: Violations) -> None:
    if not isinstance(value, str):
        found.add(path, "type", "must be a string.")
    elif not value.strip():
        found.add(path, "not_empty", "must not be empty.")


def _check_email(value: object, found: Violations) -> None:
    if not isinstance(value, str):
        found.add("email", "type", "must be a string.")
        return
    local, at, domain = value.rpartition("@")
    if not (at and local and domain) or any(c.isspace() for c in value):
        # The address itself stays out of the message: errors end up in logs.
        found.add("email", "email", "must be an e-mail address such as name@example.com.")
