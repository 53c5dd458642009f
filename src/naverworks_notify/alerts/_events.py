"""The 20 events that feed the catalog's 26 entries, and the digest that one of them becomes.

Fields and triggers follow the documented list of alerts; what it leaves open says so.
Source: <https://guide.roundhr.com/setting/integrations/notifications/naver_works> (list),
<https://guide.roundhr.com/interview/scheduling/interview_status> (scheduling states).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from naverworks_notify.alerts._alert import Alert
from naverworks_notify.alerts._choices import (
    Audience,
    EvaluationKind,
    MessageChannel,
    Relation,
    TimeFailureReason,
    Timing,
)
from naverworks_notify.alerts._entries import EntryInfo
from naverworks_notify.alerts._given import text_ids, tuple_of
from naverworks_notify.alerts._kinds import Count, Flag, Moment, Name, Positive, Prose, Repetition
from naverworks_notify.alerts._payload import (
    Candidate,
    Change,
    EvaluationItem,
    Interview,
    Person,
    Posting,
    Slot,
    Stage,
    submission_conflicts,
)
from naverworks_notify.alerts._traits import Digest, Traits
from naverworks_notify.errors import Violation
from naverworks_notify.schema import to_member

__all__ = [
    "ApplicantMessageReceived",
    "AssignmentEvaluationRequested",
    "AutomationApprovalRequested",
    "DocumentEvaluationCompleted",
    "DocumentEvaluationCompletedDigest",
    "DocumentReviewRequested",
    "EvaluationCompleted",
    "InterviewAvailabilityRequested",
    "InterviewCancelled",
    "InterviewCandidateNoAvailableTime",
    "InterviewCandidateTimeSelected",
    "InterviewChanged",
    "InterviewConfirmed",
    "InterviewEvaluationOverdueReminder",
    "InterviewEvaluationReRequested",
    "InterviewEvaluationRequested",
    "InterviewInterviewerTimeFailed",
    "InterviewInterviewerTimeSettled",
    "InterviewReminder",
    "TaskReminder",
    "TeamChatMentioned",
]


def _people(value: Iterable[Person]) -> tuple[Person, ...]:
    people: tuple[Person, ...] = tuple_of(value)
    return people


def _slots(value: Iterable[Slot]) -> tuple[Slot, ...]:
    slots: tuple[Slot, ...] = tuple_of(value)
    return slots


def _candidates(value: Iterable[Candidate]) -> tuple[Candidate, ...]:
    candidates: tuple[Candidate, ...] = tuple_of(value)
    return candidates


def _changes(value: Iterable[Change]) -> tuple[Change, ...]:
    changes: tuple[Change, ...] = tuple_of(value)
    return changes


def _items(value: Iterable[EvaluationItem]) -> tuple[EvaluationItem, ...]:
    items: tuple[EvaluationItem, ...] = tuple_of(value)
    return items


def _reason(value: TimeFailureReason | str) -> TimeFailureReason:
    return to_member(TimeFailureReason, value)


def _evaluation_kind(value: EvaluationKind | str) -> EvaluationKind:
    return to_member(EvaluationKind, value)


def _channel(value: MessageChannel | str | None) -> MessageChannel | None:
    return None if value is None else to_member(MessageChannel, value)


@frozen(kw_only=True, eq=False, repr=False)
class DocumentReviewRequested(Alert):
    """서류 검토 요청: someone asks reviewers to look at applicants' documents, one or many.

    Source: <https://guide.roundhr.com/feedback/review_group/request>.
    """

    type: ClassVar[str] = "document_review.requested"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ASSIGNED,
            korean_label="서류 검토 요청",
            english_label="Document review requested",
            trigger="Reviewers are asked to look at one or several applicants' documents.",
            number=1,
        ),
    )

    posting: Posting
    candidates: tuple[Candidate, ...] = field(converter=_candidates)
    stage: Stage | None = None
    requested_by: Person | None = None
    due_at: Moment | None = None
    message: Prose | None = field(default=None, repr=False)


@frozen(kw_only=True, eq=False, repr=False)
class InterviewAvailabilityRequested(Alert):
    """면접 가능한 시간 선택 요청: interviewers are asked for the times that suit them.

    Attributes:
        deadline: Until when they can choose.
        duration_minutes: Length of the interview, 1 or more.
        period: The span of days the times are chosen from.
    """

    type: ClassVar[str] = "interview.availability_requested"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ASSIGNED,
            korean_label="면접 가능한 시간 선택 요청",
            english_label="Choose available interview times",
            trigger="Interviewers are asked first for the times that suit them.",
            number=2,
        ),
    )

    posting: Posting
    candidate: Candidate
    stage: Stage | None = None
    deadline: Moment | None = None
    duration_minutes: Positive | None = None
    period: Slot | None = None
    interviewers: tuple[Person, ...] = field(default=(), converter=_people)
    requested_by: Person | None = None


@frozen(kw_only=True, eq=False, repr=False)
class InterviewConfirmed(Alert):
    """면접 일정 확정: the schedule of an interview is fixed.

    Examples:
        >>> from datetime import datetime, timedelta, timezone
        >>> kst = timezone(timedelta(hours=9))
        >>> alert = InterviewConfirmed(
        ...     event_id="ev-1",
        ...     occurred_at=datetime(2026, 3, 2, 10, tzinfo=kst),
        ...     posting=Posting("p-1", "백엔드 엔지니어"),
        ...     candidate=Candidate("c-1", "김하늘"),
        ...     interview=Interview(
        ...         id="iv-1",
        ...         slot=Slot(
        ...             datetime(2026, 3, 4, 14, tzinfo=kst), datetime(2026, 3, 4, 15, tzinfo=kst)
        ...         ),
        ...     ),
        ...     assignee_ids=("u-2",),
        ... )
        >>> alert.to_dict()["interview"]["slot"]["start_at"]
        '2026-03-04T14:00:00+09:00'
    """

    type: ClassVar[str] = "interview.confirmed"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ASSIGNED,
            korean_label="면접 일정 확정",
            english_label="Interview confirmed",
            trigger="The schedule of an interview becomes confirmed.",
            number=3,
        ),
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="면접 일정 확정",
            english_label="Interview confirmed",
            trigger="The schedule of an interview becomes confirmed.",
            number=17,
        ),
    )

    posting: Posting
    candidate: Candidate
    interview: Interview
    stage: Stage | None = None


@frozen(kw_only=True, eq=False, repr=False)
class InterviewCancelled(Alert):
    """면접 일정 취소: an interview will not take place; `interview` is as it was."""

    type: ClassVar[str] = "interview.cancelled"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ASSIGNED,
            korean_label="면접 일정 취소",
            english_label="Interview cancelled",
            trigger="An interview is cancelled.",
            number=5,
        ),
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="면접 일정 취소",
            english_label="Interview cancelled",
            trigger="An interview is cancelled.",
            number=19,
        ),
    )
    traits: ClassVar[Traits] = Traits(
        supersedes=("interview.confirmed", "interview.changed", "interview.reminder")
    )

    posting: Posting
    candidate: Candidate
    interview: Interview
    stage: Stage | None = None
    reason: Prose | None = None
    cancelled_by: Person | None = None


def merge_changes(changes: Iterable[InterviewChanged]) -> InterviewChanged:
    """Return the last of several changes of one interview, told from where the first one started.

    The old time is that of the first change, the new one that of the last; of each changed field
    the first old and the last new value stay, and what came back to its old value is left out. The
    result keeps the last event's id. Not documented by the product; chosen so that five
    reschedulings in ten minutes read as one.

    Args:
        changes: At least one, of the same interview, in any order.

    Raises:
        ValueError: There is no change, or they are of different interviews.
    """
    ordered = sorted(changes, key=lambda change: (change.occurred_at, change.event_id))
    if not ordered:
        raise ValueError("merge_changes needs at least one change.")
    if len({change.interview.id for change in ordered}) > 1:
        raise ValueError("merge_changes takes the changes of one interview only.")
    last = ordered[-1]
    slots = [change.previous_slot for change in ordered if change.previous_slot is not None]
    previous = slots[0] if slots and slots[0] != last.interview.slot else None
    return evolve(last, previous_slot=previous, changes=_merge_fields(ordered))


def _merge_fields(ordered: list[InterviewChanged]) -> tuple[Change, ...]:
    merged: dict[str, Change] = {}
    for change in (one for alert in ordered for one in alert.changes):
        first = merged.get(change.field, change)
        merged[change.field] = Change(change.field, before=first.before, after=change.after)
    return tuple(one for one in merged.values() if one.before is None or one.before != one.after)


@frozen(kw_only=True, eq=False, repr=False)
class InterviewChanged(Alert):
    """면접 일정 변경: time, method, place or panel of a confirmed interview was edited.

    Attributes:
        interview: The interview as it is now.
        previous_slot: When it would have been, if the time changed.
        changes: What else changed, before and after.
        changed_by: Who edited it.
        removed_ids: Who was taken off the panel: they are told that the interview is cancelled for
            them.
    """

    type: ClassVar[str] = "interview.changed"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ASSIGNED,
            korean_label="면접 일정 변경",
            english_label="Interview changed",
            trigger="Time, method, place or panel of a confirmed interview is edited.",
            number=4,
        ),
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="면접 일정 변경",
            english_label="Interview changed",
            trigger="Time, method, place or panel of a confirmed interview is edited.",
            number=18,
        ),
    )
    traits: ClassVar[Traits] = Traits(merge=merge_changes, revises=("interview.confirmed",))

    posting: Posting
    candidate: Candidate
    interview: Interview
    stage: Stage | None = None
    previous_slot: Slot | None = None
    changes: tuple[Change, ...] = field(default=(), converter=_changes)
    changed_by: Person | None = None
    removed_ids: tuple[Name, ...] = field(default=(), converter=text_ids)

    def variant_for(self, person_id: str) -> Alert:
        """Return this change, or for who was taken off the panel the cancellation that it is."""
        if person_id not in self.removed_ids:
            return self
        return InterviewCancelled(
            event_id=self.event_id,
            occurred_at=self.occurred_at,
            locale=self.locale,
            assignee_ids=self.removed_ids,
            actor_id=self.actor_id,
            posting=self.posting,
            candidate=self.candidate,
            interview=self.interview
            if self.previous_slot is None
            else evolve(self.interview, slot=self.previous_slot, more_slots=()),
            stage=self.stage,
            cancelled_by=self.changed_by,
        )


@frozen(kw_only=True, eq=False, repr=False)
class InterviewReminder(Alert):
    """면접 일정 리마인더: an interview is about to begin.

    The lead time is not documented; callers choose. `minutes_before` is it, in minutes.
    """

    type: ClassVar[str] = "interview.reminder"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ASSIGNED,
            korean_label="면접 일정 리마인더",
            english_label="Interview reminder",
            trigger="The lead time before the start of an interview is reached.",
            timing=Timing.REMINDER,
            number=6,
        ),
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="면접 일정 리마인더",
            english_label="Interview reminder",
            trigger="The lead time before the start of an interview is reached.",
            timing=Timing.REMINDER,
            number=20,
        ),
    )
    # Not documented; a reminder that says «in one hour» would be wrong once the interview has begun.
    traits: ClassVar[Traits] = Traits(
        expires=lambda alert: alert.interview.slot.start_at,
        reminder_of=("interview.confirmed", "interview.changed"),
    )

    posting: Posting
    candidate: Candidate
    interview: Interview
    stage: Stage | None = None
    minutes_before: Count | None = None


@frozen(kw_only=True, eq=False, repr=False)
class InterviewEvaluationRequested(Alert):
    """면접 평가 요청: an interview is over, or someone asks for its evaluation."""

    type: ClassVar[str] = "interview_evaluation.requested"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ASSIGNED,
            korean_label="면접 평가 요청",
            english_label="Interview evaluation requested",
            trigger="An interview is over, or a manager asks for its evaluation.",
            number=7,
        ),
    )

    posting: Posting
    candidate: Candidate
    stage: Stage | None = None
    interview: Interview | None = None
    due_at: Moment | None = None
    requested_by: Person | None = None


@frozen(kw_only=True, eq=False, repr=False)
class InterviewEvaluationReRequested(Alert):
    """면접 평가 재요청: the evaluation is asked for again.

    Whether a missing evaluation is meant or one to be redone is not documented; the text stays
    neutral. `attempt` is which time it is asked, 2 or more.
    """

    type: ClassVar[str] = "interview_evaluation.re_requested"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ASSIGNED,
            korean_label="면접 평가 재요청",
            english_label="Interview evaluation requested again",
            trigger="A manager asks for an interview evaluation again.",
            number=8,
        ),
    )

    posting: Posting
    candidate: Candidate
    stage: Stage | None = None
    interview: Interview | None = None
    due_at: Moment | None = None
    requested_by: Person | None = None
    message: Prose | None = field(default=None, repr=False)
    attempt: Repetition | None = None


@frozen(kw_only=True, eq=False, repr=False)
class InterviewEvaluationOverdueReminder(Alert):
    """면접 평가 미완료 리마인더: days after the interview, the evaluation is still missing.

    Source: <https://guide.roundhr.com/candidate/automation/interview> (describes the mail form).
    """

    type: ClassVar[str] = "interview_evaluation.overdue_reminder"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ASSIGNED,
            korean_label="면접 평가 미완료 리마인더",
            english_label="Interview evaluation still missing",
            trigger="Days after the interview its evaluation is not submitted; weekdays only.",
            timing=Timing.REMINDER,
            number=9,
        ),
    )

    posting: Posting
    candidate: Candidate
    stage: Stage | None = None
    interview: Interview | None = None
    interview_ended_at: Moment | None = None
    days_overdue: Count | None = None
    due_at: Moment | None = None


@frozen(kw_only=True, eq=False, repr=False)
class AssignmentEvaluationRequested(Alert):
    """과제 평가 요청: an applicant's assignment awaits its evaluator."""

    type: ClassVar[str] = "assignment_evaluation.requested"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ASSIGNED,
            korean_label="과제 평가 요청",
            english_label="Assignment evaluation requested",
            trigger="An applicant's assignment is handed to the evaluator.",
            number=10,
        ),
    )

    posting: Posting
    candidate: Candidate
    stage: Stage | None = None
    assignment_title: Prose | None = None
    submitted_at: Moment | None = None
    due_at: Moment | None = None
    requested_by: Person | None = None


