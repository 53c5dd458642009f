"""The people a policy decides about: who they are, their roles, and what they want."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, TypeVar

from attrs import field, fields, frozen

from naverworks_notify.alerts import Vocabulary
from naverworks_notify.errors import InvalidPerson, Violation
from naverworks_notify.policy._preferences import NO_PREFERENCES, Preferences, known_ids
from naverworks_notify.policy._roles import OrgRole, PostingRole, TeamRole
from naverworks_notify.printable import printable
from naverworks_notify.schema import Findings, Text, Value, as_text_id, member, to_member

__all__ = ["Absence", "Person", "RefusedPerson", "person_from_dict", "read_people"]

_NO_ROLES: Mapping[str, Any] = MappingProxyType({})
E = TypeVar("E", bound=StrEnum)


class Email(Text):
    """An e-mail address, looked at only for its shape; it stays out of the message."""

    __slots__ = ()

    def check(self, value: Any, path: str, out: Findings) -> None:
        known = len(out.found)
        super().check(value, path, out)
        if len(out.found) > known:
            return
        local, _, domain = value.rpartition("@")
        if not local or not domain or any(letter.isspace() for letter in value):
            out.add(path, "email", "must be an e-mail address such as name@example.com.")


def _or_none(value: str | None) -> str | None:
    return None if value == "" else value


def _to_org_role(value: OrgRole | str | None) -> OrgRole:
    return OrgRole.INTERVIEWER if value is None or value == "" else to_member(OrgRole, value)


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


@frozen
class Absence(Value):
    """Someone is away and another person stands in.

    Attributes:
        delegate_id: Who stands in.
        start: From when on.
        end: Until when; at this moment the person is back.
    """

    error: ClassVar[type[InvalidPerson]] = InvalidPerson
    _refusal: ClassVar[str] = ""

    delegate_id: Annotated[str, Text(blank=False)]
    start: datetime
    end: datetime

    def covers(self, now: datetime) -> bool:
        """Tell whether the person is away at that moment."""
        return self.start <= now < self.end


@frozen(kw_only=True)
class Person(Value):
    """Someone who may receive alerts, as the caller's application knows them.

    A value; safe to share between threads. Its repr shows neither address.

    Attributes:
        id: The caller's own id of this person; alerts name people by it.
        name: What people call them; empty where nobody knows.
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

    error: ClassVar[type[InvalidPerson]] = InvalidPerson
    _refusal: ClassVar[str] = ""

    id: Annotated[str, Text(blank=False)]
    name: Annotated[str, Text(empty=True, blank=False)] = field(
        default="", metadata=member(skips_empty=True)
    )
    email: str | None = field(
        default=None,
        repr=False,
        converter=_or_none,
        metadata=member(kind=Email(), skips_empty=True),
    )
    works_user_id: str | None = field(
        default=None,
        repr=False,
        converter=_or_none,
        metadata=member(kind=Text(blank=False), skips_empty=True),
    )
    org_role: OrgRole = field(
        default=OrgRole.INTERVIEWER,
        converter=_to_org_role,
        metadata=member(always=True, skips_empty=True),
    )
    posting_roles: Mapping[str, PostingRole] = field(
        default=_NO_ROLES, converter=_to_posting_roles, hash=False, repr=_show_roles
    )
    team_roles: Mapping[str, TeamRole] = field(
        default=_NO_ROLES, converter=_to_team_roles, hash=False, repr=_show_roles
    )
    preferences: Preferences = NO_PREFERENCES
    # Nobody knows what a table means by a flag that is not set.
    active: bool = field(default=True, metadata=member(always=True, takes_null=False))
    away: Absence | None = None
    snoozed_until: datetime | None = None

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
    def from_dict(
        cls,
        raw: object,
        *,
        extra_ids: Iterable[str] = (),
        vocabulary: Vocabulary | None = None,
    ) -> Person:
        """Return the person of a JSON object; the exact inverse of `to_dict`.

        Unknown keys, wrong types, unknown catalog ids, zones and languages are errors. A member
        that is null counts as absent, and so does an empty `name`, address or `org_role`; only
        `active` must be true or false. Without `org_role` the person is a 면접관, the role with
        the fewest rights.

        Args:
            raw: The decoded JSON object.
            extra_ids: Ids of the caller's own alert types, which people may mute as well.
            vocabulary: The alert types themselves, which name their ids.

        Raises:
            InvalidPerson: With every broken rule, each with its path, such as
                `preferences.receive_window.end`.

        Examples:
            >>> Person.from_dict({"id": "u-2", "name": "이도윤", "org_role": "manager"}).org_role.value
            'manager'
        """
        out = Findings()
        out.known_ids = known_ids(extra_ids, vocabulary)
        return cls._from_dict(raw, out)


