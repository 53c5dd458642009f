"""The documented alerts as dull data: 26 rows, in the order of the product's own list.

Policy reads who is concerned, the catalog reads labels; both find an alert's rows here.
Source: <https://guide.roundhr.com/setting/integrations/notifications/naver_works>, seen 2026-11.
Labels are the list's; row 22 stands for its parent item «평가 완료 알림».
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from naverworks_notify.alerts._choices import Audience, Relation, Timing

__all__ = ["ENTRIES", "EntryInfo", "entries_of", "entry_id"]


@frozen(kw_only=True)
class EntryInfo:
    """One alert for one audience: a documented one, or one of the caller's own.

    Attributes:
        id: `<audience>.<event type>`, except for the digest, which has a name of its own.
        audience: Whom it is written for.
        event_type: Identifier of the event that feeds it.
        relation: What makes a person one of its recipients.
        korean_label: Its name in the product's list.
        english_label: The same in English.
        trigger: What sets it off.
        timing: When it goes out.
        fields: Payload fields; `!` required, `?` optional.
    """

    id: str
    audience: Audience
    event_type: str
    relation: Relation
    korean_label: str
    english_label: str = ""
    trigger: str = ""
    timing: Timing = Timing.IMMEDIATE
    fields: tuple[str, ...] = ()

    @property
    def posting_related(self) -> bool:
        """True for what a 공고 멤버 does not get."""
        return self.relation is Relation.POSTING


def _row(
    entry: str,
    relation: Relation,
    korean_label: str,
    english_label: str,
    *,
    trigger: str,
    fields: str,
    timing: Timing = Timing.IMMEDIATE,
    event_type: str = "",
) -> EntryInfo:
    audience, _, event = entry.partition(".")
    return EntryInfo(
        id=entry,
        audience=Audience(audience),
        event_type=event_type or event,
        relation=relation,
        korean_label=korean_label,
        english_label=english_label,
        trigger=trigger,
        timing=timing,
        fields=tuple(fields.split()),
    )


_ASSIGNED, _POSTING, _ADDRESSED = Relation.ASSIGNED, Relation.POSTING, Relation.ADDRESSED
_INTERVIEW = "candidate! posting! stage? interview!"
_CHANGED = f"{_INTERVIEW} previous_slot? changes? changed_by?"
_CANCELLED = f"{_INTERVIEW} reason? cancelled_by?"
_REMINDED = f"{_INTERVIEW} minutes_before?"
_EVALUATION = "candidate! posting! stage? interview? due_at? requested_by?"
_MENTION = "candidate! posting? author! excerpt? mentioned_at?"
_APPROVAL = "automation_name! action_summary! posting? candidate_count? requested_by? expires_at?"

ENTRIES: Mapping[str, EntryInfo] = MappingProxyType({
    row.id: row
    for row in (
        _row(
            "interviewer.document_review.requested", _ASSIGNED,
            "서류 검토 요청", "Document review requested",
            trigger="Reviewers are asked to look at one or several applicants' documents.",
            fields="posting! stage? candidates! requested_by? due_at? message?",
        ),
        _row(
            "interviewer.interview.availability_requested", _ASSIGNED,
            "면접 가능한 시간 선택 요청", "Choose available interview times",
            trigger="Interviewers are asked first for the times that suit them.",
            fields="candidate! posting! stage? deadline? duration_minutes? period? interviewers?"
            " requested_by?",
        ),
        _row(
            "interviewer.interview.confirmed", _ASSIGNED,
            "면접 일정 확정", "Interview confirmed",
            trigger="The schedule of an interview becomes confirmed.",
            fields=_INTERVIEW,
        ),
        _row(
            "interviewer.interview.changed", _ASSIGNED,
            "면접 일정 변경", "Interview changed",
            trigger="Time, method, place or panel of a confirmed interview is edited.",
            fields=_CHANGED,
        ),
        _row(
            "interviewer.interview.cancelled", _ASSIGNED,
            "면접 일정 취소", "Interview cancelled",
            trigger="An interview is cancelled.",
            fields=_CANCELLED,
        ),
        _row(
            "interviewer.interview.reminder", _ASSIGNED,
            "면접 일정 리마인더", "Interview reminder",
            trigger="The lead time before the start of an interview is reached.",
            fields=_REMINDED, timing=Timing.REMINDER,
        ),
        _row(
            "interviewer.interview_evaluation.requested", _ASSIGNED,
            "면접 평가 요청", "Interview evaluation requested",
            trigger="An interview is over, or a manager asks for its evaluation.",
            fields=_EVALUATION,
        ),
        _row(
            "interviewer.interview_evaluation.re_requested", _ASSIGNED,
            "면접 평가 재요청", "Interview evaluation requested again",
            trigger="A manager asks for an interview evaluation again.",
            fields=f"{_EVALUATION} message? attempt?",
        ),
        _row(
            "interviewer.interview_evaluation.overdue_reminder", _ASSIGNED,
            "면접 평가 미완료 리마인더", "Interview evaluation still missing",
            trigger="Days after the interview its evaluation is not submitted; weekdays only.",
            fields="candidate! posting! stage? interview? interview_ended_at? days_overdue?"
            " due_at?",
            timing=Timing.REMINDER,
        ),
        _row(
            "interviewer.assignment_evaluation.requested", _ASSIGNED,
            "과제 평가 요청", "Assignment evaluation requested",
            trigger="An applicant's assignment is handed to the evaluator.",
            fields="candidate! posting! stage? assignment_title? submitted_at? due_at?"
            " requested_by?",
        ),
        _row(
            "interviewer.team_chat.mentioned", _ADDRESSED,
            "팀 채팅 멘션", "Mentioned in team chat",
            trigger="The person is mentioned in an applicant's team chat.",
            fields=_MENTION,
        ),
        _row(
            "interviewer.automation.approval_requested", _ADDRESSED,
            "자동화 승인 요청", "Automation approval requested",
            trigger="An automation waits for this person's approval.",
            fields=_APPROVAL,
        ),
        _row(
            "manager.interview.interviewer_time_failed", _POSTING,
            "면접관 시간 확정 실패", "Interviewer times could not be settled",
            trigger="The interviewers share no time, or the deadline for choosing passed.",
            fields="candidate! posting! stage? reason! interviewers? pending? deadline?",
        ),
        _row(
            "manager.interview.interviewer_time_settled", _POSTING,
            "면접관 시간 확정 완료", "Interviewer times settled",
            trigger="Every interviewer has chosen.",
            fields="candidate! posting! stage? slots? auto_requested? interviewers?",
        ),
        _row(
            "manager.interview.candidate_no_available_time", _POSTING,
            "후보자 가능한 시간 없음", "Candidate has no available time",
            trigger="The applicant answers that no offered time is possible.",
            fields="candidate! posting! stage? offered? candidate_note?",
        ),
        _row(
            "manager.interview.candidate_time_selected", _POSTING,
            "후보자 시간 선택 확정", "Candidate has selected a time",
            trigger="The applicant submits a choice; a manager may still have to confirm.",
            fields="candidate! posting! stage? slots! needs_confirmation!",
        ),
        _row(
            "manager.interview.confirmed", _POSTING,
            "면접 일정 확정", "Interview confirmed",
            trigger="The schedule of an interview becomes confirmed.",
            fields=_INTERVIEW,
        ),
        _row(
            "manager.interview.changed", _POSTING,
            "면접 일정 변경", "Interview changed",
            trigger="Time, method, place or panel of a confirmed interview is edited.",
            fields=_CHANGED,
        ),
        _row(
            "manager.interview.cancelled", _POSTING,
            "면접 일정 취소", "Interview cancelled",
            trigger="An interview is cancelled.",
            fields=_CANCELLED,
        ),
        _row(
            "manager.interview.reminder", _POSTING,
            "면접 일정 리마인더", "Interview reminder",
            trigger="The lead time before the start of an interview is reached.",
            fields=_REMINDED, timing=Timing.REMINDER,
        ),
        _row(
            "manager.applicant.message_received", _POSTING,
            "지원자 메시지 수신", "Applicant sent a message",
            trigger="The applicant sends a message.",
            fields="candidate! posting! stage? sent_at? channel? excerpt?",
        ),
        _row(
            "manager.evaluation.completed", _POSTING,
            "평가 완료", "Evaluation completed",
            trigger="An interview or assignment evaluation is complete.",
            fields="candidate! posting! stage? evaluation_kind! completed_at? submitted_count?"
            " total_count? result?",
        ),
        _row(
            "manager.document_evaluation.completed_digest", _POSTING,
            "서류 평가 알림 (1시간 기준)", "Document evaluations completed (hourly)",
            trigger="Document evaluations were completed within the hour.",
            fields="posting! window! items!", timing=Timing.HOURLY_DIGEST,
            event_type="document_evaluation.completed",
        ),
        _row(
            "manager.team_chat.mentioned", _ADDRESSED,
            "팀 채팅 멘션", "Mentioned in team chat",
            trigger="The person is mentioned in an applicant's team chat.",
            fields=_MENTION,
        ),
        _row(
            "manager.automation.approval_requested", _ADDRESSED,
            "자동화 승인 요청", "Automation approval requested",
            trigger="An automation waits for this person's approval.",
            fields=_APPROVAL,
        ),
        _row(
            "manager.task.reminder", _ADDRESSED,
            "업무 리마인더", "Work reminder",
            trigger="A reminder set on a task falls due.",
            fields="title! due_at? note? candidate? posting? created_by?",
            timing=Timing.REMINDER,
        ),
    )
})  # fmt: skip
"""Catalog id → row."""

_DIGEST = "manager.document_evaluation.completed_digest"

_BY_EVENT: dict[str, tuple[EntryInfo, ...]] = {}
for _info in ENTRIES.values():
    _BY_EVENT[_info.event_type] = (*_BY_EVENT.get(_info.event_type, ()), _info)
# The digest feeds the row under its own name too: it is what gets rendered.
_BY_EVENT["document_evaluation.completed_digest"] = (ENTRIES[_DIGEST],)


def entries_of(alert_type: str) -> tuple[EntryInfo, ...]:
    """Return the rows an event feeds, interviewer first; none for a type unknown here."""
    return _BY_EVENT.get(alert_type, ())


def entry_id(alert_type: str, audience: str) -> str:
    """Return the catalog id of an event for an audience.

    Both `document_evaluation.completed` and its digest map to
    `manager.document_evaluation.completed_digest`.
    """
    for info in entries_of(alert_type):
        if info.audience == audience:
            return info.id
    return f"{audience}.{alert_type}"