@frozen(kw_only=True, eq=False, repr=False)
class TeamChatMentioned(Alert):
    """팀 채팅 멘션: someone was mentioned in an applicant's team chat.

    `excerpt` is shown only by a catalog told to; readers of a chat message can be restricted.
    Source: <https://guide.roundhr.com/candidate/detail_info/teamchat>.
    """

    type: ClassVar[str] = "team_chat.mentioned"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ADDRESSED,
            korean_label="팀 채팅 멘션",
            english_label="Mentioned in team chat",
            trigger="The person is mentioned in an applicant's team chat.",
            number=11,
        ),
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.ADDRESSED,
            korean_label="팀 채팅 멘션",
            english_label="Mentioned in team chat",
            trigger="The person is mentioned in an applicant's team chat.",
            number=24,
        ),
    )

    candidate: Candidate
    author: Person
    posting: Posting | None = None
    excerpt: Prose | None = field(default=None, repr=False)
    mentioned_at: Moment | None = None


@frozen(kw_only=True, eq=False, repr=False)
class AutomationApprovalRequested(Alert):
    """자동화 승인 요청: an automation waits for someone's approval.

    Who approves and what is not documented: callers address the approvers and describe the action.
    """

    type: ClassVar[str] = "automation.approval_requested"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.INTERVIEWER,
            relation=Relation.ADDRESSED,
            korean_label="자동화 승인 요청",
            english_label="Automation approval requested",
            trigger="An automation waits for this person's approval.",
            number=12,
        ),
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.ADDRESSED,
            korean_label="자동화 승인 요청",
            english_label="Automation approval requested",
            trigger="An automation waits for this person's approval.",
            number=25,
        ),
    )

    automation_name: Name
    action_summary: Name
    posting: Posting | None = None
    candidate_count: Count | None = None
    requested_by: Person | None = None
    expires_at: Moment | None = None


