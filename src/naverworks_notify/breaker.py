"""The circuit breaker: an outage of the service costs a handful of messages, not all of them.

After a 5xx, a timeout or a reset, nobody knows whether a message arrived. So once a few sends in
a row ended so, further ones are held back, until one caller has found the service alive again.
Everything here is pure: the present moment is an argument.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from attrs import define, field, frozen

from naverworks_notify.errors import InvalidValue
from naverworks_notify.retry import Failure
from naverworks_notify.validation import Violations

__all__ = [
    "Breaker",
    "Change",
    "CircuitState",
    "Circuits",
    "Ending",
    "Entry",
    "Passage",
    "ending_of",
]

# A success older than this says nothing of the service as it is now.
_PROOF_LASTS = 5.0
_SHORTEST_WAIT = 1.0
_MOST_KEPT = 1024


@frozen(kw_only=True)
class Breaker:
    """When sends are held back because the service seems to be down, and for how long.

    Sends that may or may not have arrived (5xx, timeouts, resets) are counted while none to
    anybody succeeds; those to one address, and the tries of one call, count once. Enough of them
    open the circuit of the client id. The circuit of the whole endpoint opens only where several
    client ids are among them, so that one sick customer holds back nobody else. Clients of one
    client id in a process share their circuit.

    While it is open, sends raise `CircuitOpen`: nothing was sent. After a pause one caller tries:
    it reads the bot where the scopes allow that, and then sends; the others wait for what becomes
    of it. Any answer below 500 closes the circuit. Reads and settings are never held back.

    Until a send has succeeded within the last seconds, only as many as would open the circuit are
    on their way at a time. So an outage costs no more than that, however many callers come at
    once.

    Examples:
        >>> Breaker(failures=3, pause=timedelta(seconds=10))
        Breaker(failures=3, clients=3, pause=datetime.timedelta(seconds=10), max_pause=datetime.timedelta(seconds=300))

    Attributes:
        failures: Unconfirmed sends that open a circuit, at least 1.
        clients: Client ids that must be among them before the endpoint's circuit opens.
        pause: How long a circuit stays open before the first try; doubled after each that fails.
        max_pause: Longest pause.
    """

    failures: int = 5
    clients: int = 3
    pause: timedelta = timedelta(seconds=30)
    max_pause: timedelta = timedelta(minutes=5)

    def __attrs_post_init__(self) -> None:
        violations = Violations()
        for name in ("failures", "clients"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                violations.add(name, "positive", "must be an integer of at least 1.")
        for name in ("pause", "max_pause"):
            length = getattr(self, name)
            if not isinstance(length, timedelta) or length <= timedelta():
                violations.add(name, "positive", "must be a positive timedelta.")
        if not violations and self.max_pause < self.pause:
            violations.add("max_pause", "order", "must not be shorter than pause.")
        violations.raise_as(InvalidValue, "This breaker is refused")


class Ending(StrEnum):
    """How one try of a send ended, as far as the service's health is concerned."""

    CONFIRMED = "confirmed"
    ANSWERED = "answered"
    UNCONFIRMED = "unconfirmed"
    UNREACHED = "unreached"
    NOT_TRIED = "not_tried"


_UNCONFIRMED = frozenset(
    {
        Failure.WRITE,
        Failure.READ_TIMEOUT,
        Failure.RESET_AFTER_SENT,
        Failure.INTERNAL_ERROR,
        Failure.BAD_GATEWAY,
        Failure.UNAVAILABLE,
        Failure.OTHER_SERVER_ERROR,
    }
)
_UNREACHED = frozenset({Failure.CONNECT, Failure.TLS, Failure.POOL, Failure.RESET_BEFORE_SENT})


def ending_of(failure: Failure | None, *, reused: bool = False) -> Ending:
    """Return what a failure says of the service's health.

    Args:
        failure: How the try failed; None for a success.
        reused: Whether it was sent on a connection that had been idle. A server closes such ones
            in good health, so a reset there is no sign of an outage.
    """
    if failure is None:
        return Ending.CONFIRMED
    if reused and failure in (Failure.RESET_AFTER_SENT, Failure.WRITE):
        return Ending.NOT_TRIED
    if failure in _UNCONFIRMED:
        return Ending.UNCONFIRMED
    return Ending.UNREACHED if failure in _UNREACHED else Ending.ANSWERED


