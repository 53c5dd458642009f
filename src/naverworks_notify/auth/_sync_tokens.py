# Generated from auth/_async_tokens.py by scripts/generate_sync.py; change that one.
"""The tokens of one account: always a usable one, and as few exchanges as possible."""

from __future__ import annotations

import copy
from datetime import timedelta
from functools import partial

from naverworks_notify.auth._account import ServiceAccount
from naverworks_notify.auth._endpoints import Endpoints
from naverworks_notify.auth._exchange import advance, exchange, refused_revocation, revocations
from naverworks_notify.auth._flights import Abandoned, Flight, Flights
from naverworks_notify.auth._hooks import (
    OnToken,
    Send,
    TokenDetails,
    TokenReason,
    TokenSource,
)
from naverworks_notify.auth._signer import Signer
from naverworks_notify.auth._state import (
    Held,
    Refusal,
    Spent,
    adoptable,
    is_final,
    refreshable,
    unusable_tokens,
)
from naverworks_notify.auth._stores import MemoryTokenStore, TokenStore, store_key
from naverworks_notify.auth._token import AccessToken, Freshness, RefreshWindows
from naverworks_notify.auth._workers import Worker
from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.errors import AuthError, InvalidPrivateKey, InvalidValue, Violation
from naverworks_notify.logs import logger_of
from naverworks_notify.wire import Request

__all__ = ["Tokens"]

_log = logger_of("auth")

# How long the caller who starts a refresh ahead of time waits for it before going on with the
# token in hand: long enough for the usual exchange, too short to be felt.
_GLANCE_S = 0.25
# How long anyone waits for another's exchange before starting one: more than every timeout in it.
_PATIENCE_S = 150.0
_REPLACEMENTS = 3
# How long a refusal is taken for granted.
_REFUSAL_S = 60.0
_REFUSED_IN_A_ROW = 3


