"""Client and simulator driven together through arbitrary histories, against a small model.

Whatever happens, a send that returned has arrived exactly once, a refused one has not arrived, an
unknown one arrived at most once, and the client never draws a 429 by its own doing.
"""

from __future__ import annotations

import asyncio
import inspect
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import naverworks_notify as nw
from naverworks_notify.testing import ManualClock, Simulator

PEOPLE = [f"user{i}@example.com" for i in range(4)]
people = st.sampled_from(PEOPLE)

REFUSALS = {"suspended": nw.Forbidden, "deleted": nw.Gone, "removed": nw.NotFound}
# Trouble in which the service surely did nothing: repeated until it succeeds.
HARMLESS = ["connect", "connect_timeout", "token_killed", 429]
# Trouble after the bytes left: nobody can know.
UNKNOWN = ["timeout", "disconnect", 500, 503]


class History(RuleBasedStateMachine):
    """One client over one simulator, and what must be true of both."""

    client_class: type = nw.Client

    def __init__(self):
        super().__init__()
        self.clock = ManualClock(datetime(2026, 3, 2, 1, tzinfo=UTC))
        self.simulator = Simulator(clock=self.clock, users=PEOPLE, per_minute=60)
        self.states = dict.fromkeys(PEOPLE, "in use")
        self.arrived = 0
        self.loop = asyncio.new_event_loop()
        self.works = None
        self.start()

    def start(self):
        simulator = self.simulator
        self.works = self.client_class(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            clock=self.clock,
            limiter=nw.RateBudget(per_minute=60, window=timedelta(seconds=60)),
            retry=nw.RetryPolicy(attempts=3, max_wait=timedelta(minutes=5)),
        )

    def run(self, made):
        return self.loop.run_until_complete(made) if inspect.isawaitable(made) else made

    def send(self, person):
        self.run(self.works.messages.send_to_user(person, nw.messages.Text("x")))

    @rule(person=people)
    def send_plainly(self, person):
        refusal = REFUSALS.get(self.states[person])
        if refusal is None:
            self.send(person)
            self.arrived += 1
        else:
            with pytest.raises(refusal):
                self.send(person)

    @rule(person=people, fault=st.sampled_from(HARMLESS), times=st.integers(1, 2))
    def send_through_harmless_trouble(self, person, fault, times):
        # A token is replaced once; a second 401 in a row is the caller's to see.
        times = 1 if fault == "token_killed" else times
        self.simulator.faults.next("messages.*", fault, times=times)
        self.send_plainly(person)
        assert self.simulator.faults.pending == 0

    @rule(person=people, fault=st.sampled_from(UNKNOWN), carried_out=st.booleans())
    def send_into_the_unknown(self, person, fault, carried_out):
        # A dead token would keep the service from carrying it out.
        self.walk()
        self.simulator.faults.next("messages.*", fault, carried_out=carried_out)
        with pytest.raises(nw.DeliveryUnknown):
            self.send(person)
        self.arrived += carried_out and self.states[person] == "in use"
        assert self.simulator.faults.pending == 0

    @rule(person=people, status=st.sampled_from([400, 403, 404, 409, 410]))
    def send_into_a_refusal(self, person, status):
        self.simulator.faults.next("messages.*", status)
        with pytest.raises(nw.ApiError) as refused:
            self.send(person)
        assert refused.value.status == status

    @rule(person=people, state=st.sampled_from(["in use", *REFUSALS]))
    def change_a_person(self, person, state):
        if state == "removed" and self.states[person] != "removed":
            self.simulator.remove_user(person)
        elif state != "removed":
            self.simulator.add_user({"email": person, f"is{state.title()}": True})
        self.states[person] = state

    @rule(status=st.sampled_from([None, 500, 503, "timeout", "truncated"]))
    def walk_the_directory(self, status):
        # Reads may be repeated on any of these.
        if status is not None:
            self.simulator.faults.next("users.list", status)
        found = {user.email for user in self.walk()}
        assert found == {person for person, state in self.states.items() if state != "removed"}

    def walk(self):
        listed = self.works.users.list()
        if not hasattr(listed, "__aiter__"):
            return list(listed)

        async def collect():
            return [user async for user in listed]

        return self.run(collect())

    @rule()
    def kill_tokens(self):
        self.simulator.kill_tokens()

    @rule(seconds=st.integers(1, 4000))
    def let_time_pass(self, seconds):
        self.clock.advance(seconds)

    @rule(count=st.integers(2, 30))
    def burst(self, count):
        person = next((p for p, state in self.states.items() if state == "in use"), None)
        for _ in range(count if person else 0):
            self.send_plainly(person)

    @rule()
    def rotate_the_key_and_start_anew(self):
        self.simulator.rotate_key()
        self.end()
        self.start()

    @precondition(lambda self: all(state == "in use" for state in self.states.values()))
    @rule()
    def the_old_key_is_rejected_by_name(self):
        self.simulator.rotate_key()
        self.simulator.kill_tokens()
        before = self.simulator.tokens.issued
        with pytest.raises(nw.PrivateKeyRejected):
            self.send(PEOPLE[0])
        assert self.simulator.tokens.issued == before
        self.end()
        self.start()

    @invariant()
    def what_arrived_is_what_the_model_says(self):
        assert len(self.simulator.sent) == self.arrived

    @invariant()
    def no_429_of_our_own_doing(self):
        assert self.simulator.throttled == 0

    def end(self):
        close = getattr(self.works, "aclose", None) or self.works.close
        self.run(close())

    def teardown(self):
        self.end()
        self.loop.close()


class AsyncHistory(History):
    """The same with the async client."""

    client_class = nw.AsyncClient


TestSync = pytest.mark.timeout(110)(History.TestCase)
TestAsync = pytest.mark.timeout(110)(AsyncHistory.TestCase)
TestSync.settings = TestAsync.settings = settings(
    max_examples=12, stateful_step_count=15, deadline=None
)
