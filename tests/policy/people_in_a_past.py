"""A past that also says who is away and who wants quiet, for tests that tell it in one breath.

Both come with the person; here they are told beside what happened, and put on the people when a
policy is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import evolve, field, frozen

from naverworks_notify import policy

__all__ = ["History", "RecruitingPolicy", "decide"]


@frozen(kw_only=True)
class History(policy.History):
    """What happened, and besides it who is away and who wants quiet, by person id."""

    absences: Mapping[str, policy.Absence] = field(factory=dict, hash=False)
    snoozes: Mapping[str, datetime] = field(factory=dict, hash=False)

    def away(self, person_id, *, delegate_id, start, end):
        absence = policy.Absence(delegate_id, start, end)
        return evolve(self, absences={**self.absences, person_id: absence})

    def snooze(self, person_id, *, until):
        return evolve(self, snoozes={**self.snoozes, person_id: until})

    def place(self, people):
        """Return the people as this past has them."""
        return [
            evolve(
                person,
                away=self.absences.get(person.id, person.away),
                snoozed_until=self.snoozes.get(person.id, person.snoozed_until),
            )
            for person in people
        ]


class RecruitingPolicy(policy.RecruitingPolicy):
    """Decides about people as their past has them."""

    def decide(self, alert, people, *, now, history=None):
        placed = history.place(people) if isinstance(history, History) else people
        return super().decide(alert, placed, now=now, history=history)


def decide(alert, people, *, now, history=None):
    return RecruitingPolicy().decide(alert, people, now=now, history=history)
