"""Spans and metrics, as an SDK collects them from a client and a notifier at the simulator."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

import naverworks_notify as nw
from naverworks_notify import alerts, policy
from naverworks_notify.client import RequestDetails, WaitDetails
from naverworks_notify.notifier import Result
from naverworks_notify.telemetry import Telemetry
from naverworks_notify.testing import ManualClock, Simulator

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
EMAIL = "doyoon@example.com"


class Collected:
    """A telemetry, and what an application's SDK got from it."""

    def __init__(self, **options) -> None:
        self._spans = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.tracer = provider.get_tracer("application")
        self.telemetry = Telemetry(
            tracer_provider=provider,
            meter_provider=MeterProvider([self._reader]),
            **options,
        )

    def spans(self, name):
        return [span for span in self._spans.get_finished_spans() if span.name == name]

    def points(self, name):
        data = self._reader.get_metrics_data()
        found = [] if data is None else data.resource_metrics[0].scope_metrics[0].metrics
        return [point for one in found if one.name == name for point in one.data.data_points]

    def everything(self) -> str:
        data = self._reader.get_metrics_data()
        return "".join(span.to_json() for span in self._spans.get_finished_spans()) + data.to_json()


@pytest.fixture
def collected() -> Collected:
    return Collected()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def simulator(clock) -> Simulator:
    return Simulator(clock=clock, users=[EMAIL, "jiho@example.com"])


@pytest.fixture
def works(simulator, clock, collected):
    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        transport=simulator.transport(),
        clock=clock,
        **collected.telemetry.hooks,
    ) as client:
        yield client


def test_a_send_is_a_span_below_the_current_one(works, collected):
    with collected.tracer.start_as_current_span("mine") as mine:
        works.messages.send_to_user(EMAIL, nw.messages.Text("비밀 이야기"))
    (send,) = collected.spans("naverworks.send")
    assert send.kind is SpanKind.CLIENT
    assert send.status.status_code is StatusCode.UNSET
    assert send.parent.span_id == mine.get_span_context().span_id
    assert {
        "naverworks.operation": "messages.send_to_user",
        "http.request.method": "POST",
        "http.response.status_code": 201,
        "url.template": "/bots/{botId}/users/{userId}/messages",
        "naverworks.attempt": 1,
    }.items() <= dict(send.attributes).items()
    (token,) = collected.spans("naverworks.token.refresh")
    assert token.attributes["naverworks.token.reason"] == "cold"
    assert token.attributes["naverworks.token.source"] == "exchange"
    assert collected.spans("naverworks.request") == []


def test_other_calls_are_spans_of_another_name(works, collected):
    works.users.get(EMAIL)
    (span,) = collected.spans("naverworks.request")
    assert span.attributes["naverworks.operation"] == "users.get"
    assert collected.spans("naverworks.send") == []


def test_every_attempt_is_a_span_and_a_repeat_is_counted(works, simulator, collected):
    simulator.faults.next("messages.send_to_user", 429)
    works.messages.send_to_user(EMAIL, nw.messages.Text("x"))
    first, second = collected.spans("naverworks.send")
    assert first.status.status_code is StatusCode.ERROR
    assert first.attributes["error.type"] == "429"
    assert (first.attributes["naverworks.attempt"], second.attributes["naverworks.attempt"]) == (
        1,
        2,
    )
    (retry,) = collected.points("naverworks.retries")
    assert retry.value == 1
    assert dict(retry.attributes) == {
        "naverworks.operation": "messages.send_to_user",
        "error.type": "429",
    }
    durations = collected.points("naverworks.request.duration")
    assert sorted(point.attributes["http.response.status_code"] for point in durations) == [
        201,
        429,
    ]


def test_a_span_is_as_long_as_the_work_was(collected):
    collected.telemetry.hooks["on_request"](
        RequestDetails(
            operation="messages.send_to_user",
            method="POST",
            template="/x",
            attempt=1,
            status=None,
            failure="read_timeout",
            duration=timedelta(seconds=2.5),
            request_id=None,
        )
    )
    (span,) = collected.spans("naverworks.send")
    assert span.end_time - span.start_time == 2_500_000_000
    assert "http.response.status_code" not in span.attributes
    (point,) = collected.points("naverworks.request.duration")
    assert point.sum == 2.5


