"""The token promises over the real clients and the simulated service."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from naverworks_notify import messages
from naverworks_notify.auth import FileTokenStore, ServiceAccount
from naverworks_notify.client import AsyncClient, Client
from naverworks_notify.errors import (
    AuthError,
    ClockSkew,
    MissingScope,
    NaverWorksError,
    PrivateKeyRejected,
)
from naverworks_notify.limits import Unlimited
from naverworks_notify.testing import Simulator

USER = "doyoon@example.com"


@pytest.fixture
def simulator() -> Simulator:
    return Simulator(users=[USER])


def client(simulator: Simulator, account: ServiceAccount | None = None, **options: Any) -> Client:
    return Client(
        account or simulator.account,
        **{
            "bot_id": simulator.bot_id,
            "endpoints": simulator.endpoints,
            "transport": simulator.transport(),
            "limiter": Unlimited(),
            **options,
        },
    )


def changed(account: ServiceAccount, **changes: Any) -> ServiceAccount:
    fields = {
        "client_id": account.client_id,
        "client_secret": account.client_secret,
        "service_account_id": account.service_account_id,
        "private_key": account.private_key,
        "scopes": account.scopes,
    }
    return ServiceAccount(**{**fields, **changes})


def test_64_cold_threads_deliver_with_one_exchange(simulator: Simulator) -> None:
    barrier = threading.Barrier(64)
    with client(simulator) as works, ThreadPoolExecutor(64) as pool:

        def send(number: int) -> None:
            barrier.wait(30)
            works.messages.send_to_user(USER, messages.Text(f"{number}"))

        list(pool.map(send, range(64)))
    assert len(simulator.sent) == 64
    assert simulator.tokens.issued == 1


def test_a_token_that_dies_under_32_tasks_costs_one_more_exchange(simulator: Simulator) -> None:
    async def scene() -> None:
        async with AsyncClient(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            limiter=Unlimited(),
        ) as works:

            async def send(number: int) -> None:
                if number == 8:
                    simulator.kill_tokens()
                await works.messages.send_to_user(USER, messages.Text(f"{number}"))

            await send(0)
            await asyncio.gather(*(send(number) for number in range(1, 33)))

    asyncio.run(scene())
    assert len(simulator.sent) == 33
    assert simulator.tokens.issued == 2


def test_eight_clients_on_one_file_deliver_although_each_token_ends_the_one_before(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.behave(single_live_token=True)
    store = FileTokenStore(tmp_path / "tokens.json")
    works = [client(simulator, token_store=store) for _ in range(8)]

    def send(one: Client) -> None:
        one.messages.send_to_user(USER, messages.Text("hi"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, works))
        simulator.kill_tokens()
        list(pool.map(send, works))
    for one in works:
        one.close()
    assert len(simulator.sent) == 16
    assert simulator.tokens.issued == 2


def test_a_key_issued_anew_is_named_and_can_be_swapped_in(simulator: Simulator) -> None:
    with client(simulator) as works:
        works.messages.send_to_user(USER, messages.Text("1"))
        old = works.tokens.account
        renewed = simulator.rotate_key()
        simulator.kill_tokens()
        for _ in range(3):
            with pytest.raises(PrivateKeyRejected, match="Only one private key"):
                works.messages.send_to_user(USER, messages.Text("2"))
        assert simulator.tokens.refused == 1
        works.tokens.swap(old.with_private_key(renewed))
        works.messages.send_to_user(USER, messages.Text("3"))
    assert [message.content["text"] for message in simulator.sent] == ["1", "3"]


@pytest.mark.parametrize("minutes", [-90, 90])
def test_a_wrong_clock_is_named(simulator: Simulator, minutes: int) -> None:
    simulator.clock_skew = timedelta(minutes=minutes)
    with client(simulator) as works, pytest.raises(ClockSkew) as caught:
        works.users.get(USER)
    assert abs(caught.value.skew + timedelta(minutes=minutes)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, AuthError),
        ({"client_id": "wrong"}, AuthError),
        ({"service_account_id": "wrong.serviceaccount@example.com"}, PrivateKeyRejected),
        # Told before and after: it is hardly the key's fault.
        ({"service_account_id": "wrong@example.com"}, AuthError),
        ({"scopes": ("calendar",)}, MissingScope),
    ],
)
def test_each_wrong_field_has_its_own_error_and_hint(
    simulator: Simulator, changes: dict[str, Any], error: type[NaverWorksError]
) -> None:
    account = changed(simulator.account, **changes)
    with client(simulator, account) as works, pytest.raises(AuthError) as caught:
        works.users.get(USER)
    assert type(caught.value) is error
    assert caught.value.hint


def test_refreshing_and_revoking_work_with_rotation_on_and_off(
    simulator: Simulator, tmp_path: Path
) -> None:
    for rotating in (False, True):
        simulator.behave(rotate_refresh_tokens=rotating, token_life=timedelta(0))
        store = FileTokenStore(tmp_path / f"tokens-{rotating}.json")
        with client(simulator, token_store=store) as works:
            works.tokens.get()
        issued, refreshed = simulator.tokens.issued, simulator.tokens.refreshed
        for _ in range(3):
            # As a new process would: nothing in memory, the key not loaded.
            with client(simulator, token_store=store) as works:
                works.tokens.get()
        assert simulator.tokens.issued == issued
        assert simulator.tokens.refreshed == refreshed + 3
        with client(simulator, token_store=store) as works:
            works.tokens.revoke()
            works.tokens.get()
        assert simulator.tokens.issued == issued + 1
