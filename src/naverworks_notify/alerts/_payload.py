"""The values that alerts are made of: posting, candidate, stage, person, slot, interview.

Names follow the RoundHR API where it has them (<https://api-docs.roundhr.com>).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from attrs import field, frozen

from naverworks_notify.alerts._choices import InterviewMethod
from naverworks_notify.alerts._given import optional_id, text_id, tuple_of
from naverworks_notify.alerts._kinds import Count, Flag, Moment, Name, Prose, Url
from naverworks_notify.alerts._value import Value
from naverworks_notify.errors import Violation
from naverworks_notify.schema import Findings, Text, member, to_member
from naverworks_notify.zones import zone_of

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

    id: Name = field(converter=text_id)
    title: Name
    team: Name | None = field(default=None, converter=optional_id)
    url: Url | None = None


@frozen(eq=False, repr=False)
class Candidate(Value):
    """An applicant (지원자, 후보자). Holds no e-mail, phone, birth date or salary, on purpose.

    Attributes:
        id: The applicant's id in the caller's product.
        name: The applicant's name.
        url: https link to the applicant's page.
    """

    id: Name = field(converter=text_id)
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

    id: Name = field(converter=text_id)
    name: Name


@frozen(eq=False, repr=False)
class Slot(Value):
    """A span of time, a moment whose end is open, or whole days.

    Attributes:
        start_at: When it begins.
        end_at: When it ends, later than that; None where nobody says.
        all_day: Whether it is about days: only the dates are told, as they are in the offset given.
            A slot from midnight to midnight is about days as well.

    Examples:
        >>> from datetime import date
        >>> Slot.of_days(date(2026, 3, 4)).to_dict()["end_at"]
        '2026-03-05T00:00:00+09:00'
    """

    start_at: Moment
    end_at: Moment | None = None
    all_day: Flag = False

    @classmethod
    def of_days(cls, first: date, last: date | None = None, *, tz: str = "Asia/Seoul") -> Self:
        """Return the slot of a day, or of several, in a zone.

        Args:
            first: The day, or the first one.
            last: The last day, included.
            tz: IANA name of the zone whose days are meant.

        Raises:
            InvalidAlert: The last day is before the first.
            InvalidValue: There is no such zone.
        """
        zone = zone_of(tz)
        end = (first if last is None else last) + timedelta(days=1)
        return cls(
            datetime.combine(first, time.min, tzinfo=zone),
            datetime.combine(end, time.min, tzinfo=zone),
            all_day=True,
        )

    @property
    def is_all_day(self) -> bool:
        """Whether only its dates say something."""
        if self.all_day or self.end_at is None:
            return self.all_day
        return self.start_at.time() == time.min and self.end_at.time() == time.min

    @classmethod
    def _conflicts(cls, members: Mapping[str, Any]) -> Iterable[Violation]:
        start, end = members.get("start_at"), members.get("end_at")
        if start is not None and end is not None and end <= start:
            yield Violation("end_at", "after_start", "must be later than start_at.")


def _slots(value: Iterable[Slot]) -> tuple[Slot, ...]:
    slots: tuple[Slot, ...] = tuple_of(value)
    return slots


def _people(value: Iterable[Person]) -> tuple[Person, ...]:
    people: tuple[Person, ...] = tuple_of(value)
    return people


class MethodKind(Text):
    """One of the methods that have a name in every language, or the caller's own words."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(blank=False)

    def settle(self, value: Any, path: str, out: Findings) -> Any:
        self.check(value, path, out)
        return to_member(InterviewMethod, value)

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        return self.settle(raw, path, out)

    def dump(self, value: str) -> str:
        return str(value)


@frozen(kw_only=True, eq=False, repr=False)
class Interview(Value):
    """An interview (면접).

    Attributes:
        id: The interview's id in the caller's product.
        slot: When it takes place, or took place, or would have.
        more_slots: Its further parts, where it has several.
        round: Which round it is, from 0 (`number` in the RoundHR API).
        kind: For example `individual`.
        method: How it is held: an `InterviewMethod`, or in your own words.
        location: Where, for people.
        meeting_url: https link that joins the call.
        interviewers: Who interviews. Names for the text; recipients come from `assignee_ids`.
        note: Anything else worth saying.
        url: https link to the interview's page.
    """

    id: Name = field(converter=text_id)
    slot: Slot
    more_slots: tuple[Slot, ...] = field(default=(), converter=_slots)
    round: Count | None = None
    kind: Prose | None = None
    method: InterviewMethod | str | None = field(default=None, metadata=member(kind=MethodKind()))
    location: Prose | None = None
    meeting_url: Url | None = None
    interviewers: tuple[Person, ...] = field(default=(), converter=_people)
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
