"""The checks of adapters find every duty that is broken, and nothing in those that keep them."""

from __future__ import annotations

import asyncio
import threading
from itertools import count

import attrs
import pytest

from naverworks_notify import policy
from naverworks_notify.notifier import MemoryLedger, SqlLedger
from naverworks_notify.testing import (
    BrokenDuty,
    check_async_people_source,
    check_async_preference_store,
    check_ledger,
    check_people_source,
    check_preference_store,
)


class Company:
    """A source that keeps every duty."""

    def __init__(self):
        self.people = []

    def people_for(self, alert):
        return [one for one in self.people if self.concerns(one, alert)]

    def concerns(self, person, alert):
        return (
            person.id in alert.assignee_ids
            or (alert.posting is not None and alert.posting.id in person.posting_roles)
            or (alert.posting is not None and alert.posting.team in person.team_roles)
        )


class NoTeams(Company):
    def concerns(self, person, alert):
        return super().concerns(attrs.evolve(person, team_roles={}), alert)


class NoPostings(Company):
    def concerns(self, person, alert):
        return super().concerns(attrs.evolve(person, posting_roles={}), alert)


class NoAssignees(Company):
    def concerns(self, person, alert):
        return super().concerns(person, attrs.evolve(alert, assignee_ids=()))


class Hiding(Company):
    def concerns(self, person, alert):
        return person.active and super().concerns(person, alert)


class Joined(Company):
    def people_for(self, alert):
        found = super().people_for(alert)
        return [*found, *(one for one in found if one.team_roles and one.posting_roles)]


class Everybody(Company):
    def concerns(self, person, alert):
        return True


class OwnRoleOnly(Company):
    def people_for(self, alert):
        for person in super().people_for(alert):
            here = alert.posting and alert.posting.id
            kept = {k: role for k, role in person.posting_roles.items() if k == here}
            yield attrs.evolve(person, posting_roles=kept)


class NoSettings(Company):
    def people_for(self, alert):
        for person in super().people_for(alert):
            yield attrs.evolve(person, preferences=policy.Preferences())


class Inventing(Company):
    def people_for(self, alert):
        ids = {one.id for one in self.people}
        made = [policy.Person(id=who, name="?") for who in alert.assignee_ids if who not in ids]
        return [*super().people_for(alert), *made]


BROKEN = [
    (Company, set()),
    (NoTeams, {"brings_everybody"}),
    (NoPostings, {"brings_everybody", "brings_who_left"}),
    (NoAssignees, {"brings_everybody", "brings_who_left"}),
    (Hiding, {"brings_who_left"}),
    (Joined, {"once"}),
    (Everybody, {"unconcerned"}),
    (OwnRoleOnly, {"fills_in_everything"}),
    (NoSettings, {"fills_in_everything"}),
    (Inventing, {"invented"}),
]


@pytest.mark.parametrize(("kind", "duties"), BROKEN)
def test_a_broken_people_source_is_found(kind, duties):
    source = kind()
    found = check_people_source(source, add=source.people.append)
    assert {one.duty for one in found} == duties
    assert {one.must for one in found} <= {kind is not Everybody}


@pytest.mark.parametrize(("kind", "duties"), [(Company, set()), (Hiding, {"brings_who_left"})])
def test_an_async_source_is_checked_alike(kind, duties):
    source = kind()

    class Tasks:
        async def people_for(self, alert):
            return source.people_for(alert)

    async def add(person):
        source.people.append(person)

    found = asyncio.run(check_async_people_source(Tasks(), add=add))
    assert {one.duty for one in found} == duties


def test_people_of_another_tenant_are_noticed():
    leaking = Company()
    found = check_people_source(
        leaking, add=leaking.people.append, add_elsewhere=leaking.people.append
    )
    assert {one.duty for one in found} == {"own_tenant"}
    kept = Company()
    others = []
    assert not check_people_source(kept, add=kept.people.append, add_elsewhere=others.append)
    assert len(others) == 1


def test_settings_may_come_from_a_store_and_ids_from_the_caller():
    source, store = NoSettings(), Store()
    numbers = count(1)

    def add(person):
        source.people.append(person)
        store.save(person.id, person.preferences)

    assert not check_people_source(
        source, add=add, preferences=store, new_id=lambda: str(next(numbers))
    )
    assert {one.id for one in source.people} <= {str(n) for n in range(1, 50)}


class Store:
    """A store that keeps every duty."""

    def __init__(self):
        self.kept = {}

    def load(self, person_ids):
        return {one: self.kept[one] for one in person_ids if one in self.kept}

    def save(self, person_id, preferences):
        self.kept[person_id] = preferences


class Merging(Store):
    def save(self, person_id, preferences):
        before = self.kept.get(person_id, policy.Preferences())
        muted = before.muted | preferences.muted
        super().save(person_id, attrs.evolve(preferences, muted=muted))


