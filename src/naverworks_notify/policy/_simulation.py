"""Who would get this? A decision without consequences, made readable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import field, frozen

from naverworks_notify.alerts import Alert
from naverworks_notify.policy._decision import Decision, Outcome
from naverworks_notify.policy._explain import explain
from naverworks_notify.policy._history import History
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._protocols import Policy

__all__ = ["Simulation", "simulate_with"]


@frozen
class Simulation:
    """What would happen to one alert.

    Attributes:
        alert: What would be decided on.
        people: Everybody it was asked for.
        decisions: One per person, in their order.
    """

    alert: Alert = field(repr=False)
    people: tuple[Person, ...] = field(repr=False)
    decisions: tuple[Decision, ...]

    @property
    def recipients(self) -> tuple[Person, ...]:
        """The people who would get a message at once."""
        return tuple(
            person
            for person, decision in zip(self.people, self.decisions, strict=True)
            if decision.outcome is Outcome.SEND
        )

    @property
    def counts(self) -> Mapping[str, int]:
        """How many people there are per reason, the most frequent first."""
        return dict(Counter(str(decision.reason) for decision in self.decisions).most_common())

    def lines(self, *, locale: str = "ko") -> tuple[str, ...]:
        """Return one sentence per person, each beginning with the name."""
        return tuple(
            f"{person.name}: {explain(decision, locale=locale)}"
            for person, decision in zip(self.people, self.decisions, strict=True)
        )


def simulate_with(
    policy: Policy,
    alert: Alert,
    people: Iterable[Person],
    *,
    now: datetime,
    history: History | None = None,
) -> Simulation:
    """Return what a policy would decide."""
    everybody = tuple(people)
    return Simulation(alert, everybody, policy.decide(alert, everybody, now=now, history=history))
