"""Runs every Python block of the README and the docs against a running simulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

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


class _Services:
    """A running simulator for each page: clients of one service share a budget, pages do not."""

    def __init__(self) -> None:
        self._page: Path | None = None
        self._running = ExitStack()
        self._environment: dict[str, str] = {}

    def environment(self, page: Path) -> dict[str, str]:
        if page != self._page:
            self.stop()
            self._environment = self._running.enter_context(_serving())
            self._page = page
        return self._environment

    def stop(self) -> None:
        self._running.close()


@contextmanager
def _serving() -> Iterator[dict[str, str]]:
    from naverworks_notify.testing import Simulator

    simulator = Simulator(users=["doyoon@example.com", "seoyeon@example.com"])
    with simulator.serve(port=0):
        yield simulator.environment()


@pytest.fixture(scope="session")
def _services() -> Iterator[_Services]:
    services = _Services()
    yield services
    services.stop()


@pytest.fixture
def docs_service(
    request: pytest.FixtureRequest,
    _services: _Services,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Point NAVERWORKS_* at a simulator, and the working directory at an empty folder."""
    for name, value in _services.environment(request.node.path).items():
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
