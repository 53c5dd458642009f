"""An outage costs a handful of messages: the circuit breaker, in both clients."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify.breaker import Circuits, Ending, Entry, Passage
from naverworks_notify.retry import Failure

TEXT = nw.messages.Text("hi")
AFTER = timedelta(seconds=31)


def send(world, works, *numbers, **options):
    """Send to each, and return the kinds of what happened."""
    kinds = []
    for number in numbers:
        try:
            world.do(works.messages.send_to_user(f"u-{number}", TEXT, **options))
        except nw.NaverWorksError as error:
            kinds.append(type(error))
        else:
            kinds.append(None)
    return kinds


def paths(script):
    return [request.url.path.removeprefix("/v1.0") for request in script.requests]


@pytest.fixture
def down(world):
    world.script.otherwise = 503
    return world


@pytest.mark.parametrize("guarantee", ["at_most_once", "at_least_once"])
@pytest.mark.parametrize("bot", [200, 503])
def test_ten_minutes_of_503_cost_at_most_ten_of_five_hundred(down, bot, guarantee):
    # At worst only messages fail, so that each look finds the service alive.
    answer = {"GET": bot, "POST": 503}
    down.script.otherwise = lambda request: httpx.Response(answer[request.method])
    works = down.client(guarantee=guarantee)
    kinds = []
    for number in range(500):
        kinds += send(down, works, number)
        down.clock.advance(timedelta(seconds=1.2))
    assert set(kinds) == {nw.DeliveryUnknown, nw.CircuitOpen}
    assert kinds.count(nw.DeliveryUnknown) <= 10
    down.clock.advance(timedelta(minutes=5))
    down.script.otherwise = 201
    assert send(down, works, *range(500, 550)) == [None] * 50


@pytest.mark.parametrize("bad", [0, -1, 1.5, True, "5", None])
@pytest.mark.parametrize("name", ["failures", "clients"])
def test_a_wrong_breaker_is_refused(name, bad):
    with pytest.raises(nw.InvalidValue) as caught:
        nw.Breaker(**{name: bad})
    assert [violation.path for violation in caught.value.violations] == [name]


def test_all_faults_of_a_breaker_are_told():
    with pytest.raises(nw.InvalidValue) as caught:
        nw.Breaker(failures=0, clients=0, pause=0, max_pause=timedelta())
    assert [violation.path for violation in caught.value.violations] == [
        "failures",
        "clients",
        "pause",
        "max_pause",
    ]
    with pytest.raises(nw.InvalidValue, match="shorter than pause"):
        nw.Breaker(pause=timedelta(minutes=6))


def test_five_unconfirmed_sends_open_it(down):
    works = down.client()
    assert send(down, works, *range(8)) == [nw.DeliveryUnknown] * 5 + [nw.CircuitOpen] * 3
    assert len(down.script.requests) == 5
    with pytest.raises(nw.CircuitOpen) as caught:
        down.do(works.messages.send_to_channel("c-1", TEXT))
    error = caught.value
    assert error.passing
    assert error.retry_after == timedelta(seconds=30)
    assert error.operation == "messages.send_to_channel"
    assert error.hint.ko


@pytest.mark.parametrize(
    "step",
    [
        500,
        599,
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        httpx.WriteError("x"),
    ],
    ids=str,
)
def test_each_way_not_to_know_counts(world, step):
    world.script.otherwise = step
    assert send(world, world.client(), *range(7))[5:] == [nw.CircuitOpen] * 2


@pytest.mark.parametrize("step", [201, 400, 403, 404, 307])
def test_an_answer_does_not_count(world, step):
    world.script.otherwise = step
    assert nw.CircuitOpen not in send(world, world.client(), *range(12))


def test_a_failure_to_connect_does_not_count(world, steps_of):
    world.script.otherwise = steps_of(Failure.CONNECT)
    works = world.client(retry=nw.RetryPolicy(attempts=1))
    assert send(world, works, *range(12)) == [nw.TransportError] * 12


def test_one_address_counts_once(down):
    works = down.client()
    assert send(down, works, *[1] * 9) == [nw.DeliveryUnknown] * 9
    assert send(down, works, 2, 3, 4, 5, 6)[-1] is nw.CircuitOpen


def test_a_success_between_starts_the_count_anew(world):
    world.script.play(503, 503, 503, 503, 201, 503, 503, 503, 503, 201)
    assert nw.CircuitOpen not in send(world, world.client(), *range(10))


def test_a_refusal_between_does_not(world):
    world.script.play(503, 503, 404, 503, 503, 503)
    assert send(world, world.client(), *range(7))[-1] is nw.CircuitOpen


def test_none_is_none(down):
    assert send(down, down.client(breaker=None), *range(9)) == [nw.DeliveryUnknown] * 9


def test_reads_and_settings_are_never_held_back(down):
    works = down.client(retry=nw.RetryPolicy(attempts=1))
    send(down, works, *range(6))
    for call, arguments in ((works.users.get, ["u-1"]), (works.bots.delete, [])):
        with pytest.raises(nw.ServerError):
            down.do(call(*arguments))


def test_the_tries_of_one_call_count_once(down):
    works = down.client(guarantee="at_least_once", retry=nw.RetryPolicy(attempts=7))
    assert send(down, works, 1, 2, 3, 4) == [nw.DeliveryUnknown] * 4
    assert len(down.script.requests) == 28
    assert send(down, works, 5, 6) == [nw.DeliveryUnknown, nw.CircuitOpen]


def test_a_call_stops_repeating_when_it_opens(down):
    works = down.client(guarantee="at_least_once")
    send(down, works, 1, 2, 3, 4)
    before = len(down.script.requests)
    # Its first try opens the circuit; it may have arrived, so that is what is told.
    assert send(down, works, 5) == [nw.DeliveryUnknown]
    assert len(down.script.requests) == before + 1


def test_clients_of_one_app_share_a_circuit(down):
    assert send(down, down.client(), *range(3)) == [nw.DeliveryUnknown] * 3
    assert send(down, down.client(), 3, 4, 5)[-1] is nw.CircuitOpen
    assert send(down, down.client(breaker=None), 6) == [nw.DeliveryUnknown]


def test_the_place_in_the_budget_goes_back(down):
    budget = nw.RateBudget(per_minute=6)
    works = down.client(limiter=budget, retry=nw.RetryPolicy(max_wait=timedelta()))
    send(down, works, *range(5))
    assert send(down, works, *range(5, 12)) == [nw.CircuitOpen] * 7
    down.clock.advance(AFTER)
    down.script.otherwise = 201
    # The sixth place of the window is still there.
    assert send(down, works, 12) == [None]


class TestTrying:
    def test_one_looks_and_then_sends(self, down):
        works = down.client()
        send(down, works, *range(5))
        down.script.otherwise = 201
        down.clock.advance(AFTER)
        del down.script.requests[:]
        assert send(down, works, 5, 6) == [None, None]
        assert paths(down.script) == [
            "/bots/2000001",
            "/bots/2000001/users/u-5/messages",
            "/bots/2000001/users/u-6/messages",
        ]

    @pytest.mark.parametrize("answer", [200, 401, 403, 404, 429])
    def test_any_answer_below_500_is_a_sign_of_life(self, down, answer):
        works = down.client()
        send(down, works, *range(5))
        down.clock.advance(AFTER)
        down.script.otherwise = 201
        down.script.play(answer)
        assert send(down, works, 5) == [None]

    @pytest.mark.parametrize(
        "answer", [500, 503, httpx.ReadTimeout("x"), httpx.ConnectError("x")], ids=str
    )
    def test_a_dead_service_gets_no_message(self, down, answer):
        works = down.client()
        send(down, works, *range(5))
        del down.script.requests[:]
        for pause in (60, 120, 240, 300, 300):
            down.clock.advance(timedelta(seconds=301))
            down.script.play(answer)
            with pytest.raises(nw.CircuitOpen) as caught:
                down.do(works.messages.send_to_user("u-9", TEXT))
            assert caught.value.retry_after == timedelta(seconds=pause)
        assert set(paths(down.script)) == {"/bots/2000001"}

    def test_its_own_send_may_fail_and_the_pause_grows(self, down):
        works = down.client()
        send(down, works, *range(5))
        down.clock.advance(AFTER)
        down.script.play(200, 503)
        assert send(down, works, 5, 6) == [nw.DeliveryUnknown, nw.CircuitOpen]
        with pytest.raises(nw.CircuitOpen) as caught:
            down.do(works.messages.send_to_user("u-9", TEXT))
        assert caught.value.retry_after == timedelta(seconds=60)

    def test_a_refusal_of_its_own_send_is_an_answer(self, down):
        works = down.client()
        send(down, works, *range(5))
        down.clock.advance(AFTER)
        down.script.otherwise = 201
        down.script.play(200, 404)
        assert send(down, works, 5, 6) == [nw.NotFound, None]

    def test_without_the_scope_it_only_sends(self, world, private_key):
        account = nw.ServiceAccount(
            client_id="app-1",
            client_secret="s",
            service_account_id="bot.serviceaccount@example.com",
            private_key=private_key,
            scopes=("bot.message",),
        )
        world.script.otherwise = 503
        works = world.client(account=account)
        send(world, works, *range(5))
        world.clock.advance(AFTER)
        world.script.otherwise = 201
        del world.script.requests[:]
        assert send(world, works, 5) == [None]
        # The token does not tell its scopes, so the bot is read; 403 would be an answer too.
        assert len(paths(world.script)) in (1, 2)

    def test_it_goes_past_the_budget(self, down):
        budget = nw.RateBudget(per_minute=7)
        works = down.client(limiter=budget)
        send(down, works, *range(5))
        for _ in range(7):
            with pytest.raises(nw.ServerError):
                down.do(down.client(limiter=budget, retry=nw.RetryPolicy(attempts=1)).bots.get())
        down.clock.advance(AFTER)
        down.script.otherwise = 201
        assert send(down, works, 5) == [None]

    def test_a_hook_that_raises_leaves_the_try_to_the_next(self, down):
        works = down.client()
        send(down, works, *range(5))
        down.clock.advance(AFTER)
        down.script.otherwise = 201

        def refuse():
            raise LookupError

        with pytest.raises(LookupError):
            down.do(works.messages.send_to_user("u-5", TEXT, before_send=refuse))
        assert send(down, works, 6) == [None]


def test_hooks_tell_of_each_change(down):
    told = []
    works = down.client(on_circuit=told.append)
    send(down, works, *range(5))
    down.clock.advance(AFTER)
    send(down, works, 6)
    down.clock.advance(timedelta(seconds=61))
    down.script.otherwise = 201
    send(down, works, 7)
    assert [(d.client_id, d.scope, d.state, d.pause.total_seconds()) for d in told] == [
        ("app-1", "client", "open", 30),
        ("app-1", "client", "open", 60),
        ("app-1", "client", "closed", 0),
    ]


def tenants_of(world, private_key, count):
    return [
        world.client(
            account=nw.ServiceAccount(
                client_id=f"app-{number}",
                client_secret="s",
                service_account_id=f"a{number}.serviceaccount@example.com",
                private_key=private_key,
                scopes=("bot", "bot.message"),
            )
        )
        for number in range(count)
    ]


class TestTheWholeEndpoint:
    def test_two_sick_apps_hold_only_themselves(self, down, private_key):
        one, two, three = tenants_of(down, private_key, 3)
        for works in (one, two):
            assert send(down, works, *range(6))[-1] is nw.CircuitOpen
        down.script.otherwise = 201
        assert send(down, three, 1) == [None]

    def test_three_open_it_for_all(self, down, private_key):
        *sick, well = tenants_of(down, private_key, 4)
        for works in sick:
            send(down, works, 1, 2)
        assert send(down, well, 1) == [nw.CircuitOpen]

    def test_a_success_of_anyone_between_keeps_it_closed(self, down, private_key):
        one, two, three, well = tenants_of(down, private_key, 4)
        send(down, one, *range(5))
        send(down, two, *range(5))
        down.script.play(201)
        send(down, well, 1)
        send(down, three, *range(5))
        assert send(down, well, 2) == [nw.DeliveryUnknown]

    def test_a_success_of_anyone_closes_it_and_lets_the_others_try(self, down, private_key):
        one, two, three = tenants_of(down, private_key, 3)
        for works in (one, two, three):
            send(down, works, *range(5))
        assert send(down, one, 9) == send(down, three, 9) == [nw.CircuitOpen]
        down.clock.advance(AFTER)
        down.script.otherwise = 201
        for works in (three, one, two):
            assert send(down, works, 9) == [None]

    def test_one_that_stays_sick_does_not_keep_the_others_waiting(self, down, private_key):
        one, two, three = tenants_of(down, private_key, 3)
        for works in (one, two, three):
            send(down, works, *range(5))
        down.clock.advance(AFTER)
        assert send(down, one, 9) == [nw.CircuitOpen]
        down.clock.advance(timedelta(seconds=61))
        down.script.otherwise = 201
        # It was the last to try, so it is another's turn.
        assert send(down, one, 9) == [nw.CircuitOpen]
        assert send(down, two, 9) == [None]
        assert send(down, one, 9) == [None]


class Slow(httpx.AsyncBaseTransport):
    """Answers later than in the same step of the loop, as a real service does."""

    def __init__(self, script):
        self.script = script

    async def handle_async_request(self, request):
        await asyncio.sleep(0)
        return await self.script.handle_async_request(request)


def together(account, script, clock, **options):
    return nw.AsyncClient(
        account,
        bot_id=2000001,
        endpoints=nw.Endpoints(),
        transport=Slow(script),
        clock=clock,
        **options,
    )


class TestTogether:
    """Many tasks at once, on one loop."""

    @pytest.mark.parametrize("limiter", [None, nw.Unlimited()], ids=repr)
    def test_of_five_hundred_at_once_five_are_unknown(self, account, script, clock, limiter):
        script.otherwise = 503
        kinds = []

        async def one(works, number):
            try:
                await works.messages.send_to_user(f"u-{number}", TEXT)
            except nw.NaverWorksError as error:
                kinds.append(type(error))

        async def main():
            async with together(account, script, clock, limiter=limiter) as works:
                await asyncio.gather(*(one(works, number) for number in range(500)))

        asyncio.run(main())
        assert kinds.count(nw.DeliveryUnknown) == 5
        assert kinds.count(nw.CircuitOpen) + kinds.count(nw.BudgetExhausted) == 495
        assert (kinds.count(nw.BudgetExhausted) == 0) is (limiter is not None)
        assert len(script.requests) == 5

    def test_a_working_service_gets_all(self, account, script, clock):
        async def main():
            options = {"limiter": nw.Unlimited()}
            async with together(account, script, clock, **options) as works:
                await asyncio.gather(
                    *(works.messages.send_to_user(f"v-{number}", TEXT) for number in range(300))
                )

        asyncio.run(main())
        assert len(script.requests) == 300

    def test_the_others_wait_for_the_one_that_tries(self, account, script, clock):
        script.otherwise = 503
        done = []

        async def main():
            async with together(account, script, clock) as works:
                for number in range(5):
                    with pytest.raises(nw.DeliveryUnknown):
                        await works.messages.send_to_user(f"u-{number}", TEXT)
                clock.advance(AFTER)
                script.otherwise = 201
                del script.requests[:]
                await asyncio.gather(
                    *(works.messages.send_to_user(f"v-{number}", TEXT) for number in range(50))
                )
                done.append(True)

        asyncio.run(main())
        assert done
        assert paths(script).count("/bots/2000001") == 1
        assert len(script.requests) == 51

    def test_the_others_are_refused_with_it(self, account, script, clock):
        script.otherwise = 503

        async def main():
            async with together(account, script, clock) as works:
                for number in range(5):
                    with pytest.raises(nw.DeliveryUnknown):
                        await works.messages.send_to_user(f"u-{number}", TEXT)
                clock.advance(AFTER)
                del script.requests[:]
                ended = await asyncio.gather(
                    *(works.messages.send_to_user(f"v-{number}", TEXT) for number in range(50)),
                    return_exceptions=True,
                )
                assert {type(error) for error in ended} == {nw.CircuitOpen}

        asyncio.run(main())
        assert paths(script) == ["/bots/2000001"]

    def test_who_does_not_wait_is_refused_at_once(self, account, script, clock):
        script.otherwise = 503

        async def main():
            options = {"retry": nw.RetryPolicy(max_wait=timedelta())}
            async with together(account, script, clock, **options) as works:
                for number in range(5):
                    with pytest.raises(nw.DeliveryUnknown):
                        await works.messages.send_to_user(f"u-{number}", TEXT)
                clock.advance(AFTER)
                script.otherwise = 201
                ended = await asyncio.gather(
                    *(works.messages.send_to_user(f"v-{number}", TEXT) for number in range(9)),
                    return_exceptions=True,
                )
                assert [type(error) for error in ended].count(nw.CircuitOpen) == 8

        asyncio.run(main())

    def test_one_cancelled_while_trying_leaves_it_to_another(self, account, script, clock):
        script.otherwise = 503

        async def main():
            async with together(account, script, clock) as works:
                for number in range(5):
                    with pytest.raises(nw.DeliveryUnknown):
                        await works.messages.send_to_user(f"u-{number}", TEXT)
                clock.advance(AFTER)
                script.otherwise = 201
                entered = asyncio.Event()

                async def hang():
                    entered.set()
                    await asyncio.Event().wait()

                first = asyncio.create_task(
                    works.messages.send_to_user("v-1", TEXT, before_send=hang)
                )
                await entered.wait()
                second = asyncio.create_task(works.messages.send_to_user("v-2", TEXT))
                await asyncio.sleep(0)
                first.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await first
                await second

        asyncio.run(main())


class TestThreads:
    """The same with threads of a blocking client."""

    def test_the_others_wait_for_the_one_that_tries(self, account, script, clock):
        entered, release = threading.Event(), threading.Event()

        class Held(httpx.BaseTransport):
            def handle_request(self, request):
                if request.method == "GET":
                    entered.set()
                    release.wait(10)
                return script.handle_request(request)

        works = nw.Client(
            account, bot_id=2000001, transport=Held(), clock=clock, endpoints=nw.Endpoints()
        )
        script.otherwise = 503
        for number in range(5):
            with pytest.raises(nw.DeliveryUnknown):
                works.messages.send_to_user(f"u-{number}", TEXT)
        clock.advance(AFTER)
        script.otherwise = 201
        del script.requests[:]
        errors = []

        def one(number):
            try:
                works.messages.send_to_user(f"v-{number}", TEXT)
            except nw.NaverWorksError as error:
                errors.append(error)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        assert entered.wait(10)
        release.set()
        for thread in threads:
            thread.join(10)
        assert errors == []
        assert paths(script).count("/bots/2000001") == 1
        assert len(script.requests) == 21

    def test_of_many_threads_five_are_unknown(self, account, script, clock):
        together = threading.Barrier(5)

        class Slow(httpx.BaseTransport):
            def handle_request(self, request):
                if request.method == "POST" and "messages" in request.url.path:
                    # As many as may be under way at once arrive, and no more.
                    together.wait(10)
                return script.handle_request(request)

        script.otherwise = 503
        works = nw.Client(
            account,
            bot_id=2000001,
            transport=Slow(),
            clock=clock,
            endpoints=nw.Endpoints(),
            limiter=nw.Unlimited(),
        )
        kinds = []

        def one(number):
            kinds.extend(send_blocking(works, number))

        threads = [threading.Thread(target=one, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert kinds.count(nw.DeliveryUnknown) == 5
        assert kinds.count(nw.CircuitOpen) == 35


def send_blocking(works, *numbers):
    kinds = []
    for number in numbers:
        try:
            works.messages.send_to_user(f"u-{number}", TEXT)
        except nw.NaverWorksError as error:
            kinds.append(type(error))
    return kinds


class TestPure:
    """The circuits themselves."""

    def passage(self, number=0, client="a", rules=None):
        return Passage("messages.send_to_user", client, number, rules or nw.Breaker())

    def fail(self, circuits, numbers, now=0.0, client="a"):
        for number in numbers:
            passage = self.passage(number, client)
            assert circuits.enter(passage, now)[0] is Entry.GO
            circuits.begin(passage)
            circuits.end(passage, Ending.UNCONFIRMED, now)

    def test_only_as_many_are_under_way_as_would_open_it(self):
        circuits = Circuits()
        passages = [self.passage(number) for number in range(6)]
        assert [circuits.start(one, 0.0)[0] for one in passages] == [Entry.GO] * 5 + [Entry.WAIT]
        circuits.end(passages[0], Ending.CONFIRMED, 1.0)
        # One has ended, and shown that there is room for one more.
        assert circuits.room("a", nw.Breaker(), 1.0) == 2
        assert circuits.room("a", nw.Breaker(), 7.0) == 1

    def test_a_straggler_closes_it(self):
        circuits = Circuits()
        late = self.passage(99)
        circuits.start(late, 0.0)
        self.fail(circuits, range(5))
        assert circuits.is_open("a")
        circuits.end(late, Ending.CONFIRMED, 1.0)
        assert not circuits.is_open("a")

    def test_a_straggler_that_fails_does_not_lengthen_the_pause(self):
        circuits = Circuits()
        late = self.passage(99)
        circuits.start(late, 0.0)
        self.fail(circuits, range(5))
        assert circuits.end(late, Ending.UNCONFIRMED, 20.0) == ()
        assert circuits.enter(self.passage(7), 30.0)[0] is Entry.TRY

    def test_who_waited_for_the_budget_is_stopped_before_the_first_byte(self):
        circuits = Circuits()
        waited = self.passage(99)
        assert circuits.enter(waited, 0.0)[0] is Entry.GO
        self.fail(circuits, range(5))
        assert circuits.start(waited, 1.0) == (Entry.REFUSED, 29.0)

    def test_a_try_that_another_overtook_changes_nothing(self):
        circuits = Circuits()
        straggler = self.passage(99)
        circuits.start(straggler, 0.0)
        self.fail(circuits, range(5))
        tries = self.passage(7)
        assert circuits.enter(tries, 30.0)[0] is Entry.TRY
        circuits.start(tries, 30.0)
        circuits.end(straggler, Ending.CONFIRMED, 31.0)
        circuits.end(tries, Ending.UNCONFIRMED, 32.0)
        assert not circuits.is_open("a")

    def test_a_try_of_one_app_ends_though_the_whole_endpoint_opened_meanwhile(self):
        circuits = Circuits()
        self.fail(circuits, range(5))
        tries = self.passage(7)
        assert circuits.enter(tries, 30.0)[0] is Entry.TRY
        self.fail(circuits, range(5), 30.0, "b")
        self.fail(circuits, [0], 30.0, "c")
        assert circuits.start(tries, 31.0)[0] is Entry.GO
        circuits.end(tries, Ending.UNCONFIRMED, 32.0)
        assert circuits.enter(self.passage(8, "b"), 60.0)[0] is Entry.TRY

    def test_idle_apps_are_not_kept(self):
        circuits = Circuits()
        for number in range(3000):
            passage = self.passage(client=f"app-{number}")
            circuits.start(passage, 0.0)
            circuits.end(passage, Ending.CONFIRMED, 0.0)
        assert len(circuits._clients) <= 1024
