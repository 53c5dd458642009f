"""The values that alerts are made of: posting, candidate, stage, person, slot, interview.

Names follow the RoundHR API where it has them (<https://api-docs.roundhr.com>).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from naverworks_notify.alerts._choices import InterviewMethod
from naverworks_notify.alerts._kinds import Count, Moment, Name, Prose, Url
from naverworks_notify.alerts._value import Value
from naverworks_notify.errors import Violation

__all__ = [
    "Candidate",
    "Change",
    "EvaluationItem",
    "Interview",
    "Person",
    "Posting",
    "Slot",
    "Stage",
]


@frozen(eq=False, repr=False)
class Posting(Value):
    """A job posting (공고).

    Attributes:
        id: The posting's id in the caller's product.
        title: Its title, as people know it.
        team: Id of the team it belongs to; policies read team roles by it.
        url: https link to the posting.
    """

    id: Name
    title: Name
    team: Name | None = None
    url: Url | None = None


@frozen(eq=False, repr=False)
class Candidate(Value):
    """An applicant (지원자, 후보자). Holds no e-mail, phone, birth date or salary, on purpose.

    Attributes:
        id: The applicant's id in the caller's product.
        name: The applicant's name.
        url: https link to the applicant's page.
    """

    id: Name
    name: Name
    url: Url | None = None


@frozen(eq=False, repr=False)
class Stage(Value):
    """A step of the hiring process (채용 단계).

    Attributes:
        title: Its title, for example `1차 면접`.
        kind: Its kind; the RoundHR API knows applied, review, interview, offer, pass, fail.
    """

    title: Name
    kind: Prose | None = None


@frozen(eq=False, repr=False)
class Person(Value):
    """A member of the organisation as an alert names one (구성원)."""

    id: Name
    name: Name


@frozen(eq=False, repr=False)
class Slot(Value):
    """A span of time; `end_at` is later than `start_at`."""

    start_at: Moment
    end_at: Moment

    @classmethod
    def _conflicts(cls, members: Mapping[str, Any]) -> Iterable[Violation]:
        start, end = members.get("start_at"), members.get("end_at")
        if start is not None and end is not None and end <= start:
            yield Violation("end_at", "after_start", "must be later than start_at.")


@frozen(kw_only=True, eq=False, repr=False)
class Interview(Value):
    """An interview (면접).

    Attributes:
        id: The interview's id in the caller's product.
        slot: When it takes place, or took place, or would have.
        round: Which round it is, from 0 (`number` in the RoundHR API).
        kind: For example `individual`.
        method: How it is held.
        location: Where, for people.
        meeting_url: https link that joins the call.
        interviewers: Who interviews. Names for the text; recipients come from `assignee_ids`.
        note: Anything else worth saying.
        url: https link to the interview's page.
    """

    id: Name
    slot: Slot
    round: Count | None = None
    kind: Prose | None = None
    method: InterviewMethod | None = None
    location: Prose | None = None
    meeting_url: Url | None = None
    interviewers: tuple[Person, ...] = ()
    note: Prose | None = None
    url: Url | None = None


@frozen(eq=False, repr=False)
class Change(Value):
    """One thing that changed about an interview.

    Attributes:
        field: What: `slot`, `method`, `location`, `interviewers`, or the caller's own word.
        before: The old value as text.
        after: The new value as text.
    """

    field: Name
    before: Prose | None = None
    after: Prose | None = None


def submission_conflicts(members: Mapping[str, Any]) -> Iterable[Violation]:
    """Return a violation when more evaluations are in than were asked for."""
    submitted, total = members.get("submitted_count"), members.get("total_count")
    if submitted is not None and total is not None and submitted > total:
        yield Violation("submitted_count", "range", "must not be more than total_count.")


@frozen(kw_only=True, eq=False, repr=False)
class EvaluationItem(Value):
    """One completed document evaluation within a digest.

    Attributes:
        candidate: Whose documents were evaluated.
        completed_at: When the last evaluator submitted.
        stage: The stage they were evaluated in.
        submitted_count: How many evaluations are in.
        total_count: How many were asked for.
        result: The outcome in words. Left out of messages unless a catalog is told otherwise.
    """

    candidate: Candidate
    completed_at: Moment
    stage: Stage | None = None
    submitted_count: Count | None = None
    total_count: Count | None = None
    result: Prose | None = None

    @classmethod
    def _conflicts(cls, members: Mapping[str, Any]) -> Iterable[Violation]:
        return submission_conflicts(members)