@frozen(kw_only=True, eq=False, repr=False)
class InterviewInterviewerTimeFailed(Alert):
    """면접관 시간 확정 실패: no common time was found, or the deadline passed.

    Attributes:
        pending: The interviewers who did not answer.
    """

    type: ClassVar[str] = "interview.interviewer_time_failed"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="면접관 시간 확정 실패",
            english_label="Interviewer times could not be settled",
            trigger="The interviewers share no time, or the deadline for choosing passed.",
            number=13,
        ),
    )

    posting: Posting
    candidate: Candidate
    reason: TimeFailureReason = field(converter=_reason)
    stage: Stage | None = None
    interviewers: tuple[Person, ...] = field(default=(), converter=_people)
    pending: tuple[Person, ...] = field(default=(), converter=_people)
    deadline: Moment | None = None


@frozen(kw_only=True, eq=False, repr=False)
class InterviewInterviewerTimeSettled(Alert):
    """면접관 시간 확정 완료: every interviewer has chosen.

    Attributes:
        slots: The common times.
        auto_requested: True when the applicant was already asked automatically.
    """

    type: ClassVar[str] = "interview.interviewer_time_settled"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="면접관 시간 확정 완료",
            english_label="Interviewer times settled",
            trigger="Every interviewer has chosen.",
            number=14,
        ),
    )

    posting: Posting
    candidate: Candidate
    stage: Stage | None = None
    slots: tuple[Slot, ...] = field(default=(), converter=_slots)
    auto_requested: Flag | None = None
    interviewers: tuple[Person, ...] = field(default=(), converter=_people)


