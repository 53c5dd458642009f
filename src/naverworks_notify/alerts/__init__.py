"""The vocabulary: what can happen in a hiring process, as checked, immutable values.

One class per event; `from_dict` and `to_dict` are exact inverses. No texts (those are in
`catalog`) and no rules about recipients (those are in `policy`).
"""

from __future__ import annotations

from naverworks_notify.alerts._alert import Alert
from naverworks_notify.alerts._choices import (
    Audience,
    EvaluationKind,
    InterviewMethod,
    MessageChannel,
    Relation,
    TimeFailureReason,
    Timing,
)
from naverworks_notify.alerts._entries import EntryInfo
from naverworks_notify.alerts._events import (
    ApplicantMessageReceived,
    AssignmentEvaluationRequested,
    AutomationApprovalRequested,
    DocumentEvaluationCompleted,
    DocumentEvaluationCompletedDigest,
    DocumentReviewRequested,
    EvaluationCompleted,
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
    InterviewReminder,
    TaskReminder,
    TeamChatMentioned,
)
from naverworks_notify.alerts._kinds import Count, Flag, Moment, Name, Prose, Url
from naverworks_notify.alerts._locales import LOCALES, normalize_locale
from naverworks_notify.alerts._payload import (
    Candidate,
    Change,
    EvaluationItem,
    Interview,
    Person,
    Posting,
    Slot,
    Stage,
)
from naverworks_notify.alerts._traits import Digest, Guarantee, Traits
from naverworks_notify.alerts._value import Value
from naverworks_notify.alerts._vocabulary import (
    DOCUMENTED,
    ENTRIES,
    EVENTS,
    Vocabulary,
    entries_of,
    entry_id,
    from_dict,
)

__all__ = [
    "DOCUMENTED",
    "ENTRIES",
    "EVENTS",
    "LOCALES",
    "Alert",
    "ApplicantMessageReceived",
    "AssignmentEvaluationRequested",
    "Audience",
    "AutomationApprovalRequested",
    "Candidate",
    "Change",
    "Count",
    "Digest",
    "DocumentEvaluationCompleted",
    "DocumentEvaluationCompletedDigest",
    "DocumentReviewRequested",
    "EntryInfo",
    "EvaluationCompleted",
    "EvaluationItem",
    "EvaluationKind",
    "Flag",
    "Guarantee",
    "Interview",
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
    "InterviewMethod",
    "InterviewReminder",
    "MessageChannel",
    "Moment",
    "Name",
    "Person",
    "Posting",
    "Prose",
    "Relation",
    "Slot",
    "Stage",
    "TaskReminder",
    "TeamChatMentioned",
    "TimeFailureReason",
    "Timing",
    "Traits",
    "Url",
    "Value",
    "Vocabulary",
    "entries_of",
    "entry_id",
    "from_dict",
    "normalize_locale",
]
