"""Whether a people source keeps its duties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

from naverworks_notify.policy import (
    AsyncPeopleSource,
    AsyncPreferenceStore,
    PeopleSource,
    Person,
    PreferenceStore,
    with_preferences,
)
from naverworks_notify.testing.adapter_checks._asking import Check, run_check, run_check_async
from naverworks_notify.testing.adapter_checks._company import Company
from naverworks_notify.testing.adapter_checks._duty import BrokenDuty

__all__ = ["check_async_people_source", "check_people_source"]

_COMPARED = ("name", "email", "org_role", "posting_roles", "team_roles", "preferences", "active")


def check_people_source(
    source: PeopleSource,
    *,
    add: Callable[[Person], object],
    add_elsewhere: Callable[[Person], object] | None = None,
    preferences: PreferenceStore | None = None,
    new_id: Callable[[], str] | None = None,
) -> tuple[BrokenDuty, ...]:
    """Return the duties that a people source does not keep; an empty tuple when all is well.

    Adds a small company by way of `add` and asks for the people of some alerts. Run it in a test
    whose database is thrown away.

    Args:
        source: The adapter.
        add: Puts a person with roles and preferences where the source reads.
        add_elsewhere: Puts a person into another tenant, with roles on the same ids.
        preferences: The store that holds the preferences, where the source does not return them.
        new_id: Makes ids of people, postings and teams; UUIDs by default.

    Examples:
        >>> people = []
        >>> class Everybody:
        ...     def people_for(self, alert):
        ...         return people
        >>> for broken in check_people_source(Everybody(), add=people.append):
        ...     print(broken.duty, broken.must)
        unconcerned False
        unconcerned False
        unconcerned False
    """
    return run_check(
        _people_check(
            source,
            add=add,
            add_elsewhere=add_elsewhere,
            preferences=preferences,
            new_id=new_id or _uuid,
        )
    )


async def check_async_people_source(
    source: AsyncPeopleSource,
    *,
    add: Callable[[Person], object],
    add_elsewhere: Callable[[Person], object] | None = None,
    preferences: AsyncPreferenceStore | None = None,
    new_id: Callable[[], str] | None = None,
) -> tuple[BrokenDuty, ...]:
    """Do what `check_people_source` does; `add` and `add_elsewhere` may be coroutine functions."""
    return await run_check_async(
        _people_check(
            source,
            add=add,
            add_elsewhere=add_elsewhere,
            preferences=preferences,
            new_id=new_id or _uuid,
        )
    )


def _uuid() -> str:
    return str(uuid4())


def _people_check(
    source: PeopleSource | AsyncPeopleSource,
    *,
    add: Callable[[Person], object],
    add_elsewhere: Callable[[Person], object] | None,
    preferences: PreferenceStore | AsyncPreferenceStore | None,
    new_id: Callable[[], str],
) -> Check:
    company, found = Company(new_id), list[BrokenDuty]()
    for person in company.all:
        yield lambda person=person: add(person)  # type: ignore[misc]
    if add_elsewhere is not None:
        yield lambda: add_elsewhere(company.of_another_tenant)
    for told, alert, expected in company.alerts():
        people = tuple((yield lambda alert=alert: source.people_for(alert)))  # type: ignore[misc]
        if preferences is not None:
            ids = [person.id for person in people]
            kept = yield lambda ids=ids: preferences.load(ids)  # type: ignore[misc]
            people = with_preferences(people, kept)
        found.extend(_judged(told, company, people, expected))
    return tuple(found)


def _judged(
    told: str, company: Company, people: tuple[Person, ...], expected: tuple[Person, ...]
) -> Iterator[BrokenDuty]:
    given = {person.id: person for person in people}
    names = {person.id: person.name for person in (*company.all, company.of_another_tenant)}
    for one, person in given.items():
        times = sum(other.id == one for other in people)
        if times > 1:
            yield BrokenDuty("once", f"{told}: «{names.get(one, one)}» came {times} times.")
        if one == company.of_another_tenant.id:
            yield BrokenDuty("own_tenant", f"{told}: «{person.name}» came.")
        elif one not in names:
            yield BrokenDuty("invented", f"{told}: {one!r} came, whom nobody added.")
        elif one == company.stranger.id:
            yield BrokenDuty("unconcerned", f"{told}: «{names[one]}» came.", must=False)
    for person in expected:
        back = given.get(person.id)
        if back is None:
            duty = "brings_everybody" if person.active else "brings_who_left"
            yield BrokenDuty(duty, f"{told}: «{person.name}» is missing.")
            continue
        differing = [name for name in _COMPARED if getattr(back, name) != getattr(person, name)]
        if differing:
            members = ", ".join(differing)
            yield BrokenDuty(
                "fills_in_everything", f"{told}: «{person.name}» came back with another {members}."
            )
