"""Runs every Python block of the README and the docs against a running simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.integration.pytest import SybilItem
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

# How long an example takes says something of the machine only, and CI shares its machine. The same
# examples each time: a failure belongs to the change that brought it. `nox -s explore` draws others.
settings.register_profile(
    "same",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("same"), derandomize=False)
settings.load_profile("same")


@pytest.fixture(scope="session")
def _simulator_environment() -> Iterator[dict[str, str]]:
    from naverworks_notify.testing import Simulator

    simulator = Simulator(users=["doyoon@example.com", "seoyeon@example.com"])
    with simulator.serve(port=0) as url:
        yield {
            "NAVERWORKS_API_URL": f"{url}/v1.0",
            "NAVERWORKS_AUTH_URL": f"{url}/oauth2/v2.0",
            "NAVERWORKS_CLIENT_ID": simulator.account.client_id,
            "NAVERWORKS_CLIENT_SECRET": simulator.client_secret,
            "NAVERWORKS_SERVICE_ACCOUNT_ID": simulator.account.service_account_id,
            "NAVERWORKS_PRIVATE_KEY": simulator.private_key,
            "NAVERWORKS_SCOPES": " ".join(simulator.account.scopes),
            "NAVERWORKS_BOT_ID": str(simulator.bot_id),
        }


@pytest.fixture
def docs_service(
    _simulator_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Point NAVERWORKS_* at a simulator, and the working directory at an empty folder."""
    for name, value in _simulator_environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path_factory.mktemp("docs"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the blocks of a page in reading order: they share one namespace, and are shuffled."""
    places = [i for i, item in enumerate(items) if isinstance(item, SybilItem)]
    blocks = [items[i] for i in places]
    blocks.sort(key=lambda block: (str(block.path), block.location[1] or 0))
    for place, block in zip(places, blocks, strict=True):
        items[place] = block


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["README.md", "docs/*/*.md", "docs/*/*/*.md"],
    fixtures=["docs_service"],
).pytest()
