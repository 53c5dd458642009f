"""What changes in the caller's database is noticed: rotated keys, and customers who left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import naverworks_notify as nw
from naverworks_notify.tenants import AsyncTenants, Tenant, Tenants
from naverworks_notify.testing import ManualClock, Simulator

TEXT = nw.messages.Text("hi")
USER = "a@example.com"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def simulator(clock: ManualClock) -> Simulator:
    return Simulator(clock=clock, users=[USER])


class Database:
    """The caller's table of customers."""

    def __init__(self, rows: dict[str, Tenant]) -> None:
        self.rows = rows
        self.asked = 0
        self.down = False

    def __call__(self, key: Any) -> Tenant | None:
        self.asked += 1
        if self.down:
            raise ConnectionError("the database is down")
        return self.rows.get(key)


@pytest.fixture
def database(simulator: Simulator) -> Database:
    return Database({"acme": Tenant(account=simulator.account, bot_id=simulator.bot_id)})


class Face:
    """Tenants of either world."""

    def __init__(self, tenants: Any, send: Callable[[Any], None]) -> None:
        self.tenants = tenants
        self.send = send


@pytest.fixture(params=["sync", "async"])
def make(request: pytest.FixtureRequest, simulator: Simulator, clock: ManualClock) -> Any:
    made: list[Any] = []

    def build(**options: Any) -> Face:
        options = {
            "endpoints": simulator.endpoints,
            "transport": simulator.transport(),
            "clock": clock,
            "limiter": nw.Unlimited,
            **options,
        }
        if request.param == "sync":
            tenants = Tenants(**options)
            made.append(tenants.close)

            def send(key: Any) -> None:
                tenants.get(key).messages.send_to_user(USER, TEXT)

            return Face(tenants, send)
        several = AsyncTenants(**options)
        made.append(lambda: asyncio.run(several.aclose()))

        async def once(key: Any) -> None:
            await several.get(key).messages.send_to_user(USER, TEXT)

        return Face(several, lambda key: asyncio.run(once(key)))

    yield build
    for close in made:
        close()


def rotated(simulator: Simulator) -> Tenant:
    simulator.rotate_key()
    simulator.kill_tokens()
    return Tenant(account=simulator.account, bot_id=simulator.bot_id)


def test_a_key_replaced_in_the_database_is_found_at_the_next_call(
    make: Any, simulator: Simulator, database: Database
) -> None:
    face = make(lookup=database)
    face.send("acme")
    renewed = rotated(simulator)
    database.rows["acme"] = renewed
    with pytest.raises(nw.PrivateKeyRejected):
        face.send("acme")
    face.send("acme")
    assert database.asked == 2
    assert len(simulator.sent) == 2


@pytest.mark.parametrize("wrong", ["client_secret", "service_account_id", "client_id"])
def test_so_is_a_secret_or_an_account(
    make: Any, simulator: Simulator, database: Database, wrong: str
) -> None:
    good = database.rows["acme"]
    fields = {
        "client_id": good.account.client_id,
        "client_secret": good.account.client_secret,
        "service_account_id": good.account.service_account_id,
        "private_key": good.account.private_key,
        "scopes": good.account.scopes,
    }
    account = nw.ServiceAccount(**{**fields, wrong: "old.serviceaccount@example.com"})
    database.rows["acme"] = Tenant(account=account, bot_id=good.bot_id)
    face = make(lookup=database)
    with pytest.raises(nw.AuthError):
        face.send("acme")
    database.rows["acme"] = good
    face.send("acme")
    assert database.asked == 2


def test_a_key_that_stays_wrong_is_looked_up_after_growing_pauses(
    make: Any, simulator: Simulator, database: Database, clock: ManualClock
) -> None:
    face = make(lookup=database, refresh_after=None)
    face.send("acme")
    renewed = rotated(simulator)
    refused = 0
    for _ in range(180):
        for _ in range(4):
            with pytest.raises(nw.PrivateKeyRejected):
                face.send("acme")
            refused += 1
            clock.advance(timedelta(seconds=15))
    # Three hours: often at first, then every five minutes.
    assert 36 <= database.asked <= 60
    # A refusal is remembered for a minute, whoever asks.
    assert simulator.tokens.refused <= 182
    database.rows["acme"] = renewed
    clock.advance(timedelta(minutes=5))
    face.send("acme")


def test_a_tenant_that_flaps_between_two_wrong_keys_is_paused_as_well(
    make: Any, simulator: Simulator, database: Database
) -> None:
    good = database.rows["acme"]
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    wrong = [
        good,
        Tenant(account=good.account.with_private_key(other.decode()), bot_id=good.bot_id),
    ]
    rotated(simulator)
    face = make(lookup=database)
    for number in range(20):
        database.rows["acme"] = wrong[number % 2]
        with pytest.raises(nw.PrivateKeyRejected):
            face.send("acme")
    assert database.asked == 2


def test_who_left_is_served_until_the_next_look_and_no_longer(
    make: Any, simulator: Simulator, database: Database, clock: ManualClock
) -> None:
    face = make(lookup=database, refresh_after=timedelta(minutes=5))
    face.send("acme")
    del database.rows["acme"]
    clock.advance(timedelta(minutes=4))
    face.send("acme")
    clock.advance(timedelta(minutes=1))
    for _ in range(2):
        with pytest.raises(KeyError):
            face.send("acme")
    assert len(simulator.sent) == 2


