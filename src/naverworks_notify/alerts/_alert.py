"""What every alert has: the envelope, and answers about its posting, candidate and interview."""

from __future__ import annotations

from typing import Any, ClassVar

from attrs import field, frozen

from naverworks_notify.alerts._kinds import LocaleText, Moment, Name
from naverworks_notify.alerts._payload import Candidate, Interview, Posting, Stage
from naverworks_notify.alerts._value import Value

__all__ = ["Alert"]


@frozen(kw_only=True, eq=False, repr=False)
class Alert(Value):
    """Something that happened and that people should hear of. Immutable, safe to share.

    Subclass it (with `attrs.frozen(kw_only=True, eq=False)` and a `type` of your own) for alerts that this
    package does not know.

    Attributes:
        type: The event's identifier; a catalog id without its audience.
        event_id: Names this occurrence. Repeating an alert with the same id reaches nobody twice.
        occurred_at: When it happened.
        locale: Language of the event, used for people without a preference: ko, en or ja.
        assignee_ids: The people the event is personally about: interviewers, evaluators,
            reviewers, mentioned, approvers, the owner of a task.
        actor_id: Who caused it.
        posting: The job posting, or None where the event has none.
        candidate: The applicant, or None.
        stage: The stage of the hiring process, or None.
        interview: The interview, or None.
    """

    type: ClassVar[str] = ""
    _settled_keys: ClassVar[tuple[str, ...]] = ("type",)

    event_id: Name
    occurred_at: Moment
    locale: LocaleText | None = None
    assignee_ids: tuple[Name, ...] = ()
    actor_id: Name | None = None
    # An event that has one of these declares it anew; the others answer None.
    posting: Posting | None = field(default=None, init=False)
    candidate: Candidate | None = field(default=None, init=False)
    stage: Stage | None = field(default=None, init=False)
    interview: Interview | None = field(default=None, init=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: absent optionals are left out, datetimes keep their offset."""
        return {"type": self.type, **super().to_dict()}
