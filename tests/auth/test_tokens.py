"""As few exchanges as possible, and nobody waits who need not. The same for threads and tasks."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from naverworks_notify.auth import (
    AccessToken,
    AsyncTokens,
    Endpoints,
    FileTokenStore,
    MemoryTokenStore,
    ServiceAccount,
    TokenDetails,
    Tokens,
    _async_tokens,
    _sync_tokens,
)
from naverworks_notify.auth._stores import store_key
from naverworks_notify.clock import Clock
from naverworks_notify.errors import (
    AuthError,
    ClockSkew,
    InvalidValue,
    PrivateKeyRejected,
    TransportError,
    Unauthorized,
)
from naverworks_notify.wire import Response

ENDPOINTS = Endpoints(
    api="https://api.example.com/v1.0", auth="https://auth.example.com/oauth2/v2.0"
)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATE = {"seconds": 86400 - 200}  # within the advisory window of a day-long token
TOO_LATE = {"seconds": 86400 - 10}  # within the mandatory one


class Face:
    """Tokens under one face, whichever world they live in."""

    def __init__(self, tokens: Tokens | AsyncTokens) -> None:
        self.tokens = tokens

    def get(self) -> AccessToken:
        return self._run(self.tokens.get())

    def replace(self, rejected: AccessToken) -> AccessToken:
        return self._run(self.tokens.replace(rejected))

    def revoke(self) -> None:
        self._run(self.tokens.revoke())

    def forget(self) -> None:
        self.tokens.forget()

    def gather(self, number: int, call: Callable[[], Any]) -> list[Any]:
        """Make many calls at once: in threads, or as tasks of one event loop."""
        if isinstance(self.tokens, Tokens):
            with ThreadPoolExecutor(number) as pool:
                return [done.result() for done in [pool.submit(call) for _ in range(number)]]

        async def all_at_once() -> list[Any]:
            return await asyncio.gather(*(call() for _ in range(number)))

        return asyncio.run(all_at_once())

    def _run(self, result: Any) -> Any:
        if isinstance(self.tokens, Tokens):
            return result

        async def once() -> Any:
            return await result

        return asyncio.run(once())


@pytest.fixture(params=["sync", "async"])
def world(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def make(
    world: str, account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any
) -> Callable[..., Face]:
    def build(**options: Any) -> Face:
        options = {"endpoints": endpoints, "clock": clock, **options}
        if world == "sync":
            return Face(Tokens(account, send=endpoint.send, **options))
        return Face(AsyncTokens(account, send=endpoint.send_async, **options))

    return build


def eventually(condition: Callable[[], bool]) -> None:
    done = threading.Event()
    for _ in range(2000):
        if condition():
            return
        done.wait(0.005)
    raise AssertionError("it never came true")


def test_a_token_is_fetched_once_and_then_read(make: Any, endpoint: Any) -> None:
    face = make()
    assert [face.get().value for _ in range(5)] == ["token-1"] * 5
    assert endpoint.grants == ["jwt-bearer"]


def test_64_cold_callers_share_one_exchange(make: Any, endpoint: Any) -> None:
    face = make()
    assert {token.value for token in face.gather(64, face.tokens.get)} == {"token-1"}
    assert len(endpoint.requests) == 1


def test_a_rejected_token_is_replaced_once_whoever_comes(make: Any, endpoint: Any) -> None:
    face = make()
    rejected = face.get()
    got = face.gather(32, lambda: face.tokens.replace(rejected))
    assert {token.value for token in got} == {"token-2"}
    assert face.replace(rejected).value == "token-2"
    assert len(endpoint.requests) == 2


def test_a_rejected_token_that_cannot_be_replaced_is_not_given_out_again(
    make: Any, endpoint: Any, clock: Any, refuse: Any
) -> None:
    store = MemoryTokenStore()
    face = make(store=store)
    rejected = face.get()
    endpoint.answers = [refuse(400, "invalid_grant")]
    with pytest.raises(PrivateKeyRejected):
        face.replace(rejected)
    # Neither from memory nor from the store, which both still had it.
    for _ in range(3):
        with pytest.raises(PrivateKeyRejected):
            face.get()
    assert len(endpoint.requests) == 2
    clock.advance(seconds=61)
    assert face.get().value == "token-3"


def test_a_second_rejected_token_is_replaced_as_well(make: Any, endpoint: Any) -> None:
    face = make()
    token = face.get()
    for number in range(2, 6):
        token = face.replace(token)
        assert token.value == f"token-{number}"
    assert len(endpoint.requests) == 5


def test_a_service_that_gives_the_same_token_again_is_not_asked_for_ever(
    make: Any, endpoint: Any
) -> None:
    endpoint.fields["access_token"] = "always-the-same"
    face = make()
    assert face.replace(face.get()).value == "always-the-same"
    assert len(endpoint.requests) < 6


def test_within_the_advisory_window_one_refresh_is_made(
    make: Any, endpoint: Any, clock: Any
) -> None:
    face = make()
    face.get()
    clock.advance(**LATE)
    got = {token.value for token in face.gather(16, face.tokens.get)}
    assert got <= {"token-1", "token-2"}
    eventually(lambda: face.get().value == "token-2")
    assert len(endpoint.requests) == 2


def test_the_caller_who_starts_a_quick_refresh_is_given_the_new_token(
    make: Any, clock: Any
) -> None:
    face = make()
    face.get()
    clock.advance(**LATE)
    assert face.get().value == "token-2"


def test_past_the_mandatory_line_everyone_waits_for_one_exchange(
    make: Any, endpoint: Any, clock: Any
) -> None:
    face = make()
    face.get()
    clock.advance(**TOO_LATE)
    assert {token.value for token in face.gather(16, face.tokens.get)} == {"token-2"}
    assert len(endpoint.requests) == 2


def test_a_failed_refresh_ahead_of_time_harms_nobody_and_rests(
    make: Any,
    endpoint: Any,
    clock: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Whoever starts a refresh sees its end, however busy the machine is.
    for module in (_async_tokens, _sync_tokens):
        monkeypatch.setattr(module, "_GLANCE_S", 60.0)
    face = make()
    face.get()
    clock.advance(**LATE)
    endpoint.answers = [Response(status=503), Response(status=503)]
    assert face.get().value == "token-1"
    assert caplog.text.count("stays in use") == 1
    assert face.get().value == "token-1"
    assert len(endpoint.requests) == 2
    clock.advance(seconds=15)
    face.get()
    assert len(endpoint.requests) == 3
    clock.advance(seconds=15)
    assert face.get().value == "token-4"


def test_a_refusal_ahead_of_time_harms_nobody_either(
    make: Any, endpoint: Any, clock: Any, refuse: Any
) -> None:
    face = make()
    face.get()
    clock.advance(**LATE)
    endpoint.answers = [refuse(400, "invalid_grant")]
    assert [face.get().value for _ in range(4)] == ["token-1"] * 4
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (Response(status=503), AuthError),
        (TransportError("no", cause="connect_failed", may_have_acted=False), TransportError),
        (ZeroDivisionError("a bug in send"), ZeroDivisionError),
        (TimeoutError("from another library"), TimeoutError),
    ],
)
def test_everyone_who_waits_gets_the_failure_and_the_next_caller_tries_again(
    make: Any, endpoint: Any, failure: Any, error: type[Exception]
) -> None:
    face = make()
    endpoint.gate = threading.Event()
    endpoint.answers = [failure]

    def attempt() -> Any:
        if isinstance(face.tokens, Tokens):
            try:
                return face.tokens.get()
            except error as caught:
                return caught
        return attempt_async()

    async def attempt_async() -> Any:
        try:
            return await face.tokens.get()
        except error as caught:
            return caught

    with ThreadPoolExecutor(1) as pool:
        gathered = pool.submit(face.gather, 8, attempt)
        assert endpoint.entered.acquire(timeout=20)
        if isinstance(face.tokens, Tokens):
            # Threads reach the flight one by one; those who come later make one of their own.
            eventually(lambda: threading.active_count() >= 9)
        endpoint.gate.set()
        outcomes = gathered.result(30)
    assert any(isinstance(outcome, error) for outcome in outcomes)
    assert len(endpoint.requests) <= 2
    endpoint.answers = []
    assert face.get().value.startswith("token-")


def test_a_dead_key_costs_one_request_and_not_one_per_message(
    make: Any, endpoint: Any, clock: Any, refuse: Any
) -> None:
    face = make()
    endpoint.answers = [refuse(400, "invalid_grant")]
    for _ in range(20):
        with pytest.raises(PrivateKeyRejected, match="Only one private key"):
            face.get()
    assert len(endpoint.requests) == 1
    clock.advance(seconds=61)
    assert face.get().value == "token-2"


def test_a_wrong_clock_is_asked_again_at_once(
    make: Any, endpoint: Any, clock: Any, refuse: Any
) -> None:
    face = make()
    told = format_datetime(clock.now() - timedelta(hours=3), usegmt=True)
    endpoint.answers = [refuse(400, "invalid_grant", date=told)]
    with pytest.raises(ClockSkew):
        face.get()
    assert face.get().value == "token-2"


def test_swapping_in_another_key_ends_the_refusal(
    *,
    make: Any,
    endpoint: Any,
    refuse: Any,
    account: ServiceAccount,
    other_rsa_key: Any,
    to_pem: Any,
) -> None:
    face = make()
    endpoint.answers = [refuse(400, "invalid_grant")]
    with pytest.raises(PrivateKeyRejected):
        face.get()
    renewed = account.with_private_key(to_pem(other_rsa_key))
    endpoint.key = other_rsa_key.public_key()
    face.tokens.swap(renewed)
    assert face.tokens.account is renewed
    assert face.get().value == "token-2"


@pytest.mark.parametrize("wider", [False, True])
def test_a_swap_during_an_exchange_counts_for_the_next_one(
    *,
    wider: bool,
    account: ServiceAccount,
    endpoints: Endpoints,
    clock: Clock,
    endpoint: Any,
    refuse: Any,
    pem: str,
) -> None:
    tokens = Tokens(account, endpoints=endpoints, clock=clock, send=endpoint.send)
    swapped = account.with_private_key(pem)
    if wider:
        swapped = ServiceAccount(
            client_id=account.client_id,
            client_secret=account.client_secret,
            service_account_id=account.service_account_id,
            private_key=pem,
            scopes=("bot",),
        )
    else:
        endpoint.answers = [refuse(400, "invalid_grant")]
    endpoint.gate = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(tokens.get)
        assert endpoint.entered.acquire(timeout=20)
        tokens.swap(swapped)
        endpoint.gate.set()
        if wider:
            # That token has the old scopes: it serves who waited for it, and nobody else.
            assert first.result(20).value == "token-1"
        else:
            with pytest.raises(PrivateKeyRejected):
                first.result(20)
    # The refusal was of the old key, and the token of the old scopes.
    assert tokens.get().value == "token-2"


def test_a_lock_that_cannot_be_had_is_gone_without(
    make: Any, endpoint: Any, account: ServiceAccount, endpoints: Endpoints
) -> None:
    store = MemoryTokenStore(lock_timeout=timedelta(seconds=0.05))
    with store.lock(store_key(account, endpoints)):
        assert make(store=store).get().value == "token-1"
    assert store.get(store_key(account, endpoints)) is not None


def test_a_token_in_hand_outlives_a_swap_unless_scopes_change(
    make: Any, endpoint: Any, account: ServiceAccount, pem: str
) -> None:
    face = make()
    face.get()
    face.tokens.swap(account.with_private_key(pem))
    assert face.get().value == "token-1"
    wider = ServiceAccount(
        client_id=account.client_id,
        client_secret=account.client_secret,
        service_account_id=account.service_account_id,
        private_key=pem,
        scopes=("bot",),
    )
    face.tokens.swap(wider)
    assert face.get().value == "token-2"
    assert endpoint.requests[-1]["scope"] == "bot"


def test_a_swap_to_another_app_is_refused(make: Any, account: ServiceAccount, pem: str) -> None:
    other = ServiceAccount(
        client_id="another", client_secret="s", service_account_id="x@y", private_key=pem
    )
    face = make()
    with pytest.raises(InvalidValue):
        face.tokens.swap(other)
    assert face.tokens.account is account


def test_an_exchange_that_hangs_blocks_nobody_who_holds_a_usable_token(
    make: Any, endpoint: Any, clock: Any
) -> None:
    face = make()
    face.get()
    clock.advance(**LATE)
    endpoint.gate = threading.Event()
    if isinstance(face.tokens, Tokens):
        assert {token.value for token in face.gather(8, face.tokens.get)} == {"token-1"}
        assert endpoint.entered.acquire(timeout=20)
        endpoint.gate.set()
        eventually(lambda: face.get().value == "token-2")
    else:
        tokens = face.tokens

        async def scene() -> None:
            opened = asyncio.Event()

            async def hang(request: Any) -> Response:
                await opened.wait()
                endpoint.gate = None
                return endpoint.send(request)

            tokens._send = hang
            got = await asyncio.gather(*(tokens.get() for _ in range(8)))
            assert {token.value for token in got} == {"token-1"}
            opened.set()
            for _ in range(2000):
                if (await tokens.get()).value == "token-2":
                    break
                await asyncio.sleep(0.005)
            assert (await tokens.get()).value == "token-2"

        asyncio.run(scene())
    assert len(endpoint.requests) == 2


def test_two_clients_on_one_store_share_one_exchange(make: Any, endpoint: Any) -> None:
    store = MemoryTokenStore()
    first, second = make(store=store), make(store=store)
    assert first.get() == second.get()
    assert len(endpoint.requests) == 1
    # One of them has it replaced; the other finds the new one in the store.
    rejected = first.get()
    assert first.replace(rejected).value == "token-2"
    assert second.replace(rejected).value == "token-2"
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_many_clients_at_once_on_one_store_share_one_exchange(
    make: Any, endpoint: Any, tmp_path: Path, kind: str
) -> None:
    store = MemoryTokenStore() if kind == "memory" else FileTokenStore(tmp_path / "tokens.json")
    faces = iter([make(store=store) for _ in range(40)])
    lock = threading.Lock()

    def get() -> Any:
        with lock:
            face = next(faces)
        return face.tokens.get()

    got = make(store=store).gather(40, get)
    assert {token.value for token in got} == {"token-1"}
    assert len(endpoint.requests) == 1


class BrokenStore:
    """Fails wherever it can."""

    def get(self, key: str) -> AccessToken | None:
        raise ConnectionError("redis is down: secret-host")

    def set(self, key: str, token: AccessToken) -> None:
        raise ConnectionError("redis is down: secret-host")

    def delete(self, key: str) -> None:
        raise ConnectionError("redis is down: secret-host")

    def lock(self, key: str) -> AbstractContextManager[None]:
        raise ConnectionError("redis is down: secret-host")


class BrokenLock(MemoryTokenStore):
    """Gives out locks that cannot be let go."""

    @contextlib.contextmanager
    def lock(self, key: str) -> Iterator[None]:
        yield
        raise ConnectionError("redis is down: secret-host")


@pytest.mark.parametrize("store", [BrokenStore(), BrokenLock()])
def test_a_store_that_fails_is_gone_without(
    make: Any, store: Any, caplog: pytest.LogCaptureFixture
) -> None:
    face = make(store=store)
    assert face.get().value == "token-1"
    assert "ConnectionError" in caplog.text
    assert "secret-host" not in caplog.text
    face.revoke()


def test_a_fresh_process_refreshes_without_loading_its_key(
    make: Any, endpoint: Any, clock: Any
) -> None:
    endpoint.fields["refresh_token"] = "r-1"
    store = MemoryTokenStore()
    make(store=store).get()
    clock.advance(days=2)
    face = make(store=store)
    assert face.get().value == "token-2"
    assert endpoint.grants == ["jwt-bearer", "refresh_token"]
    assert not face.tokens._signer.loaded


def test_one_whose_key_is_loaded_signs_again(make: Any, endpoint: Any, clock: Any) -> None:
    endpoint.fields["refresh_token"] = "r-1"
    face = make()
    face.get()
    clock.advance(days=2)
    face.get()
    face.replace(face.get())
    assert endpoint.grants == ["jwt-bearer"] * 3
    face.tokens.drop_key()
    clock.advance(days=2)
    face.get()
    assert endpoint.grants[-1] == "refresh_token"


def test_revoking_ends_both_tokens_and_forgets_them(make: Any, endpoint: Any) -> None:
    endpoint.fields["refresh_token"] = "r-1"
    store = MemoryTokenStore()
    face = make(store=store)
    face.revoke()
    assert endpoint.requests == []
    face.get()
    face.revoke()
    assert [(form["token"], form["token_type_hint"]) for form in endpoint.requests[1:]] == [
        ("token-1", "access_token"),
        ("r-1", "refresh_token"),
    ]
    assert face.get().value == "token-4"


def test_a_refused_revocation_is_an_error_and_still_forgets(
    make: Any, endpoint: Any, refuse: Any
) -> None:
    face = make()
    face.get()
    endpoint.answers = [refuse(400, "invalid_token")]
    with pytest.raises(AuthError):
        face.revoke()
    assert face.get().value == "token-3"


def test_the_hook_is_told_of_every_new_token_and_of_no_secret(
    make: Any, endpoint: Any, clock: Any
) -> None:
    told: list[TokenDetails] = []
    store = MemoryTokenStore()
    face = make(store=store, on_token=told.append)
    face.replace(face.get())
    make(store=store, on_token=told.append).get()
    clock.advance(**TOO_LATE)
    face.get()
    assert [(str(one.reason), str(one.source)) for one in told] == [
        ("cold", "exchange"),
        ("rejected", "exchange"),
        ("cold", "store"),
        ("expired", "exchange"),
    ]
    assert told[0].scopes == ("bot.message", "bot.read", "user.read")
    assert told[0].client_id == "client-1"
    assert "token-" not in repr(told)


def test_the_hook_is_told_of_every_exchange_that_failed_and_of_no_secret(
    make: Any, endpoint: Any, clock: Any, refuse: Any
) -> None:
    told: list[TokenDetails] = []
    endpoint.answers += [refuse(401, "invalid_client", "the secret is s3cret")]
    face = make(on_token=told.append)
    for _ in range(2):
        # The second time the refusal is remembered, and nothing is asked.
        with pytest.raises(AuthError):
            face.get()
    clock.advance(minutes=2)
    face.get()
    assert [(str(one.reason), str(one.source), one.failure) for one in told] == [
        ("cold", "exchange", "AuthError"),
        ("cold", "exchange", None),
    ]
    assert (told[0].expires_at, told[0].scopes) == (None, ())
    assert "s3cret" not in repr(told)


def test_a_refresh_ahead_of_time_that_fails_is_told(make: Any, endpoint: Any, clock: Any) -> None:
    told: list[TokenDetails] = []
    face = make(on_token=told.append)
    face.get()
    clock.advance(**LATE)
    endpoint.answers += [TransportError("no route", cause="connect", may_have_acted=False)]
    assert face.get().value == "token-1"
    assert [(str(one.reason), one.failure) for one in told] == [
        ("cold", None),
        ("expiring", "TransportError"),
    ]


def test_a_hook_that_fails_on_a_failure_hides_no_error(
    make: Any, endpoint: Any, refuse: Any
) -> None:
    def hook(_: TokenDetails) -> None:
        raise RuntimeError("secret detail")

    endpoint.answers += [refuse(401, "invalid_client")]
    with pytest.raises(AuthError):
        make(on_token=hook).get()


def test_a_hook_that_fails_stops_nothing(make: Any, caplog: pytest.LogCaptureFixture) -> None:
    def hook(_: TokenDetails) -> None:
        raise RuntimeError("secret detail")

    assert make(on_token=hook).get().value == "token-1"
    assert "RuntimeError" in caplog.text
    assert "secret detail" not in caplog.text


def test_the_repr_names_the_app_only(make: Any) -> None:
    face = make()
    face.get()
    assert repr(face.tokens).endswith("Tokens(client_id='client-1')")


def test_one_object_serves_several_event_loops_one_after_another_and_at_once(
    account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any
) -> None:
    tokens = AsyncTokens(account, endpoints=endpoints, clock=clock, send=endpoint.send_async)
    endpoint.gate = threading.Event()
    with ThreadPoolExecutor(6) as pool:
        loops = [pool.submit(asyncio.run, tokens.get()) for _ in range(6)]
        assert endpoint.entered.acquire(timeout=20)
        endpoint.gate.set()
        assert {done.result(30).value for done in loops} == {"token-1"}
    assert asyncio.run(tokens.get()).value == "token-1"
    assert len(endpoint.requests) == 1


class Held:
    """A token endpoint for tasks that answers when it is let."""

    def __init__(self, endpoint: Any) -> None:
        self.endpoint = endpoint
        self.entered = asyncio.Event()
        self.open = asyncio.Event()
        self.asked = 0

    async def send(self, request: Any) -> Response:
        self.asked += 1
        self.entered.set()
        await self.open.wait()
        return self.endpoint.send(request)


def test_callers_with_short_deadlines_share_the_exchange_that_none_of_them_sees_end(
    account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any
) -> None:
    async def scene() -> None:
        held = Held(endpoint)
        tokens = AsyncTokens(account, endpoints=endpoints, clock=clock, send=held.send)
        for _ in range(15):
            caller = asyncio.create_task(tokens.get())
            await held.entered.wait()
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller
        held.open.set()
        assert (await tokens.get()).value == "token-1"
        assert held.asked == 1

    asyncio.run(scene())


def test_a_cancelled_caller_harms_nobody_else(
    account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any
) -> None:
    async def scene() -> None:
        held = Held(endpoint)
        tokens = AsyncTokens(account, endpoints=endpoints, clock=clock, send=held.send)
        callers = [asyncio.create_task(tokens.get()) for _ in range(9)]
        await held.entered.wait()
        callers[0].cancel()
        callers[5].cancel()
        held.open.set()
        got = await asyncio.gather(*callers, return_exceptions=True)
        cancelled = [number for number, one in enumerate(got) if isinstance(one, BaseException)]
        assert cancelled == [0, 5]
        assert held.asked == 1

    asyncio.run(scene())


def test_an_exchange_that_is_cancelled_by_closing_is_made_anew(
    account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any
) -> None:
    async def scene() -> None:
        held = Held(endpoint)
        tokens = AsyncTokens(account, endpoints=endpoints, clock=clock, send=held.send)
        caller = asyncio.create_task(tokens.get())
        await held.entered.wait()
        held.open.set()
        await tokens.aclose()
        assert (await caller).value == "token-1"

    asyncio.run(scene())


@pytest.mark.parametrize("late", ["fails", "lands"])
def test_a_call_after_a_swap_joins_no_exchange_of_the_old_key(
    account: ServiceAccount,
    endpoints: Endpoints,
    clock: Clock,
    endpoint: Any,
    refuse: Any,
    late: str,
) -> None:
    async def scene() -> None:
        old, new = Held(endpoint), Held(endpoint)
        senders = iter([old, new])

        async def send(request: Any) -> Response:
            return await next(senders).send(request)

        tokens = AsyncTokens(account, endpoints=endpoints, clock=clock, send=send)
        before = asyncio.create_task(tokens.get())
        await old.entered.wait()
        # Another secret will do: whatever is swapped in has another signer.
        tokens.swap(evolve(account, client_secret="another"))
        after = [asyncio.create_task(tokens.get()) for _ in range(5)]
        await new.entered.wait()
        new.open.set()
        assert {(await one).value for one in after} == {"token-1"}
        if late == "fails":
            endpoint.answers = [refuse(401, "invalid_client")]
            old.open.set()
            with pytest.raises(AuthError):
                await before
        else:
            old.open.set()
            assert (await before).value == "token-2"
        # Neither the failure nor the token of the old key counts from now on.
        assert (await tokens.get()).value == "token-1"
        assert not tokens.refused

    asyncio.run(scene())


def test_a_clock_set_back_by_hours_costs_one_exchange_for_a_killed_token(
    make: Any, endpoint: Any, clock: Any
) -> None:
    store = MemoryTokenStore()
    faces = [make(store=store) for _ in range(4)]
    killed = faces[0].get()
    assert {face.get().value for face in faces} == {killed.value}
    clock.advance(hours=-2)
    for face in faces:
        got = face.gather(10, lambda face=face: face.tokens.replace(killed))
        assert {token.value for token in got} == {"token-2"}
    assert len(endpoint.requests) == 2
    # Neither does the one that it replaced come back, whoever put it into the store again.
    second = faces[0].get()
    store.set(store_key(faces[0].tokens.account, ENDPOINTS), killed)
    assert faces[0].replace(second).value == "token-3"


class Broken:
    """A store of somebody's that fails, or gives out what it was never given."""

    def __init__(self, fault: Any) -> None:
        self.fault = fault

    def _do(self) -> Any:
        if isinstance(self.fault, Exception):
            raise self.fault
        return self.fault

    def get(self, key: str) -> Any:
        return self._do()

    def set(self, key: str, token: AccessToken) -> None:
        self._do()

    def delete(self, key: str) -> None:
        self._do()

    def lock(self, key: str) -> Any:
        self._do()
        return contextlib.nullcontext()


