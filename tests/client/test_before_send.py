"""`before_send=` runs once a try, with token and budget in hand, right before the first byte."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

import naverworks_notify as nw

TEXT = nw.messages.Text("hi")


class OursError(Exception):
    """Not one of the package's."""


@pytest.mark.parametrize("to", ["user", "channel"])
def test_the_hook_runs_before_the_message_and_after_the_token(world, to):
    seen = []

    def note():
        seen.append((len(world.script.token_requests), len(world.script.requests)))

    works = world.client()
    send = getattr(works.messages, f"send_to_{to}")
    world.do(send("u-1", TEXT, before_send=note))
    assert seen == [(1, 0)]
    assert len(world.script.requests) == 1


@pytest.mark.parametrize("error", [OursError("x"), OSError("disk"), nw.InvalidValue("x")])
def test_what_the_hook_raises_passes_unchanged_and_nothing_was_sent(world, error):
    def refuse():
        raise error

    budget = nw.RateBudget(per_minute=1)
    works = world.client(limiter=budget, retry=nw.RetryPolicy(max_wait=timedelta()))
    with pytest.raises(type(error)) as caught:
        world.do(works.messages.send_to_user("u-1", TEXT, before_send=refuse))
    assert caught.value is error
    assert world.script.requests == []
    # The one place of the budget went back.
    world.do(works.messages.send_to_user("u-1", TEXT))
    assert len(world.script.requests) == 1


def test_the_hook_runs_once_for_each_try(world):
    calls = []
    world.script.play(503, 401, 503)
    works = world.client(guarantee="at_least_once")
    world.do(works.messages.send_to_user("u-1", TEXT, before_send=lambda: calls.append(None)))
    assert len(calls) == len(world.script.requests) == 4


@pytest.mark.parametrize("hook", [3, "f", object()])
def test_what_cannot_be_called_is_refused_before_anything(world, hook):
    works = world.client()
    with pytest.raises(nw.InvalidValue) as caught:
        world.do(works.messages.send_to_user("u-1", TEXT, before_send=hook))
    assert [violation.path for violation in caught.value.violations] == ["before_send"]
    assert world.script.token_requests == []


def test_a_coroutine_is_awaited_or_refused(world):
    seen = []

    async def note():
        await asyncio.sleep(0)
        seen.append(len(world.script.requests))

    works = world.client()
    if world.kind == "async":
        world.do(works.messages.send_to_user("u-1", TEXT, before_send=note))
        assert seen == [0]
    else:
        with pytest.raises(nw.InvalidValue, match="plain function"):
            works.messages.send_to_user("u-1", TEXT, before_send=note)
        assert world.script.requests == []


def test_a_cancelled_hook_sent_nothing(account, script, clock):
    async def main():
        options = {
            "bot_id": 1,
            "transport": script,
            "clock": clock,
            "limiter": nw.RateBudget(per_minute=1),
            "retry": nw.RetryPolicy(max_wait=timedelta()),
        }
        async with nw.AsyncClient(account, **options) as works:
            entered = asyncio.Event()

            async def hang():
                entered.set()
                await asyncio.Event().wait()

            task = asyncio.create_task(works.messages.send_to_user("u-1", TEXT, before_send=hang))
            await entered.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert script.requests == []
            await works.messages.send_to_user("u-1", TEXT)

    asyncio.run(main())