@frozen(kw_only=True, eq=False, repr=False)
class InterviewCandidateNoAvailableTime(Alert):
    """후보자 가능한 시간 없음: none of the offered times suits the applicant.

    `candidate_note` is what the applicant wrote, and shown only by a catalog told to.
    """

    type: ClassVar[str] = "interview.candidate_no_available_time"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="후보자 가능한 시간 없음",
            english_label="Candidate has no available time",
            trigger="The applicant answers that no offered time is possible.",
            number=15,
        ),
    )

    posting: Posting
    candidate: Candidate
    stage: Stage | None = None
    offered: tuple[Slot, ...] = field(default=(), converter=_slots)
    candidate_note: Prose | None = field(default=None, repr=False)


@frozen(kw_only=True, eq=False, repr=False)
class InterviewCandidateTimeSelected(Alert):
    """후보자 시간 선택 확정: the applicant chose.

    Attributes:
        slots: The chosen times, one or more.
        needs_confirmation: True when someone must still confirm one of them.
    """

    type: ClassVar[str] = "interview.candidate_time_selected"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="후보자 시간 선택 확정",
            english_label="Candidate has selected a time",
            trigger="The applicant submits a choice; a manager may still have to confirm.",
            number=16,
        ),
    )

    posting: Posting
    candidate: Candidate
    slots: tuple[Slot, ...] = field(converter=_slots)
    needs_confirmation: Flag
    stage: Stage | None = None


