"""The checks of adapters find every duty that is broken, and nothing in those that keep them."""

from __future__ import annotations

import asyncio
import threading
from itertools import count

import attrs
import pytest

from naverworks_notify import policy
from naverworks_notify.notifier import MemoryState, StateFile
from naverworks_notify.testing import (
    BrokenDuty,
    check_async_people_source,
    check_async_preference_store,
    check_delivery_state,
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


class IgnoresSeen(MemoryState):
    def claim(self, event_id, person_id, *, at, seen=None):
        return super().claim(event_id, person_id, at=at)


class ByEvent(MemoryState):
    def claim(self, event_id, person_id, *, at, seen=None):
        return super().claim(event_id, "all", at=at, seen=seen)


class WholeSeconds(MemoryState):
    def delivered(self, event_id):
        return {who: at.replace(microsecond=0) for who, at in super().delivered(event_id).items()}


class NeverReleases(MemoryState):
    def release(self, event_id, person_id):
        pass


class NeverKeeps(MemoryState):
    def keep(self, event_id, person_id, *, at):
        pass


class LooksThenTakes(MemoryState):
    """Asks and claims in two steps; the barrier lets all ask before one takes."""

    def __init__(self, threads):
        super().__init__()
        self.threads = threading.Barrier(threads)
        self.racing = False

    def claim(self, event_id, person_id, *, at, seen=None):
        if event_id != person_id:
            return super().claim(event_id, person_id, at=at, seen=seen)
        free = person_id not in self.delivered(event_id)
        self.threads.wait()
        self.keep(event_id, person_id, at=at)
        return free


@pytest.mark.parametrize(
    ("make", "duties"),
    [
        (IgnoresSeen, {"repeats_as_seen"}),
        (ByEvent, {"pairs", "tells_since_when", "releases", "repeats_as_seen"}),
        (WholeSeconds, {"tells_since_when", "keeps"}),
        (NeverReleases, {"releases", "repeats_when_free"}),
        (NeverKeeps, {"keeps", "repeats_as_seen"}),
        (lambda: LooksThenTakes(4), {"atomic"}),
    ],
)
def test_a_broken_delivery_state_is_found(make, duties):
    assert {one.duty for one in check_delivery_state(make(), threads=4)} >= duties


def test_the_states_of_the_package_keep_their_duties(tmp_path):
    assert check_delivery_state(MemoryState()) == ()
    assert check_delivery_state(StateFile(tmp_path / "state")) == ()
    assert check_delivery_state(MemoryState(), threads=0) == ()


def test_a_broken_duty_reads_as_a_sentence():
    assert str(BrokenDuty("once", "it came twice.")) == "once: it came twice."