def test_an_exchange_that_fails_is_a_span_without_a_secret(works, simulator, collected):
    simulator.faults.next("tokens.issue", 401)
    with pytest.raises(nw.AuthError):
        works.users.get(EMAIL)
    (token,) = collected.spans("naverworks.token.refresh")
    assert token.status.status_code is StatusCode.ERROR
    assert dict(token.attributes) == {
        "naverworks.client_id": simulator.account.client_id,
        "naverworks.token.reason": "cold",
        "naverworks.token.source": "exchange",
        "error.type": "AuthError",
    }
    for secret in (simulator.client_secret, "PRIVATE KEY", "assertion"):
        assert secret not in token.to_json()
    (point,) = collected.points("naverworks.tokens")
    assert point.value == 1
    # The app is on the span alone: as a label it would make a series for each customer.
    assert dict(point.attributes) == {
        "naverworks.token.reason": "cold",
        "naverworks.token.source": "exchange",
        "error.type": "AuthError",
    }


def test_a_wait_for_the_budget_is_measured(collected):
    collected.telemetry.hooks["on_wait"](
        WaitDetails(operation="messages.send_to_user", estimate=timedelta(seconds=1.5))
    )
    (point,) = collected.points("naverworks.limiter.wait")
    assert point.sum == 1.5
    assert dict(point.attributes) == {"naverworks.operation": "messages.send_to_user"}


def test_the_client_tells_of_its_waits(simulator, clock, collected):
    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        transport=simulator.transport(),
        clock=clock,
        limiter=nw.RateBudget(per_minute=2),
        **collected.telemetry.hooks,
    ) as client:
        for _ in range(3):
            client.messages.send_to_user(EMAIL, nw.messages.Text("x"))
    (point,) = collected.points("naverworks.limiter.wait")
    assert point.count == 1
    assert 0 < point.sum <= 61


def mention(event_id: str = "ev-1") -> alerts.Alert:
    return alerts.TeamChatMentioned(
        event_id=event_id,
        occurred_at=NOW,
        candidate=alerts.Candidate(id="c-1", name="김하늘"),
        author=alerts.Person(id="u-9", name="박서연"),
        assignee_ids=("u-2", "jiho@example.com", "u-4"),
    )


PEOPLE = (
    policy.Person(id="u-2", name="이도윤", email=EMAIL),
    policy.Person(id="jiho@example.com", name="최지호", email="jiho@example.com"),
    policy.Person(id="u-4", name="정유나", email=None),
    policy.Person(id="u-5", name="한서준", email="seojun@example.com"),
)


def test_a_report_is_counted_by_status_and_noted_person_by_person(works, simulator, collected):
    simulator.faults.always(
        "messages.*", 403, when=lambda head: head.parameters.get("user_id") == "jiho@example.com"
    )
    with collected.tracer.start_as_current_span("mine"):
        report = collected.telemetry.record(nw.Notifier(works).notify(mention(), PEOPLE))
    counted = {
        point.attributes["naverworks.status"]: (
            point.value,
            point.attributes["naverworks.reason"],
            point.attributes.get("error.type"),
        )
        for point in collected.points("naverworks.results")
    }
    assert counted == {
        "sent": (1, "addressed", None),
        "failed": (1, "addressed", "Forbidden"),
        "unmatched": (1, "no_address", None),
        "suppressed": (1, "not_addressed", None),
    }
    assert {str(result.status) for result in report.results} == set(counted)
    (mine,) = collected.spans("mine")
    assert [event.attributes.get("naverworks.person_id") for event in mine.events] == [
        "u-2",
        None,
        "u-4",
        "u-5",
    ]
    assert mine.events[0].attributes["naverworks.event_id"] == "ev-1"
    assert len(collected.spans("naverworks.send")) == 2


