"""Many organisations over one pool: apart from each other, cheap when idle."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import weakref
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import naverworks_notify as nw
from naverworks_notify.tenants import AsyncTenants, Tenant, Tenants
from naverworks_notify.testing import ManualClock, Simulator

TEXT = nw.messages.Text("hi")


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def simulator(clock):
    return Simulator(clock=clock, users=["a@example.com"], per_minute=5)


def tenant_of(handle):
    return Tenant(account=handle.account, bot_id=handle.bot_id)


def make(simulator, clock, **options):
    options.setdefault("limiter", lambda: nw.RateBudget(per_minute=5))
    return Tenants(
        endpoints=simulator.endpoints, transport=simulator.transport(), clock=clock, **options
    )


def test_each_tenant_has_its_own_token_and_budget(simulator, clock):
    other = simulator.add_tenant(users=["b@example.com"])
    with make(simulator, clock) as tenants:
        tenants.register("one", tenant_of(simulator))
        tenants.register("two", tenant_of(other))
        for _ in range(5):
            tenants.get("one").messages.send_to_user("a@example.com", TEXT)
        tenants.get("two").messages.send_to_user("b@example.com", TEXT)
        assert clock.slept == []
        assert tenants.get("one").limiter is not tenants.get("two").limiter
        assert {message.domain_id for message in simulator.sent} == {
            simulator.domain_id,
            other.domain_id,
        }


def test_one_at_its_limit_slows_no_other():
    simulator = Simulator(per_minute=1, users=["a@example.com"])
    other = simulator.add_tenant(users=["b@example.com"])

    async def main():
        async with AsyncTenants(
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            limiter=lambda: nw.RateBudget(per_minute=1, window=timedelta(seconds=30)),
        ) as tenants:
            tenants.register("busy", tenant_of(simulator))
            tenants.register("calm", tenant_of(other))
            busy, calm = tenants.get("busy"), tenants.get("calm")
            await busy.messages.send_to_user("a@example.com", TEXT)
            waiting = [
                asyncio.create_task(busy.messages.send_to_user("a@example.com", TEXT))
                for _ in range(2)
            ]
            await asyncio.sleep(0.05)
            await calm.messages.send_to_user("b@example.com", TEXT)
            assert not any(task.done() for task in waiting)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(main())
    assert [message.user_id for message in simulator.sent] == [
        simulator.user("a@example.com").user_id,
        other.user("b@example.com").user_id,
    ]


def test_a_dead_key_is_one_tenants_trouble(simulator, clock):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    unknown = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    broken = Tenant(
        account=nw.ServiceAccount(
            client_id=simulator.account.client_id,
            client_secret=simulator.account.client_secret,
            service_account_id=simulator.account.service_account_id,
            private_key=unknown,
        ),
        bot_id=simulator.bot_id,
    )
    other = simulator.add_tenant(users=["b@example.com"])
    with make(simulator, clock) as tenants:
        tenants.register("broken", broken)
        tenants.register("fine", tenant_of(other))
        with pytest.raises(nw.PrivateKeyRejected):
            tenants.get("broken").messages.send_to_user("a@example.com", TEXT)
        tenants.get("fine").messages.send_to_user("b@example.com", TEXT)


def test_an_idle_client_is_let_go_with_its_key_and_stays_usable_for_who_holds_it(simulator, clock):
    with make(simulator, clock, idle_after=timedelta(minutes=5)) as tenants:
        tenants.register("one", tenant_of(simulator))
        works = tenants.get("one")
        works.messages.send_to_user("a@example.com", TEXT)
        clock.advance(timedelta(minutes=4))
        assert tenants.get("one") is works
        assert works.tokens._signer.loaded
        clock.advance(timedelta(minutes=5))
        assert tenants.sweep() == 0
        assert not works.tokens._signer.loaded
        works.messages.send_to_user("a@example.com", TEXT)
        gone = weakref.ref(works)
        del works
        gc.collect()
        assert gone() is None
        tenants.get("one").messages.send_to_user("a@example.com", TEXT)
    assert len(simulator.sent) == 3


def test_get_sweeps_as_it_goes_and_keeps_the_most_recent(simulator, clock):
    with make(simulator, clock, most=2) as tenants:
        for key in "abc":
            tenants.register(key, tenant_of(simulator))
        first = tenants.get("a")
        tenants.get("b")
        assert tenants.get("a") is first
        tenants.get("c")
        assert tenants.sweep() == 2
        assert tenants.get("a") is first


def test_a_tenant_may_be_looked_up_when_it_is_needed(simulator, clock):
    asked = []

    def lookup(key):
        asked.append(key)
        return tenant_of(simulator) if key == "known" else None

    with make(simulator, clock, lookup=lookup) as tenants:
        assert tenants.get("known") is tenants.get("known")
        with pytest.raises(KeyError):
            tenants.get("unknown")
    assert asked == ["known", "unknown"]


def test_registering_again_takes_the_new_account(simulator, clock):
    other = simulator.add_tenant()
    with make(simulator, clock) as tenants:
        tenants.register("one", tenant_of(simulator))
        before = tenants.get("one")
        tenants.register("one", tenant_of(other))
        assert tenants.get("one") is not before
        assert tenants.get("one").bot_id == other.bot_id
        tenants.forget("one")
        assert "one" not in tenants
        assert len(tenants) == 0


def test_threads_that_meet_on_a_cold_tenant_share_one_client(simulator, clock):
    with make(simulator, clock) as tenants:
        tenants.register("one", tenant_of(simulator))
        barrier = threading.Barrier(8)
        got = []

        def ask():
            barrier.wait()
            got.append(tenants.get("one"))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({id(works) for works in got}) == 1


@pytest.mark.parametrize("known", ["registered", "looked up"])
def test_a_tenant_replaced_while_its_client_is_made_is_not_kept(simulator, clock, known):
    other = simulator.add_tenant()
    at_hand = [tenant_of(simulator), tenant_of(other)]

    def budget():
        # The client is being made, on this thread; another one replaces the tenant meanwhile.
        if len(at_hand) == 2:
            del at_hand[0]
            if known == "registered":
                tenants.register("one", at_hand[0])
            else:
                tenants.forget("one")
        return nw.RateBudget()

    lookup = None if known == "registered" else lambda _: at_hand[0]
    with make(simulator, clock, limiter=budget, lookup=lookup) as tenants:
        if known == "registered":
            tenants.register("one", at_hand[0])
        assert tenants.get("one").bot_id == other.bot_id
        assert tenants.get("one").bot_id == other.bot_id


def test_a_tenant_forgotten_while_its_client_is_made_is_unknown(simulator, clock):
    def budget():
        tenants.forget("one")
        return nw.RateBudget()

    with make(simulator, clock, limiter=budget) as tenants:
        tenants.register("one", tenant_of(simulator))
        with pytest.raises(KeyError):
            tenants.get("one")


def test_closing_a_tenants_client_leaves_the_connections_open(simulator, clock):
    other = simulator.add_tenant(users=["b@example.com"])
    with make(simulator, clock) as tenants:
        tenants.register("one", tenant_of(simulator))
        tenants.register("two", tenant_of(other))
        with tenants.get("one") as works:
            works.messages.send_to_user("a@example.com", TEXT)
        tenants.get("two").messages.send_to_user("b@example.com", TEXT)


MEMORY = """
import resource, sys
import naverworks_notify as nw
from naverworks_notify.tenants import Tenant, Tenants
import httpx, jwt, tenacity, cryptography.hazmat.primitives.serialization
from naverworks_notify.client import _http

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