@frozen(kw_only=True, eq=False, repr=False)
class ApplicantMessageReceived(Alert):
    """지원자 메시지 수신: the applicant wrote.

    Which channel the product means is not documented, so `channel` is optional; `excerpt` is shown
    only by a catalog told to.
    """

    type: ClassVar[str] = "applicant.message_received"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="지원자 메시지 수신",
            english_label="Applicant sent a message",
            trigger="The applicant sends a message.",
            number=21,
        ),
    )

    posting: Posting
    candidate: Candidate
    stage: Stage | None = None
    sent_at: Moment | None = None
    channel: MessageChannel | None = field(default=None, converter=_channel)
    excerpt: Prose | None = field(default=None, repr=False)


@frozen(kw_only=True, eq=False, repr=False)
class EvaluationCompleted(Alert):
    """평가 완료: an interview or assignment evaluation is complete.

    Read from the parent item «평가 완료 알림» of the documented list. Complete means that all
    evaluators are in; the caller decides when to say so. `result` is shown only by a catalog told
    to.
    """

    type: ClassVar[str] = "evaluation.completed"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="평가 완료",
            english_label="Evaluation completed",
            trigger="An interview or assignment evaluation is complete.",
            number=22,
        ),
    )

    posting: Posting
    candidate: Candidate
    evaluation_kind: EvaluationKind = field(converter=_evaluation_kind)
    stage: Stage | None = None
    completed_at: Moment | None = None
    submitted_count: Count | None = None
    total_count: Count | None = None
    result: Prose | None = None

    @classmethod
    def _conflicts(cls, members: Mapping[str, Any]) -> Iterable[Violation]:
        return submission_conflicts(members)


