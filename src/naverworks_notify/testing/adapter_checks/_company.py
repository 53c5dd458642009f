"""The people and the alerts that a people source is tried with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from naverworks_notify.alerts import (
    Alert,
    ApplicantMessageReceived,
    Candidate,
    Posting,
    TeamChatMentioned,
)
from naverworks_notify.alerts import Person as Named
from naverworks_notify.policy import Person, Preferences, ReceiveWindow

__all__ = ["Company"]

_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Company:
    """People around one posting and its team, and one who has nothing to do with them."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self.posting, self.other_posting, self.team, self.other_team = (new_id() for _ in range(4))
        self.nobody = new_id()

        def person(name: str, **extra: Any) -> Person:
            one = new_id()
            return Person(id=one, name=name, email=f"{one}@example.com", **extra)

        chosen = Preferences(
            receive_window=ReceiveWindow(start="09:00", end="18:30", tz="Asia/Seoul"),
            muted={"manager.interview.reminder"},
            locale="en",
        )
        self.assignee = person("assignee without a role")
        self.absent_assignee = person("assignee who left", active=False)
        self.everything = person(
            "assignee with a role on the posting and in its team, and others elsewhere",
            org_role="admin",
            posting_roles={self.posting: "job_member", self.other_posting: "job_admin"},
            team_roles={self.team: "team_admin", self.other_team: "team_member"},
            preferences=chosen,
        )
        self.on_posting = person(
            "role on the posting", org_role="manager", posting_roles={self.posting: "job_manager"}
        )
        self.left = person(
            "role on the posting, left", active=False, posting_roles={self.posting: "job_admin"}
        )
        self.in_team = person("role in the team", team_roles={self.team: "team_member"})
        self.stranger = person(
            "roles elsewhere",
            posting_roles={self.other_posting: "job_admin"},
            team_roles={self.other_team: "team_admin"},
        )
        self.assigned = (self.assignee, self.absent_assignee, self.everything)
        self.on_it = (self.on_posting, self.left)
        self.all = (*self.assigned, *self.on_it, self.in_team, self.stranger)
        self.of_another_tenant = person(
            "of another tenant",
            posting_roles={self.posting: "job_manager"},
            team_roles={self.team: "team_admin"},
        )

    def alerts(self) -> Iterator[tuple[str, Alert, tuple[Person, ...]]]:
        """Yield alerts with a word for each, and who must be among their people."""
        about = {
            "occurred_at": _AT,
            "candidate": Candidate(id="c-1", name="김하늘"),
            "assignee_ids": tuple(one.id for one in self.assigned),
        }
        for told, team, people in (
            ("a posting of a team", self.team, (*self.assigned, *self.on_it, self.in_team)),
            ("a posting without a team", None, (*self.assigned, *self.on_it)),
        ):
            posting = Posting(id=self.posting, title="백엔드 엔지니어", team=team)
            yield (
                told,
                ApplicantMessageReceived(event_id=str(uuid4()), posting=posting, **about),  # type: ignore[arg-type]
                people,
            )
        author = Named(id=self.nobody, name="박서연")
        about["assignee_ids"] = (self.assignee.id, self.nobody)
        yield (
            "no posting, and an assignee whom nobody knows",
            TeamChatMentioned(event_id=str(uuid4()), author=author, **about),  # type: ignore[arg-type]
            (self.assignee,),
        )
