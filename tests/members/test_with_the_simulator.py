"""Members over the real clients and the simulated service: calls, cursors, everything on the wire."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from naverworks_notify.client import AsyncClient, Client
from naverworks_notify.errors import InvalidResponse
from naverworks_notify.limits import Unlimited
from naverworks_notify.members import AsyncMembers, Members
from naverworks_notify.policy import Person
from naverworks_notify.testing import SimulatedUser, Simulator


def person(number: int, **changes: Any) -> Person:
    fields = {"id": f"p-{number}", "name": "이름", "email": f"user{number}@example.com"}
    return Person(**{**fields, **changes})


class Counting(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Passes everything on, and counts what reads users."""

    def __init__(self, simulator: Simulator) -> None:
        self._inner = simulator.transport()
        self.lists = 0

    def _count(self, request: httpx.Request) -> None:
        self.lists += request.url.path.endswith("/users")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._count(request)
        return self._inner.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._count(request)
        return await self._inner.handle_async_request(request)


def options(simulator: Simulator, transport: Any) -> dict[str, Any]:
    return {
        "endpoints": simulator.endpoints,
        "transport": transport,
        "limiter": Unlimited(),
    }


@pytest.mark.parametrize(("number", "calls"), [(1, 1), (100, 1), (101, 2), (250, 3)])
@pytest.mark.parametrize("world", ["sync", "async"])
def test_a_walk_takes_one_call_for_a_hundred_users(world: str, number: int, calls: int) -> None:
    simulator = Simulator(users=[f"user{one}@example.com" for one in range(number)])
    counting = Counting(simulator)
    people = [person(one) for one in range(number)]
    if world == "sync":
        with Client(simulator.account, **options(simulator, counting)) as works:
            report = Members().sync(works, people)
    else:

        async def walk() -> Any:
            async with AsyncClient(simulator.account, **options(simulator, counting)) as works:
                return await AsyncMembers().sync(works, people)

        report = asyncio.run(walk())
    assert len(report.matched) == report.users == number
    assert counting.lists == calls


def test_every_state_and_address_comes_over_the_wire() -> None:
    simulator = Simulator(
        users=[
            SimulatedUser(email="user1@example.com"),
            SimulatedUser(email="main@example.com", aliases=("user2@example.com",)),
            SimulatedUser(email="other@example.com", organization_emails=("user3@example.com",)),
            SimulatedUser(email="key@example.com", external_key="p-4"),
            SimulatedUser(email="user5@example.com", suspended=True),
            SimulatedUser(email="user6@example.com", pending=True),
            SimulatedUser(email="user7@example.com", awaiting=True),
            SimulatedUser(email="user8@example.com", deleted=True),
        ]
    )
    people = [person(number) for number in range(1, 10)]
    with Client(simulator.account, **options(simulator, simulator.transport())) as works:
        members = Members()
        report = members.sync(works, people)
        assert [one.person_id for one in report.matched] == ["p-1", "p-2", "p-3", "p-4"]
        assert {one.person_id: str(one.match.reason) for one in report.blocked} == {
            "p-5": "suspended",
            "p-6": "pending",
            "p-7": "awaiting",
            "p-8": "deleted",
        }
        assert [one.person_id for one in report.unmatched] == ["p-9"]
        expected = simulator.user("main@example.com").user_id
        assert members.lookup(person(2)).user_id == expected

        simulator.add_user("user9@example.com")
        assert members.find(works, person(9)).status == "matched"
        assert members.find(works, person(10)).status == "unmatched"


def test_a_list_without_an_end_is_noticed_and_changes_nothing() -> None:
    simulator = Simulator(users=["user1@example.com", "user2@example.com"])

    def turn_in_circles(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return simulator.transport().handle_request(request)
        users = [{"userId": "user-1", "email": "user1@example.com"}]
        body = {"users": users, "responseMetaData": {"nextCursor": "again"}}
        return httpx.Response(200, json=body)

    transport = httpx.MockTransport(turn_in_circles)
    members = Members()
    works = Client(simulator.account, **options(simulator, transport))
    with works, pytest.raises(InvalidResponse, match="same cursor"):
        members.sync(works)
    assert members.lookup(person(1)).reason == "never_synced"
