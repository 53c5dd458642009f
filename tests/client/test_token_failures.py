"""What the token endpoint does to calls: each thing is asked for once, and waited for in bounds."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify.testing import ManualClock, Simulator

TEXT = nw.messages.Text("hi")


class Service(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Counts what it is asked; answers what it is told to."""

    def __init__(self) -> None:
        self.exchanges = 0
        self.calls = 0
        self.token_answers: list[httpx.Response] = []
        self.api_status = 200
        self.scope = "bot.message user.read"

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if "authorization" in request.headers:
            self.calls += 1
            return httpx.Response(self.api_status, json={})
        self.exchanges += 1
        if self.token_answers:
            return self.token_answers.pop(0)
        token = {"access_token": f"t-{self.exchanges}", "expires_in": "86400", "scope": self.scope}
        return httpx.Response(200, json=token)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


@pytest.fixture(params=["sync", "async"])
def send_many(request: pytest.FixtureRequest) -> Any:
    """Return a function that sends so many messages, one after the other, by one client."""

    def send_all(number: int, **options: Any) -> list[BaseException | None]:
        works = nw.Client(Simulator().account, bot_id=1, **options)
        outcomes: list[BaseException | None] = []
        with works:
            for _ in range(number):
                try:
                    works.messages.send_to_user("a@example.com", TEXT)
                except nw.NaverWorksError as error:
                    outcomes.append(error)
                else:
                    outcomes.append(None)
        return outcomes

    async def send_all_async(number: int, **options: Any) -> list[BaseException | None]:
        async with nw.AsyncClient(Simulator().account, bot_id=1, **options) as works:
            outcomes: list[BaseException | None] = []
            for _ in range(number):
                try:
                    await works.messages.send_to_user("a@example.com", TEXT)
                except nw.NaverWorksError as error:
                    outcomes.append(error)
                else:
                    outcomes.append(None)
            return outcomes

    if request.param == "sync":
        return send_all
    return lambda number, **options: asyncio.run(send_all_async(number, **options))


def test_a_lasting_401_costs_a_few_exchanges_and_not_one_a_send(send_many: Any) -> None:
    service, clock = Service(), ManualClock()
    service.api_status = 401
    outcomes = send_many(100, transport=service, clock=clock, limiter=nw.Unlimited())
    assert {type(outcome) for outcome in outcomes} == {nw.Unauthorized}
    assert service.exchanges == 4
    assert service.calls == 6
    assert not any(outcome.passing for outcome in outcomes)


def test_what_the_token_endpoint_asks_for_is_waited_within_the_bounds(send_many: Any) -> None:
    service, clock = Service(), ManualClock()
    service.token_answers = [httpx.Response(429, headers={"retry-after": "30"})]
    assert send_many(1, transport=service, clock=clock) == [None]
    assert service.exchanges == 2
    assert 30 <= sum(clock.slept) < 40


@pytest.mark.parametrize("status", [429, 503])
def test_what_it_asks_for_beyond_the_bounds_is_told_at_once(send_many: Any, status: int) -> None:
    service, clock = Service(), ManualClock()
    service.token_answers = [httpx.Response(status, headers={"retry-after": "3600"})]
    first, second = send_many(2, transport=service, clock=clock)
    for outcome in (first, second):
        assert type(outcome) is nw.AuthError
        assert outcome.passing
        assert outcome.retry_after == timedelta(hours=1)
    assert clock.slept == []
    assert service.exchanges == 1


@pytest.mark.parametrize("scope", ["bot.message user.read", "bot.message,user.read", "bot"])
def test_granted_scopes_with_commas_let_a_send_pass(send_many: Any, scope: str) -> None:
    service = Service()
    service.scope = scope
    assert send_many(1, transport=service) == [None]


def test_a_scope_that_was_not_granted_is_told_without_a_call(send_many: Any) -> None:
    service = Service()
    service.scope = "user.read,directory"
    (outcome,) = send_many(1, transport=service)
    assert type(outcome) is nw.MissingScope
    assert service.calls == 0


def test_clients_of_one_credential_made_and_closed_in_turn_share_a_token(send_many: Any) -> None:
    service = Service()
    for _ in range(5):
        assert send_many(1, transport=service) == [None]
    assert service.exchanges == 1


def test_a_bogus_key_or_secret_never_sends_by_the_token_of_another() -> None:
    victim = Simulator()
    stranger = Simulator()
    stranger.rotate_key()
    store = nw.MemoryTokenStore()
    options: dict[str, Any] = {
        "bot_id": victim.bot_id,
        "endpoints": victim.endpoints,
        "transport": victim.transport(),
        "token_store": store,
    }
    with nw.Client(victim.account, **options) as works:
        works.users.list()
        works.tokens.get()
    good = victim.account
    for secret, key in (
        ("bogus", good.private_key),
        (good.client_secret, stranger.private_key),
        ("bogus", stranger.private_key),
    ):
        bogus = nw.ServiceAccount(
            client_id=good.client_id,
            client_secret=secret,
            service_account_id=good.service_account_id,
            private_key=key,
            scopes=good.scopes,
        )
        for shared in (store, None):
            with (
                nw.Client(bogus, **{**options, "token_store": shared}) as works,
                pytest.raises(nw.AuthError),
            ):
                works.messages.send_to_user("a@example.com", TEXT)
    assert victim.tokens.issued == 1
