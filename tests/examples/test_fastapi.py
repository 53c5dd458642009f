"""The policy behind FastAPI, with everything injected."""

from __future__ import annotations

import asyncio

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify import policy
from naverworks_notify.testing import (
    Simulator,
    check_async_people_source,
    check_async_preference_store,
)

PEOPLE = [
    policy.Person(id="u-1", name="이도윤", email="doyoon@example.com"),
    policy.Person(
        id="u-2", name="박서준", email="seojun@example.com", posting_roles={"p-1": "job_manager"}
    ),
    policy.Person(
        id="u-3", name="최지우", email="jiwoo@example.com", team_roles={"t-1": "team_member"}
    ),
    policy.Person(
        id="u-4", name="정가람", email="garam@example.com", posting_roles={"p-2": "job_admin"}
    ),
]


@pytest.fixture
def simulator():
    return Simulator(users=[person.email for person in PEOPLE])


@pytest.fixture
def ask(load, simulator):
    """Return a function that runs requests, one after the other, against one application."""
    example = load("fastapi_app", needs="fastapi")

    def call(*requests, rules=None):
        async def main():
            async with nw.AsyncClient(
                simulator.account,
                bot_id=simulator.bot_id,
                endpoints=simulator.endpoints,
                transport=simulator.transport(),
            ) as works:
                app = example.create_app(
                    people=example.MemoryPeople(PEOPLE),
                    notifier=nw.AsyncNotifier(works, policy=rules),
                    rules=rules,
                )
                transport = httpx.ASGITransport(app)
                async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
                    return [
                        await http.request(method, path, json=body, headers={"x-user-id": "u-1"})
                        for method, path, body in requests
                    ]

        return asyncio.run(main())

    return call


def test_an_alert_reaches_its_people(ask, simulator, mentioned):
    (answer,) = ask(("POST", "/alerts", mentioned))
    assert answer.status_code == 200
    assert answer.json() == {
        "results": {"u-1": "sent", "u-2": "sent", "u-3": "suppressed"},
        "missing": [],
    }
    assert len(simulator.sent) == 2


def test_a_preview_sends_nothing_and_says_why(ask, simulator, mentioned):
    (answer,) = ask(("POST", "/alerts/preview", mentioned))
    assert answer.json()["u-3"] == (
        "Not sent: a member of a posting gets no alerts about that posting."
    )
    assert set(answer.json()) == {"u-1", "u-2", "u-3"}
    assert simulator.sent == []


def test_own_settings_count(ask, mentioned):
    muted = {"muted": ["interviewer.interview.confirmed"]}
    empty, written, read, told = ask(
        ("GET", "/me/notifications", None),
        ("PUT", "/me/notifications", muted),
        ("GET", "/me/notifications", None),
        ("POST", "/alerts", mentioned),
    )
    assert (empty.json(), written.status_code, read.json()) == ({}, 204, muted)
    assert told.json()["results"]["u-1"] == "suppressed"


def test_another_policy_is_injected(ask, mentioned):
    (answer,) = ask(
        ("POST", "/alerts", mentioned), rules=policy.RecruitingPolicy().drop("assigned")
    )
    assert answer.json()["results"]["u-1"] == "suppressed"


def test_what_is_wrong_is_told_with_its_path(ask, mentioned):
    alert, settings = ask(
        ("POST", "/alerts", {**mentioned, "occurred_at": "2026-03-02T10:00:00"}),
        ("PUT", "/me/notifications", {"muted": ["nothing"]}),
    )
    assert (alert.status_code, settings.status_code) == (422, 422)
    assert alert.json()["detail"][0]["path"] == "occurred_at"
    assert settings.json()["detail"][0]["path"] == "muted[0]"


def test_the_example_keeps_the_duties_of_an_adapter(load):
    example = load("fastapi_app", needs="fastapi")
    source, store = example.MemoryPeople(), example.MemoryPreferences()

    async def add(person):
        source.people.append(person)

    assert asyncio.run(check_async_people_source(source, add=add)) == ()
    assert asyncio.run(check_async_preference_store(store, person_ids=("a", "b"))) == ()


def test_a_damaged_row_is_not_the_fault_of_who_asks(load, mentioned):
    example = load("fastapi_app", needs="fastapi")
    testclient = pytest.importorskip("fastapi.testclient")

    class Damaged:
        async def people_for(self, alert):
            raise nw.InvalidPerson("a role that no release knows")

    app = example.create_app(people=Damaged(), notifier=object())
    with testclient.TestClient(app, raise_server_exceptions=False) as browser:
        assert browser.post("/alerts", json=mentioned).status_code == 500


def test_it_runs_from_the_environment_alone(load, mentioned, simulator, monkeypatch, tmp_path):
    example = load("fastapi_app", needs="fastapi")
    testclient = pytest.importorskip("fastapi.testclient")
    monkeypatch.setenv("NOTIFY_LEDGER", f"sqlite:///{tmp_path}/state")
    with simulator.serve():
        for name, value in simulator.environment().items():
            monkeypatch.setenv(name, value)
        for status in ("sent", "suppressed"):
            # Each round is a process of its own: the file remembers over them.
            app = example.create_app(people=example.MemoryPeople(PEOPLE))
            with testclient.TestClient(app) as browser:
                answer = browser.post("/alerts", json=mentioned).json()
            assert answer["results"]["u-1"] == status
    assert len(simulator.sent) == 2
