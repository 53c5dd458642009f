"""What is special about a type of alert, beside its class, so that no code asks for a type by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeAlias

from attrs import field, fields, frozen

from naverworks_notify.errors import InvalidAlert, InvalidValue, Violation
from naverworks_notify.validation import Violations

__all__ = ["Digest", "Guarantee", "Traits"]

Guarantee: TypeAlias = Literal["at_most_once", "at_least_once"]


# An alert's class names its traits, so nothing here can name the class: the alerts below are `Any`.


def _posting_id(alert: Any) -> str:
    return "" if alert.posting is None else alert.posting.id


def _occurred_at(alert: Any) -> datetime:
    moment: datetime = alert.occurred_at
    return moment


@cache
def _id_field(cls: Any) -> str | None:
    names = [one.name for one in fields(cls) if one.init and one.name.endswith("_id")]
    own = [name for name in names if name not in _ENVELOPE]
    return own[0] if len(own) == 1 else None


_ENVELOPE = ("event_id", "actor_id")


def default_subject(alert: Any) -> str | None:
    """Return the interview's id, else the one id that the alert has beside its envelope."""
    if alert.interview is not None:
        interview_id: str = alert.interview.id
        return interview_id
    cls: Any = type(alert)
    name = _id_field(cls)
    return None if name is None else getattr(alert, name)


def names_subject(cls: Any) -> bool:
    """Tell whether alerts of a class can say what they are about."""
    if cls.traits.subject is not default_subject:
        return True
    has_interview = any(one.init and one.name == "interview" for one in fields(cls))
    return has_interview or _id_field(cls) is not None


@frozen
class Digest:
    """How alerts of one type are collected, and told together.

    Attributes:
        into: Makes the alert that tells of them. It is called with `items` (the collected alerts,
            the earliest first), `window` (a `Slot`), `event_id`, `occurred_at`, `locale` and
            `assignee_ids` (the one person), so an alert class with the fields `items` and `window`
            will do.
        group: Tells what an alert is about; what is about the same goes into one digest. By
            default the posting's id.
        at: Tells when an alert counts as having happened. By default `occurred_at`.
    """

    into: Callable[..., Any]
    group: Callable[[Any], str] = field(default=_posting_id, kw_only=True)
    at: Callable[[Any], datetime] = field(default=_occurred_at, kw_only=True)


def _to_types(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(value)


def _to_digest(value: Digest | Callable[..., Any] | None) -> Digest | None:
    return Digest(value) if callable(value) else value


@frozen(kw_only=True)
class Traits:
    """What is special about a type of alert; the class variable `traits` of an alert class.

    Immutable, safe to share between threads.

    Attributes:
        expires: Tells from when on an alert is of no use; None for never.
        digest: How alerts of this type are collected and told together; an alert class with the
            fields `items` and `window` stands for `Digest(that_class)`. None tells each by itself.
        guarantee: What a send promises that ends in doubt; None leaves it to the client.
        supersedes: Types of alerts about the same subject that this one makes moot.
        revises: Types of alerts about the same subject whose news this one brings up to date: where
            both wait for a person, one message tells the earlier news as it stands now.
        reminder_of: Types of alerts that announce what this one reminds of. After a later one of
            them a reminder is of use again, even if the subject was called off before.
        merge: Makes one alert of several of this type about the same subject, where a policy
            gathers them (`PolicyOptions.collapse_window`); None leaves each alone.
        subject: Tells what an alert is about, for the four attributes above. By default the
            interview's id, else the one field of the alert whose name ends in `_id`, such as
            `incident_id`; None for nothing that other alerts could be about.
        window: What happens outside the receive window: the alert waits, or is dropped. None
            leaves it to `PolicyOptions.defer_outside_window`.

    Raises:
        InvalidValue: With every broken rule in `.violations`.

    Examples:
        >>> Traits(expires=lambda incident: incident.until, window="wait").window
        'wait'
    """

    expires: Callable[[Any], datetime | None] | None = None
    digest: Digest | None = field(default=None, converter=_to_digest)
    guarantee: Guarantee | None = None
    supersedes: tuple[str, ...] = field(default=(), converter=_to_types)
    revises: tuple[str, ...] = field(default=(), converter=_to_types)
    reminder_of: tuple[str, ...] = field(default=(), converter=_to_types)
    merge: Callable[..., Any] | None = None
    subject: Callable[[Any], str | None] = default_subject
    window: Literal["wait", "drop"] | None = None

    def __attrs_post_init__(self) -> None:
        found = Violations()
        for name in ("expires", "merge", "subject"):
            function = getattr(self, name)
            if function is not None and not callable(function):
                found.add(name, "type", "must be a function of an alert.")
        if self.digest is not None and not isinstance(self.digest, Digest):
            found.add("digest", "type", "must be a Digest or an alert class.")
        if self.guarantee not in (None, "at_most_once", "at_least_once"):
            found.add("guarantee", "enum", "must be one of at_most_once, at_least_once.")
        if self.window not in (None, "wait", "drop"):
            found.add("window", "enum", "must be one of wait, drop.")
        for name in ("supersedes", "revises", "reminder_of"):
            for i, event_type in enumerate(getattr(self, name)):
                if not isinstance(event_type, str):
                    found.add(f"{name}[{i}]", "type", "must be the type of an alert, as text.")
        found.raise_as(InvalidValue, "The traits are not usable")

    def expiry_of(self, alert: Any) -> datetime | None:
        """Return from when on an alert is of no use, or None for never.

        Raises:
            InvalidAlert: The alert's class answers with something that is no aware datetime.
        """
        if self.expires is None:
            return None
        moment: object = self.expires(alert)
        if moment is None:
            return None
        if not isinstance(moment, datetime) or moment.utcoffset() is None:
            wrong = Violation("traits.expires", "aware_datetime", "must give an aware datetime.")
            raise InvalidAlert(type(alert).__name__, violations=(wrong,))
        return moment
