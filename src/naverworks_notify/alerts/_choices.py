"""The closed choices of the vocabulary."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "Audience",
    "EvaluationKind",
    "InterviewMethod",
    "MessageChannel",
    "Relation",
    "TimeFailureReason",
    "Timing",
]


class Audience(StrEnum):
    """Whom an alert is written for. The first part of a catalog id.

    Source: <https://guide.roundhr.com/setting/integrations/notifications/naver_works>.
    """

    INTERVIEWER = "interviewer"
    """면접관: the people an event is assigned to, whatever their organisation role."""
    MANAGER = "manager"
    """채용 관리자/매니저: the people in charge of the posting, or personally addressed."""


class Relation(StrEnum):
    """What ties a person to a catalog entry."""

    ASSIGNED = "assigned"
    """The event's assignees: interviewers, evaluators, reviewers."""
    POSTING = "posting"
    """Whoever is 공고 관리자 or 공고 매니저 on the posting; never a 공고 멤버."""
    ADDRESSED = "addressed"
    """The person mentioned, asked or reminded."""


class Timing(StrEnum):
    """When an alert goes out."""

    IMMEDIATE = "immediate"
    REMINDER = "reminder"
    """At a time the caller computes: before a start, or after a due time."""
    HOURLY_DIGEST = "hourly_digest"
    """Collected for an hour per recipient and posting."""


class InterviewMethod(StrEnum):
    """How an interview is held.

    Source: <https://guide.roundhr.com/interview/template/interview>; Teams and the meetings of
    NAVER WORKS are ours.
    """

    IN_PERSON = "in_person"
    GOOGLE_MEET = "google_meet"
    ZOOM = "zoom"
    TEAMS = "teams"
    NAVER_WORKS = "naver_works"
    PHONE = "phone"
    OTHER = "other"


class TimeFailureReason(StrEnum):
    """Why the interviewers' times could not be settled.

    Source: <https://guide.roundhr.com/interview/scheduling/interview_status>, state 일정 미확정.
    """

    NO_COMMON_SLOT = "no_common_slot"
    DEADLINE_PASSED = "deadline_passed"
    OTHER = "other"


class MessageChannel(StrEnum):
    """Where an applicant's message came in. Not documented; chosen from the product's pages."""

    CHAT = "chat"
    EMAIL = "email"
    SMS = "sms"
    ALIMTALK = "alimtalk"
    OTHER = "other"


class EvaluationKind(StrEnum):
    """Which evaluation was completed, the document evaluation apart: it has its own alert."""

    INTERVIEW = "interview"
    ASSIGNMENT = "assignment"