def test_by_default_a_tenant_is_taken_for_granted_for_a_quarter_of_an_hour(
    make: Any, database: Database, clock: ManualClock
) -> None:
    face = make(lookup=database)
    for _ in range(4):
        face.send("acme")
        clock.advance(timedelta(minutes=5))
    assert database.asked == 2
    # Nothing changed, so the client is the same.
    assert face.tenants.get("acme") is face.tenants.get("acme")


def test_a_changed_bot_is_noticed_and_the_token_kept(
    make: Any, simulator: Simulator, database: Database, clock: ManualClock
) -> None:
    face = make(lookup=database)
    face.send("acme")
    first = face.tenants.get("acme")
    database.rows["acme"] = Tenant(account=simulator.account, bot_id=7)
    clock.advance(timedelta(minutes=15))
    assert face.tenants.get("acme") is not first
    assert face.tenants.get("acme").bot_id == 7
    database.rows["acme"] = Tenant(account=simulator.account, bot_id=simulator.bot_id)
    clock.advance(timedelta(minutes=15))
    face.send("acme")
    assert simulator.tokens.issued == 1


def test_a_database_that_is_down_changes_nothing_for_who_is_known(
    make: Any, simulator: Simulator, database: Database, clock: ManualClock, caplog: Any
) -> None:
    face = make(lookup=database)
    face.send("acme")
    database.down = True
    clock.advance(timedelta(minutes=20))
    face.send("acme")
    face.send("acme")
    assert "could not be looked up again (ConnectionError)" in caplog.text
    assert database.asked == 2
    # It is asked again soon, not only after another quarter of an hour.
    clock.advance(timedelta(seconds=2))
    face.send("acme")
    assert database.asked == 3
    # Who was never found cannot be served.
    with pytest.raises(ConnectionError):
        face.send("other")
    assert len(simulator.sent) == 4


def test_one_caller_looks_and_the_others_go_on(
    simulator: Simulator, database: Database, clock: ManualClock
) -> None:
    looking, found = threading.Event(), threading.Event()

    def slow(key: Any) -> Tenant | None:
        if database.asked:
            looking.set()
            assert found.wait(30)
        return database(key)

    with Tenants(
        endpoints=simulator.endpoints, transport=simulator.transport(), clock=clock, lookup=slow
    ) as tenants:
        before = tenants.get("acme")
        clock.advance(timedelta(minutes=20))
        thread = threading.Thread(target=tenants.get, args=("acme",))
        thread.start()
        assert looking.wait(30)
        assert tenants.get("acme") is before
        found.set()
        thread.join()
        assert database.asked == 2


def test_registering_the_same_again_changes_nothing_and_forgetting_counts_at_once(
    make: Any, simulator: Simulator, database: Database
) -> None:
    tenant = database.rows["acme"]
    face = make()
    face.tenants.register("acme", tenant)
    face.send("acme")
    before = face.tenants.get("acme")
    face.tenants.register("acme", Tenant(account=tenant.account, bot_id=tenant.bot_id))
    assert face.tenants.get("acme") is before
    face.tenants.forget("acme")
    with pytest.raises(KeyError):
        face.tenants.get("acme")
    assert simulator.tokens.issued == 1
    # Its token went with it.
    face.tenants.register("acme", tenant)
    face.send("acme")
    assert simulator.tokens.issued == 2


def test_two_tenants_in_turn_over_one_place_exchange_once_each(
    make: Any, simulator: Simulator
) -> None:
    other = simulator.add_tenant(users=[USER])
    face = make(most=1)
    face.tenants.register("one", Tenant(account=simulator.account, bot_id=simulator.bot_id))
    face.tenants.register("two", Tenant(account=other.account, bot_id=other.bot_id))
    for _ in range(10):
        face.send("one")
        face.send("two")
    assert simulator.tokens.issued == 2
    # Forgetting one whose client is not there takes its token all the same.
    face.tenants.forget("one")
    face.tenants.register("one", Tenant(account=simulator.account, bot_id=simulator.bot_id))
    face.send("one")
    assert simulator.tokens.issued == 3


def test_a_token_in_a_store_of_the_callers_goes_too(
    make: Any, simulator: Simulator, database: Database, tmp_path: Any
) -> None:
    store = nw.FileTokenStore(tmp_path / "tokens.json")
    face = make(lookup=database, token_store=store)
    face.send("acme")
    name = face.tenants.get("acme").tokens.stored_as
    assert store.get(name) is not None
    face.tenants.forget("acme")
    for thread in threading.enumerate():
        if thread.name == "naverworks-token":
            thread.join(30)
    assert store.get(name) is None


@pytest.mark.parametrize("value", [timedelta(), timedelta(seconds=-1), 60, "never"])
@pytest.mark.parametrize("kind", [Tenants, AsyncTenants])
def test_a_wrong_length_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(nw.InvalidValue, match="refresh_after"):
        kind(refresh_after=value)
