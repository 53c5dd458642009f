"""The notifier together with the members it asks: who cannot be reached is never called."""

from __future__ import annotations

import asyncio
import json

import pytest

import naverworks_notify as nw
from naverworks_notify.members import (
    AsyncMembers,
    JsonMemberStore,
    Members,
    MemoryMemberStore,
    SqlMemberStore,
)
from naverworks_notify.notifier import Notifier

sqlalchemy = pytest.importorskip("sqlalchemy")


@pytest.fixture(params=["memory", "json", "sql"])
def store(request, tmp_path):
    """Return each place that members are kept in."""
    if request.param == "memory":
        yield MemoryMemberStore()
    elif request.param == "json":
        yield JsonMemberStore(tmp_path / "members.json")
    else:
        engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'members.db'}")
        yield SqlMemberStore(engine, organization="acme")
        engine.dispose()


@pytest.fixture
def works(simulator, clock):
    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        endpoints=simulator.endpoints,
        transport=simulator.transport(),
        clock=clock,
        limiter=nw.Unlimited(),
    ) as works:
        yield works


@pytest.fixture
def members(notifier, works, store, clock):
    """Return members over the store, as the notifier's kind of program has them."""
    return (Members if notifier.kind == "sync" else AsyncMembers)(store, clock=clock)


@pytest.fixture
def sync(notifier, works, members, simulator, clock):
    """Return a function that walks the directory."""

    async def walk():
        async with nw.AsyncClient(
            simulator.account,
            bot_id=simulator.bot_id,
            transport=simulator.transport(),
            clock=clock,
            limiter=nw.Unlimited(),
        ) as tasks:
            await members.sync(tasks, force=True)

    if notifier.kind == "sync":
        return lambda: members.sync(works, force=True)
    return lambda: asyncio.run(walk())


def ends(report):
    return {r.person_id: (str(r.status), r.detail) for r in report.results}


def test_from_sync_to_send_and_a_user_who_vanishes_in_between(
    notifier, members, sync, simulator, confirmed, person
):
    simulator.change_user("u-1@example.com", suspended=True)
    simulator.change_user("u-2@example.com", pending=True)
    simulator.change_user("u-4@example.com", deleted=True)
    simulator.change_user("u-5@example.com", awaiting=True)
    people = [
        person("u-0", email="U-0@Example.com"),
        *(person(f"u-{n}") for n in range(1, 6)),
        person("nobody"),
    ]
    ids = [one.id for one in people]
    one = notifier(members=members)

    before = one.notify(confirmed("ev-0", assignees=ids), people)
    assert {*ends(before).values()} == {("unmatched", "never_synced")}

    sync()
    simulator.remove_user("u-3@example.com")
    report = one.notify(confirmed("ev-1", assignees=ids), people)
    assert ends(report) == {
        "u-0": ("sent", None),
        "u-1": ("unmatched", "suspended"),
        "u-2": ("unmatched", "pending"),
        "u-3": ("failed", None),
        "u-4": ("unmatched", "deleted"),
        "u-5": ("unmatched", "awaiting"),
        "nobody": ("unmatched", "no_such_user"),
    }
    assert isinstance(report.results[3].error, nw.NotFound)

    later = ends(one.notify(confirmed("ev-2", assignees=ids), people))
    assert later["u-0"] == ("sent", None)
    assert later["u-3"] == ("unmatched", "vanished")
    assert len(simulator.sent) == 2
    assert members.lookup(people[3]).reason == "vanished"


@pytest.mark.parametrize("planned_with_members", [True, False])
def test_what_waited_in_a_queue_asks_the_directory_again(
    notifier, members, sync, simulator, confirmed, person, planned_with_members
):
    people = [person(f"u-{n}") for n in range(4)]
    sync()
    web = notifier(members=members if planned_with_members else None)
    worker = notifier(members=members)
    ids = [one.id for one in people]
    jobs = [
        json.dumps(one.to_dict()) for one in web.plan(confirmed(assignees=ids), people).deliveries
    ]
    twice = [
        json.dumps(o.to_dict())
        for o in web.plan(confirmed("ev-2", assignees=ids), people).deliveries
    ]

    simulator.change_user("u-1@example.com", suspended=True)
    sync()
    simulator.remove_user("u-2@example.com")
    # Nothing may call those whom the directory blocks.
    simulator.faults.always(
        "messages.send_to_user",
        500,
        when=lambda head: (
            head.parameters.get("user_id")
            in {
                "u-1@example.com",
                simulator.user("u-1@example.com").user_id,
            }
        ),
    )

    def deliver(job):
        result = worker.deliver(nw.Delivery.from_dict(json.loads(job)))
        return str(result.status), result.detail, str(result.decision.reason)

    assert [deliver(job) for job in jobs] == [
        ("sent", None, "assigned"),
        ("unmatched", "suspended", "no_address"),
        ("failed", None, "assigned"),
        ("sent", None, "assigned"),
    ]
    # Marked by its id, whatever the delivery was addressed to.
    assert members.lookup(people[2]).reason == "vanished"
    assert [deliver(job)[:2] for job in twice] == [
        ("sent", None),
        ("unmatched", "suspended"),
        ("unmatched", "vanished"),
        ("sent", None),
    ]
    # Back again: the same job, handed out once more, goes now.
    simulator.faults.clear()
    simulator.change_user("u-1@example.com", suspended=False)
    sync()
    assert deliver(jobs[1])[0] == "sent"


def test_nobody_can_make_the_notifier_take_one_person_for_another(
    notifier, members, sync, simulator, confirmed, person
):
    """A person's id that is another one's external key does not block that person's delivery."""
    simulator.change_user("u-9@example.com", external_key="u-1", suspended=True)
    people = [person("u-1")]
    sync()
    one = notifier(members=members)
    (delivery,) = one.plan(confirmed(assignees=["u-1"]), people).deliveries
    assert one.deliver(delivery).status == "sent"
    assert len(simulator.sent_to("u-1@example.com")) == 1


def test_members_of_ones_own_that_only_know_addresses_let_a_delivery_pass(
    notifier, confirmed, person
):
    class ByAddress:
        def lookup(self, person, /):
            return nw.directory.Match(
                "matched" if person.email else "unmatched", user_id=person.email
            )

    one = notifier(members=ByAddress())
    (delivery,) = one.plan(confirmed(assignees=["u-1"]), [person("u-1")]).deliveries
    assert one.deliver(delivery).status == "sent"


def test_a_wrong_bot_blocks_nobody(simulator, clock, confirmed, person):
    members = Members(clock=clock)
    people = [person("u-1"), person("u-2")]
    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id + 1,
        transport=simulator.transport(),
        clock=clock,
        limiter=nw.Unlimited(),
    ) as works:
        members.sync(works)
        report = Notifier(works, members=members).notify(
            confirmed(assignees=["u-1", "u-2"]), people
        )
    assert {type(r.error) for r in report.results} == {nw.NotFound}
    assert {str(members.lookup(one).status) for one in people} == {"matched"}