class OneForAll(Store):
    def save(self, person_id, preferences):
        self.kept = dict.fromkeys(("a", "b"), preferences)


class Everyone(Store):
    def load(self, person_ids):
        return {one: self.kept.get(one, policy.Preferences()) for one in person_ids}


class AllOfThem(Store):
    def load(self, person_ids):
        return self.kept


class LosesWanted(Store):
    def save(self, person_id, preferences):
        super().save(person_id, attrs.evolve(preferences, wanted=()))


class NeverClears(Store):
    def save(self, person_id, preferences):
        if preferences.to_dict():
            super().save(person_id, preferences)


@pytest.mark.parametrize(
    ("kind", "duties"),
    [
        (Store, set()),
        (Merging, {"replaces", "clears"}),
        (OneForAll, {"own_only"}),
        (Everyone, {"leaves_out_unknown"}),
        (AllOfThem, {"answers_the_question"}),
        (LosesWanted, {"keeps_exactly"}),
        (NeverClears, {"clears"}),
    ],
)
def test_a_broken_preference_store_is_found(kind, duties):
    found = check_preference_store(kind(), person_ids=("a", "b"))
    assert {one.duty for one in found} == duties

    class Tasks:
        def __init__(self):
            self.store = kind()

        async def load(self, person_ids):
            return self.store.load(person_ids)

        async def save(self, person_id, preferences):
            self.store.save(person_id, preferences)

    tasks = asyncio.run(check_async_preference_store(Tasks(), person_ids=("a", "b")))
    assert {one.duty for one in tasks} == duties


class OverwritesRows(MemoryLedger):
    def write(self, rows, *, records=(), together=False):
        seen = [attrs.evolve(row, version=self._version_of(row)) for row in rows]
        return super().write(seen, records=records, together=together)


class WritesTheRest(MemoryLedger):
    def write(self, rows, *, records=(), together=False):
        return super().write(rows, records=records)


class KeepsBodies(MemoryLedger):
    def _purge(self, event_id):
        pass


class WholeSeconds(MemoryLedger):
    def _put(self, row):
        super()._put(attrs.evolve(row, at=row.at.replace(microsecond=0)))


class UnorderedQueue(MemoryLedger):
    def due(self, now, states, *, after=None, limit=500):
        return super().due(now, states, after=after, limit=limit)[::-1]


class ForgetsNobody(MemoryLedger):
    def forget_person(self, person_id):
        return 0


class KeepsNames(MemoryLedger):
    def forget_person(self, person_id):
        records = dict(self._records)
        changed = super().forget_person(person_id)
        self._records = records
        return changed


class KnowsNoSubjects(MemoryLedger):
    def records(self, event_ids=(), *, subject=None):
        return super().records(event_ids)


class CountsForEver(MemoryLedger):
    def _lately(self, person_id, now, about):
        return [row for people in self._rows.values() for row in people.values()]


class PrunesWhatWaits(MemoryLedger):
    def prune(self, before, *, sparing=()):
        self._rows.clear()
        return 1


class LooksThenWrites(MemoryLedger):
    """Lets all threads look before any of them writes."""

    def __init__(self, threads):
        super().__init__()
        self._looked = threading.Barrier(threads)
        self._races = False

    def write(self, rows, *, records=(), together=False):
        if threading.current_thread() is threading.main_thread():
            return super().write(rows, records=records, together=together)
        fits = self._version_of(rows[0]) == rows[0].version
        self._looked.wait()
        if fits:
            now = [attrs.evolve(row, version=self._version_of(row)) for row in rows]
            super().write(now)
        return (fits,)


@pytest.mark.parametrize(
    ("make", "duties"),
    [
        (OverwritesRows, {"writes_once", "compares_versions"}),
        (WritesTheRest, {"together"}),
        (KeepsBodies, {"drops_bodies"}),
        (WholeSeconds, {"keeps"}),
        (UnorderedQueue, {"due"}),
        (ForgetsNobody, {"forgets_names", "forgets_what_waits", "remembers_the_pair"}),
        (KeepsNames, {"forgets_names"}),
        (KnowsNoSubjects, {"subjects", "facts_of_subjects"}),
        (CountsForEver, {"facts_of_deliveries"}),
        (PrunesWhatWaits, {"prunes"}),
        (lambda: LooksThenWrites(4), {"atomic", "atomic_changes"}),
    ],
)
def test_a_broken_ledger_is_found(make, duties):
    assert {one.duty for one in check_ledger(make(), threads=4)} >= duties


def test_the_ledgers_of_the_package_keep_their_duties(tmp_path):
    assert check_ledger(MemoryLedger()) == ()
    assert check_ledger(MemoryLedger(), threads=0) == ()
    with SqlLedger(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as ledger:
        assert check_ledger(ledger) == ()


def test_a_broken_duty_reads_as_a_sentence():
    assert str(BrokenDuty("once", "it came twice.")) == "once: it came twice."
