"""A sync takes over whole walks only, and refuses to forget half of the organisation."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from naverworks_notify.directory import user_from_wire
from naverworks_notify.errors import Forbidden, Gone, InvalidValue, NaverWorksError
from naverworks_notify.members import (
    AsyncMembers,
    Members,
    MemoryMemberStore,
    SyncProgress,
    SyncRefused,
)
from naverworks_notify.policy import Person

Make = Callable[..., Any]


def test_the_report_sorts_everyone(make: Make, service: Any, user: Make, person: Make) -> None:
    service.set(
        user(1),
        user(2, isSuspended=True),
        user(3, aliasEmails=["team@example.com"]),
        user(4, aliasEmails=["team@example.com"]),
        user(5),
    )
    people = [
        person(1),
        person(2),
        person(3, email="team@example.com"),
        person(9),
        person(10, email="user1@example.com"),
    ]
    report = make().sync(people)
    assert report.users == 5
    assert [one.person_id for one in report.matched] == ["p-1", "p-10"]
    assert [(one.person_id, one.match.reason) for one in report.blocked] == [("p-2", "suspended")]
    assert [one.person_id for one in report.ambiguous] == ["p-3"]
    assert [one.person_id for one in report.unmatched] == ["p-9"]
    assert report.shared == (("user-1", ("p-1", "p-10")),)
    assert len(report.changes.added) == 5
    assert set(report.people_changed) == {one.id for one in people}
    parts = (report.matched, report.blocked, report.ambiguous, report.unmatched)
    assert sum(map(len, parts)) == len(people)


def test_the_report_is_json_and_shows_no_address(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    service.set(user(1), user(2, isDeleted=True))
    report = make().sync([person(1), person(2), person(3)])
    written = json.dumps(report.to_dict())
    assert "@" not in written
    assert "@" not in repr(report)
    assert json.loads(written)["matched"] == [
        {"person_id": "p-1", "status": "matched", "user_id": "user-1", "reason": None}
    ]
    assert json.loads(written)["blocked"][0]["reason"] == "deleted"


def test_a_second_walk_tells_what_changed(
    make: Make, service: Any, user: Make, person: Make, clock: Any
) -> None:
    members = make()
    service.set(*(user(number) for number in range(1, 11)))
    people = [person(number) for number in range(1, 13)]
    members.sync(people)
    clock.advance(hours=1)
    quiet = members.sync(people)
    assert not quiet.changes
    assert quiet.people_changed == ()

    service.set(
        *(user(number) for number in range(1, 8)),
        user(8, isSuspended=True),
        user(9, email="renamed@example.com"),
        user(11),
    )
    report = members.sync(people)
    assert report.changes.added == ("user-11",)
    assert report.changes.changed == ("user-8", "user-9")
    assert report.changes.blocked == ("user-8",)
    assert report.changes.missing == ("user-10",)
    assert report.changes.to_dict()["missing"] == ["user-10"]
    # The missing one stays matched for the grace period, so nothing changed for p-10.
    assert report.people_changed == ("p-8", "p-9", "p-11")
    assert members.lookup(person(10)).status == "matched"


def test_what_did_not_change_is_not_kept_twice(make: Make, service: Any, user: Make) -> None:
    members = make()
    service.set(user(1), user(2))
    members.sync()
    before = {one.user_id: one for one in members.members.directory}
    service.set(user(1), user(2, isPending=True))
    members.sync()
    after = {one.user_id: one for one in members.members.directory}
    assert after["user-1"] is before["user-1"]
    assert after["user-2"] is not before["user-2"]


def test_absence_is_a_signal_and_only_later_a_fact(
    make: Make, service: Any, user: Make, person: Make, clock: Any
) -> None:
    members = make(grace=timedelta(days=2))
    service.set(user(1), user(2))
    members.sync()
    service.set(user(1))
    assert members.sync().changes.missing == ("user-2",)
    clock.advance(days=1)
    assert members.sync().changes.missing == ("user-2",)
    assert members.lookup(person(2)).status == "matched"
    service.set(user(1), user(2))
    assert members.sync().changes.returned == ("user-2",)
    service.set(user(1))
    members.sync()
    clock.advance(days=2)
    report = members.sync([person(2)])
    assert report.changes.dropped == ("user-2",)
    assert report.people_changed == ("p-2",)
    assert members.lookup(person(2)).reason == "no_such_user"
    assert not members.sync().changes


def test_without_grace_two_walks_are_needed_all_the_same(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    members = make(grace=timedelta(0))
    service.set(user(1), user(2))
    members.sync()
    service.set(user(1))
    assert members.sync().changes.missing == ("user-2",)
    assert members.lookup(person(2)).status == "matched"
    assert members.sync().changes.dropped == ("user-2",)


@pytest.mark.parametrize("loss", ["gone", "suspended"])
def test_a_walk_that_would_lose_too_many_is_refused_and_changes_nothing(
    make: Make, service: Any, user: Make, person: Make, loss: str
) -> None:
    store = MemoryMemberStore()
    members = make(store=store)
    service.set(*(user(number) for number in range(10)))
    members.sync()
    saved = list(store.load())
    lost = [user(number, isSuspended=True) for number in range(3)] if loss == "suspended" else []
    service.set(*lost, *(user(number) for number in range(3, 10)))
    with pytest.raises(SyncRefused, match="force=True") as caught:
        members.sync()
    error = caught.value
    assert isinstance(error, NaverWorksError)
    assert (error.lost, error.share, error.allowed) == (3, 0.3, 0.2)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (again.lost, str(again)) == (3, str(error))
    assert members.lookup(person(1)).status == "matched"
    assert list(store.load()) == saved
    report = members.sync([person(1)], force=True)
    assert len(report.changes.missing if loss == "gone" else report.changes.blocked) == 3
    # What was accepted once is not held against the next walk.
    members.sync()


def test_an_empty_walk_is_refused(make: Make, service: Any, user: Make) -> None:
    members = make()
    service.set(*(user(number) for number in range(4)))
    members.sync()
    service.set()
    with pytest.raises(SyncRefused):
        members.sync()


def test_a_set_share_may_be_lost_and_a_single_user_always(
    make: Make, service: Any, user: Make
) -> None:
    members = make(max_lost=0.5)
    service.set(*(user(number) for number in range(4)))
    members.sync()
    service.set(*(user(number) for number in range(2)))
    members.sync()
    strict = make(max_lost=0)
    strict.sync()
    service.set(user(0))
    strict.sync()


def test_a_walk_that_is_cut_off_changes_nothing(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    store = MemoryMemberStore()
    members = make(store=store)
    service.set(*(user(number) for number in range(10)))
    members.sync()
    service.set(*(user(number, isSuspended=True) for number in range(10)))
    service.break_after = 5
    with pytest.raises(ConnectionError):
        members.sync()
    assert members.lookup(person(1)).status == "matched"
    assert {member.status.value for member in store.load()} == {"active"}
    service.break_after = None
    service.set(*(user(number) for number in range(11)))
    assert members.sync().changes.added == ("user-10",)


def test_a_first_walk_that_is_cut_off_leaves_everyone_unmatched(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    members = make()
    service.set(user(1), user(2))
    service.break_after = 1
    with pytest.raises(ConnectionError):
        members.sync()
    assert members.lookup(person(1)).reason == "never_synced"


def test_each_domain_is_walked_and_a_user_of_two_is_one(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    service.domains = {
        1: [user(1), user(2)],
        2: [user(2, email="two@sub.example.com", userExternalKey="emp-2"), user(3)],
    }
    members = make()
    report = members.sync(
        [person(2), person(4, email="two@sub.example.com"), person(5, email=None, id="emp-2")],
        domain_ids=[1, 2],
    )
    assert service.walked == [1, 2]
    assert report.users == 3
    assert [one.match.user_id for one in report.matched] == ["user-2"] * 3


def test_a_page_that_shifted_shows_nobody_twice(make: Make, service: Any, user: Make) -> None:
    service.set(user(1), user(2), user(2), user(1), user(3))
    report = make().sync()
    assert report.users == 3
    assert len(report.changes.added) == 3


def test_no_domain_at_all_is_refused(make: Make) -> None:
    with pytest.raises(InvalidValue):
        make().sync(domain_ids=[])


@pytest.mark.parametrize(
    "options", [{"max_lost": -0.1}, {"max_lost": 1.1}, {"grace": timedelta(seconds=-1)}]
)
@pytest.mark.parametrize("kind", [Members, AsyncMembers])
def test_options_out_of_range_are_refused(kind: Any, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        kind(**options)


def test_progress_is_told_and_ends_at_the_number_of_users(
    make: Make, service: Any, user: Make
) -> None:
    service.set(*(user(number) for number in range(250)))
    told: list[SyncProgress] = []
    members = make()
    members.sync(progress=told.append)
    assert [one.users for one in told] == [100, 200, 250]
    assert {one.expected for one in told} == {None}
    told.clear()
    members.sync(progress=told.append)
    assert told[-1] == SyncProgress(users=250, expected=250)


def test_a_user_that_vanished_between_sync_and_send_is_marked(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    members = make()
    service.set(user(1), user(2))
    members.sync()
    members.mark_missing("user-1")
    assert members.lookup(person(1)).reason == "vanished"
    assert members.lookup(person(1)).user_id is None
    assert members.lookup(person(2)).status == "matched"
    # Still not shown by the next walk: still vanished. Shown again: matched again.
    service.set(user(2))
    members.sync()
    assert members.lookup(person(1)).reason == "vanished"
    service.set(user(1), user(2))
    report = members.sync([person(1)])
    assert report.people_changed == ("p-1",)
    assert members.lookup(person(1)).status == "matched"


def test_one_new_person_is_found_without_a_walk(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    store = MemoryMemberStore()
    members = make(store=store)
    service.set(user(1))
    members.sync()
    service.set(user(1), user(2), user(3, userExternalKey="p-7", email="else@example.com"))
    assert members.lookup(person(2)).status == "unmatched"
    assert members.find(person(2)).user_id == "user-2"
    assert members.lookup(person(2)).user_id == "user-2"
    assert members.find(person(7)).user_id == "user-3"
    assert members.find(person(8)).reason == "no_such_user"
    assert service.asked == [
        "user2@example.com",
        "user7@example.com",
        "externalKey:p-7",
        "user8@example.com",
        "externalKey:p-8",
    ]
    assert service.walked == [None]
    assert {member.user_id for member in store.load()} == {"user-1", "user-2", "user-3"}
    # What was found counts as known, and not as new.
    assert members.sync().changes.added == ()


def test_finding_works_before_any_walk(make: Make, service: Any, user: Make, person: Make) -> None:
    service.set(user(1, isPending=True))
    members = make()
    assert members.find(person(1)).reason == "pending"
    assert members.lookup(person(1)).reason == "pending"


def test_finding_by_works_user_id_asks_for_that_only_and_notes_a_vanished_one(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    service.set(user(1))
    members = make()
    members.sync()
    wanted = person(1, works_user_id="user-9")
    assert members.lookup(wanted).status == "matched"
    assert members.find(wanted).status == "unmatched"
    assert service.asked == ["user-9"]
    assert members.lookup(wanted).reason == "vanished"
    service.set(user(1), user(9))
    assert members.find(wanted).user_id == "user-9"
    assert members.lookup(wanted).user_id == "user-9"


def test_an_address_that_the_service_does_not_find_is_not_given_up_while_its_user_lives(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    members = make()
    service.set(user(1, aliasEmails=["alias@example.com"]), user(2))
    members.sync()
    by_alias = person(9, email="Alias@Example.com")
    service.set(user(1, aliasEmails=["alias@example.com"], isSuspended=True), user(2))
    assert members.find(by_alias).reason == "suspended"
    assert service.asked == ["alias@example.com", "user-1"]
    # The address is nobody's any more.
    service.set(user(1), user(2))
    assert members.find(by_alias).reason == "no_such_user"
    assert members.lookup(by_alias).reason == "no_such_user"
    # The user is gone.
    service.set(user(1))
    assert members.find(person(2)).reason == "vanished"
    assert members.lookup(person(2)).reason == "vanished"
    # Somebody else has the key.
    service.set(user(1), user(3, userExternalKey="p-2"))
    assert members.find(person(2)).user_id == "user-3"
    assert members.lookup(person(2)).user_id == "user-3"


def test_who_was_found_by_an_address_keeps_it_though_it_is_not_shown(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    members = make()
    service.find = lambda _: user(1)
    assert members.find(person(2, email="hidden@example.com")).user_id == "user-1"
    assert members.lookup(person(2, email="hidden@example.com")).user_id == "user-1"


def test_who_vanished_stays_so_until_shown_however_many_walks_there_are(
    make: Make, service: Any, user: Make, person: Make, clock: Any
) -> None:
    members = make()
    service.set(user(1), user(2))
    members.sync()
    known, elsewhere = person(1, works_user_id="user-1"), person(3, works_user_id="user-9")
    members.mark_missing("user-1")
    members.mark_missing("user-9")
    service.set(user(2))
    for _ in range(4):
        clock.advance(days=1)
        members.sync()
        assert members.lookup(known).reason == "vanished"
        assert members.lookup(elsewhere).reason == "vanished"
    assert len(members.members) == 1
    service.set(user(1), user(2), user(9))
    members.sync()
    assert members.lookup(known).status == "matched"
    assert members.lookup(elsewhere).status == "matched"


def test_who_vanishes_during_a_walk_that_has_passed_them_is_vanished(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    members = make()
    service.set(*(user(number) for number in range(100)))
    members.sync()
    members.sync(progress=lambda _: members.mark_missing("user-1"))
    assert members.lookup(person(1)).reason == "vanished"


def test_finding_takes_deleted_for_nobody_and_any_other_answer_for_an_error(
    make: Make, service: Any, person: Make
) -> None:
    service.nobody = Gone("deleted", status=410)
    assert make().find(person(1)).reason == "no_such_user"
    service.nobody = Forbidden("no", status=403)
    with pytest.raises(Forbidden):
        make().find(person(1))


@pytest.mark.parametrize("key", ["a/b", "50%", "a?b", "a#b", "a\\b", "x" * 101])
def test_a_key_that_cannot_be_registered_is_not_asked_for(
    make: Make, service: Any, person: Make, key: str
) -> None:
    assert make().find(person(1, id=key, email=None)).status == "unmatched"
    assert service.asked == []


def test_another_process_sees_a_sync_with_its_next_load(
    make: Make, service: Any, user: Make, person: Make, clock: Any
) -> None:
    store = MemoryMemberStore()
    syncing, looking = make(store=store), make(store=store)
    service.set(user(1))
    syncing.sync()
    assert looking.lookup(person(1)).reason == "never_synced"
    looking.load()
    assert looking.lookup(person(1)).status == "matched"
    directory = looking.members.directory
    looking.load()
    assert looking.members.directory is directory
    clock.advance(hours=1)
    service.set(user(1), user(2))
    syncing.sync()
    looking.load()
    assert looking.lookup(person(2)).status == "matched"


def test_a_person_who_left_the_app_and_one_who_joined_need_no_walk(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    members = make()
    service.set(user(1), user(2))
    members.sync([person(1)])
    assert members.lookup(person(2)).user_id == "user-2"


def test_importing_members_and_webhooks_loads_nothing_heavy() -> None:
    code = (
        "import sys, naverworks_notify.members, naverworks_notify.webhooks;"
        "print(sorted({'httpx', 'jwt', 'cryptography', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_user_costs_about_a_kilobyte() -> None:
    number = 5000

    class Users:
        def list(self, *, domain_id: int | None = None) -> Any:
            for one in range(number):
                yield user_from_wire(
                    {
                        "userId": f"d191e339-3299-44e6-7a44-{one:012d}",
                        "userExternalKey": f"emp-{one}",
                        "email": f"user.number{one}@example.com",
                        "aliasEmails": [f"u{one}@example.com"],
                        "organizations": [{"email": f"user.number{one}@sub.example.com"}],
                    }
                )

        def get(self, user_id: str) -> Any:
            raise AssertionError(user_id)

    class Source:
        users = Users()

    people = [
        Person(id=f"p-{one}", name="n", email=f"user.number{one}@example.com")
        for one in range(number)
    ]
    members = Members()
    tracemalloc.start()
    try:
        report = members.sync(Source(), people)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(report.matched) == number
    # 60 MB for 50 000 users.
    assert peak < number * 1200


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_fifty_thousand_users_stay_below_sixty_megabytes_also_in_a_second_sync() -> None:
    program = Path(__file__).parents[2] / "benchmarks" / "members.py"
    done = subprocess.run(
        [sys.executable, program, "memory"], capture_output=True, text=True, check=True
    )
    peaks = json.loads(done.stdout)
    assert 10 < peaks["first"] <= 60
    assert 10 < peaks["second"] <= 60
