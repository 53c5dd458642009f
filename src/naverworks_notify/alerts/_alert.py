"""What every alert has: the envelope, and answers about its posting, candidate and interview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeVar

from attrs import NOTHING, evolve, field, fields, frozen

from naverworks_notify.alerts._entries import EntryInfo
from naverworks_notify.alerts._given import optional_id, text_id, text_ids
from naverworks_notify.alerts._kinds import LocaleText, Moment, Name
from naverworks_notify.alerts._payload import Candidate, Interview, Posting, Stage
from naverworks_notify.alerts._traits import Traits
from naverworks_notify.alerts._value import Value
from naverworks_notify.schema import Definitions, Findings

__all__ = ["Alert", "complete"]

A = TypeVar("A", bound="Alert")


@frozen(kw_only=True, eq=False, repr=False)
class Alert(Value):
    """Something that happened and that people should hear of. Immutable, safe to share.

    Subclass it (with `attrs.frozen(kw_only=True)` and a `type` of your own) for alerts that this
    package does not know.

    Attributes:
        type: The event's identifier; a catalog id without its audience.
        entries: The rows of the catalog that it feeds, one an audience.
        traits: What is special about the type: expiry, digest, guarantee and the like.
        event_id: Names this occurrence; text, or a number or UUID, which is kept as text, as every id
            is. Repeating an alert with the same id reaches nobody twice.
        occurred_at: When it happened.
        locale: Language of the event, used for people without a preference: ko, en or ja.
        assignee_ids: The people the event is personally about: interviewers, evaluators,
            reviewers, mentioned, approvers, the owner of a task.
        actor_id: Who caused it.
        posting: The job posting, or None where the event has none.
        candidate: The applicant, or None.
        stage: The stage of the hiring process, or None.
        interview: The interview, or None.
        removed_ids: People whom it was about before, and no longer is; for them it is another alert.
    """

    type: ClassVar[str] = ""
    entries: ClassVar[tuple[EntryInfo, ...]] = ()
    traits: ClassVar[Traits] = Traits()
    _settled_keys: ClassVar[tuple[str, ...]] = ("type",)

    event_id: Name = field(converter=text_id)
    occurred_at: Moment
    locale: LocaleText | None = None
    assignee_ids: tuple[Name, ...] = field(default=(), converter=text_ids)
    actor_id: Name | None = field(default=None, converter=optional_id)
    # An event that has one of these declares it anew; the others answer None.
    posting: Posting | None = field(default=None, init=False)
    candidate: Candidate | None = field(default=None, init=False)
    stage: Stage | None = field(default=None, init=False)
    interview: Interview | None = field(default=None, init=False)
    removed_ids: tuple[Name, ...] = field(default=(), init=False)

    def __init__(self, **members: Any) -> None:
        # Only a subclass that attrs has not seen comes here: let it see it.
        cls = type(self)
        if cls is Alert:
            raise TypeError("Alert is a base; use one of its subclasses.")
        complete(cls)
        cls.__init__(self, **members)

    @property
    def concerned_ids(self) -> tuple[str, ...]:
        """Everybody it is personally about: the assignees, then those who were removed."""
        if not self.removed_ids:
            return self.assignee_ids
        return tuple(dict.fromkeys((*self.assignee_ids, *self.removed_ids)))

    def variant_for(self, person_id: str) -> Alert:  # noqa: ARG002 - for classes that care
        """Return what this alert is for someone: itself, or another one for who was removed."""
        return self

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        own = cls.__dict__.get("entries", ())
        if own:
            cls.entries = tuple([_bound(row, cls) for row in own])

    @classmethod
    def from_dict(cls, raw: object) -> Self:
        """Return the alert of a JSON object, which must be of this type; see `alerts.from_dict`.

        Raises:
            InvalidAlert: With every violation, each with its path.
        """
        out = Findings()
        if isinstance(raw, Mapping) and raw.get("type") != cls.type:
            out.add("type", "enum", f"must be {cls.type}.")
        complete(cls)
        return cls._from_dict(raw, out)

    @classmethod
    def json_schema(cls, definitions: Definitions) -> dict[str, Any]:
        """Return the JSON Schema of this type."""
        schema = super(Alert, complete(cls)).json_schema(definitions)
        schema["properties"] = {"type": {"const": cls.type}, **schema["properties"]}
        schema["required"] = ["type", *schema["required"]]
        return schema

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: absent optionals are left out, datetimes keep their offset."""
        return {"type": self.type, **super().to_dict()}


def complete(cls: type[A]) -> type[A]:
    """Make an attrs class of a subclass that was written without the decorator; return it."""
    if "__attrs_attrs__" not in cls.__dict__:
        frozen(cls, kw_only=True, eq=False, repr=False, slots=False, getstate_setstate=True)
    return cls


def _bound(row: EntryInfo, cls: type[Alert]) -> EntryInfo:
    event_type = row.event_type or cls.type
    return evolve(
        row,
        id=row.id or f"{row.audience}.{cls.type}",
        event_type=event_type,
        fields=row.fields or _fields_of(cls),
    )


def _fields_of(cls: type[Alert]) -> tuple[str, ...]:
    return tuple(
        f"{one.name}{'!' if one.default is NOTHING else '?'}"
        for one in fields(cls)
        if one.init and one.name not in _ENVELOPE
    )


_ENVELOPE = frozenset(one.name for one in fields(Alert) if one.init)
