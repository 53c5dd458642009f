"""Of all who need the same thing at once one does the work, and nobody waits for a dead one."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading

import pytest

from naverworks_notify.auth._flights import Abandoned, AsyncFlights, Flight, Flights
from naverworks_notify.errors import AuthError


def test_the_first_leads_and_the_others_join_until_it_is_cleared() -> None:
    flights: Flights[str] = Flights()
    flight, leading = flights.join("me")
    assert leading
    assert flights.join("me") == (flight, False)
    flights.clear(flight)
    flight.succeed("token")
    assert flights.wait(flight, 1) == "token"
    another, leading = flights.join("me")
    assert leading
    # Clearing what is not there any more leaves the new one alone.
    flights.clear(flight)
    assert flights.join("me") == (another, False)


def test_each_waiter_raises_an_error_of_its_own() -> None:
    flight: Flight[str] = Flight("me")
    error = AuthError("no", status=400)
    flight.fail(error)
    caught = []
    for _ in range(2):
        with pytest.raises(AuthError) as info:
            flight.result(1)
        caught.append(info.value)
    assert caught[0] is not caught[1]
    assert error not in caught
    assert str(caught[0]) == "no"


def test_a_timeout_of_the_work_is_not_taken_for_one_of_the_waiting() -> None:
    flight: Flight[str] = Flight("me")
    with pytest.raises(Abandoned):
        flight.result(0.01)
    flight.fail(TimeoutError("in the work"))
    with pytest.raises(TimeoutError, match="in the work"):
        flight.result(1)


def test_a_landing_counts_once() -> None:
    flight: Flight[str] = Flight("me")
    assert not flight.landed
    flight.succeed("first")
    flight.succeed("second")
    flight.fail(AuthError("late"))
    assert flight.landed
    assert flight.result() == "first"


def test_a_flight_of_a_closed_loop_is_given_up() -> None:
    flights: AsyncFlights[str] = AsyncFlights()

    async def join() -> tuple[Flight[str], bool]:
        return flights.join("me")

    lost, leading = asyncio.run(join())
    assert leading
    # A thread that waits for it is woken as soon as somebody notices.
    woken = threading.Event()

    def wait() -> None:
        with pytest.raises(Abandoned):
            lost.result(30)
        woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    another, leading = asyncio.run(join())
    assert leading
    assert another is not lost
    assert woken.wait(20)
    thread.join()


def test_background_work_that_is_cancelled_before_its_first_step_is_given_up() -> None:
    flights: AsyncFlights[str] = AsyncFlights()
    began = False

    async def work() -> None:
        nonlocal began
        began = True

    async def scene() -> None:
        flight, _ = flights.join("me")
        flights.start(flight, work)
        await flights.aclose()
        with pytest.raises(Abandoned):
            await flights.wait(flight, 5)
        assert flights.join("me")[1]

    asyncio.run(scene())
    assert not began


def test_without_a_thread_to_be_had_the_flight_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    flights: Flights[str] = Flights()
    flight, _ = flights.join("me")
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        flights.start(flight, lambda: None)
    with pytest.raises(Abandoned):
        flights.wait(flight, 5)
    assert flights.join("me")[1]


def test_threads_that_work_ahead_of_time_are_bounded_and_run_in_the_callers_context() -> None:
    of_caller: contextvars.ContextVar[str] = contextvars.ContextVar("of_caller", default="none")
    of_caller.set("the caller's")
    opened = threading.Event()
    seen: list[str] = []
    many: list[Flights[str]] = [Flights() for _ in range(20)]
    started = [flights.join("me")[0] for flights in many]

    def work(flight: Flight[str]) -> None:
        opened.wait(30)
        seen.append(of_caller.get())
        flight.succeed("token")

    for flights, flight in zip(many, started, strict=True):
        flights.start(flight, functools.partial(work, flight))
    given_up = [flight for flight in started if flight.landed]
    # Others' work of this process may take places as well.
    assert len(given_up) >= 4
    opened.set()
    for flight in started:
        if flight not in given_up:
            assert flight.result(30) == "token"
    assert seen == ["the caller's"] * (20 - len(given_up))
    # Their places are free again.
    for thread in threading.enumerate():
        if thread.name == "naverworks-token":
            thread.join(30)
    flight = many[0].join("you")[0]
    many[0].start(flight, functools.partial(work, flight))
    assert flight.result(30) == "token"
