"""The people a policy decides about: who they are, their roles, and what they want."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from attrs import field, fields, frozen

from naverworks_notify.errors import InvalidPerson
from naverworks_notify.policy._choice import check_member, to_member
from naverworks_notify.policy._hours import to_moment
from naverworks_notify.policy._preferences import NO_PREFERENCES, Preferences, read_preferences
from naverworks_notify.policy._roles import OrgRole, PostingRole, TeamRole
from naverworks_notify.validation import ObjectReader, Violations, join_path, read_text

__all__ = ["Absence", "Person", "person_from_dict"]

E = TypeVar("E", bound=StrEnum)

_NO_ROLES: Mapping[str, Any] = MappingProxyType({})


def _to_org_role(value: OrgRole | str) -> OrgRole:
    return to_member(OrgRole, value)


def _to_posting_roles(value: Mapping[str, PostingRole | str]) -> Mapping[str, PostingRole]:
    return _to_roles(PostingRole, value)


def _to_team_roles(value: Mapping[str, TeamRole | str]) -> Mapping[str, TeamRole]:
    return _to_roles(TeamRole, value)


def _to_roles(kind: type[E], value: Mapping[str, E | str]) -> Mapping[str, E]:
    if not isinstance(value, Mapping):
        return value
    if not value:
        return _NO_ROLES
    return MappingProxyType({key: to_member(kind, role) for key, role in value.items()})


def _show_roles(roles: Mapping[str, StrEnum]) -> str:
    return repr(dict(roles))


def _to_start(value: datetime) -> datetime:
    return to_moment("start", value)


def _to_end(value: datetime) -> datetime:
    return to_moment("end", value)


@frozen
class Absence:
    """Someone is away and another person stands in.

    Attributes:
        delegate_id: Who stands in.
        start: From when on.
        end: Until when; at this moment the person is back.
    """

    delegate_id: str
    start: datetime = field(converter=_to_start)
    end: datetime = field(converter=_to_end)

    def covers(self, now: datetime) -> bool:
        """Tell whether the person is away at that moment."""
        return self.start <= now < self.end

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; moments keep their offset."""
        return {
            "delegate_id": self.delegate_id,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        }


def _read_absence(raw: object, path: str, found: Violations) -> Absence | None:
    reader = ObjectReader(raw, path=path, violations=found)
    delegate_id = reader.text("delegate_id", required=True)
    start, end = reader.moment("start", required=True), reader.moment("end", required=True)
    reader.finish()
    if delegate_id is None or start is None or end is None:
        return None
    return Absence(delegate_id, start, end)


def _to_snoozed_until(value: datetime | None) -> datetime | None:
    return None if value is None else to_moment("snoozed_until", value)


@frozen(kw_only=True)
class Person:
    """Someone who may receive alerts, as the caller's application knows them.

    A value; safe to share between threads. Its repr shows neither address.

    Attributes:
        id: The caller's own id of this person; alerts name people by it.
        name: What people call them.
        email: Login e-mail in NAVER WORKS, the usual address of a message.
        works_user_id: User id in NAVER WORKS, where the caller knows it; wins over the e-mail.
        org_role: Role in the organisation. On its own it brings no alert.
        posting_roles: Role on each posting, by posting id; read-only.
        team_roles: Role in each team, by team id; read-only.
        preferences: What they want to receive.
        active: False for someone who left or is not synchronised; gets nothing.
        away: An absence during which another person stands in; None for nobody. One at a time.
        snoozed_until: Until when they want quiet, aware; None for no such wish.

    Roles may be given as text, such as `"job_member"`.

    Raises:
        InvalidPerson: With every broken rule in `.violations`.

    Examples:
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
    org_role: OrgRole = field(default=OrgRole.INTERVIEWER, converter=_to_org_role)
    posting_roles: Mapping[str, PostingRole] = field(
        default=_NO_ROLES, converter=_to_posting_roles, hash=False, repr=_show_roles
    )
    team_roles: Mapping[str, TeamRole] = field(
        default=_NO_ROLES, converter=_to_team_roles, hash=False, repr=_show_roles
    )
    preferences: Preferences = NO_PREFERENCES
    active: bool = True
    away: Absence | None = None
    snoozed_until: datetime | None = field(default=None, converter=_to_snoozed_until)

    def __attrs_post_init__(self) -> None:
        found = Violations()
        _check_text("id", self.id, found)
        _check_text("name", self.name, found)
        if self.works_user_id is not None:
            _check_text("works_user_id", self.works_user_id, found)
        if self.email is not None:
            _check_email(self.email, found)
        check_member(OrgRole, self.org_role, "org_role", found)
        _check_roles(PostingRole, self.posting_roles, "posting_roles", found)
        _check_roles(TeamRole, self.team_roles, "team_roles", found)
        _check_kind(Preferences, self.preferences, "preferences", "must be Preferences.", found)
        _check_kind(bool, self.active, "active", "must be true or false.", found)
        if self.away is not None:
            _check_kind(Absence, self.away, "away", "must be an Absence, or None.", found)
        found.raise_as(InvalidPerson)

    # Pickling and copying cannot take a read-only view, but the dict that it shows.
    def __getstate__(self) -> dict[str, Any]:
        state = {one.name: getattr(self, one.name) for one in fields(type(self))}
        return {
            name: dict(value) if isinstance(value, MappingProxyType) else value
            for name, value in state.items()
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            kept = MappingProxyType(value) if isinstance(value, dict) else value
            object.__setattr__(self, name, kept)

    @classmethod
    def from_dict(cls, raw: object, *, extra_ids: Collection[str] = ()) -> Person:
        """Return the person of a JSON object; see `person_from_dict`."""
        return person_from_dict(raw, extra_ids=extra_ids)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, the exact inverse of `from_dict`; what is not set is left out."""
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
        if self.away is not None:
            written["away"] = self.away.to_dict()
        if self.snoozed_until is not None:
            written["snoozed_until"] = self.snoozed_until.isoformat()
        return written


