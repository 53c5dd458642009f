"""Client and simulator driven together: tokens that die, and any order of calls and faults."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import naverworks_notify as nw
from naverworks_notify.testing import ManualClock, Simulator

USER = "a@example.com"


def options_for(simulator):
    return {
        "bot_id": simulator.bot_id,
        "endpoints": simulator.endpoints,
        "transport": simulator.transport(),
    }


def test_a_token_killed_under_many_tasks_costs_one_more_exchange():
    simulator = Simulator(users=[USER])

    async def main():
        async with nw.AsyncClient(simulator.account, **options_for(simulator)) as works:
            await works.messages.send_to_user(USER, nw.messages.Text("first"))
            simulator.faults.next("messages.send_to_user", "token_killed")
            await asyncio.gather(
                *(works.messages.send_to_user(USER, nw.messages.Text(str(i))) for i in range(32))
            )

    asyncio.run(main())
    assert len(simulator.sent) == 33
    assert simulator.tokens.issued == 2


def test_many_cold_threads_make_one_exchange():
    simulator = Simulator(users=[USER])
    errors = []
    with nw.Client(simulator.account, **options_for(simulator)) as works:
        barrier = threading.Barrier(32)

        def run():
            barrier.wait()
            try:
                works.messages.send_to_user(USER, nw.messages.Text("hi"))
            except nw.NaverWorksError as error:
                errors.append(error)

        threads = [threading.Thread(target=run) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert simulator.tokens.issued == 1


UNKNOWN = ["500", "502", "503", "timeout", "disconnect"]
SAFE = ["connect", "429", "401", "token_killed"]
REFUSED = {"400": nw.BadRequest, "403": nw.Forbidden, "404": nw.NotFound, "410": nw.Gone}


class Together(RuleBasedStateMachine):
    """Whatever happens in whatever order: what is told of a message agrees with what arrived."""

    guarantee = "at_most_once"

    def __init__(self):
        super().__init__()
        self.clock = ManualClock()
        self.simulator = Simulator(clock=self.clock, users=[USER], per_minute=30)
        self.works = nw.Client(
            self.simulator.account,
            clock=self.clock,
            guarantee=self.guarantee,
            limiter=nw.RateBudget(per_minute=30),
            on_request=lambda details: self.statuses.append(details.status),
            **options_for(self.simulator),
        )
        self.statuses = []
        self.number = 0
        self.sure = set()
        self.refused = set()
        self.unknown = set()

    def send(self):
        self.number += 1
        number = str(self.number)
        try:
            self.works.messages.send_to_user(USER, nw.messages.Text(number))
        except nw.DeliveryUnknown:
            self.unknown.add(number)
        except (nw.ApiError, nw.TransportError):
            self.refused.add(number)
        else:
            self.sure.add(number)

    @rule()
    def sends(self):
        self.send()

    @rule(fault=st.sampled_from(SAFE), times=st.integers(1, 3))
    def sends_under_a_fault_that_surely_did_nothing(self, fault, times):
        kind = int(fault) if fault.isdigit() else fault
        self.simulator.faults.next("messages.send_to_user", kind, times=times)
        self.send()
        self.simulator.faults.clear()

    @rule(fault=st.sampled_from(UNKNOWN), carried_out=st.booleans())
    def sends_under_a_fault_that_may_have_acted(self, fault, carried_out):
        kind = int(fault) if fault.isdigit() else fault
        self.simulator.faults.next("messages.send_to_user", kind, carried_out=carried_out)
        self.send()

    @rule(fault=st.sampled_from(sorted(REFUSED)))
    def sends_and_is_refused(self, fault):
        self.simulator.faults.next("messages.send_to_user", int(fault))
        self.send()

    @rule()
    def reads(self):
        assert self.works.users.get(USER).email == USER

    @rule(fault=st.sampled_from([*UNKNOWN, *SAFE]))
    def reads_under_a_fault(self, fault):
        kind = int(fault) if fault.isdigit() else fault
        self.simulator.faults.next("users.get", kind)
        assert self.works.users.get(USER).email == USER

    @rule(seconds=st.sampled_from([1, 30, 61, 3600, 90_000]))
    def time_passes(self, seconds):
        self.clock.advance(seconds)

    @invariant()
    def what_is_told_agrees_with_what_arrived(self):
        arrived = [message.content["text"] for message in self.simulator.sent]
        assert self.sure <= set(arrived)
        assert not self.refused & set(arrived)
        if self.guarantee == "at_most_once":
            assert len(arrived) == len(set(arrived))
        else:
            assert max(map(arrived.count, arrived), default=0) <= 3

    def teardown(self):
        self.works.close()


class AtLeastOnce(Together):
    guarantee = "at_least_once"


BRISK = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.parametrize("machine", [Together, AtLeastOnce])
def test_any_order_of_calls_and_faults(machine):
    case = machine.TestCase
    case.settings = BRISK
    case("runTest").runTest()
