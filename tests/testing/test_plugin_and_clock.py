"""The pytest plugin stays light, the public names resolve, and the clock only moves by hand."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import naverworks_notify.testing as public
from naverworks_notify.testing import ManualClock, Simulator

LIGHT = """
import sys
import naverworks_notify.testing.pytest_plugin
import naverworks_notify.testing
heavy = {"httpx", "starlette", "uvicorn", "jinja2", "jwt", "cryptography", "hypothesis"}
print(sorted(heavy & set(sys.modules)))
"""


def test_loading_the_plugin_loads_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_making_a_simulator_makes_no_key_and_loads_no_server():
    code = (
        "import sys; from naverworks_notify.testing import Simulator; s = Simulator();"
        "print(sorted({'cryptography', 'jwt', 'starlette', 'uvicorn', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PLUGIN = "naverworks_notify.testing.pytest_plugin"
USERS_TEST = """
import pytest

@pytest.mark.parametrize("_", range(2))
def test_mine(naverworks_simulator, _):
    assert naverworks_simulator.sent == []
    naverworks_simulator.sent.append("seen")
    assert len(naverworks_simulator.users) == 6
"""


def test_users_get_a_fresh_simulator_as_a_fixture(tmp_path):
    (tmp_path / "test_users.py").write_text(USERS_TEST, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", PLUGIN, "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout


def test_the_package_declares_the_plugin():
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"naverworks-notify": PLUGIN}


def test_every_public_name_resolves():
    assert [name for name in public.__all__ if not hasattr(public, name)] == []
    assert sorted(public.__all__) == public.__all__
    assert dir(public) == public.__all__
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = public.nothing_here


def test_the_clock_moves_by_hand_and_by_sleeping():
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    clock.advance(90)
    clock.advance(timedelta(minutes=1))
    clock.sleep(30)
    asyncio.run(clock.sleep_async(0.5))
    assert clock.now() == datetime(2026, 1, 1, 0, 3, 0, 500_000, tzinfo=UTC)
    assert clock.monotonic() == 180.5
    assert clock.slept == [30, 0.5]


def test_the_clock_refuses_what_makes_no_sense():
    with pytest.raises(ValueError, match="does not go back"):
        ManualClock().advance(-1)
    with pytest.raises(ValueError, match="aware"):
        ManualClock(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_the_environment_points_at_where_it_listens():
    simulator = Simulator()
    inside = simulator.environment()
    assert simulator.endpoints.api == inside["NAVERWORKS_API_URL"]
    with simulator.serve() as url:
        assert simulator.environment()["NAVERWORKS_API_URL"] == f"{url}/v1.0"
        assert simulator.endpoints.auth == f"{url}/oauth2/v2.0"
    assert simulator.environment() == inside


def test_a_taken_port_is_an_error_at_once():
    simulator = Simulator()
    with simulator.serve() as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(OSError, match=r"[Aa]ddress"), Simulator().serve(port=port):
            pytest.fail("two simulators listen on one port")


def test_tenants_are_worlds_apart():
    simulator = Simulator(users=["a@example.com"])
    other = simulator.add_tenant(users=["a@example.com"])
    assert other.domain_id != simulator.domain_id
    assert other.bot_id != simulator.bot_id
    assert other.account.client_id != simulator.account.client_id
    with pytest.raises(ValueError, match="already"):
        simulator.add_tenant(domain_id=other.domain_id)


def test_every_transport_of_a_simulator_reaches_one_world():
    simulator, other = Simulator(), Simulator()
    worlds = {id(simulator.transport().shared_world) for _ in range(3)}
    assert worlds == {id(simulator.service)}
    assert other.transport().shared_world is not simulator.transport().shared_world