class Entry(StrEnum):
    """What a send may do. `WAIT` lasts until another one has ended."""

    GO = "go"
    TRY = "try"
    WAIT = "wait"
    REFUSED = "refused"


class CircuitState(StrEnum):
    """Whether sends are held back."""

    OPEN = "open"
    CLOSED = "closed"


@frozen
class Change:
    """What the ending of a send did to a circuit.

    Attributes:
        whole: Whether it is the circuit of the whole endpoint, not that of one client id.
        state: What it is now; it is `open` anew after a try that failed.
        pause: Seconds until the next try; 0 for a closed one.
    """

    whole: bool
    state: CircuitState
    pause: float = 0.0


@define(eq=False)
class Passage:
    """One send on its way through the circuits.

    Attributes:
        operation: Name of the endpoint.
        client_id: Whose it is.
        address: What tells its address from others.
        rules: What its client goes by.
        tries: The circuit for which it finds out whether the service is back, or None.
        under_way: Whether it takes one of the places of those under way.
        counted: Whether one of its tries was counted already.
    """

    operation: str
    client_id: str
    address: int
    rules: Breaker
    tries: object = None
    under_way: bool = False
    counted: bool = False


@define(eq=False)
class _Circuit:
    failed: set[tuple[str, int]] = field(factory=set)
    # When it may be tried again; None while it is closed.
    due: float | None = None
    pause: float = 0.0
    tried_by: str | None = None
    being_tried: bool = False

    def open(self, pause: float, now: float) -> None:
        self.pause = pause
        self.due = now + pause
        self.being_tried = False

    def close(self) -> None:
        self.failed.clear()
        self.due = None
        self.tried_by = None
        self.being_tried = False


@define(eq=False)
class _Client(_Circuit):
    under_way: int = 0
    proven: int = 0
    confirmed_at: float | None = None

    def may_start(self, rules: Breaker, now: float) -> int:
        """Return how many more may be under way."""
        if self.confirmed_at is None or now - self.confirmed_at > _PROOF_LASTS:
            self.proven = 0
        most = max(1, rules.failures - len(self.failed)) + self.proven
        return most - self.under_way

    @property
    def is_idle(self) -> bool:
        return self.due is None and not self.failed and not self.under_way