head, *lines, tail = sys.stdin.read().split("\\n")[:-1]
before = resident()
with Tenants() as tenants:
    for i in range(10_000):
        # The key's own text differs for each tenant, as in life.
        middle = "\\n".join(lines[1:])
        pem = f"{head}\\n{lines[0][:56]}{i:08d}\\n{middle}\\n{tail}\\n"
        tenants.register(i, Tenant(account=nw.ServiceAccount(
            client_id=f"app-{i}", client_secret=f"secret-{i}",
            service_account_id=f"s{i}.serviceaccount@example.com", private_key=pem,
        ), bot_id=2_000_000 + i))
    print((resident() - before) / 2**20)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_ten_thousand_registered_tenants_take_at_most_forty_megabytes():
    pem = Simulator().private_key
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], input=pem, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) <= 40


@pytest.mark.parametrize("kind", [Tenants, AsyncTenants])
def test_a_wrong_option_is_refused_before_the_first_tenant(kind):
    with pytest.raises(nw.InvalidValue) as caught:
        kind(
            endpoints="https://api.example.com",
            clock=5,
            timeout="10",
            lookup={},
            limiter=nw.RateBudget(),
            idle_after=60,
            most=0,
        )
    told = [violation.path for violation in caught.value.violations]
    assert told == ["endpoints", "clock", "timeout", "lookup", "limiter", "idle_after", "most"]
    with pytest.raises(nw.InvalidValue, match="idle_after: must be a positive timedelta"):
        kind(idle_after=timedelta())
