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

    def save(self, saving: Saving) -> None:
        if self.is_full:
            raise OSError("no space left")
        super().save(saving)


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


class SyncMachine(RuleBasedStateMachine):
    """One process that syncs and one that only looks people up, over one store."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.service = Service()
        self.works = SimpleNamespace(users=self.service)
        self.store = Store()
        self.known: dict[str, Known] = {}
        self.synced_at: datetime | None = None
        self.vanished: set[str] = set()
        self.start()
        self.other = self.process()
        self.other_known: dict[str, Known] = {}
        self.other_synced_at: datetime | None = None
        self.other_has_loaded = False

    def process(self) -> Members:
        clock = SimpleNamespace(now=lambda: self.now)
        return Members(self.store, grace=GRACE, max_lost=MOST_LOST, clock=clock)  # type: ignore[arg-type]

    def start(self) -> None:
        self.members = self.process()
        self.members.load()

    @initialize(team=st.integers(0, 2))
    def everybody_is_known(self, team: int) -> None:
        for number in range(PEOPLE):
            self.somebody_joins(number, is_in_team=number < team)
        self.walk(force=False, shift=0)

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

    @rule(force=st.booleans(), shift=st.integers(0, 3))
    def walk(self, force: bool, shift: int) -> None:
        self.now += timedelta(seconds=1)
        self.service.shift = shift
        reached = {one for one, user in self.known.items() if user.is_reached}
        lost = {one for one in reached if not self.is_shown_as_active(one)}
        if not force and len(lost) > 1 and len(lost) > MOST_LOST * len(reached):
            with pytest.raises(SyncRefused) as caught:
                self.members.sync(self.works)
            assert caught.value.lost == len(lost)
            return
        report = self.members.sync(self.works, force=force)
        assert report.users == len(self.service.users)
        self.take_over(report.changes)

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
        self.vanished &= missing.keys()

    @precondition(lambda self: self.service.users)
    @rule(data=st.data(), force=st.booleans())
    def a_walk_is_cut_off(self, data: st.DataObject, force: bool) -> None:
        self.service.shift = 0
        self.service.break_after = data.draw(st.integers(0, len(self.service.users) - 1))
        with pytest.raises(ConnectionError):
            self.members.sync(self.works, force=force)
        self.service.break_after = None

    @rule()
    def a_walk_cannot_be_saved(self) -> None:
        self.now += timedelta(seconds=1)
        self.store.is_full = True
        with pytest.raises(OSError, match="no space left"):
            self.members.sync(self.works, force=True)
        self.store.is_full = False

    # --- single people ---

    @rule(number=NUMBERS)
    def a_send_finds_nobody(self, number: int) -> None:
        self.members.mark_missing(f"user-{number}")
        self.vanished.add(f"user-{number}")

    @rule(number=NUMBERS)
    def one_person_is_found(self, number: int) -> None:
        email = f"user{number}@example.com"
        match = self.members.find(self.works, self.person(number))
        for wanted in (email, f"externalKey:p-{number}"):
            try:
                user_id = self.service.get(wanted).user_id
            except NotFound:
                continue
            break
        else:
            assert (match.status, match.reason) == ("unmatched", "no_such_user")
            return
        user = self.service.users[user_id]
        # The service says whose it is, so it is nobody else's any more.
        for other, theirs in self.known.items():
            if wanted == email:
                self.known[other] = evolve(theirs, emails=theirs.emails - {email})
            elif theirs.key == f"p-{number}":
                self.known[other] = evolve(theirs, key="")
        self.known[user_id] = user
        self.vanished.discard(user_id)
        assert match.user_id == user_id
        assert match.status == ("matched" if user.status == "active" else "blocked")

    # --- processes ---

    @rule()
    def the_process_starts_anew(self) -> None:
        self.start()
        self.vanished = set()

    @rule()
    def the_other_process_loads(self) -> None:
        self.other.load()
        if not self.other_has_loaded or self.other_synced_at != self.synced_at:
            self.other_known, self.other_synced_at = {**self.known}, self.synced_at
        self.other_has_loaded = True

    # --- what holds at any time ---

    @staticmethod
    def person(number: int, **changes: Any) -> Person:
        fields = {"id": f"p-{number}", "name": "이름", "email": f"user{number}@example.com"}
        return Person(**{**fields, **changes})

    @invariant()
    def nobody_is_guessed(self) -> None:
        views = (
            (self.members, self.known, self.synced_at, self.vanished),
            (self.other, self.other_known, self.other_synced_at, set[str]()),
        )
        for members, known, synced_at, vanished in views:
            for number in range(PEOPLE):
                for person in (
                    self.person(number),
                    self.person(number, email=TEAM),
                    self.person(number, email=None),
                    self.person(number, works_user_id=f"user-{number}"),
                ):
                    match = members.lookup(person)
                    expected = answer(person, known, synced_at, vanished)
                    assert (match.status, match.user_id, match.reason) == expected

    @invariant()
    def store_and_memory_agree(self) -> None:
        saved = {member.user_id: member for member in self.store.load()}
        assert saved == {member.user_id: member for member in self.members.directory}
        assert {one: plain(member) for one, member in saved.items()} == {
            one: hashed(user) for one, user in self.known.items()
        }
        assert self.store.synced_at() == self.members.directory.synced_at == self.synced_at


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
        found = {person.works_user_id}
    else:
        found = {one for one, user in known.items() if person.email in user.emails} or {
            one for one, user in known.items() if user.key == person.id
        }
    if not found:
        return "unmatched", None, "never_synced" if synced_at is None else "no_such_user"
    living = {one for one in found if one not in known or known[one].status != "deleted"} or found
    if len(living) > 1:
        return "ambiguous", None, "several_users"
    (user_id,) = living
    if user_id in vanished:
        return "unmatched", None, "vanished"
    if user_id not in known or known[user_id].status == "active":
        return "matched", user_id, None
    return "blocked", user_id, known[user_id].status


SyncMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestSyncMachine = SyncMachine.TestCase
