"""The two adapters on the models, and raising an alert once its transaction is through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from django_recruiting.models import Member, PostingMembership, TeamMembership
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


def concerned(alert: alerts.Alert, organization: str) -> QuerySet[Member]:
    """Return the members an alert may concern: three queries, however many they are.

    Nothing in an alert names its organisation, so it comes from the caller. Subqueries instead of
    joins: a join over two kinds of roles multiplies rows, and not every database can make JSON
    columns distinct again.
    """
    who = Q(key__in=alert.assignee_ids)
    if alert.posting is not None:
        of_member = {"member": OuterRef("pk")}
        on_posting = PostingMembership.objects.filter(posting_id=alert.posting.id, **of_member)
        who |= Q(Exists(on_posting))
        if alert.posting.team is not None:
            in_team = TeamMembership.objects.filter(team_id=alert.posting.team, **of_member)
            who |= Q(Exists(in_team))
    members = Member.objects.filter(who, organization=organization).order_by("id")
    return members.prefetch_related("posting_roles", "team_roles")


class DjangoPeople:
    """A `policy.PeopleSource` of one organisation."""

    def __init__(self, organization: str) -> None:
        self._organization = organization

    def people_for(self, alert: alerts.Alert) -> Iterable[policy.Person]:
        return [to_person(member) for member in concerned(alert, self._organization)]


class AsyncDjangoPeople:
    """A `policy.AsyncPeopleSource` of one organisation, for async views."""

    def __init__(self, organization: str) -> None:
        self._organization = organization

    async def people_for(self, alert: alerts.Alert) -> Iterable[policy.Person]:
        return [to_person(member) async for member in concerned(alert, self._organization)]


class DjangoPreferences:
    """A `policy.PreferenceStore` of one organisation, on the JSON column."""

    def __init__(self, organization: str) -> None:
        self._members = Member.objects.filter(organization=organization)

    def load(self, person_ids: Iterable[str]) -> Mapping[str, policy.Preferences]:
        chosen = self._members.filter(key__in=list(person_ids)).exclude(preferences={})
        return {
            key: policy.Preferences.from_dict(raw)
            for key, raw in chosen.values_list("key", "preferences")
        }

    def save(self, person_id: str, preferences: policy.Preferences) -> None:
        if not self._members.filter(key=person_id).update(preferences=preferences.to_dict()):
            raise Member.DoesNotExist(person_id)


def announce(
    alert: alerts.Alert,
    notify: Callable[[alerts.Alert, Iterable[policy.Person]], object],
    *,
    people: policy.PeopleSource,
) -> None:
    """Notify once the surrounding transaction is through, and not at all if it is rolled back.

    `notify` is a notifier's method, or one that puts deliveries into a queue. The people are asked
    for then, so that roles given in the same transaction count. What goes wrong is logged by
    Django and undoes nothing: the data is already saved. From async code, call it by
    `sync_to_async`, together with the transaction it belongs to.
    """

    def tell() -> None:
        notify(alert, people.people_for(alert))

    transaction.on_commit(tell, robust=True)
