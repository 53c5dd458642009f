"""A message decided, addressed and rendered, but not sent: a value that any queue can carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from attrs import Attribute, field, frozen

from naverworks_notify.alerts import Audience
from naverworks_notify.errors import InvalidMessage, InvalidValue
from naverworks_notify.messages import Content, parse
from naverworks_notify.policy import Decision, Outcome, Step, Verdict
from naverworks_notify.validation import ObjectReader, Violations, join_path

__all__ = ["Delivery"]


_MOMENTS = ("not_before", "expires_at")
_PAIR = 2


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
    queue can carry a delivery. It carries an address and a message body, so the queue needs the
    same protection as the product's own database; the repr shows neither.

    It is finished text, and cannot notice what changes while it waits: that the interview moved or
    was called off, that the person lost the role, muted the alert or closed their window. Where
    messages wait in your queue, queue the event and the person instead, and call `notify` when it
    is time: then all of that counts.

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

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, with the version number of the form in it."""
        return {
            "version": self.VERSION,
            "event_id": self.event_id,
            "person_id": self.person_id,
            "user_id": self.user_id,
            "catalog_id": self.catalog_id,
            "locale": self.locale,
            "not_before": self.not_before and self.not_before.isoformat(),
            "expires_at": self.expires_at and self.expires_at.isoformat(),
            "decision": _decision_to_dict(self.decision),
            "content": self.content.to_dict(),
        }

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
        decision = reader.nested("decision", _read_decision, required=True)
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


def _decision_to_dict(decision: Decision) -> dict[str, Any]:
    """Return the JSON form."""
    return {
        "person_id": decision.person_id,
        "outcome": str(decision.outcome),
        "audience": None if decision.audience is None else str(decision.audience),
        "until": None if decision.until is None else decision.until.isoformat(),
        "reason": str(decision.reason),
        "trail": [[str(rule), str(verdict)] for rule, verdict in decision.trail],
        "event_id": decision.event_id,
        "catalog_id": decision.catalog_id,
    }


def _read_decision(raw: object, path: str, violations: Violations) -> Decision | None:
    """Read the JSON form, noting what is wrong."""
    reader = ObjectReader(raw, path=path, violations=violations)
    person_id = reader.text("person_id", required=True)
    outcome = reader.choice("outcome", Outcome, required=True)
    audience = reader.choice("audience", Audience)
    until = reader.moment("until")
    # A caller's own rule brings its own word, so any text will do.
    reason = reader.text("reason", required=True)
    trail = reader.items("trail", _read_step, required=True)
    event_id = reader.text("event_id", required=True)
    catalog_id = reader.text("catalog_id")
    reader.finish()
    if person_id is None or outcome is None or reason is None or trail is None or event_id is None:
        return None
    return Decision(
        person_id=person_id,
        outcome=outcome,
        audience=audience,
        until=until,
        reason=reason,
        trail=trail,
        event_id=event_id,
        catalog_id=catalog_id,
    )


def _read_step(raw: object, path: str, violations: Violations) -> Step | None:
    if not isinstance(raw, (list, tuple)) or len(raw) != _PAIR:
        violations.add(path, "type", "must be a pair of rule code and verdict.")
        return None
    rule, verdict = raw
    if not isinstance(rule, str):
        violations.add(join_path(path, 0), "type", "must be a string.")
        return None
    try:
        return Step(rule, Verdict(verdict))
    except ValueError:
        allowed = ", ".join(Verdict)
        violations.add(join_path(path, 1), "enum", f"must be one of {allowed}.")
        return None
