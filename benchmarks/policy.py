"""One decide for 10 000 people, 100 of them concerned, on one core; prints the best of five."""

from __future__ import annotations

import gc
import platform
import time
from datetime import UTC, datetime, timedelta

from naverworks_notify import alerts, policy

PEOPLE = 10_000
CONCERNED = 100
ROUNDS = 5
BUDGET_MS = 50.0
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def build_people() -> list[policy.Person]:
    """Return a company: every person has roles, a window and a mute; few on this posting."""
    window = policy.ReceiveWindow(start="09:00", end="18:30")
    preferences = policy.Preferences(
        receive_window=window, muted={"interviewer.interview.reminder"}, locale="ko"
    )
    people = []
    for i in range(PEOPLE):
        is_manager = i % (PEOPLE // CONCERNED) == 0
        people.append(
            policy.Person(
                id=f"u-{i}",
                name=f"사람 {i}",
                email=f"u{i}@example.com",
                org_role="admin" if i % 20 == 0 else "interviewer",
                posting_roles={"p-1": "job_manager" if is_manager else "job_member"}
                if i % 50 == 0
                else {f"p-{i}": "job_member"},
                team_roles={f"t-{i % 30 + 2}": "team_member"},
                preferences=preferences,
            )
        )
    return people


def build_alert() -> alerts.Alert:
    """Return an event with both variants, ten assignees."""
    return alerts.InterviewConfirmed(
        event_id="ev-1",
        occurred_at=NOW,
        posting=alerts.Posting(id="p-1", title="백엔드 엔지니어", team="t-1"),
        candidate=alerts.Candidate(id="c-1", name="김하늘"),
        interview=alerts.Interview(
            id="iv-1", slot=alerts.Slot(NOW + timedelta(days=2), NOW + timedelta(days=2, hours=1))
        ),
        assignee_ids=tuple(f"u-{i * 100}" for i in range(10)),
    )


def measure() -> float:
    """Return the best of five rounds in milliseconds."""
    people, alert, rules = build_people(), build_alert(), policy.RecruitingPolicy()
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        started = time.perf_counter()
        decisions = rules.decide(alert, people, now=NOW)
        best = min(best, (time.perf_counter() - started) * 1000)
    sent = sum(decision.outcome is policy.Outcome.SEND for decision in decisions)
    assert sent == CONCERNED, sent
    return best


if __name__ == "__main__":
    figure = measure()
    print(f"python {platform.python_version()}, {PEOPLE} people, {CONCERNED} concerned")
    print(f"decide: {figure:.1f} ms, best of {ROUNDS} (budget {BUDGET_MS:.0f} ms)")