@frozen(kw_only=True, eq=False, repr=False)
class DocumentEvaluationCompletedDigest(Alert):
    """서류 평가 알림 (1시간 기준): what an hour of completed document evaluations becomes.

    Made by this package; callers emit `DocumentEvaluationCompleted`. What «1시간 기준» means is
    not documented; read as one message per hour window, which opens with its first item.
    """

    type: ClassVar[str] = "document_evaluation.completed_digest"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.POSTING,
            korean_label="서류 평가 알림 (1시간 기준)",
            english_label="Document evaluations completed (hourly)",
            trigger="Document evaluations were completed within the hour.",
            timing=Timing.HOURLY_DIGEST,
            event_type="document_evaluation.completed",
            number=23,
        ),
    )
    # «알림 수신 시간» says what is dropped at night; an hour of work is late rather than lost.
    traits: ClassVar[Traits] = Traits(window="wait")

    posting: Posting
    window: Slot
    items: tuple[EvaluationItem, ...] = field(converter=_items)

    @classmethod
    def of(
        cls,
        *,
        items: Sequence[DocumentEvaluationCompleted],
        window: Slot,
        event_id: str,
        occurred_at: datetime,
        locale: str | None = None,
        assignee_ids: Sequence[str] = (),  # noqa: ARG003 - it goes to those in charge of the posting
    ) -> DocumentEvaluationCompletedDigest:
        """Return the digest of completed evaluations of one posting."""
        return cls(
            event_id=event_id,
            occurred_at=occurred_at,
            locale=locale,
            posting=items[0].posting,
            window=window,
            items=tuple(
                EvaluationItem(
                    candidate=item.candidate,
                    completed_at=item.completed_at,
                    stage=item.stage,
                    submitted_count=item.submitted_count,
                    total_count=item.total_count,
                    result=item.result,
                )
                for item in items
            ),
        )


@frozen(kw_only=True, eq=False, repr=False)
class DocumentEvaluationCompleted(Alert):
    """서류 평가 완료: one applicant's documents are evaluated.

    Not sent by itself: an hour of them becomes one `DocumentEvaluationCompletedDigest` per
    recipient and posting.
    """

    type: ClassVar[str] = "document_evaluation.completed"
    traits: ClassVar[Traits] = Traits(
        digest=Digest(
            into=DocumentEvaluationCompletedDigest.of,
            at=lambda alert: alert.completed_at,
        )
    )

    posting: Posting
    candidate: Candidate
    completed_at: Moment
    stage: Stage | None = None
    submitted_count: Count | None = None
    total_count: Count | None = None
    result: Prose | None = None

    @classmethod
    def _conflicts(cls, members: Mapping[str, Any]) -> Iterable[Violation]:
        return submission_conflicts(members)


@frozen(kw_only=True, eq=False, repr=False)
class TaskReminder(Alert):
    """업무 리마인더: a task falls due. Object and timing are not documented; callers choose."""

    type: ClassVar[str] = "task.reminder"
    entries: ClassVar[tuple[EntryInfo, ...]] = (
        EntryInfo(
            audience=Audience.MANAGER,
            relation=Relation.ADDRESSED,
            korean_label="업무 리마인더",
            english_label="Work reminder",
            trigger="A reminder set on a task falls due.",
            timing=Timing.REMINDER,
            number=26,
        ),
    )

    title: Name
    due_at: Moment | None = None
    note: Prose | None = field(default=None, repr=False)
    candidate: Candidate | None = None
    posting: Posting | None = None
    created_by: Person | None = None


def documented() -> tuple[type[Alert], ...]:
    """Return the classes of the 20 documented events and of the digest, in the documented order."""
    return (
        DocumentReviewRequested,
        InterviewAvailabilityRequested,
        InterviewConfirmed,
        InterviewChanged,
        InterviewCancelled,
        InterviewReminder,
        InterviewEvaluationRequested,
        InterviewEvaluationReRequested,
        InterviewEvaluationOverdueReminder,
        AssignmentEvaluationRequested,
        TeamChatMentioned,
        AutomationApprovalRequested,
        InterviewInterviewerTimeFailed,
        InterviewInterviewerTimeSettled,
        InterviewCandidateNoAvailableTime,
        InterviewCandidateTimeSelected,
        ApplicantMessageReceived,
        EvaluationCompleted,
        DocumentEvaluationCompleted,
        DocumentEvaluationCompletedDigest,
        TaskReminder,
    )