class Circuits:
    """What is known of the health of one API endpoint: for each client id, and for all together.

    Not thread-safe; pure but for its own state.
    """

    __slots__ = ("_all", "_clients", "_sweep_at")

    def __init__(self) -> None:
        self._all = _Circuit()
        self._clients: dict[str, _Client] = {}
        self._sweep_at = _MOST_KEPT

    def enter(self, passage: Passage, now: float) -> tuple[Entry, float]:
        """Return what a send may do, and for `REFUSED` in how many seconds to come again."""
        circuit = self._open_for(passage.client_id)
        if circuit is None:
            return Entry.GO, 0.0
        if circuit.being_tried:
            return Entry.WAIT, _SHORTEST_WAIT
        due = circuit.due or 0.0
        if circuit is self._all and circuit.tried_by == passage.client_id:
            # Somebody else first: the one that tried last may be sick for reasons of its own.
            due += circuit.pause
        if now < due:
            return Entry.REFUSED, max(due - now, _SHORTEST_WAIT)
        passage.tries = circuit
        circuit.being_tried = True
        circuit.tried_by = passage.client_id
        return Entry.TRY, 0.0

    def start(self, passage: Passage, now: float) -> tuple[Entry, float]:
        """Return whether the first byte may leave; `GO` takes a place among those under way."""
        seconds = self.refuses(passage, now)
        if seconds:
            return Entry.REFUSED, seconds
        client = self._client(passage.client_id)
        if client.may_start(passage.rules, now) <= 0 and passage.tries is None:
            return Entry.WAIT, 0.0
        self.begin(passage)
        return Entry.GO, 0.0

    def refuses(self, passage: Passage, now: float) -> float:
        """Return in how many seconds a send that has entered may come again; 0 where it goes on."""
        circuit = None if passage.tries is not None else self._open_for(passage.client_id)
        if circuit is None:
            return 0.0
        return max((circuit.due or 0.0) - now, _SHORTEST_WAIT)

    def begin(self, passage: Passage) -> None:
        """Take a place among those under way."""
        self._client(passage.client_id).under_way += 1
        passage.under_way = True

    def is_open(self, client_id: str) -> bool:
        """Return whether sends of a client id are held back."""
        return self._open_for(client_id) is not None

    def room(self, client_id: str, rules: Breaker, now: float) -> int:
        """Return how many more sends of a client id may start."""
        client = self._clients.get(client_id)
        return rules.failures if client is None else client.may_start(rules, now)

    def end(self, passage: Passage, ending: Ending, now: float) -> tuple[Change, ...]:
        """Note how a try ended, and return what changed by it."""
        client = self._client(passage.client_id)
        if passage.under_way:
            client.under_way -= 1
            passage.under_way = False
        tried, passage.tries = passage.tries, None
        if ending is Ending.CONFIRMED:
            client.confirmed_at = now
            client.proven += 1
        if ending is Ending.CONFIRMED or (tried is not None and ending is Ending.ANSWERED):
            return self._close(client, now)
        if isinstance(tried, _Circuit) and tried.being_tried:
            return self._end_try(tried, passage.rules, ending, now)
        if ending is Ending.UNCONFIRMED:
            client.proven = 0
            if not passage.counted:
                passage.counted = True
                return self._count(passage, client, now)
        return ()

    def _close(self, client: _Client, now: float) -> tuple[Change, ...]:
        changes = []
        if client.due is not None:
            changes.append(Change(whole=False, state=CircuitState.CLOSED))
        if self._all.due is not None:
            changes.append(Change(whole=True, state=CircuitState.CLOSED))
            # What opened the others was the outage of all, most likely.
            for other in self._clients.values():
                if other.due is not None:
                    other.due = min(other.due, now)
        client.close()
        self._all.close()
        return tuple(changes)

    def _end_try(
        self, tried: _Circuit, rules: Breaker, ending: Ending, now: float
    ) -> tuple[Change, ...]:
        if ending is Ending.NOT_TRIED:
            tried.being_tried = False
            tried.tried_by = None
            return ()
        tried.open(min(tried.pause * 2, rules.max_pause.total_seconds()), now)
        return (Change(tried is self._all, CircuitState.OPEN, tried.pause),)

    def _count(self, passage: Passage, client: _Client, now: float) -> tuple[Change, ...]:
        rules = passage.rules
        mark = (passage.client_id, passage.address)
        changes = []
        for circuit, clients in ((client, 1), (self._all, rules.clients)):
            if circuit.due is not None:
                continue
            if len(circuit.failed) < _MOST_KEPT:
                circuit.failed.add(mark)
            if (
                len(circuit.failed) >= rules.failures
                and len({client_id for client_id, _ in circuit.failed}) >= clients
            ):
                circuit.open(rules.pause.total_seconds(), now)
                changes.append(Change(circuit is self._all, CircuitState.OPEN, circuit.pause))
        return tuple(changes)

    def _open_for(self, client_id: str) -> _Circuit | None:
        if self._all.due is not None:
            return self._all
        client = self._clients.get(client_id)
        return client if client is not None and client.due is not None else None

    def _client(self, client_id: str) -> _Client:
        client = self._clients.get(client_id)
        if client is None:
            if len(self._clients) >= self._sweep_at:
                kept = {key: one for key, one in self._clients.items() if not one.is_idle}
                self._clients = kept
                # Where most are busy, not again for each one more.
                self._sweep_at = max(2 * len(kept), _MOST_KEPT)
            client = self._clients[client_id] = _Client()
        return client