def person_from_dict(
    raw: object, *, extra_ids: Iterable[str] = (), vocabulary: Vocabulary | None = None
) -> Person:
    """Return the person of a JSON object; see `Person.from_dict`."""
    return Person.from_dict(raw, extra_ids=extra_ids, vocabulary=vocabulary)


@frozen(kw_only=True)
class RefusedPerson:
    """A row that is no person, so that the alerts of everybody else go on.

    Attributes:
        index: The place of the row, from 0.
        id: Its id as text, or None where even that cannot be read.
        name: Its name, or None.
        violations: What is wrong, each with its path within the row.
    """

    index: int
    id: str | None
    name: str | None = field(repr=False)
    violations: tuple[Violation, ...] = field(repr=False)

    @property
    def path(self) -> str:
        """Where the first mistake stands within the row, such as `org_role`."""
        return self.violations[0].path

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        return "; ".join([str(one) for one in self.violations])

    @property
    def place(self) -> str:
        """Where the row is and whose, such as `people[1] (u-2, 이도윤)`."""
        who = ", ".join([known for known in (self.id, self.name) if known])
        return f"people[{self.index}]" + (f" ({printable(who)})" if who else "")

    def __str__(self) -> str:
        return "; ".join(
            [f"{self.place}{_below(one.path)}: {one.message}" for one in self.violations]
        )

    @classmethod
    def of(cls, index: int, row: object, violations: tuple[Violation, ...]) -> RefusedPerson:
        """Return the refusal of a row, with what can be read of whose it is."""
        told = {
            key: value
            for key in ("id", "name")
            if isinstance(row, Mapping) and isinstance(value := row.get(key), str) and value
        }
        return cls(index=index, id=told.get("id"), name=told.get("name"), violations=violations)


def _below(path: str) -> str:
    return f".{path}" if path and not path.startswith("[") else path


def read_people(
    rows: Iterable[object],
    *,
    extra_ids: Iterable[str] = (),
    vocabulary: Vocabulary | None = None,
) -> tuple[tuple[Person, ...], tuple[RefusedPerson, ...]]:
    """Return the people of rows as tables have them, and the rows that are none.

    Ids may be numbers or UUIDs. A row that cannot be read costs its person the alert, and nobody
    else: hand both on, and a report lists who was refused. Of a repeated id the later row is
    refused.

    Args:
        rows: One mapping a person, with the keys of `Person.from_dict`.
        extra_ids: Ids of the caller's own alert types, which people may mute as well.
        vocabulary: The alert types themselves, which name their ids.

    Examples:
        >>> people, refused = read_people(
        ...     [{"id": 7, "name": "이도윤", "email": ""}, {"id": 8, "org_role": "boss"}]
        ... )
        >>> people[0].id, str(refused[0])
        ('7', 'people[1] (8).org_role: must be one of admin, manager, interviewer.')
    """
    own = known_ids(extra_ids, vocabulary)
    people: dict[str, Person] = {}
    refused = []
    for index, row in enumerate(rows):
        out = Findings()
        out.known_ids = own
        raw = _with_text_ids(row)
        person = Person.read(raw, "", out)
        if person is not None and person.id in people:
            out.add("id", "unique", "is the id of an earlier row too.")
        if out.found or person is None:
            refused.append(RefusedPerson.of(index, raw, tuple(out.found)))
        else:
            people[person.id] = person
    return tuple(people.values()), tuple(refused)


def _with_text_ids(row: object) -> object:
    if not isinstance(row, Mapping):
        return row
    read = dict(row)
    for key in ("id", "works_user_id"):
        if key in read:
            read[key] = as_text_id(read[key])
    for key in ("posting_roles", "team_roles"):
        roles = read.get(key)
        if isinstance(roles, Mapping):
            read[key] = {as_text_id(name): role for name, role in roles.items()}
    return read