@pytest.mark.parametrize(
    "status", ["sent", "failed", "unknown", "suppressed", "deferred", "digested"]
)
def test_each_status_is_counted_under_its_name(collected, status):
    decision = policy.decide(mention(), PEOPLE[:1], now=NOW)[0]
    result = Result(person_id="u-2", status=nw.notifier.Status(status), decision=decision)
    assert collected.telemetry.record(result) is result
    (point,) = collected.points("naverworks.results")
    assert (point.value, point.attributes["naverworks.status"]) == (1, status)


def test_nothing_tells_of_people_or_contents(works, simulator, collected):
    simulator.faults.next("messages.send_to_user", "timeout")
    with collected.tracer.start_as_current_span("mine"):
        collected.telemetry.record(nw.Notifier(works).notify(mention(), PEOPLE))
        works.users.get(EMAIL)
    told = collected.everything()
    assert "naverworks.send" in told
    for secret in ("example.com", "%40", "이도윤", "최지호", "김하늘", "박서연", "Bearer"):
        assert secret not in told


def test_tasks_are_told_of_alike(simulator, clock, collected):
    async def main() -> None:
        async with nw.AsyncClient(
            simulator.account,
            bot_id=simulator.bot_id,
            transport=simulator.transport(),
            clock=clock,
            **collected.telemetry.hooks,
        ) as client:
            collected.telemetry.record(await nw.AsyncNotifier(client).notify(mention(), PEOPLE))

    asyncio.run(main())
    assert len(collected.spans("naverworks.send")) == 2
    assert sum(point.value for point in collected.points("naverworks.results")) == 4


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_nothing_loads_it_unasked():
    assert (
        run(
            "import sys; from naverworks_notify import Client, Notifier;"
            "print(any(name.startswith('opentelemetry') for name in sys.modules))"
        )
        == "False"
    )


def test_only_the_api_is_needed():
    assert (
        run(
            "import sys; from naverworks_notify.telemetry import Telemetry; Telemetry();"
            "print(any(name.startswith('opentelemetry.sdk') for name in sys.modules))"
        )
        == "False"
    )


def test_without_it_the_error_names_the_extra():
    told = run(
        "import sys; sys.modules['opentelemetry'] = None\n"
        "try: import naverworks_notify.telemetry\n"
        "except ImportError as error: print(error)"
    )
    assert told.startswith(
        "naverworks_notify.telemetry needs opentelemetry, which is not installed"
    )
    assert 'pip install "naverworks-notify[otel]"' in told


def test_attributes_of_the_application_are_on_everything():
    collected = Collected(attributes={"deployment.environment": "staging"})
    simulator = Simulator(users=[EMAIL])
    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        transport=simulator.transport(),
        **collected.telemetry.hooks,
    ) as works:
        works.messages.send_to_user(EMAIL, nw.messages.Text("Hi"))
    (span,) = collected.spans("naverworks.send")
    assert span.attributes["deployment.environment"] == "staging"
    (point,) = collected.points("naverworks.request.duration")
    assert point.attributes["deployment.environment"] == "staging"


@pytest.mark.parametrize("given", [3, "a=b", ["a"], {"a": None}, {"a": 1.5}, {3: "a"}])
def test_attributes_that_are_none_are_refused(given):
    with pytest.raises(nw.InvalidValue, match="attributes"):
        Telemetry(attributes=given)


def test_circuits_are_counted_and_spans_name_the_app(works, simulator, clock, collected):
    simulator.faults.always("messages.send_to_user", status=503)
    for number in range(7):
        with pytest.raises(nw.NaverWorksError):
            works.messages.send_to_user(f"u-{number}", nw.messages.Text("Hi"))
    simulator.faults.clear()
    clock.advance(timedelta(seconds=31))
    works.messages.send_to_user(EMAIL, nw.messages.Text("Hi"))
    told = {
        (point.attributes["naverworks.circuit.state"], point.value)
        for point in collected.points("naverworks.circuit.changes")
    }
    assert told == {("open", 1), ("closed", 1)}
    span = collected.spans("naverworks.send")[0]
    assert span.attributes["naverworks.client_id"] == simulator.account.client_id
    for point in collected.points("naverworks.request.duration"):
        assert "naverworks.client_id" not in point.attributes
