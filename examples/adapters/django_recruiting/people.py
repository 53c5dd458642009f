"""The two adapters on the models, and raising an alert once its transaction is through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from django.db import transaction
from django.db.models import Q

from django_recruiting.models import Member
from naverworks_notify import alerts, policy


def to_person(member: Member) -> policy.Person:
    """Return a member as the policy knows people. Reads the prefetched roles."""
    return policy.Person.from_dict(
        {
            "id": member.key,
            "name": member.name,
            "email": member.email or None,
            "org_role": member.org_role,
            "active": member.is_active,
            "posting_roles": {one.posting_id: one.role for one in member.posting_roles.all()},
            "team_roles": {one.team_id: one.role for one in member.team_roles.all()},
            "preferences": member.preferences,
        }
    )


class DjangoPeople:
    """A `policy.PeopleSource`: three queries, however many people there are."""

    def people_for(self, alert: alerts.Alert) -> Iterable[policy.Person]:
        concerned = Q(key__in=alert.assignee_ids)
        if alert.posting is not None:
            concerned |= Q(posting_roles__posting_id=alert.posting.id)
            if alert.posting.team is not None:
                concerned |= Q(team_roles__team_id=alert.posting.team)
        members = (
            Member.objects.filter(concerned)
            .distinct()
            .order_by("id")
            .prefetch_related("posting_roles", "team_roles")
        )
        return [to_person(member) for member in members]


class DjangoPreferences:
    """A `policy.PreferenceStore` on the JSON column."""

    def load(self, person_ids: Iterable[str]) -> Mapping[str, policy.Preferences]:
        members = Member.objects.filter(key__in=list(person_ids)).exclude(preferences={})
        return {
            member.key: policy.Person.from_dict(
                {"id": member.key, "name": member.name, "preferences": member.preferences}
            ).preferences
            for member in members
        }

    def save(self, person_id: str, preferences: policy.Preferences) -> None:
        if not Member.objects.filter(key=person_id).update(preferences=preferences.to_dict()):
            raise Member.DoesNotExist(person_id)


def announce(
    alert: alerts.Alert,
    notify: Callable[[alerts.Alert, Iterable[policy.Person]], object],
    *,
    people: policy.PeopleSource | None = None,
) -> None:
    """Notify once the surrounding transaction is through, and not at all if it is rolled back.

    `notify` is a notifier's method, or one that puts deliveries into a queue.
    """
    source = DjangoPeople() if people is None else people
    transaction.on_commit(partial(_announce, alert, notify, source))


def _announce(alert, notify, source):
    notify(alert, source.people_for(alert))
