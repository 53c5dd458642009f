"""What many organisations cost: registered and unused, and a warm one."""

from __future__ import annotations

import subprocess
import sys
import time

from _figures import Figure, at_most

from naverworks_notify.tenants import Tenant, Tenants
from naverworks_notify.testing import Simulator

TENANTS = 10_000
PROGRAM = """
import resource, sys
import naverworks_notify as nw
from naverworks_notify.tenants import Tenant, Tenants
import httpx, jwt, tenacity, cryptography.hazmat.primitives.serialization
from naverworks_notify.client import _http

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

head, first, *rest, tail = sys.stdin.read().strip().split("\\n")
before = resident()
with Tenants() as tenants:
    for i in range(10_000):
        lines = "\\n".join([head, f"{first[:56]}{i:08d}", *rest, tail])
        tenants.register(i, Tenant(bot_id=2_000_000 + i, account=nw.ServiceAccount(
            client_id=f"app-{i}", client_secret=f"secret-{i}",
            service_account_id=f"s{i}.serviceaccount@example.com", private_key=lines + "\\n",
        )))
    print((resident() - before) / 2**20)
"""


def measure() -> list[Figure]:
    """Return megabytes of unused tenants, and microseconds of getting a warm one."""
    simulator = Simulator()
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PROGRAM],
        input=simulator.private_key,
        capture_output=True,
        text=True,
        check=True,
    )
    with Tenants(most=TENANTS) as tenants:
        for i in range(1000):
            tenants.register(i, Tenant(account=simulator.account, bot_id=1 + i))
            tenants.get(i)
        best = 1.0
        for _ in range(50):
            started = time.perf_counter()
            for i in range(1000):
                tenants.get(i)
            best = min(best, (time.perf_counter() - started) / 1000)
    group = "Tenants"
    return [
        at_most(group, "10 000 registered and unused", float(done.stdout), "MB", 40),
        at_most(group, "getting a warm one", best * 1e6, "µs", 20),
    ]
