"""The script of faults: order, patterns, conditions, holds."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import httpx
import pytest

from naverworks_notify.errors import InvalidValue
from naverworks_notify.simulator.service import Head
from naverworks_notify.testing import Fault, FaultKind, Faults


def _head(operation="messages.send_to_user", **parameters):
    return Head(operation=operation, method="POST", path="/x", parameters=parameters)


def test_rules_are_used_up_in_order():
    faults = Faults()
    faults.next("messages.*", 429, times=2)
    faults.next("*", "timeout")
    faults.always("users.*", 503)
    struck = [faults.take(_head()) for _ in range(4)]
    assert [f and (f.status or f.kind) for f in struck] == [429, 429, FaultKind.TIMEOUT, None]
    assert faults.take(_head("users.list")).status == 503
    assert faults.take(_head("users.list")).status == 503
    assert faults.pending == 1
    faults.clear()
    assert faults.take(_head("users.list")) is None


def test_a_condition_picks_calls():
    faults = Faults()
    faults.always("*", 500, when=lambda head: head.parameters.get("user_id") == "u-1")
    assert faults.take(_head(user_id="u-2")) is None
    assert faults.take(_head(user_id="u-1")).status == 500


@pytest.mark.parametrize("wrong", [{"status": "nonsense"}, {"times": 0}])
def test_nonsense_is_refused_when_it_is_written(wrong):
    with pytest.raises(InvalidValue, match=r"status|times"):
        Faults().next("*", **wrong)


def test_a_whole_fault_is_taken_as_it_is():
    faults = Faults()
    fault = Fault(status=503, headers={"retry-after": "7"}, body=b"<html>")
    faults.next("*", fault)
    assert faults.take(_head()) is fault


def test_a_proxy_may_answer_without_json(rim):
    rim.simulator.faults.next("*", 502, headers={"retry-after": "7"}, body=b"<html>Bad gateway")
    answer = rim.send()
    assert (answer.status_code, answer.content) == (502, b"<html>Bad gateway")
    assert answer.headers["retry-after"] == "7"


def test_a_status_may_hide_that_the_work_was_done(rim):
    rim.simulator.faults.next("messages.send_to_user", 500, carried_out=True)
    assert rim.send().status_code == 500
    assert len(rim.simulator.sent) == 1


def test_an_unknown_member_can_be_struck_by_address(rim):
    rim.simulator.faults.always(
        "messages.*", 403, when=lambda head: head.parameters["user_id"] == "doyoon@example.com"
    )
    assert rim.send().status_code == 403


def test_slow_answers_and_the_callers_patience(simulator, caller):
    simulator.faults.slow("users.list", timedelta(seconds=30))
    headers = {"authorization": f"Bearer {caller.token()}"}
    with (
        httpx.Client(transport=simulator.transport(), headers=headers) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get("https://api.test/v1.0/users", timeout=10)
    assert simulator.service.state.clock.slept == [10]


def test_tasks_wait_at_a_hold_without_blocking_the_loop(simulator, caller):
    hold = simulator.faults.hang("users.list")
    headers = {"authorization": f"Bearer {caller.token()}"}

    async def main():
        async with httpx.AsyncClient(transport=simulator.transport(), headers=headers) as client:
            waiting = [
                asyncio.create_task(client.get("https://api.test/v1.0/users", timeout=None))
                for _ in range(3)
            ]
            assert await asyncio.to_thread(hold.wait_for, 3)
            other = await client.get("https://api.test/v1.0/users/doyoon%40example.com")
            assert not any(task.done() for task in waiting)
            hold.release()
            return [other, *await asyncio.gather(*waiting)]

    answers = asyncio.run(main())
    assert [answer.status_code for answer in answers] == [200] * 4


def test_threads_wait_at_a_hold(simulator, caller):
    hold = simulator.faults.hang("users.list")
    headers = {"authorization": f"Bearer {caller.token()}"}
    found = []

    def ask():
        with httpx.Client(transport=simulator.transport(), headers=headers) as client:
            found.append(client.get("https://api.test/v1.0/users").status_code)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert hold.wait_for(2)
    assert found == []
    hold.release()
    for thread in threads:
        thread.join()
    assert found == [200, 200]


def test_async_faults_raise_what_httpx_raises(simulator, caller):
    headers = {"authorization": f"Bearer {caller.token()}"}

    async def main(kind):
        simulator.faults.next("users.list", kind)
        async with httpx.AsyncClient(transport=simulator.transport(), headers=headers) as client:
            await client.get("https://api.test/v1.0/users")

    for kind, expected in (
        ("connect", httpx.ConnectError),
        ("write", httpx.WriteError),
        ("disconnect", httpx.RemoteProtocolError),
        ("truncated", httpx.RemoteProtocolError),
        ("timeout", httpx.ReadTimeout),
    ):
        with pytest.raises(expected):
            asyncio.run(main(kind))


def test_an_async_hold_gives_up_with_the_callers_read_timeout(simulator, caller):
    simulator.faults.hang("users.list")
    headers = {"authorization": f"Bearer {caller.token()}"}

    async def main():
        async with httpx.AsyncClient(transport=simulator.transport(), headers=headers) as client:
            await client.get("https://api.test/v1.0/users", timeout=0.05)

    with pytest.raises(httpx.ReadTimeout):
        asyncio.run(main())


@pytest.mark.parametrize(
    ("first", "second", "met"),
    [
        (("PATCH", "/bots/2000001"), ("DELETE", "/bots/2000001/domains/10000001"), 1),
        (("PATCH", "/bots/2000001"), ("PATCH", "/bots/2000002"), 0),
        (("PATCH", "/bots/2000001"), ("GET", "/bots/2000001"), 0),
        (("PATCH", "/bots/2000001"), ("POST", "/bots/2000001/channels"), 0),
    ],
)
def test_management_calls_that_meet_on_a_bot_are_counted(simulator, caller, first, second, met):
    token = caller.token()
    hold = simulator.faults.hang("*")
    transport = simulator.transport()
    headers = {"authorization": f"Bearer {token}"}

    def ask(method, path):
        with httpx.Client(transport=transport, headers=headers) as client:
            client.request(method, f"https://api.test/v1.0{path}")

    threads = [threading.Thread(target=ask, args=call) for call in (first, second)]
    for thread in threads:
        thread.start()
    assert hold.wait_for(2)
    hold.release()
    for thread in threads:
        thread.join()
    assert simulator.parallel_management_calls == met
    ask(*first)
    assert simulator.parallel_management_calls == met
