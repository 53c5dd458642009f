"""The command line in the process, and a simulator for it to talk to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from naverworks_notify.cli import main
from naverworks_notify.testing import Simulator


@frozen
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON lines of stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(autouse=True)
def _no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no variable of the machine decide a test."""
    for name in (
        "API_URL",
        "AUTH_URL",
        "BOT_ID",
        "CLIENT_ID",
        "CLIENT_SECRET",
        "DOMAIN_ID",
        "PRIVATE_KEY",
        "PRIVATE_KEY_FILE",
        "SCOPES",
        "SERVICE_ACCOUNT_ID",
    ):
        monkeypatch.delenv(f"NAVERWORKS_{name}", raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Return a function that runs a command; no traceback is ever shown."""

    def run(*arguments: object) -> Ended:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ended(code, out, err)

    return run


@pytest.fixture(scope="session")
def _served() -> Iterator[Simulator]:
    simulator = Simulator(users=["doyoon@example.com", "seoyeon@example.com"])
    with simulator.serve():
        yield simulator


@pytest.fixture
def simulator(_served: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Return a simulator on a port, with the environment pointing at it."""
    for name, value in _served.environment().items():
        monkeypatch.setenv(name, value)
    _served.sent.clear()
    yield _served
    _served.faults.clear()


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """Return a function that writes people and alerts to files."""

    def write(people: Any, alerts: list[Any]) -> tuple[Path, Path]:
        people_file, alerts_file = tmp_path / "people.json", tmp_path / "alerts.jsonl"
        people_file.write_text(
            people if isinstance(people, str) else json.dumps(people, ensure_ascii=False),
            encoding="utf-8",
        )
        alerts_file.write_text(
            "".join(
                (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n"
                for line in alerts
            ),
            encoding="utf-8",
        )
        return people_file, alerts_file

    return write


@pytest.fixture
def person() -> Callable[..., dict[str, Any]]:
    """Return a builder of people in JSON."""

    def build(person_id: str = "u-2", **extra: Any) -> dict[str, Any]:
        return {
            "id": person_id,
            "name": "이도윤",
            "email": "doyoon@example.com",
            "org_role": "interviewer",
            **extra,
        }

    return build


@pytest.fixture
def alert() -> Callable[..., dict[str, Any]]:
    """Return a builder of confirmed interviews in JSON."""

    def build(event_id: str = "ev-1", **extra: Any) -> dict[str, Any]:
        return {
            "type": "interview.confirmed",
            "event_id": event_id,
            "occurred_at": "2026-03-02T10:00:00+09:00",
            "posting": {"id": "p-1", "title": "백엔드 엔지니어"},
            "candidate": {"id": "c-1", "name": "김하늘"},
            "interview": {
                "id": "iv-1",
                "slot": {
                    "start_at": "2026-03-04T14:00:00+09:00",
                    "end_at": "2026-03-04T15:00:00+09:00",
                },
            },
            "assignee_ids": ["u-2"],
            **extra,
        }

    return build
