"""A message decided, addressed and rendered, but not sent: a value that any queue can carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from attrs import Attribute, field, frozen

from naverworks_notify.errors import InvalidMessage, InvalidValue
from naverworks_notify.messages import Content, parse
from naverworks_notify.notifier._decision_json import decision_to_dict, read_decision
from naverworks_notify.policy import Decision
from naverworks_notify.validation import ObjectReader, Violations

__all__ = ["Delivery"]


_MOMENTS = ("not_before", "expires_at", "previous_at")


def _filled(_instance: Any, attribute: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not value:
        raise _refused(attribute.name, "required", "must be a string and not empty.")


def _aware(_instance: Any, attribute: Attribute[datetime | None], value: datetime | None) -> None:
    if value is not None and value.utcoffset() is None:
        raise _refused(
            attribute.name, "aware_datetime", "must carry an offset; a naive time is ambiguous."
        )


def _refused(path: str, rule: str, message: str) -> InvalidValue:
    found = Violations()
    found.add(path, rule, message)
    try:
        found.raise_as(InvalidValue, "The delivery is not valid")
    except InvalidValue as error:
        return error
    raise AssertionError


@frozen(kw_only=True)
class Delivery:
    """One message to one person, ready to be sent.

    `to_dict()` and `from_dict()` are exact inverses and JSON-safe, so that Celery, RQ or any other
    queue can carry a delivery. It holds the finished content: changing the wording or the rules
    does not change what already waits in a queue. It carries an address and a message body, so the
    queue needs the same protection as the product's own database; the repr shows neither.

    Examples:
        >>> import naverworks_notify as nw
        >>> from naverworks_notify import policy
        >>> delivery = Delivery(
        ...     event_id="ev-1", person_id="u-2", user_id="doyoon@example.com",
        ...     catalog_id="interviewer.interview.confirmed", locale="ko",
        ...     content=nw.messages.Text("면접이 확정됐어요."),
        ...     decision=policy.Decision(
        ...         person_id="u-2", outcome="send", audience="interviewer", reason="assigned"
        ...     ),
        ... )
        >>> Delivery.from_dict(delivery.to_dict()) == delivery
        True

    Attributes:
        event_id: Id of the alert it tells of; with `person_id` the key against repeats.
        person_id: The person, in the caller's own ids.
        user_id: The NAVER WORKS user: its id or a login e-mail.
        catalog_id: The catalog entry it was rendered from.
        locale: The language it was rendered in.
        content: The exact message content.
        decision: Why this person gets it.
        not_before: Not to be sent earlier, or None.
        expires_at: Of no use from this moment on, or None. A reminder expires as its interview
            starts.
        previous_at: When the event reached the person before, where the policy lets it go once
            more (`PolicyOptions.duplicate_window`); None for the first time. Whoever delivered
            since then was quicker, and this one is not sent.
    """

    VERSION: ClassVar[int] = 1

    event_id: str = field(validator=_filled)
    person_id: str = field(validator=_filled)
    user_id: str = field(validator=_filled, repr=False)
    catalog_id: str = field(validator=_filled)
    locale: str = field(validator=_filled)
    content: Content = field(repr=False)
    decision: Decision
    not_before: datetime | None = field(default=None, validator=_aware)
    expires_at: datetime | None = field(default=None, validator=_aware)
    previous_at: datetime | None = field(default=None, validator=_aware)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, with the version number of the form in it."""
        written = {
            "version": self.VERSION,
            "event_id": self.event_id,
            "person_id": self.person_id,
            "user_id": self.user_id,
            "catalog_id": self.catalog_id,
            "locale": self.locale,
            "not_before": self.not_before and self.not_before.isoformat(),
            "expires_at": self.expires_at and self.expires_at.isoformat(),
            "decision": decision_to_dict(self.decision),
            "content": self.content.to_dict(),
        }
        if self.previous_at is not None:
            # Left out otherwise: an older worker refuses keys that it does not know.
            written["previous_at"] = self.previous_at.isoformat()
        return written

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Read the JSON form.

        Raises:
            InvalidValue: A key is unknown, missing or of the wrong type, the version is another
                one, or the content breaks a rule of the service; `violations` names all of them.
        """
        found = Violations()
        reader = ObjectReader(raw, path="", violations=found)
        version = reader.typed("version", int, required=True)
        if version is not None and version != cls.VERSION:
            found.add(
                "version",
                "version",
                f"must be {cls.VERSION}, not {version}; it was written by another version of"
                " naverworks-notify.",
            )
        texts = {
            name: reader.text(name, required=True)
            for name in ("event_id", "person_id", "user_id", "catalog_id", "locale")
        }
        for name, text in texts.items():
            if text == "":
                found.add(name, "required", "must not be empty.")
        moments = {name: reader.moment(name) for name in _MOMENTS}
        decision = reader.nested("decision", read_decision, required=True)
        content = reader.nested("content", _read_content, required=True)
        reader.finish()
        found.raise_as(InvalidValue, "The delivery cannot be read")
        return cls(**texts, **moments, decision=decision, content=content)  # type: ignore[arg-type]


def _read_content(raw: object, path: str, violations: Violations) -> Content | None:
    if not isinstance(raw, Mapping):
        violations.add(path, "type", "must be an object.")
        return None
    try:
        return parse(raw, undocumented="keep")
    except InvalidMessage as error:
        violations.add_from(path, error)
        return None
