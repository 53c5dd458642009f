"""Alerts about one posting of one team, as a caller's application would raise them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from naverworks_notify import alerts, policy

AT = "2026-03-02T10:00:00+09:00"
SLOT = {"start_at": "2026-03-04T14:00:00+09:00", "end_at": "2026-03-04T15:00:00+09:00"}
CANDIDATE = {"id": "c-1", "name": "김하늘"}
CPS = {
    "posting": {"id": "p-1", "title": "백엔드 엔지니어", "team": "t-1"},
    "candidate": CANDIDATE,
    "stage": {"title": "1차 면접"},
}
INTERVIEW = {"id": "iv-1", "slot": SLOT, "interviewers": [{"id": "u-0", "name": "이도윤"}]}

PAYLOADS: dict[str, dict[str, Any]] = {
    "document_review.requested": {"posting": CPS["posting"], "candidates": [CANDIDATE]},
    "interview.availability_requested": CPS,
    "interview.confirmed": {**CPS, "interview": INTERVIEW},
    "interview.changed": {**CPS, "interview": INTERVIEW},
    "interview.cancelled": {**CPS, "interview": INTERVIEW},
    "interview.reminder": {**CPS, "interview": INTERVIEW},
    "interview_evaluation.requested": {**CPS, "interview": INTERVIEW},
    "interview_evaluation.re_requested": CPS,
    "interview_evaluation.overdue_reminder": CPS,
    "assignment_evaluation.requested": CPS,
    "team_chat.mentioned": {
        "candidate": CANDIDATE,
        "posting": CPS["posting"],
        "author": {"id": "u-9", "name": "정가람"},
    },
    "automation.approval_requested": {
        "posting": CPS["posting"],
        "automation_name": "합격 안내",
        "action_summary": "메일을 보냅니다",
    },
    "interview.interviewer_time_failed": {**CPS, "reason": "no_common_slot"},
    "interview.interviewer_time_settled": CPS,
    "interview.candidate_no_available_time": CPS,
    "interview.candidate_time_selected": {**CPS, "slots": [SLOT], "needs_confirmation": True},
    "applicant.message_received": CPS,
    "evaluation.completed": {**CPS, "evaluation_kind": "interview"},
    "document_evaluation.completed": {**CPS, "completed_at": AT},
    "document_evaluation.completed_digest": {
        "posting": CPS["posting"],
        "window": SLOT,
        "items": [{"candidate": CANDIDATE, "completed_at": AT}],
    },
    "task.reminder": {"title": "처우 협의 준비", "posting": CPS["posting"]},
}


def make_alert(kind: str, *assignees: str, **changes: Any) -> alerts.Alert:
    """Return an alert of that type; `changes` go into its JSON."""
    raw = {
        "type": kind,
        "event_id": "ev-1",
        "occurred_at": AT,
        "assignee_ids": list(assignees),
        **PAYLOADS[kind],
        **changes,
    }
    return alerts.from_dict({key: value for key, value in raw.items() if value is not None})


@pytest.fixture(scope="session")
def alert():
    """Return the maker of alerts: `alert("interview.confirmed", "u-1", event_id="e")`."""
    return make_alert


@pytest.fixture(scope="session")
def event_types():
    """Return all 21 types."""
    assert set(PAYLOADS) == set(alerts.EVENTS)
    return tuple(PAYLOADS)


@pytest.fixture(scope="session")
def now():
    """Return the moment at which everything is decided: a Monday, ten in the morning in Seoul."""
    return datetime.fromisoformat(AT)


@pytest.fixture(scope="session")
def interviewer():
    """Return someone with no role anywhere."""
    return policy.Person(id="u-1", name="이도윤", org_role="interviewer")


@pytest.fixture(scope="session")
def manager():
    """Return the 공고 매니저 of the posting."""
    return policy.Person(id="u-2", name="박서준", posting_roles={"p-1": "job_manager"})


@pytest.fixture(scope="session")
def member():
    """Return a 공고 멤버 of the posting who is an organisation admin all the same."""
    return policy.Person(
        id="u-3", name="최지우", org_role="admin", posting_roles={"p-1": "job_member"}
    )
