"""Spans and metrics for OpenTelemetry, made of the client's hooks and the notifier's reports.

Needs the extra `otel`, which is the API of OpenTelemetry alone; without an SDK set up by the
application all of it does nothing. Nothing else in this package loads it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TypedDict, TypeVar

from naverworks_notify.auth import OnToken, TokenDetails
from naverworks_notify.client import (
    CircuitDetails,
    OnCircuit,
    OnRequest,
    OnRetry,
    OnWait,
    RequestDetails,
    RetryDetails,
    WaitDetails,
)
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.extras import needs
from naverworks_notify.notifier import Report, Result

with needs("otel", "naverworks_notify.telemetry"):
    from opentelemetry import metrics, trace

__all__ = ["Hooks", "Telemetry"]

Told = TypeVar("Told", Report, Result)

_SCOPE = "naverworks_notify"
_Attributes = Mapping[str, str | int | None]


class Hooks(TypedDict):
    """The hooks of a client, by the names of its options."""

    on_request: OnRequest
    on_retry: OnRetry
    on_wait: OnWait
    on_circuit: OnCircuit
    on_token: OnToken


class Telemetry:
    """Reports a client and a notifier to OpenTelemetry.

    Spans are `naverworks.send` for each HTTP request that sends a message, `naverworks.request` for
    any other and `naverworks.token.refresh` for each access token that was needed, had or not;
    each is made when its work is over, below the span that is current on the thread or task that
    does it. Metrics are `naverworks.results` (counted by
    status and reason), `naverworks.retries`, `naverworks.circuit.changes` (counted by scope and
    state), `naverworks.tokens` (counted by reason, source and error: alarm on a dead key by it),
    `naverworks.request.duration` and `naverworks.limiter.wait`, in seconds.

    They carry ids only. Names, addresses, contents and tokens are never in them; an id that holds
    an `@` is left out, as it may be an address. Does no IO of its own; safe to share between
    threads, tasks, clients and notifiers.

    Examples:
        >>> import naverworks_notify as nw
        >>> from naverworks_notify.testing import Simulator
        >>> simulator = Simulator(users=["doyoon@example.com"])
        >>> telemetry = Telemetry()
        >>> with nw.Client(
        ...     simulator.account,
        ...     bot_id=simulator.bot_id,
        ...     transport=simulator.transport(),
        ...     **telemetry.hooks,
        ... ) as works:
        ...     works.messages.send_to_user("doyoon@example.com", nw.messages.Text("Hi"))

    Args:
        tracer_provider: Where spans go; the application's global provider by default.
        meter_provider: Where metrics go; the application's global provider by default.
        attributes: What every span and every measurement bears besides, such as the name of the
            service or of the environment. Each value makes series of its own, so put no ids here.

    Raises:
        InvalidValue: An attribute is no text or integer under a name.
    """

    def __init__(
        self,
        *,
        tracer_provider: trace.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
        attributes: Mapping[str, str | int] | None = None,
    ) -> None:
        self._own = _checked(attributes)
        self._tracer = trace.get_tracer(_SCOPE, tracer_provider=tracer_provider)
        meter = metrics.get_meter(_SCOPE, meter_provider=meter_provider)
        self._results = meter.create_counter(
            "naverworks.results", "{result}", "Results of the notifier: one per alert and person."
        )
        self._retries = meter.create_counter(
            "naverworks.retries", "{retry}", "Attempts that failed and were repeated."
        )
        self._circuits = meter.create_counter(
            "naverworks.circuit.changes",
            "{change}",
            "Circuits that opened, stayed open after a try, or closed.",
        )
        self._tokens = meter.create_counter(
            "naverworks.tokens", "{token}", "Access tokens that were needed, had or not."
        )
        self._duration = meter.create_histogram(
            "naverworks.request.duration", "s", "From the first byte out to the last byte in."
        )
        self._wait = meter.create_histogram(
            "naverworks.limiter.wait", "s", "Expected wait for a place in the rate budget."
        )

    @property
    def hooks(self) -> Hooks:
        """The hooks for a client: `Client(account, **telemetry.hooks)`."""
        return Hooks(
            on_request=self._on_request,
            on_retry=self._on_retry,
            on_wait=self._on_wait,
            on_circuit=self._on_circuit,
            on_token=self._on_token,
        )

    def record(self, told: Told) -> Told:
        """Count what a notifier reports, and note each result on the current span.

        Args:
            told: A report, or the result of `deliver`.

        Returns:
            The same, so that a call can be wrapped.
        """
        for result in _results_of(told):
            self._count(result)
        return told

    def _count(self, result: Result) -> None:
        delivery, error = result.delivery, result.error
        told: dict[str, str | int | None] = {
            "naverworks.status": result.status.value,
            "naverworks.reason": result.reason,
            "naverworks.catalog_id": None if delivery is None else delivery.catalog_id,
            "error.type": None if error is None else type(error).__name__,
        }
        self._results.add(1, self._with(told))
        ids: dict[str, str | int | None] = {
            "naverworks.event_id": None if delivery is None else _id(delivery.event_id),
            "naverworks.person_id": _id(result.person_id),
        }
        trace.get_current_span().add_event("naverworks.result", self._with(told | ids))

    def _on_request(self, details: RequestDetails) -> None:
        told: dict[str, str | int | None] = {
            "naverworks.operation": details.operation,
            "http.request.method": details.method,
            "http.response.status_code": details.status,
            "error.type": details.failure,
        }
        self._duration.record(details.duration.total_seconds(), self._with(told))
        more: dict[str, str | int | None] = {
            "url.template": details.template,
            "naverworks.attempt": details.attempt,
            "naverworks.client_id": details.client_id or None,
            "naverworks.request_id": details.request_id,
        }
        sends = details.operation.startswith("messages.")
        self._span(
            "naverworks.send" if sends else "naverworks.request",
            details.duration,
            told | more,
            failure=details.failure,
        )

    def _on_retry(self, details: RetryDetails) -> None:
        told = {"naverworks.operation": details.operation, "error.type": details.failure}
        self._retries.add(1, self._with(told))

    def _on_wait(self, details: WaitDetails) -> None:
        self._wait.record(
            details.estimate.total_seconds(),
            self._with({"naverworks.operation": details.operation}),
        )

    def _on_circuit(self, details: CircuitDetails) -> None:
        told = {
            "naverworks.circuit.scope": details.scope,
            "naverworks.circuit.state": details.state,
        }
        self._circuits.add(1, self._with(told))

    def _on_token(self, details: TokenDetails) -> None:
        told = {
            "naverworks.token.reason": details.reason.value,
            "naverworks.token.source": details.source.value,
            "error.type": details.failure,
        }
        self._tokens.add(1, self._with(told))
        self._span(
            "naverworks.token.refresh",
            details.took,
            told | {"naverworks.client_id": details.client_id},
            failure=details.failure,
        )

    def _with(self, attributes: _Attributes) -> dict[str, str | int]:
        return {**self._own, **_present(attributes)}

    def _span(
        self,
        name: str,
        took: timedelta,
        attributes: _Attributes,
        *,
        failure: str | None = None,
    ) -> None:
        end = time.time_ns()
        span = self._tracer.start_span(
            name,
            kind=trace.SpanKind.CLIENT,
            attributes=self._with(attributes),
            start_time=end - round(took.total_seconds() * 1e9),
        )
        if failure is not None:
            span.set_status(trace.StatusCode.ERROR, failure)
        span.end(end)


def _results_of(told: Report | Result) -> tuple[Result, ...]:
    return told.results if isinstance(told, Report) else (told,)


def _checked(attributes: object) -> dict[str, str | int]:
    if attributes is None:
        return {}
    if isinstance(attributes, Mapping):
        own = dict(attributes)
        if all(isinstance(name, str) and isinstance(own[name], (str, int)) for name in own):
            return own
    told = Violation("attributes", "type", "must be a mapping of names to text or integers.")
    raise InvalidValue(violations=(told,))


def _present(attributes: _Attributes) -> dict[str, str | int]:
    return {name: value for name, value in attributes.items() if value is not None}


def _id(value: str) -> str | None:
    return None if "@" in value else value
