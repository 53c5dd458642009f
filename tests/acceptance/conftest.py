"""A day's worth of raw JSON, as a service in another language would write it."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

AT = "2026-03-02T10:00:00+09:00"
POSTING = {
    "id": "p-1",
    "title": "백엔드 엔지니어",
    "team": "t-1",
    "url": "https://ats.example.com/p/p-1",
}
CANDIDATE = {"id": "c-1", "name": "김하늘", "url": "https://ats.example.com/c/c-1"}
SLOT = {"start_at": "2026-03-04T14:00:00+09:00", "end_at": "2026-03-04T15:00:00+09:00"}
INTERVIEW = {
    "id": "iv-1",
    "slot": SLOT,
    "method": "google_meet",
    "meeting_url": "https://meet.example.com/x",
    "interviewers": [{"id": "someone-else", "name": "이도윤"}],
    "url": "https://ats.example.com/i/iv-1",
}
STAGE = {"kind": "interview", "title": "1차 면접"}
CPS = {"candidate": CANDIDATE, "posting": POSTING, "stage": STAGE}
AUTHOR = {"id": "u-x", "name": "정가람"}

# One minimal payload per event, as the table of the domain lists them.
PAYLOADS: dict[str, dict[str, Any]] = {
    "document_review.requested": {"posting": POSTING, "stage": STAGE, "candidates": [CANDIDATE]},
    "interview.availability_requested": CPS,
    "interview.confirmed": {**CPS, "interview": INTERVIEW},
    "interview.changed": {
        **CPS,
        "interview": INTERVIEW,
        "previous_slot": {
            "start_at": "2026-03-03T14:00:00+09:00",
            "end_at": "2026-03-03T15:00:00+09:00",
        },
        "changes": [{"field": "location", "before": "A", "after": "B"}],
    },
    "interview.cancelled": {**CPS, "interview": INTERVIEW, "reason": "일정 변경"},
    "interview.reminder": {**CPS, "interview": INTERVIEW, "minutes_before": 60},
    "interview_evaluation.requested": CPS,
    "interview_evaluation.re_requested": {**CPS, "attempt": 2},
    "interview_evaluation.overdue_reminder": {**CPS, "days_overdue": 2},
    "assignment_evaluation.requested": {**CPS, "assignment_title": "과제"},
    "team_chat.mentioned": {"candidate": CANDIDATE, "posting": POSTING, "author": AUTHOR},
    "automation.approval_requested": {
        "automation_name": "서류 합격 안내",
        "action_summary": "합격 안내 메일을 보냅니다",
        "posting": POSTING,
    },
    "interview.interviewer_time_failed": {**CPS, "reason": "no_common_slot"},
    "interview.interviewer_time_settled": {**CPS, "slots": [SLOT]},
    "interview.candidate_no_available_time": CPS,
    "interview.candidate_time_selected": {**CPS, "slots": [SLOT], "needs_confirmation": True},
    "applicant.message_received": {**CPS, "channel": "chat"},
    "evaluation.completed": {**CPS, "evaluation_kind": "interview"},
    "document_evaluation.completed": {**CPS, "completed_at": AT},
    "task.reminder": {"title": "전화 인터뷰 준비", "posting": POSTING},
}


def event(kind: str, event_id: str, **extra: Any) -> dict[str, Any]:
    """Return the JSON of one alert."""
    return {"type": kind, "event_id": event_id, "occurred_at": AT, **PAYLOADS[kind], **extra}


def person(person_id: str, **extra: Any) -> dict[str, Any]:
    """Return the JSON of one person."""
    return {
        "id": person_id,
        "name": person_id,
        "email": f"{person_id}@example.com",
        "org_role": "interviewer",
        **extra,
    }


def everyone() -> list[dict[str, Any]]:
    """Return a person for every combination of the three role scopes."""
    found = []
    for org, job, team in itertools.product(
        ("admin", "manager", "interviewer"),
        (None, "job_member", "job_manager", "job_admin"),
        (None, "team_member", "team_manager", "team_admin"),
    ):
        roles = {
            "org_role": org,
            "posting_roles": {"p-1": job} if job else {},
            "team_roles": {"t-1": team} if team else {},
        }
        name = f"{org}-{job or 'none'}-{team or 'none'}"
        found += [person(f"{name}-in", **roles), person(f"{name}-out", **roles)]
    return found


Notify = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def notify(tmp_path: Path) -> Notify:
    """Return a function that runs `naverworks-notify notify` on given JSON."""

    def run(
        people: object, alerts: list[Any], *flags: str, env: dict[str, str] | None = None
    ) -> tuple[int, list[dict[str, Any]]]:
        people_file = tmp_path / "people.json"
        people_file.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
        alerts_file = tmp_path / "alerts.jsonl"
        lines = [
            line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
            for line in alerts
        ]
        alerts_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "naverworks_notify.cli",
                "notify",
                "--people",
                str(people_file),
                "--alerts",
                str(alerts_file),
                "--json",
                *flags,
            ],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={"PATH": "", "PYTHONUTF8": "1", "PYTHONPATH": ":".join(sys.path), **(env or {})},
        )
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, rows

    return run


@pytest.fixture(name="event")
def event_builder() -> Callable[..., dict[str, Any]]:
    """Return the builder of alert JSON."""
    return event


@pytest.fixture(name="person")
def person_builder() -> Callable[..., dict[str, Any]]:
    """Return the builder of person JSON."""
    return person


@pytest.fixture
def all_roles() -> list[dict[str, Any]]:
    """Return a person for every combination of roles, assigned (-in) and not (-out)."""
    return everyone()


@pytest.fixture
def event_types() -> list[str]:
    """Return the 20 event types."""
    return list(PAYLOADS)


@pytest.fixture
def service() -> Iterator[tuple[Any, dict[str, str]]]:
    """Serve a simulator on a port; yield it and the environment that points at it."""
    from naverworks_notify.testing import Simulator

    simulator = Simulator(users=["doyoon@example.com"])
    with simulator.serve(port=0) as url:
        yield (
            simulator,
            {
                "NAVERWORKS_API_URL": f"{url}/v1.0",
                "NAVERWORKS_AUTH_URL": f"{url}/oauth2/v2.0",
                "NAVERWORKS_CLIENT_ID": simulator.account.client_id,
                "NAVERWORKS_CLIENT_SECRET": simulator.client_secret,
                "NAVERWORKS_SERVICE_ACCOUNT_ID": simulator.account.service_account_id,
                "NAVERWORKS_PRIVATE_KEY": simulator.private_key,
                "NAVERWORKS_SCOPES": " ".join(simulator.account.scopes),
                "NAVERWORKS_BOT_ID": str(simulator.bot_id),
            },
        )
