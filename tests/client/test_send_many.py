"""`works.messages.send_many` sends a batch, and tells what became of each message."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify.client import _batch
from naverworks_notify.client._batch import Batch

TEXT = nw.messages.Text("hi")
MINUTE = timedelta(minutes=1)


def pairs(count):
    return [(f"u-{number}", TEXT) for number in range(count)]


def kinds(results):
    return [None if result.error is None else type(result.error) for result in results]


@pytest.mark.parametrize("to", ["user", "channel"])
def test_one_result_for_each_in_their_order(world, to):
    def answer(request):
        return httpx.Response(404 if "-3/" in request.url.path else 201)

    world.script.otherwise = answer
    works = world.client()
    results = world.do(
        works.messages.send_many([*pairs(5), ("..", TEXT), ("u-9", "no content")], to=to)
    )
    assert [result.address for result in results[:5]] == [f"u-{number}" for number in range(5)]
    assert kinds(results) == [
        None,
        None,
        None,
        nw.NotFound,
        None,
        nw.InvalidValue,
        nw.InvalidMessage,
    ]
    assert [result.ok for result in results].count(True) == 4
    assert f"/{to}s/" in world.script.requests[0].url.path
    assert "u-1" not in repr(results)


def test_an_empty_batch_is_done(world):
    assert world.do(world.client().messages.send_many([])) == ()


def test_a_mapping_and_a_generator_will_do(world):
    works = world.client()
    assert len(world.do(works.messages.send_many({"u-1": TEXT, "u-2": TEXT}))) == 2
    assert len(world.do(works.messages.send_many(pair for pair in pairs(120)))) == 120


@pytest.mark.parametrize("pair", ["ab", ("u-1",), ("u-1", TEXT, 3), None, 3, (None, TEXT)])
def test_a_pair_that_is_none_stops_no_other(world, pair):
    results = world.do(world.client().messages.send_many([pair, ("u-1", TEXT)]))
    assert isinstance(results[0].error, nw.InvalidValue)
    assert results[1].ok


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"to": "room"}, "to"),
        ({"to": ["user"]}, "to"),
        ({"concurrency": 0}, "concurrency"),
        ({"concurrency": 1001}, "concurrency"),
        ({"concurrency": True}, "concurrency"),
        ({"on_progress": 3}, "on_progress"),
        ({"give_up_after": 3600}, "give_up_after"),
        ({"give_up_after": timedelta()}, "give_up_after"),
        ({"bot_id": -1}, "bot_id"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything(world, options, path):
    with pytest.raises(nw.InvalidValue) as caught:
        world.do(world.client().messages.send_many(pairs(2), **options))
    assert [violation.path for violation in caught.value.violations] == [path]
    assert not world.script.requests


@pytest.mark.parametrize("given", ["abc", 3, None])
def test_what_are_no_pairs_are_refused(world, given):
    with pytest.raises(nw.InvalidValue, match="pairs"):
        world.do(world.client().messages.send_many(given))


def test_each_waits_its_turn_however_long(world):
    # A call alone would give up after 90 seconds.
    works = world.client(limiter=nw.RateBudget(per_minute=10))
    results = world.do(works.messages.send_many(pairs(100)))
    assert kinds(results) == [None] * 100
    assert world.clock.monotonic() >= 540


def test_progress_is_told_one_at_a_time(world):
    told = []
    inside = []

    def on_progress(done, total):
        inside.append(1)
        assert len(inside) == 1
        told.append((done, total))
        inside.pop()

    works = world.client()
    world.do(works.messages.send_many(pairs(60), on_progress=on_progress))
    assert told == [(number + 1, 60) for number in range(60)]
    del told[:]
    world.do(works.messages.send_many((pair for pair in pairs(3)), on_progress=on_progress))
    assert told == [(1, None), (2, None), (3, None)]


def test_progress_that_raises_stops_nothing(world):
    def on_progress(done, total):
        raise LookupError

    results = world.do(world.client().messages.send_many(pairs(3), on_progress=on_progress))
    assert kinds(results) == [None] * 3


@pytest.mark.parametrize("guarantee", ["at_most_once", "at_least_once"])
@pytest.mark.parametrize("bot", [200, 503])
def test_ten_minutes_of_503_cost_at_most_ten(world, guarantee, bot):
    back = world.clock.monotonic() + 600

    def answer(request):
        if world.clock.monotonic() >= back:
            return httpx.Response(201)
        return httpx.Response(bot if request.method == "GET" else 503)

    world.script.otherwise = answer
    works = world.client(guarantee=guarantee)
    results = world.do(works.messages.send_many(pairs(500)))
    assert set(kinds(results)) == {None, nw.DeliveryUnknown}
    assert kinds(results).count(nw.DeliveryUnknown) <= 10
    delivered = [request.url.path for request in world.script.requests if request.method == "POST"]
    assert len(delivered) >= 500
    if guarantee == "at_most_once":
        assert len(delivered) == len(set(delivered)) == 500


def test_it_gives_up_what_never_succeeds(world):
    world.script.otherwise = 503
    works = world.client()
    results = world.do(works.messages.send_many(pairs(300), give_up_after=10 * MINUTE))
    assert set(kinds(results)) == {nw.DeliveryUnknown, nw.CircuitOpen}
    assert kinds(results).count(nw.DeliveryUnknown) <= 10
    assert world.clock.monotonic() <= 1000
    assert len(results) == 300


def test_only_to_holds_for_each(world):
    results = world.do(world.client(only_to="u-1").messages.send_many(pairs(3)))
    assert kinds(results) == [nw.NotAllowedHere, None, nw.NotAllowedHere]


def test_pairs_are_read_as_there_is_room(world):
    read = []
    most = []

    def reading():
        for number, pair in enumerate(pairs(300)):
            read.append(number)
            most.append(len(read) - len(world.script.requests))
            yield pair

    works = world.client(limiter=nw.Unlimited())
    world.do(works.messages.send_many(reading(), concurrency=7))
    assert max(most) <= 8


class Broken(BaseException):
    pass


@pytest.mark.parametrize("error", [KeyboardInterrupt, LookupError, Broken])
def test_what_reading_raises_comes_out_with_the_results(world, error):
    def reading():
        yield from pairs(3)
        raise error

    works = world.client()
    with pytest.raises(error) as caught:
        world.do(works.messages.send_many(reading(), concurrency=1))
    assert kinds(caught.value.results) == [None] * 3


def test_a_cancelled_batch_tells_what_became_of_each(account, script, clock):
    arrived = asyncio.Event()

    class Hanging(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            if request.url.path.endswith("/u-2/messages"):
                arrived.set()
                await asyncio.Event().wait()
            return await script.handle_async_request(request)

    async def main():
        works = nw.AsyncClient(
            account, bot_id=1, transport=Hanging(), clock=clock, endpoints=nw.Endpoints()
        )
        task = asyncio.create_task(works.messages.send_many(pairs(9), concurrency=1))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        return caught.value.results

    results = asyncio.run(main())
    assert kinds(results) == [None, None, nw.DeliveryUnknown, *[nw.NotTried] * 6]
    assert [result.address for result in results] == [address for address, _ in pairs(9)]
    assert all(result.error.passing for result in results[3:])


def test_an_interrupted_thread_lets_nothing_leave_afterwards(account, script, clock, monkeypatch):
    leaving, release = threading.Event(), threading.Event()

    class Slow(httpx.BaseTransport):
        def handle_request(self, request):
            if request.url.path.endswith("/u-0/messages"):
                leaving.set()
                release.wait(10)
            return script.handle_request(request)

    stop = Batch.stop

    def stop_then_release(batch):
        stop(batch)
        release.set()

    def interrupt(threads, seconds):
        assert leaving.wait(10)
        monkeypatch.setattr("naverworks_notify.client._batch._join_one", join_one)
        raise KeyboardInterrupt

    join_one = _batch._join_one
    monkeypatch.setattr(Batch, "stop", stop_then_release)
    monkeypatch.setattr("naverworks_notify.client._batch._join_one", interrupt)
    works = nw.Client(
        account,
        bot_id=1,
        transport=Slow(),
        clock=clock,
        endpoints=nw.Endpoints(),
        limiter=nw.RateBudget(per_minute=1),
    )
    with pytest.raises(KeyboardInterrupt) as caught:
        works.messages.send_many(pairs(5), concurrency=1)
    # What was on its way was waited for.
    assert kinds(caught.value.results) == [None, *[nw.NotTried] * 4]
    assert len(script.requests) == 1
