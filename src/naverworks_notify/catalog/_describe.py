"""What each alert says: one function an event, in the order of the documented list.

Rows follow one design: who, posting and stage, when, how and where, with whom, by when, the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from naverworks_notify.alerts import (
    Alert,
    ApplicantMessageReceived,
    AssignmentEvaluationRequested,
    AutomationApprovalRequested,
    Candidate,
    Change,
    DocumentEvaluationCompleted,
    DocumentReviewRequested,
    EvaluationCompleted,
    EvaluationItem,
    Interview,
    InterviewAvailabilityRequested,
    InterviewCancelled,
    InterviewCandidateNoAvailableTime,
    InterviewCandidateTimeSelected,
    InterviewChanged,
    InterviewConfirmed,
    InterviewEvaluationOverdueReminder,
    InterviewEvaluationRequested,
    InterviewEvaluationReRequested,
    InterviewInterviewerTimeFailed,
    InterviewInterviewerTimeSettled,
    InterviewMethod,
    InterviewReminder,
    Posting,
    Slot,
    TaskReminder,
    TeamChatMentioned,
)
from naverworks_notify.catalog._brief import Brief, Button, Detail, Line, Row, Tone
from naverworks_notify.catalog._payload import Target
from naverworks_notify.catalog._writer import LABEL, MOST_LISTED, TITLE, Writer

__all__ = ["Describe"]

Describe: TypeAlias = Callable[[Any, Writer], Brief]
"""Says what an alert means: takes the alert and the pen, returns the content."""

Rows: TypeAlias = tuple[Row, ...]
Lines: TypeAlias = tuple[str | Line, ...]
_Evaluation: TypeAlias = EvaluationCompleted | EvaluationItem | DocumentEvaluationCompleted


def document_review_requested(alert: DocumentReviewRequested, pen: Writer) -> Brief:
    """서류 검토 요청."""
    return Brief(
        title=pen.own("title"),
        sentence=_one_or_many(alert.candidates, alert.posting, pen),
        rows=(
            *_applicants(alert.candidates, pen),
            *_where(alert, pen),
            *pen.due("due", alert.due_at),
            *pen.by("requested_by", alert.requested_by),
            *pen.row("message", pen.prose(alert.message)),
        ),
        buttons=pen.button("button", Target.REVIEW),
        when=_deadline(alert.due_at, pen),
        tone=Tone.REQUEST,
    )


def interview_availability_requested(alert: InterviewAvailabilityRequested, pen: Writer) -> Brief:
    """면접 가능한 시간 선택 요청."""
    duration = alert.duration_minutes
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(
            *_who(alert, pen),
            *(pen.row("period", pen.days(alert.period), strong=True) if alert.period else ()),
            *pen.row("duration", pen.duration(duration) if duration is not None else ""),
            *pen.people("interviewers", alert.interviewers),
            *pen.due("choose_by", alert.deadline),
            *pen.by("requested_by", alert.requested_by),
        ),
        buttons=pen.button("button", Target.TIME_PICKER),
        when=_deadline(alert.deadline, pen),
        tone=Tone.REQUEST,
    )


def interview_confirmed(alert: InterviewConfirmed, pen: Writer) -> Brief:
    """면접 일정 확정."""
    when = _when(alert.interview, pen)
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(*_who(alert, pen), *_meeting(alert.interview, when, pen)),
        buttons=(*pen.button("button", Target.INTERVIEW), *_join(pen)),
        when=_told(when, pen),
    )


def interview_changed(alert: InterviewChanged, pen: Writer) -> Brief:
    """면접 일정 변경: every changed fact shows what it was before."""
    when = _when(alert.interview, pen)
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(
            *_who(alert, pen),
            *_changed_meeting(alert, when, pen),
            *pen.by("changed_by", alert.changed_by),
        ),
        buttons=pen.button("button", Target.INTERVIEW),
        when=_told(when, pen),
    )


def interview_cancelled(alert: InterviewCancelled, pen: Writer) -> Brief:
    """면접 일정 취소: no way to join what will not take place."""
    for_interviewer = pen.audience == "interviewer"
    when = _when(alert.interview, pen)
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(
            *_who(alert, pen),
            *_meeting(alert.interview, when, pen, note=False),
            *pen.row("reason", pen.prose(alert.reason)),
            *pen.by("cancelled_by", alert.cancelled_by),
        ),
        buttons=pen.button("button", Target.APPLICANT if for_interviewer else Target.SCHEDULING),
        when=_told(when, pen),
        tone=Tone.WARNING,
    )


def interview_reminder(alert: InterviewReminder, pen: Writer) -> Brief:
    """면접 일정 리마인더."""
    name = pen.name(alert.candidate.name)
    if alert.minutes_before:
        lead = pen.duration(alert.minutes_before)
        sentence = pen.own("sentence.lead", candidate=name, lead=lead)
    else:
        sentence = pen.own("sentence", candidate=name)
    when = _when(alert.interview, pen)
    return Brief(
        title=pen.own("title"),
        sentence=sentence,
        rows=(*_who(alert, pen), *_meeting(alert.interview, when, pen)),
        buttons=(*pen.button("button", Target.INTERVIEW), *_join(pen)),
        when=_told(when, pen),
    )


def interview_evaluation_requested(alert: InterviewEvaluationRequested, pen: Writer) -> Brief:
    """면접 평가 요청."""
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(
            *_who(alert, pen),
            *_past_interview(alert.interview, pen),
            *pen.due("due", alert.due_at),
            *pen.by("requested_by", alert.requested_by),
        ),
        buttons=pen.button("button", Target.EVALUATION),
        when=_deadline(alert.due_at, pen),
        tone=Tone.REQUEST,
    )


def interview_evaluation_re_requested(alert: InterviewEvaluationReRequested, pen: Writer) -> Brief:
    """면접 평가 재요청."""
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(
            *_who(alert, pen),
            *_past_interview(alert.interview, pen),
            *pen.due("due", alert.due_at),
            *pen.by("requested_by", alert.requested_by),
            *pen.row("attempt", pen.count("times", alert.attempt) if alert.attempt else ""),
            *pen.row("message", pen.prose(alert.message)),
        ),
        buttons=pen.button("button", Target.EVALUATION),
        when=_deadline(alert.due_at, pen),
        tone=Tone.REQUEST,
    )


def interview_evaluation_overdue_reminder(
    alert: InterviewEvaluationOverdueReminder, pen: Writer
) -> Brief:
    """면접 평가 미완료 리마인더."""
    interview, ended = alert.interview, alert.interview_ended_at
    days = alert.days_overdue
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(
            *_who(alert, pen),
            *_past_interview(interview, pen),
            *(pen.due("interview_ended", ended) if interview is None else ()),
            *pen.due("due", alert.due_at),
            *pen.row("days_overdue", pen.count("duration.days", days) if days else ""),
        ),
        buttons=pen.button("button", Target.EVALUATION),
        when=_deadline(alert.due_at, pen),
        tone=Tone.WARNING,
    )


def assignment_evaluation_requested(alert: AssignmentEvaluationRequested, pen: Writer) -> Brief:
    """과제 평가 요청."""
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(
            *_who(alert, pen),
            *pen.row("assignment", pen.words(alert.assignment_title, TITLE)),
            *pen.due("submitted_at", alert.submitted_at),
            *pen.due("due", alert.due_at),
            *pen.by("requested_by", alert.requested_by),
        ),
        buttons=pen.button("button", Target.EVALUATION),
        when=_deadline(alert.due_at, pen),
        tone=Tone.REQUEST,
    )


def team_chat_mentioned(alert: TeamChatMentioned, pen: Writer) -> Brief:
    """팀 채팅 멘션: what was written stays out unless the catalog is told to show it."""
    author = pen.name(alert.author.name)
    return Brief(
        title=pen.own("title"),
        sentence=pen.own("sentence", author=author, candidate=pen.name(alert.candidate.name)),
        rows=(
            *_who(alert, pen),
            *pen.due("mentioned_at", alert.mentioned_at),
            *_excerpt(alert.excerpt, pen),
        ),
        buttons=pen.button("button", Target.CHAT),
    )


def automation_approval_requested(alert: AutomationApprovalRequested, pen: Writer) -> Brief:
    """자동화 승인 요청."""
    count = alert.candidate_count
    return Brief(
        title=pen.own("title"),
        sentence=pen.own("sentence", automation=pen.name(alert.automation_name, TITLE)),
        rows=(
            *pen.row("action", pen.prose(alert.action_summary)),
            *_posting(alert.posting, pen),
            *pen.row("applicant_count", pen.count("people", count) if count is not None else ""),
            *pen.due("approve_by", alert.expires_at),
            *pen.by("requested_by", alert.requested_by),
        ),
        buttons=pen.button("button", Target.APPROVAL),
        when=_deadline(alert.expires_at, pen),
        tone=Tone.REQUEST,
    )


def interview_interviewer_time_failed(alert: InterviewInterviewerTimeFailed, pen: Writer) -> Brief:
    """면접관 시간 확정 실패."""
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(
            *_who(alert, pen),
            *pen.row("reason", pen.say(f"time_failure.{alert.reason.value}"), strong=True),
            *pen.people("interviewers", alert.interviewers),
            *pen.people("pending", alert.pending),
            *pen.due("choose_by", alert.deadline),
        ),
        buttons=pen.button("button", Target.SCHEDULING),
        tone=Tone.WARNING,
    )


def interview_interviewer_time_settled(
    alert: InterviewInterviewerTimeSettled, pen: Writer
) -> Brief:
    """면접관 시간 확정 완료: the next step depends on whether the applicant was asked already."""
    asked = bool(alert.auto_requested)
    return Brief(
        title=pen.own("title"),
        sentence=pen.own(
            "sentence.asked" if asked else "sentence", candidate=pen.name(alert.candidate.name)
        ),
        rows=(
            *_who(alert, pen),
            *_slots("common_times", alert.slots, pen),
            *pen.people("interviewers", alert.interviewers),
        ),
        buttons=pen.button(
            "button.asked" if asked else "button",
            Target.INTERVIEW if asked else Target.SCHEDULING,
        ),
        tone=Tone.NEWS if asked else Tone.REQUEST,
    )


def interview_candidate_no_available_time(
    alert: InterviewCandidateNoAvailableTime, pen: Writer
) -> Brief:
    """후보자 가능한 시간 없음."""
    note = alert.candidate_note if pen.shows(Detail.EXCERPT) else None
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(
            *_who(alert, pen),
            *_slots("offered_times", alert.offered, pen),
            *pen.row("applicant_note", pen.prose(note, by_applicant=True)),
        ),
        buttons=pen.button("button", Target.SCHEDULING),
        tone=Tone.WARNING,
    )


def interview_candidate_time_selected(alert: InterviewCandidateTimeSelected, pen: Writer) -> Brief:
    """후보자 시간 선택 확정: someone may still have to confirm."""
    waiting = alert.needs_confirmation
    return Brief(
        title=pen.own("title"),
        sentence=pen.own(
            "sentence.waiting" if waiting else "sentence",
            candidate=pen.name(alert.candidate.name),
        ),
        rows=(*_who(alert, pen), *_slots("chosen_times", alert.slots, pen)),
        buttons=pen.button(
            "button.waiting" if waiting else "button",
            Target.SCHEDULING if waiting else Target.INTERVIEW,
        ),
        when=str(pen.span(alert.slots[0])) if len(alert.slots) == 1 else "",
        tone=Tone.REQUEST if waiting else Tone.NEWS,
    )


def applicant_message_received(alert: ApplicantMessageReceived, pen: Writer) -> Brief:
    """지원자 메시지 수신: the words stay out unless the catalog is told to show them."""
    return Brief(
        title=pen.own("title"),
        sentence=_about(alert.candidate, pen),
        rows=(
            *_who(alert, pen),
            *pen.row("channel", pen.say(f"channel.{alert.channel.value}") if alert.channel else ""),
            *pen.due("sent_at", alert.sent_at),
            *_excerpt(alert.excerpt, pen, by_applicant=True),
        ),
        buttons=pen.button("button", Target.CONVERSATION),
    )


def evaluation_completed(alert: EvaluationCompleted, pen: Writer) -> Brief:
    """평가 완료."""
    name = pen.name(alert.candidate.name)
    return Brief(
        title=pen.own("title"),
        sentence=pen.own(f"sentence.{alert.evaluation_kind.value}", candidate=name),
        rows=(
            *_who(alert, pen),
            *pen.due("completed_at", alert.completed_at),
            *pen.row("submitted", _submitted(alert)),
            *pen.row("result", _result(alert, pen)),
        ),
        buttons=pen.button("button", Target.RESULT),
    )


def document_evaluation_completed(alert: Any, pen: Writer) -> Brief:
    """서류 평가 알림 (1시간 기준): what was completed within the window, in a list.

    A completion that did not wait for its digest reads like a digest of one.
    """
    # What was collected, or the one thing itself.
    items: Sequence[EvaluationItem | DocumentEvaluationCompleted] = getattr(alert, "items", ()) or (
        alert,
    )
    window: Slot | None = getattr(alert, "window", None)
    first = sorted(items, key=lambda item: item.completed_at)[:MOST_LISTED]
    stages = {pen.name(item.stage.title) if item.stage is not None else "" for item in items}
    shared = stages.pop() if len(stages) == 1 else ""
    return Brief(
        title=pen.own("title"),
        sentence=_one_or_many([item.candidate for item in items], alert.posting, pen),
        rows=(
            *_posting(alert.posting, pen),
            *pen.row("stage", shared),
            *(pen.row("window", pen.span(window)) if window is not None else ()),
            *pen.row(
                "applicants",
                *pen.listing(
                    [_evaluated(item, pen, tell_stage=not shared) for item in first],
                    rest=len(items) - len(first),
                    rest_key="more_people",
                ),
            ),
        ),
        buttons=pen.button("button", Target.REVIEW_LIST),
    )


def task_reminder(alert: TaskReminder, pen: Writer) -> Brief:
    """업무 리마인더."""
    return Brief(
        title=pen.own("title"),
        sentence=pen.own("sentence", task=pen.name(alert.title, TITLE)),
        rows=(
            *_who(alert, pen),
            *pen.due("due", alert.due_at),
            *pen.row("note", pen.prose(alert.note)),
            *pen.by("created_by", alert.created_by),
        ),
        buttons=pen.button("button", Target.TASK),
        when=_deadline(alert.due_at, pen),
        tone=Tone.REQUEST,
    )


def _about(candidate: Candidate, pen: Writer) -> str:
    return pen.own("sentence", candidate=pen.name(candidate.name))


def _one_or_many(candidates: Sequence[Candidate], posting: Posting, pen: Writer) -> str:
    if len(candidates) == 1:
        return _about(candidates[0], pen)
    return pen.own("sentence.many", posting=pen.name(posting.title), count=len(candidates))


def _applicants(candidates: Sequence[Candidate], pen: Writer) -> Rows:
    if len(candidates) == 1:
        return pen.row("applicant", pen.name(candidates[0].name))
    listed = [pen.name(candidate.name) for candidate in candidates[:MOST_LISTED]]
    return pen.row(
        "applicants",
        *pen.listing(listed, rest=len(candidates) - len(listed), rest_key="more_people"),
    )


def _who(alert: Alert, pen: Writer) -> Rows:
    candidate = alert.candidate
    applicant = pen.row("applicant", pen.name(candidate.name)) if candidate is not None else ()
    return (*applicant, *_where(alert, pen))


def _posting(posting: Posting | None, pen: Writer) -> Rows:
    return pen.row("posting", pen.name(posting.title, TITLE)) if posting is not None else ()


def _where(alert: Alert, pen: Writer) -> Rows:
    stage, interview = alert.stage, alert.interview
    rows = _posting(alert.posting, pen)
    if stage is not None:
        return (*rows, *pen.row("stage", pen.name(stage.title)))
    if interview is not None and interview.round:
        return (*rows, *pen.row("stage", pen.say("interview_round", round=interview.round)))
    return rows


def _when(interview: Interview, pen: Writer) -> Lines:
    if interview.more_slots:
        return pen.spans((interview.slot, *interview.more_slots))
    return (pen.span(interview.slot),)


def _told(when: Lines, pen: Writer) -> str:
    """Return the time for the lock screen: the first, and how many more there are."""
    first, *others = when
    return f"{first} {pen.count('more', len(others))}" if others else str(first)


def _meeting(interview: Interview, when: Lines, pen: Writer, *, note: bool = True) -> Rows:
    return (
        *pen.row("when", *when, strong=True),
        *pen.row("method", _method(interview, pen)),
        *pen.row("location", pen.words(interview.location)),
        *pen.people("interviewers", interview.interviewers),
        *(pen.row("note", pen.prose(interview.note)) if note else ()),
    )


def _method(interview: Interview, pen: Writer) -> str:
    if isinstance(interview.method, InterviewMethod):
        return pen.say(f"method.{interview.method.value}")
    if interview.method is not None:
        return pen.words(interview.method)
    return pen.say("method.video") if interview.meeting_url else ""


# Fields of `changes` whose present value the interview itself holds.
_METHODS = frozenset(method.value for method in InterviewMethod)
_KNOWN_CHANGES = frozenset({"slot", "method", "location", "interviewers"})


def _changed_meeting(alert: InterviewChanged, when: Lines, pen: Writer) -> Rows:
    interview, previous = alert.interview, alert.previous_slot
    known = {change.field: change for change in alert.changes if change.field in _KNOWN_CHANGES}
    others = [change for change in alert.changes if change.field not in _KNOWN_CHANGES]
    if previous is not None:
        moved_from = pen.span(previous)
        before: str | Line = moved_from if (moved_from,) != when else ""
    else:
        before = pen.words(known["slot"].before) if "slot" in known else ""
    panel = pen.names(interview.interviewers) if interview.interviewers else ""
    return (
        *pen.row("when", *when, before=before, strong=True),
        *_changed("method", _method(interview, pen), known.get("method"), pen),
        *_changed("location", pen.words(interview.location), known.get("location"), pen),
        *_changed("interviewers", panel, known.get("interviewers"), pen),
        *(row for change in others[:MOST_LISTED] for row in _other_change(change, pen)),
        *pen.row("other_changes", *pen.listing((), rest=len(others) - MOST_LISTED)),
        *pen.row("note", pen.prose(interview.note)),
    )


def _changed(label: str, now: str, change: Change | None, pen: Writer) -> Rows:
    if change is None:
        return pen.row(label, now)
    before = _change_words(change.before, pen)
    after = now or _change_words(change.after, pen) or pen.say("none")
    return pen.row(label, after, before=before or pen.say("none"), strong=True)


def _change_words(text: str | None, pen: Writer) -> str:
    if text is not None and text in _METHODS:
        return pen.say(f"method.{text}")
    return pen.words(text)


def _other_change(change: Change, pen: Writer) -> Rows:
    before, after = pen.words(change.before), pen.words(change.after)
    if not before and not after:
        return pen.row("changed_field", pen.name(change.field))
    return pen.row_named(
        pen.name(change.field, LABEL), after or pen.say("none"), before=before or pen.say("none")
    )


def _past_interview(interview: Interview | None, pen: Writer) -> Rows:
    return pen.row("interviewed_at", *_when(interview, pen)) if interview is not None else ()


def _join(pen: Writer) -> tuple[Button, ...]:
    """Return the button to the video call for those who take part; managers look on."""
    return pen.join_button() if pen.audience == "interviewer" else ()


def _slots(label: str, slots: Sequence[Slot], pen: Writer) -> Rows:
    return pen.row(label, *pen.spans(slots), strong=len(slots) == 1) if slots else ()


def _excerpt(excerpt: str | None, pen: Writer, *, by_applicant: bool = False) -> Rows:
    if not pen.shows(Detail.EXCERPT):
        return ()
    return pen.row("excerpt", pen.prose(excerpt, by_applicant=by_applicant))


def _deadline(when: datetime | None, pen: Writer) -> str:
    return pen.say("until", when=pen.moment(when)) if when is not None else ""


def _submitted(evaluation: _Evaluation) -> str:
    submitted, total = evaluation.submitted_count, evaluation.total_count
    if submitted is None:
        return ""
    return f"{submitted}/{total}" if total is not None else str(submitted)


def _result(evaluation: _Evaluation, pen: Writer) -> str:
    return pen.words(evaluation.result) if pen.shows(Detail.RESULT) else ""


def _evaluated(
    item: EvaluationItem | DocumentEvaluationCompleted, pen: Writer, *, tell_stage: bool
) -> str:
    parts = (
        pen.name(item.candidate.name),
        pen.time(item.completed_at),
        _submitted(item),
        _result(item, pen),
        pen.name(item.stage.title) if tell_stage and item.stage is not None else "",
    )
    return " · ".join(part for part in parts if part)