def person_from_dict(raw: object, *, extra_ids: Collection[str] = ()) -> Person:
    """Return the person of a JSON object.

    Unknown keys, wrong types, unknown catalog ids, zones and languages are errors. A member that is
    null counts as absent. Without `org_role` the person is a 면접관, the role with the fewest
    rights.

    Args:
        raw: The decoded JSON object.
        extra_ids: Ids of the caller's own alert types, which people may mute as well.

    Raises:
        InvalidPerson: With every broken rule, each with its path, such as
            `preferences.receive_window.end`.

    Examples:
        >>> person_from_dict({"id": "u-2", "name": "이도윤", "org_role": "manager"}).org_role.value
        'manager'
    """
    found = Violations()
    reader = ObjectReader(raw, path="", violations=found)
    members: dict[str, Any] = {
        "id": reader.text("id", required=True),
        "name": reader.text("name", required=True),
        "email": reader.text("email"),
        "works_user_id": reader.text("works_user_id"),
        "org_role": reader.text("org_role"),
        "posting_roles": reader.mapping("posting_roles", read_text),
        "team_roles": reader.mapping("team_roles", read_text),
        "preferences": reader.nested("preferences", partial(read_preferences, extra_ids=extra_ids)),
        "active": reader.typed("active", bool),
        "away": reader.nested("away", _read_absence),
        "snoozed_until": reader.moment("snoozed_until"),
    }
    reader.finish()
    given = {name: value for name, value in members.items() if value is not None}
    if not found:
        return Person(**given)
    # One reading tells everything: also what the members that were read break by themselves.
    whole: dict[str, Any] = {"id": "-", "name": "-", **given}
    try:
        Person(**whole)
    except InvalidPerson as error:
        found.add_from("", error)
    found.raise_as(InvalidPerson)
    raise AssertionError


def _check_text(path: str, value: object, found: Violations) -> None:
    if not isinstance(value, str):
        found.add(path, "type", "must be a string.")
    elif not value.strip():
        found.add(path, "not_empty", "must not be empty.")


def _check_email(value: object, found: Violations) -> None:
    if not isinstance(value, str):
        found.add("email", "type", "must be a string.")
        return
    local, _, domain = value.rpartition("@")
    if not local or not domain or any(letter.isspace() for letter in value):
        # The address itself stays out of the message: errors end up in logs.
        found.add("email", "email", "must be an e-mail address such as name@example.com.")


def _check_roles(kind: type[StrEnum], roles: object, path: str, found: Violations) -> None:
    if not isinstance(roles, Mapping):
        found.add(path, "type", "must map ids to roles.")
        return
    for key, role in roles.items():
        if not isinstance(key, str) or not key:
            found.add(path, "not_empty", "must have ids as keys, none of them empty.")
        else:
            check_member(kind, role, join_path(path, key), found)


def _check_kind(kind: type, value: object, path: str, message: str, found: Violations) -> None:
    if not isinstance(value, kind):
        found.add(path, "type", message)
