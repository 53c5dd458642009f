"""What a policy answers: for each person an outcome, the reason, and who said what on the way."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from attrs import field, frozen

from naverworks_notify.alerts import Audience
from naverworks_notify.schema import (
    Definitions,
    Findings,
    Kind,
    Many,
    OneOf,
    Record,
    Text,
    member,
)

__all__ = ["Decision", "Outcome", "Reason", "Step", "Verdict"]


class Outcome(StrEnum):
    """What happens to an alert for one person."""

    SEND = "send"
    DEFER = "defer"
    DIGEST = "digest"
    SUPPRESS = "suppress"


class Reason(StrEnum):
    """Why, in one word; `explain` turns it into a sentence."""

    ASSIGNED = "assigned"
    POSTING_MANAGER = "posting_manager"
    ADDRESSED = "addressed"
    REMOVED = "removed"
    DELEGATE = "delegate"
    DIGEST_WINDOW = "digest_window"
    POSTING_MEMBER = "posting_member"
    NO_POSTING_ROLE = "no_posting_role"
    NOT_ASSIGNED = "not_assigned"
    NOT_ADDRESSED = "not_addressed"
    INACTIVE = "inactive"
    ACTOR_EXCLUDED = "actor_excluded"
    EXPIRED = "expired"
    DUPLICATE_EVENT = "duplicate_event"
    SUPERSEDED = "superseded"
    COLLAPSED = "collapsed"
    DELEGATED = "delegated"
    MUTED = "muted"
    SNOOZED = "snoozed"
    QUIET_DAY = "quiet_day"
    DEFERRED_QUIET_DAY = "deferred_quiet_day"
    OUTSIDE_RECEIVE_WINDOW = "outside_receive_window"
    DEFERRED_RECEIVE_WINDOW = "deferred_receive_window"
    HOURLY_CAP = "hourly_cap"
    NO_ADDRESS = "no_address"


class Verdict(StrEnum):
    """What one rule said about one person.

    `pass` means that the rule had nothing to say and the next one was asked; `choose` that it found
    the person concerned and chose the variant; the others end the matter.
    """

    PASS = "pass"  # noqa: S105 - a verdict
    CHOOSE = "choose"
    SUPPRESS = "suppress"
    DEFER = "defer"
    DIGEST = "digest"


class Step(NamedTuple):
    """One entry of a trail: the code of the rule that was asked, and its verdict."""

    rule: str
    verdict: Verdict


_ALWAYS = member(always=True)


class _Word(Text):
    """A text, also one that is a member of an enum."""

    __slots__ = ()

    def dump(self, value: Any) -> Any:
        return str(value)


class _StepKind(Kind):
    """A pair of rule code and verdict."""

    __slots__ = ()

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, (list, tuple)) or len(raw) != len(Step._fields):
            out.add(path, "type", "must be a pair of rule code and verdict.")
            return None
        rule, verdict = raw
        _CODE.check(rule, "[0]", out)
        return Step(rule, _VERDICT.read(verdict, "[1]", out))

    def dump(self, value: Any) -> Any:
        rule, verdict = value
        return [str(rule), str(verdict)]

    def schema(self, definitions: Definitions) -> dict[str, Any]:
        parts = [_CODE.schema(definitions), _VERDICT.schema(definitions)]
        return {"type": "array", "prefixItems": parts, "minItems": 2, "maxItems": 2}


_CODE, _VERDICT = Text(), OneOf(Verdict)


# Without slots: building one is most of what deciding costs, and this is the cheaper way.
@frozen(slots=False)
class Decision(Record):
    """What a policy decided about one person and one alert.

    Attributes:
        person_id: Whom it is about.
        outcome: What happens.
        audience: The variant of the alert, or None where the person has no relation to it.
        reason: Why; one of `Reason`, or the word of a caller's own rule.
        until: For `defer`, when to decide anew, with a fixed offset from UTC; else None.
        trail: Every rule that was asked, in order, with its verdict.
        event_id: Which alert it is about.
        catalog_id: The catalog entry of the chosen variant, or None without one.
    """

    person_id: Annotated[str, Text()]
    outcome: Outcome
    audience: Audience | None
    reason: Annotated[str, _Word()]
    until: datetime | None = field(default=None, metadata=_ALWAYS)
    trail: tuple[Step, ...] = field(
        default=(), metadata=member(always=True, kind=Many(_StepKind(), low=0))
    )
    event_id: str = field(default="", metadata=_ALWAYS)
    catalog_id: str | None = field(default=None, metadata=_ALWAYS)