class Tokens:
    """Gives out the access token of one account, and has it replaced in time.

    However many threads, tasks and event loops ask, one exchange is made; with a shared store,
    one for all processes. A token that is fresh is returned without a lock and without IO. Within
    the advisory window it is returned too, while one refresh runs in the background; a refresh
    that hangs or fails harms nobody who holds a usable token. Past that, callers wait for the one
    exchange, and get its error if it fails. A refusal of the service is remembered for a minute
    and raised again at once, so that a dead key does not cost a request per message; `swap`
    forgets it.

    Safe to share between threads, tasks and event loops, and after a fork. Nothing is retried.

    Args:
        account: For whom.
        endpoints: Where; default `Endpoints()`.
        store: Where tokens are kept; default a `MemoryTokenStore` of its own.
        clock: Where time comes from.
        send: Sends one request; must have a timeout.
        on_token: Told of every token that comes into use, and of every one that could not be had.
        windows: When tokens are replaced.
    """

    __slots__ = (
        "_clock",
        "_endpoints",
        "_flights",
        "_held",
        "_named",
        "_not_before",
        "_on_token",
        "_refusal",
        "_refused_in_a_row",
        "_refused_last",
        "_send",
        "_signer",
        "_spent",
        "_store",
        "_windows",
    )

    def __init__(
        self,
        account: ServiceAccount,
        *,
        endpoints: Endpoints | None = None,
        store: TokenStore | None = None,
        clock: Clock | None = None,
        send: Send,
        on_token: OnToken | None = None,
        windows: RefreshWindows | None = None,
    ) -> None:
        self._signer = Signer(account)
        self._endpoints = Endpoints() if endpoints is None else endpoints
        self._store: TokenStore = MemoryTokenStore() if store is None else store
        self._clock: Clock = SystemClock() if clock is None else clock
        self._send = send
        self._on_token = on_token
        self._windows = RefreshWindows() if windows is None else windows
        self._flights: Flights[AccessToken] = Flights()
        self._held: Held | None = None
        self._named: tuple[Signer, str] | None = None
        self._refusal: Refusal | None = None
        self._not_before: float | None = None
        self._spent = Spent()
        self._refused_in_a_row = 0
        self._refused_last: AccessToken | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(client_id={self._signer.account.client_id!r})"

    @property
    def account(self) -> ServiceAccount:
        """The account in use; another one after `swap`."""
        return self._signer.account

    def get(self) -> AccessToken:
        """Return a usable token, fetching one only if need be.

        Raises:
            AuthError: The service refused, or answered with an error.
            TransportError: The token endpoint could not be reached.
            InvalidResponse: Its answer cannot be read.
        """
        held = self._held
        if held is not None and self._clock.now() < held.advisory_from:
            return held.token
        return self._get_soon(held)

    def replace(self, rejected: AccessToken) -> AccessToken:
        """Return a token other than the one that the service answered with 401.

        Made once for each token, not once for each caller: whoever comes later, and other
        processes on the same store, get the one that is there already.

        Args:
            rejected: The token that was sent.

        Raises:
            AuthError: As for `get`, and so on.
        """
        token = rejected
        self._spent.add(rejected)
        # Bounded, as one may join a flight that began before, and gets the rejected one from it.
        for _ in range(_REPLACEMENTS):
            held = self._held
            if held is not None and self._will_do(held.token, TokenReason.REJECTED):
                return held.token
            token = self._fly(TokenReason.REJECTED, rejected)
            if token not in self._spent:
                break
        return token

    @property
    def refused(self) -> bool:
        """Whether the service's last word was that it does not take this account."""
        return self._refusal is not None and self._refusal.final

    def note_accepted(self) -> None:
        """Take note that the service took a token; ends a row of refused ones."""
        if self._refused_in_a_row:
            self._refused_in_a_row = 0

    def note_refused(self, token: AccessToken) -> None:
        """Take note that the service answered 401 to a token that it had just issued.

        After a few of those in a row, this is remembered for a minute as a refusal is, and raised
        as `Unauthorized`: each would cost an exchange and two calls, and change nothing.
        """
        last = self._refused_last
        if last is not None and last.value == token.value:
            # Told by every call that was under way with it.
            return
        self._refused_last = token
        self._refused_in_a_row += 1
        if self._refused_in_a_row < _REFUSED_IN_A_ROW:
            return
        _log.warning(
            "The service refused %d fresh access tokens of client %s in a row; asking again in "
            "%.0f s.",
            self._refused_in_a_row,
            self._signer.account.client_id,
            _REFUSAL_S,
        )
        self._spent.add(token)
        self._held = None
        self._refusal = Refusal(unusable_tokens(), self._clock.monotonic() + _REFUSAL_S)

    def revoke(self) -> None:
        """Have the service end the token in use, and its refresh token; forget both.

        Does nothing where there is no token. The store's entry is dropped even if the service
        refuses. Whether the service ends tokens at once is not documented.

        Raises:
            AuthError: The service answered with an error.
        """
        account, held = self._signer.account, self._held
        key = self._name_of(self._signer)
        with Worker(self._store) as worker:
            token = worker.get(key)
            if held is not None:
                token = held.token
            self._held = None
            if token is None:
                return
            worker.delete(key)
        for request in revocations(account, self._endpoints, token):
            response = self._send(request)
            refusal = refused_revocation(request, response, account)
            if refusal is not None:
                raise refusal

    @property
    def stored_as(self) -> str:
        """The name of the token's entry in the store; empty for a key that is none."""
        try:
            return self._name_of(self._signer)
        except InvalidPrivateKey:
            return ""

    def forget(self) -> None:
        """Let go of the token, here and in the store, and of the loaded key.

        The service is not told (see `revoke`). A store that blocks is told from another thread.
        """
        self._held = None
        self._signer.drop()
        Worker(self._store).delete_soon(self.stored_as)

    def swap(self, account: ServiceAccount) -> None:
        """Use other key material from now on: another private key, client secret or scopes.

        Takes effect with the next exchange; a token in hand stays in use (whether issuing another
        key ends it is not documented; if it does, it is replaced on the first 401).

        Raises:
            InvalidValue: It is another app, or another app's service account.
        """
        known = self._signer.account
        if (account.client_id, account.service_account_id) != (
            known.client_id,
            known.service_account_id,
        ):
            raise InvalidValue(
                "Key material cannot be swapped in",
                violations=(
                    Violation(
                        "client_id",
                        "same_account",
                        "belongs to another account, which needs a client of its own.",
                    ),
                ),
            )
        self._signer = Signer(account)
        if account.scopes != known.scopes:
            self._held = None
        self._refusal = None
        self._not_before = None
        self._refused_in_a_row = 0

    def close(self) -> None:
        """Stop a background refresh that is a task of this loop; a thread ends by itself."""
        self._flights.close()

    def drop_key(self) -> None:
        """Free the loaded private key (tens of kilobytes); the next exchange loads it again."""
        self._signer.drop()

    def _get_soon(self, held: Held | None) -> AccessToken:
        if held is None or held.phase(self._clock.now()) is Freshness.MANDATORY:
            reason = TokenReason.COLD if held is None else TokenReason.EXPIRED
            return self._fly(reason)
        resting = self._not_before is not None and self._clock.monotonic() < self._not_before
        if not resting:
            signer = self._signer
            flight, leading = self._flights.join(signer)
            if leading:
                lead = partial(self._lead, flight, signer, TokenReason.EXPIRING)
                self._flights.start(flight, lead)
                self._flights.glance(flight, _GLANCE_S)
        newest = self._held
        return held.token if newest is None else newest.token

    def _fly(self, reason: TokenReason, rejected: AccessToken | None = None) -> AccessToken:
        """Wait for the one exchange, leading it if nobody does."""
        while True:
            refusal = self._refusal
            now = self._clock.monotonic()
            if refusal is not None and now < refusal.until:
                raise refusal.again(now)
            signer = self._signer
            flight, leading = self._flights.join(signer)
            if leading:
                lead = partial(self._lead, flight, signer, reason, rejected)
                self._flights.lead(flight, lead)
            try:
                return self._flights.wait(flight, _PATIENCE_S)
            except Abandoned:
                self._flights.clear(flight)

    def _lead(
        self,
        flight: Flight[AccessToken],
        signer: Signer,
        reason: TokenReason,
        rejected: AccessToken | None = None,
    ) -> None:
        """Make the exchange and land the flight; only what is no Exception is raised here."""
        started = self._clock.monotonic()
        try:
            token = self._fetch(signer, reason, rejected, started)
        except Exception as error:  # noqa: BLE001 - everyone who waits for it is given it
            self._note_failure(signer, reason, error)
            self._report(signer, reason, started, failure=type(error).__name__)
            self._flights.clear(flight)
            flight.fail(error)
        except BaseException:
            self._flights.abandon(flight)
            raise
        else:
            # After the token is in place: whoever leads the next flight finds it there.
            self._flights.clear(flight)
            flight.succeed(token)

    def _fetch(
        self, signer: Signer, reason: TokenReason, rejected: AccessToken | None, started: float
    ) -> AccessToken:
        held = self._held
        if held is not None and self._will_do(held.token, reason):
            # Another flight landed between this caller's look and its start.
            return held.token
        if rejected is not None and held is not None and held.token.value == rejected.value:
            # Not given out while this runs.
            self._held = None
        key = self._name_of(signer)
        with Worker(self._store) as worker:
            token = worker.get(key)
            if not self._will_do(token, reason):
                worker.lock(key)
                token = worker.get(key)
            source = TokenSource.STORE
            if token is None or not self._will_do(token, reason):
                source = TokenSource.EXCHANGE
                token = self._exchange(worker, signer, reason, token)
                # The service may give out the same one again.
                self._spent.discard(token)
                worker.set(key, token)
            self._hold(signer, token)
        self._report(signer, reason, started, source=source, token=token)
        return token

    def _exchange(
        self, worker: Worker, signer: Signer, reason: TokenReason, stored: AccessToken | None
    ) -> AccessToken:
        flow = exchange(
            signer.account,
            self._endpoints,
            sign=signer.sign,
            now=self._clock.now,
            previous=refreshable(stored, reason, key_loaded=signer.loaded, now=self._clock.now()),
        )
        step = worker.sign(advance, flow)
        while isinstance(step, Request):
            response = self._send(step)
            step = worker.sign(advance, flow, response)
        return step

    def _name_of(self, signer: Signer) -> str:
        """Return the name of the store's entry; reading it off the key takes its time."""
        known = self._named
        if known is None or known[0] is not signer:
            known = self._named = (signer, store_key(signer.account, self._endpoints))
        return known[1]

    def _will_do(self, token: AccessToken | None, reason: TokenReason) -> bool:
        return adoptable(token, reason, self._spent, windows=self._windows, now=self._clock.now())

    def _hold(self, signer: Signer, token: AccessToken) -> None:
        current = self._signer is signer
        same_scopes = self._signer.account.scopes == signer.account.scopes
        held = self._held
        if token not in self._spent and (current or (same_scopes and held is None)):
            if held is not None and held.token.value != token.value:
                self._spent.add(held.token)
            self._held = Held.under(token, self._windows)
        if current:
            self._refusal = None
            self._not_before = None

    def _note_failure(self, signer: Signer, reason: TokenReason, error: Exception) -> None:
        if self._signer is not signer:
            # Other key material was swapped in meanwhile; it has not been refused.
            return
        now = self._clock.monotonic()
        rest = self._windows.rest.total_seconds()
        if isinstance(error, AuthError) and is_final(error):
            rest = _REFUSAL_S
            # A copy: the error itself holds on to the frames it was raised in.
            self._refusal = Refusal(copy.copy(error), now + rest)
        elif isinstance(error, AuthError) and error.retry_after:
            asked = error.retry_after.total_seconds()
            # Whatever it asks for, one caller a minute may look whether that still holds.
            rest = max(rest, min(asked, _REFUSAL_S))
            until = now + min(asked, _REFUSAL_S)
            self._refusal = Refusal(copy.copy(error), until, now + asked, final=False)
        if reason is TokenReason.EXPIRING:
            self._not_before = now + rest
            _log.warning(
                "No new token for client %s ahead of time (%s); the one in hand stays in use.",
                signer.account.client_id,
                type(error).__name__,
            )

    def _report(
        self,
        signer: Signer,
        reason: TokenReason,
        started: float,
        *,
        source: TokenSource = TokenSource.EXCHANGE,
        token: AccessToken | None = None,
        failure: str | None = None,
    ) -> None:
        if self._on_token is None:
            return
        details = TokenDetails(
            client_id=signer.account.client_id,
            reason=reason,
            source=source,
            expires_at=None if token is None else token.expires_at,
            scopes=() if token is None else token.scopes,
            took=timedelta(seconds=self._clock.monotonic() - started),
            failure=failure,
        )
        try:
            self._on_token(details)
        except Exception as error:  # noqa: BLE001 - a hook never stops a message
            _log.warning("The on_token hook failed (%s).", type(error).__name__)