@pytest.mark.parametrize(
    "fault",
    [
        sqlite3.OperationalError("database is locked"),
        sqlite3.OperationalError("database or disk is full"),
        OSError(28, "No space left on device"),
        ConnectionError("redis is down"),
        TimeoutError("too long"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
        RuntimeError("\x1b[31m"),
        "a token",
        {"value": "t"},
        7,
        b"\xff",
        AccessToken(value="a\nb", expires_at=START, scopes=(), issued_at=START),
        AccessToken(value=7, expires_at=None, scopes=None, issued_at=None),  # type: ignore[arg-type]
    ],
    ids=repr,
)
def test_a_store_that_is_down_or_full_or_holds_garbage_is_gone_without(
    make: Any, endpoint: Any, fault: Any, caplog: pytest.LogCaptureFixture
) -> None:
    face = make(store=Broken(fault))
    assert [face.get().value for _ in range(3)] == ["token-1"] * 3
    assert face.replace(face.get()).value == "token-2"
    face.revoke()
    assert "going on without" in caplog.text
    assert "\x1b" not in caplog.text


def test_after_a_few_fresh_tokens_refused_in_a_row_no_more_are_asked_for(
    make: Any, endpoint: Any, clock: Any
) -> None:
    face = make()
    token = face.get()
    for number in range(2, 5):
        token = face.replace(token)
        # By each of those who were under way with it.
        face.tokens.note_refused(token)
        face.tokens.note_refused(token)
        assert face.tokens.refused is (number == 4)
    for call in (face.get, face.get, lambda: face.replace(token)):
        with pytest.raises(Unauthorized, match="several access tokens"):
            call()
    assert len(endpoint.requests) == 4
    clock.advance(seconds=61)
    assert face.get().value == "token-5"
    assert not face.tokens.refused


def test_a_token_that_was_taken_in_between_ends_the_row(make: Any, endpoint: Any) -> None:
    face = make()
    token = face.get()
    for _ in range(10):
        token = face.replace(token)
        face.tokens.note_refused(token)
        face.tokens.note_accepted()
    assert not face.tokens.refused
    assert face.get().value == "token-11"


def test_what_the_token_endpoint_asks_for_is_remembered_for_the_other_callers(
    make: Any, endpoint: Any, clock: Any
) -> None:
    face = make()
    endpoint.answers = [Response(status=429, headers={"retry-after": "40"})]
    left = []
    for _ in range(4):
        with pytest.raises(AuthError) as caught:
            face.get()
        assert caught.value.passing
        left.append(caught.value.retry_after)
        clock.advance(seconds=10)
    assert left == [timedelta(seconds=seconds) for seconds in (40, 30, 20, 10)]
    assert not face.tokens.refused
    assert len(endpoint.requests) == 1
    assert face.get().value == "token-2"


def test_one_caller_a_minute_looks_whether_a_longer_wait_still_holds(
    make: Any, endpoint: Any, clock: Any
) -> None:
    face = make()
    endpoint.answers = [Response(status=503, headers={"retry-after": "80000"})]
    for _ in range(3):
        with pytest.raises(AuthError):
            face.get()
    clock.advance(seconds=61)
    assert face.get().value == "token-2"


def test_two_hundred_cold_accounts_of_tasks_share_a_few_threads(
    account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any
) -> None:
    before = threading.active_count()
    most = 0

    async def send(request: Any) -> Response:
        nonlocal most
        await asyncio.sleep(0)
        most = max(most, threading.active_count())
        return endpoint.send(request)

    async def scene() -> None:
        many = [
            AsyncTokens(
                evolve(account, client_secret=f"secret-{number}"),
                endpoints=endpoints,
                clock=clock,
                send=send,
            )
            for number in range(200)
        ]
        got = await asyncio.gather(*(tokens.get() for tokens in many))
        assert len({token.value for token in got}) == 200

    asyncio.run(scene())
    assert most - before <= 5


def test_cold_accounts_on_a_store_that_blocks_have_a_bounded_number_of_threads(
    account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any, tmp_path: Path
) -> None:
    before = threading.active_count()
    most = 0
    store = FileTokenStore(tmp_path / "tokens.json")

    async def send(request: Any) -> Response:
        nonlocal most
        await asyncio.sleep(0)
        most = max(most, threading.active_count())
        return endpoint.send(request)

    async def scene() -> None:
        many = [
            AsyncTokens(
                evolve(account, client_secret=f"secret-{number % 30}"),
                endpoints=endpoints,
                store=store,
                clock=clock,
                send=send,
            )
            for number in range(60)
        ]
        callers = [asyncio.create_task(tokens.get()) for tokens in many]
        # Who gives up while waiting for a thread takes none away.
        for caller in callers[40:50]:
            caller.cancel()
        got = await asyncio.gather(*callers, return_exceptions=True)
        assert len([token for token in got if isinstance(token, AccessToken)]) == 50

    for _ in range(2):
        asyncio.run(scene())
    assert most - before <= 18
    assert len(endpoint.requests) == 30


def test_clients_in_one_event_loop_share_a_store_in_memory_without_blocking_it(
    account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any
) -> None:
    async def scene() -> None:
        held = Held(endpoint)
        store = MemoryTokenStore()
        many = [
            AsyncTokens(account, endpoints=endpoints, store=store, clock=clock, send=held.send)
            for _ in range(20)
        ]
        callers = [asyncio.create_task(tokens.get()) for tokens in many]
        await held.entered.wait()
        # One that waits for the lock gives up; the holder does not.
        callers[-1].cancel()
        held.open.set()
        got = await asyncio.gather(*callers, return_exceptions=True)
        assert {token.value for token in got if isinstance(token, AccessToken)} == {"token-1"}
        assert held.asked == 1

    asyncio.run(scene())


def test_threads_and_event_loops_share_a_store_in_memory(
    account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any
) -> None:
    store = MemoryTokenStore()
    options: dict[str, Any] = {"endpoints": endpoints, "clock": clock, "store": store}

    def in_a_thread(_: int) -> str:
        return Tokens(account, send=endpoint.send, **options).get().value

    def in_a_loop(_: int) -> str:
        tokens = AsyncTokens(account, send=endpoint.send_async, **options)

        async def get() -> str:
            return (await tokens.get()).value

        return asyncio.run(get())

    with ThreadPoolExecutor(16) as pool:
        got = [*pool.map(in_a_thread, range(8)), *pool.map(in_a_loop, range(8))]
    assert set(got) == {"token-1"}
    assert len(endpoint.requests) == 1


def test_forgetting_drops_the_token_and_the_loaded_key(
    make: Any, endpoint: Any, account: ServiceAccount, endpoints: Endpoints
) -> None:
    store = MemoryTokenStore()
    face = make(store=store)
    face.get()
    face.forget()
    assert store.get(store_key(account, endpoints)) is None
    assert not face.tokens._signer.loaded
    assert endpoint.grants == ["jwt-bearer"]
    assert face.get().value == "token-2"


def test_a_leading_thread_that_is_interrupted_leaves_the_exchange_to_another(
    account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any
) -> None:
    followers_wait = threading.Event()
    first = True

    def send(request: Any) -> Response:
        nonlocal first
        if first:
            first = False
            entered.set()
            followers_wait.wait(20)
            raise KeyboardInterrupt
        return endpoint.send(request)

    entered = threading.Event()
    tokens = Tokens(account, endpoints=endpoints, clock=clock, send=send)
    with ThreadPoolExecutor(4) as pool:
        leader = pool.submit(tokens.get)
        assert entered.wait(20)
        followers = [pool.submit(tokens.get) for _ in range(3)]
        done = threading.Event()
        done.wait(0.05)  # so that they do wait; they would succeed otherwise as well
        followers_wait.set()
        with pytest.raises(KeyboardInterrupt):
            leader.result(20)
        assert {follower.result(20).value for follower in followers} == {"token-1"}


def test_a_lock_is_let_go_by_a_task_that_was_cancelled_while_waiting_for_it(
    account: ServiceAccount, endpoints: Endpoints, clock: Clock, endpoint: Any
) -> None:
    store = MemoryTokenStore()

    async def scene() -> None:
        tokens = AsyncTokens(
            account, endpoints=endpoints, clock=clock, send=endpoint.send_async, store=store
        )
        with store.lock(store_key(account, endpoints)):
            waiting = asyncio.create_task(tokens.get())
            done, _ = await asyncio.wait({waiting}, timeout=0.1)
            assert not done
            waiting.cancel()
            await asyncio.wait({waiting})
        assert (await tokens.get()).value == "token-1"

    asyncio.run(scene())


def test_a_refresh_in_the_background_dies_with_its_loop_and_blocks_no_other(
    account: ServiceAccount, endpoints: Endpoints, clock: Any, endpoint: Any
) -> None:
    hanging = True

    async def send(request: Any) -> Response:
        if hanging:
            await asyncio.Event().wait()
        return endpoint.send(request)

    tokens = AsyncTokens(account, endpoints=endpoints, clock=clock, send=send)
    hanging = False
    asyncio.run(tokens.get())
    clock.advance(**LATE)
    hanging = True
    assert asyncio.run(tokens.get()).value == "token-1"
    hanging = False
    assert asyncio.run(tokens.get()).value == "token-2"


def test_closing_stops_the_refresh_in_the_background(
    account: ServiceAccount, endpoints: Endpoints, clock: Any, endpoint: Any
) -> None:
    async def scene() -> None:
        stopped = asyncio.Event()
        hanging = False

        async def send(request: Any) -> Response:
            if hanging:
                try:
                    await asyncio.Event().wait()
                finally:
                    stopped.set()
            return endpoint.send(request)

        tokens = AsyncTokens(account, endpoints=endpoints, clock=clock, send=send)
        await tokens.get()
        clock.advance(**LATE)
        hanging = True
        await tokens.get()
        await tokens.aclose()
        assert stopped.is_set()
        await tokens.aclose()

    asyncio.run(scene())
    tokens = Tokens(account, endpoints=endpoints, clock=clock, send=endpoint.send)
    tokens.close()
    tokens.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("warm", [False, True])
def test_a_forked_child_is_not_stuck_on_what_its_parent_was_doing(
    *,
    account: ServiceAccount,
    endpoints: Endpoints,
    clock: Any,
    endpoint: Any,
    warm: bool,
    tmp_path: Path,
) -> None:
    tokens = Tokens(
        account,
        endpoints=endpoints,
        clock=clock,
        send=endpoint.send,
        store=FileTokenStore(tmp_path / "tokens.json") if warm else MemoryTokenStore(),
    )
    if warm:
        tokens.get()
        endpoint.entered.acquire(timeout=20)
        clock.advance(**LATE)
    # The parent's exchange is under way, and its thread does not exist in the child.
    endpoint.gate = threading.Event()
    busy = threading.Thread(target=tokens.get)
    busy.start()
    assert endpoint.entered.acquire(timeout=20)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        with contextlib.suppress(BaseException):
            endpoint.gate = None
            # Warm, the parent holds the file's lock meanwhile; what is in hand must still do.
            os.write(writing, tokens.get().value.encode())
            status = 0
        os._exit(status)
    os.close(writing)
    try:
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert os.read(reading, 99).decode() == ("token-1" if warm else "token-2")
    finally:
        os.close(reading)
        endpoint.gate.set()
        busy.join(30)
