"""Whatever happens in whatever order: nobody is guessed, nothing is lost, memory and store agree.

A model of what should be known is kept beside, in plain sets; after every step each person's answer
is worked out from it by brute force.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from naverworks_notify.directory import User, user_from_wire
from naverworks_notify.errors import NotFound
from naverworks_notify.members import (
    Changes,
    Member,
    Members,
    MemoryMemberStore,
    Saving,
    SyncRefused,
)
from naverworks_notify.members._member import address_hash, key_hash
from naverworks_notify.policy import Person

GRACE = timedelta(days=2)
MOST_LOST = 0.2
TEAM = "team@example.com"
PEOPLE = 6
NUMBERS = st.integers(0, PEOPLE - 1)
WHICH = st.integers(0, 1)
STATES = {
    "active": {},
    "suspended": {"isSuspended": True},
    "pending": {"isPending": True},
    "deleted": {"isDeleted": True},
}


@frozen(kw_only=True)
class Known:
    """What should be known of one user."""

    status: str
    emails: frozenset[str]
    key: str
    missing_since: datetime | None = None

    @property
    def is_reached(self) -> bool:
        return self.status == "active" and self.missing_since is None


class Store(MemoryMemberStore):
    """A store whose disk may be full."""

    is_full = False

    def save(self, saving: Saving) -> bool:
        if self.is_full:
            raise OSError("no space left")
        return super().save(saving)


class Service:
    """A directory, read a page at a time while it changes."""

    def __init__(self) -> None:
        self.users: dict[str, Known] = {}
        self.shift = 0
        self.break_after: int | None = None

    def list(self, *, domain_id: int | None = None) -> Iterator[User]:
        del domain_id
        shown = list(self.users)
        # A page that shifted shows again whom the page before has shown.
        shown = shown[: self.shift] + shown
        for number, user_id in enumerate(shown):
            if number == self.break_after:
                raise ConnectionError("the walk was cut off")
            yield self.wire(user_id)

    def get(self, wanted: str) -> User:
        for user_id, user in self.users.items():
            if wanted in {user_id, *user.emails, f"externalKey:{user.key}"}:
                return self.wire(user_id)
        raise NotFound("no such user", status=404)

    def wire(self, user_id: str) -> User:
        user = self.users[user_id]
        first, *others = sorted(user.emails, reverse=True)
        return user_from_wire(
            {
                "userId": user_id,
                "userExternalKey": user.key,
                "email": first,
                "aliasEmails": others,
                **STATES[user.status],
            }
        )


class Process:
    """One that syncs, finds and looks people up; what it should know is what it last saw."""

    def __init__(self, members: Members) -> None:
        self.members = members
        self.known: dict[str, Known] = {}
        self.synced_at: datetime | None = None
        self.vanished: set[str] = set()

    def sees(self, known: dict[str, Known], synced_at: datetime | None) -> None:
        if synced_at != self.synced_at:
            self.vanished -= {one for one, user in known.items() if not user.missing_since}
        self.known, self.synced_at = {**known}, synced_at


class SyncMachine(RuleBasedStateMachine):
    """Two processes over one store, in which both walk and find people."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.service = Service()
        self.works = SimpleNamespace(users=self.service)
        self.store = Store()
        self.known: dict[str, Known] = {}
        self.synced_at: datetime | None = None
        self.processes = [self.start(), self.start()]

    def start(self) -> Process:
        clock = SimpleNamespace(now=lambda: self.now)
        members = Members(self.store, grace=GRACE, max_lost=MOST_LOST, clock=clock)  # type: ignore[arg-type]
        return Process(members)

    @initialize(team=st.integers(0, 2))
    def everybody_is_known(self, team: int) -> None:
        for number in range(PEOPLE):
            self.somebody_joins(number, is_in_team=number < team)
        self.walk(0, force=False, shift=0)

    # --- what happens in the organisation ---

    @rule(number=NUMBERS, is_in_team=st.booleans())
    def somebody_joins(self, number: int, is_in_team: bool) -> None:
        emails = {f"user{number}@example.com", *([TEAM] if is_in_team else [])}
        self.service.users.setdefault(
            f"user-{number}",
            Known(status="active", emails=frozenset(emails), key=f"p-{number}"),
        )

    @rule(number=NUMBERS)
    def somebody_leaves(self, number: int) -> None:
        self.service.users.pop(f"user-{number}", None)

    @rule(number=NUMBERS, status=st.sampled_from(sorted(STATES)))
    def somebody_changes_state(self, number: int, status: str) -> None:
        self.change(number, status=status)

    @rule(number=NUMBERS, other=NUMBERS)
    def somebody_takes_an_address(self, number: int, other: int) -> None:
        if number != other:
            self.change(other, emails=frozenset({f"former{other}@example.com"}))
        self.change(number, emails=frozenset({f"user{other}@example.com"}))

    def change(self, number: int, **changes: Any) -> None:
        user = self.service.users.get(f"user-{number}")
        if user is not None:
            self.service.users[f"user-{number}"] = evolve(user, **changes)

    @rule(hours=st.sampled_from([1, 24, 48]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    # --- walks ---

    @rule(which=WHICH, force=st.booleans(), shift=st.integers(0, 3))
    def walk(self, which: int, force: bool, shift: int) -> None:
        self.now += timedelta(seconds=1)
        self.service.shift = shift
        process = self.processes[which]
        process.sees(self.known, self.synced_at)
        reached = {one for one, user in self.known.items() if user.is_reached}
        lost = {one for one in reached if not self.is_shown_as_active(one)}
        if not force and len(lost) > 1 and len(lost) > MOST_LOST * len(reached):
            with pytest.raises(SyncRefused) as caught:
                process.members.sync(self.works)
            assert caught.value.lost == len(lost)
            return
        report = process.members.sync(self.works, force=force)
        assert report.users == len(self.service.users)
        self.take_over(report.changes)
        process.sees(self.known, self.synced_at)

    def is_shown_as_active(self, user_id: str) -> bool:
        user = self.service.users.get(user_id)
        return user is not None and user.status == "active"

    def take_over(self, changes: Changes) -> None:
        shown = self.service.users
        missing: dict[str, Known] = {}
        dropped = set()
        for user_id, user in self.known.items():
            if user_id in shown:
                continue
            if user.missing_since is None:
                missing[user_id] = evolve(user, missing_since=self.now)
            elif self.now - user.missing_since < GRACE:
                missing[user_id] = user
            else:
                dropped.add(user_id)
        assert set(changes.added) == shown.keys() - self.known.keys()
        assert set(changes.missing) == missing.keys()
        assert set(changes.dropped) == dropped
        assert set(changes.returned) == {
            one for one in shown.keys() & self.known.keys() if self.known[one].missing_since
        }
        self.known = {**shown, **missing}
        self.synced_at = self.now

    @precondition(lambda self: self.service.users)
    @rule(which=WHICH, data=st.data(), force=st.booleans())
    def a_walk_is_cut_off(self, which: int, data: st.DataObject, force: bool) -> None:
        self.service.shift = 0
        self.service.break_after = data.draw(st.integers(0, len(self.service.users) - 1))
        with pytest.raises(ConnectionError):
            self.processes[which].members.sync(self.works, force=force)
        self.service.break_after = None
        self.processes[which].sees(self.known, self.synced_at)

    @rule(which=WHICH)
    def a_walk_cannot_be_saved(self, which: int) -> None:
        self.now += timedelta(seconds=1)
        self.store.is_full = True
        with pytest.raises(OSError, match="no space left"):
            self.processes[which].members.sync(self.works, force=True)
        self.store.is_full = False
        self.processes[which].sees(self.known, self.synced_at)

    # --- single people ---

    @rule(which=WHICH, number=NUMBERS)
    def a_send_finds_nobody(self, which: int, number: int) -> None:
        self.processes[which].members.mark_missing(f"user-{number}")
        self.processes[which].vanished.add(f"user-{number}")

    @rule(which=WHICH, number=NUMBERS)
    def one_person_is_found(self, which: int, number: int) -> None:
        process = self.processes[which]
        process.sees(self.known, self.synced_at)
        person = self.person(number)
        match = process.members.find(self.works, person)
        for wanted in (f"user{number}@example.com", f"externalKey:p-{number}"):
            if self.is_told(process, wanted, number):
                break
            user_id = answer(person, self.known, self.synced_at, process.vanished)[1]
            if user_id is not None and self.is_told(process, user_id, None):
                after = answer(person, self.known, self.synced_at, process.vanished)
                if after[1] == user_id:
                    break
        process.sees(self.known, self.synced_at)
        expected = answer(person, self.known, self.synced_at, process.vanished)
        assert (match.status, match.user_id, match.reason) == expected

    def is_told(self, process: Process, wanted: str, number: int | None) -> bool:
        try:
            user_id = self.service.get(wanted).user_id
        except NotFound:
            if number is None:
                process.vanished.add(wanted)
            return False
        # The service says whose it is, so it is nobody else's any more.
        for other, theirs in self.known.items():
            if wanted == f"user{number}@example.com":
                self.known[other] = evolve(theirs, emails=theirs.emails - {wanted})
            elif number is not None and theirs.key == f"p-{number}":
                self.known[other] = evolve(theirs, key="")
        self.known[user_id] = self.service.users[user_id]
        process.vanished.discard(user_id)
        return True

    # --- processes ---

    @rule(which=WHICH)
    def a_process_starts_anew(self, which: int) -> None:
        self.processes[which] = self.start()

    @rule(which=WHICH)
    def a_process_loads(self, which: int) -> None:
        self.processes[which].members.load()
        self.processes[which].sees(self.known, self.synced_at)

    # --- what holds at any time ---

    @staticmethod
    def person(number: int, **changes: Any) -> Person:
        fields = {"id": f"p-{number}", "name": "이름", "email": f"user{number}@example.com"}
        return Person(**{**fields, **changes})

    @invariant()
    def nobody_is_guessed(self) -> None:
        for process in self.processes:
            for number in range(PEOPLE):
                for person in (
                    self.person(number),
                    self.person(number, email=TEAM),
                    self.person(number, email=None),
                    self.person(number, works_user_id=f"user-{number}"),
                ):
                    match = process.members.lookup(person)
                    expected = answer(person, process.known, process.synced_at, process.vanished)
                    assert (match.status, match.user_id, match.reason) == expected

    @invariant()
    def store_and_memory_are_as_they_should(self) -> None:
        for members, known in (
            (self.store.load(), self.known),
            *((process.members.directory, process.known) for process in self.processes),
        ):
            assert {one.user_id: plain(one) for one in members} == {
                one: hashed(user) for one, user in known.items()
            }
        stamp = self.store.stamp()
        assert self.synced_at == (stamp and stamp.synced_at)


def plain(member: Member) -> tuple[Any, ...]:
    return (member.status, {*member.addresses}, member.external_key, member.missing_since)


def hashed(user: Known) -> tuple[Any, ...]:
    emails = {address_hash(email) for email in user.emails}
    return (user.status, emails, key_hash(user.key) if user.key else None, user.missing_since)


def answer(
    person: Person, known: dict[str, Known], synced_at: datetime | None, vanished: set[str]
) -> tuple[str, str | None, str | None]:
    """Return status, user id and reason, by looking at everybody."""
    if person.works_user_id is not None:
        levels = [{person.works_user_id}]
    else:
        levels = [
            {one for one, user in known.items() if person.email in user.emails},
            {one for one, user in known.items() if user.key == person.id},
        ]
    for level in levels:
        found = level - vanished
        living = {one for one in found if one not in known or known[one].status != "deleted"}
        if len(living or found) > 1:
            return "ambiguous", None, "several_users"
        for user_id in living or found:
            if user_id not in known or known[user_id].status == "active":
                return "matched", user_id, None
            return "blocked", user_id, known[user_id].status
    if any(levels):
        return "unmatched", None, "vanished"
    return "unmatched", None, "never_synced" if synced_at is None else "no_such_user"


SyncMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestSyncMachine = SyncMachine.TestCase
