"""A message decided, addressed and rendered, but not sent: a value that any queue can carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self

from attrs import field, frozen

from naverworks_notify.errors import InvalidMessage
from naverworks_notify.messages import Content, parse
from naverworks_notify.policy import Decision
from naverworks_notify.schema import (
    Definitions,
    Findings,
    Kind,
    Table,
    Text,
    Value,
    kind_name,
    member,
)

__all__ = ["Delivery"]


class _ContentKind(Kind):
    """The content of a message."""

    __slots__ = ()

    def check(self, value: Any, path: str, out: Findings) -> None:
        if not isinstance(value, Content):
            out.add(path, "type", f"must be the content of a message, not {kind_name(value)}.")

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, Mapping):
            out.add(path, "type", f"must be an object, not {kind_name(raw)}.")
            return None
        try:
            return parse(raw, undocumented="keep")
        except InvalidMessage as error:
            out.add_from(path, error)
            return None

    def dump(self, value: Any) -> Any:
        return value.to_dict()

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "object", "required": ["type"]}


_Id = Annotated[str, Text()]


@frozen(kw_only=True)
class Delivery(Value):
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
    _refusal: ClassVar[str] = "The delivery is not valid"
    _settled_keys: ClassVar[tuple[str, ...]] = ("version",)

    event_id: _Id
    person_id: _Id
    user_id: _Id = field(repr=False)
    catalog_id: _Id
    locale: _Id
    content: Content = field(repr=False, metadata=member(kind=_ContentKind()))
    decision: Decision
    not_before: datetime | None = field(default=None, metadata=member(always=True))
    expires_at: datetime | None = field(default=None, metadata=member(always=True))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, with the version number of the form in it."""
        return {"version": self.VERSION, **super().to_dict()}

    @classmethod
    def from_dict(cls, raw: object) -> Self:
        """Read the JSON form.

        Raises:
            InvalidValue: A key is unknown, missing or of the wrong type, the version is another
                one, or the content breaks a rule of the service; `violations` names all of them.
        """
        return super().from_dict(raw)

    @classmethod
    def _read_members(
        cls, raw: Mapping[Any, Any], table: Table, out: Findings, wrong: set[str]
    ) -> dict[str, Any]:
        version = raw.get("version")
        if version is None:
            out.add("version", "required", "is required.")
        elif version != cls.VERSION or type(version) is not int:
            message = (
                f"must be {cls.VERSION}, not {version!r:.20}; it was written by another version of"
                " naverworks-notify."
            )
            out.add("version", "version", message)
        return super()._read_members(raw, table, out, wrong)

    @classmethod
    def json_schema(cls, definitions: Definitions) -> dict[str, Any]:
        """Return the JSON Schema of the class; what it points at goes into `definitions`."""
        schema = super().json_schema(definitions)
        schema["properties"] = {"version": {"const": cls.VERSION}, **schema["properties"]}
        schema["required"] = ["version", *schema["required"]]
        return schema
