"""Canaries: no key, secret, assertion or token in anything that gets written down."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from naverworks_notify.auth import (
    AccessToken,
    Endpoints,
    FileTokenStore,
    ServiceAccount,
    Tokens,
)
from naverworks_notify.clock import Clock
from naverworks_notify.errors import NaverWorksError, TransportError
from naverworks_notify.wire import Request, Response

SECRET = "canary/client+secret"  # spelt differently in a form
FORM_SECRET = "canary%2Fclient%2Bsecret"
TOKEN = "canary-access-token"
REFRESH = "canary-refresh-token"


@pytest.fixture
def guarded(pem: str) -> ServiceAccount:
    return ServiceAccount(
        client_id="client-1",
        client_secret=SECRET,
        service_account_id="x1.serviceaccount@example.com",
        private_key=pem,
    )


def echo(status: int, error: str) -> Callable[[Request], Response]:
    """Answer with whatever was sent, as a careless service would."""

    def answer(request: Request) -> Response:
        sent = (request.content or b"").decode()
        form = {name: values[0] for name, values in parse_qs(sent).items()}
        body = {"error": error, "error_description": f"{form} {sent}", "detail": sent}
        return Response(status=status, content=json.dumps(body).encode())

    return answer


def issue(request: Request) -> Response:
    body = {"access_token": TOKEN, "refresh_token": REFRESH, "expires_in": 3600}
    return Response(status=200, content=json.dumps(body).encode())


def lose(request: Request) -> Response:
    raise TransportError("The connection was lost.", cause="connection_lost", may_have_acted=True)


FAULTS: dict[str, Callable[[Request], Response]] = {
    "none": issue,
    "lost": lose,
    "not json": lambda _: Response(status=200, content=f"<html>{TOKEN}".encode()),
    "split token": lambda _: Response(
        status=200, content=json.dumps({"access_token": f"{TOKEN}\n"}).encode()
    ),
    "bad lifetime": lambda _: Response(
        status=200, content=json.dumps({"access_token": TOKEN, "expires_in": REFRESH}).encode()
    ),
    **{
        f"{status} {error}": echo(status, error)
        for status in (302, 400, 401, 403, 429, 500, 503)
        for error in ("invalid_grant", "invalid_client", "invalid_scope", "server_error")
    },
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_no_canary_is_written_down(
    *,
    fault: str,
    guarded: ServiceAccount,
    endpoints: Endpoints,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[Any] = []
    sent: list[str] = []

    def send(request: Request) -> Response:
        sent.extend(parse_qs((request.content or b"").decode()).get("assertion", []))
        told.append(request)
        return FAULTS[fault](request)

    store = FileTokenStore(tmp_path / "tokens.json")
    tokens = Tokens(
        guarded, endpoints=endpoints, clock=clock, send=send, store=store, on_token=told.append
    )
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for call in (tokens.get, tokens.revoke, lambda: tokens.replace(dead_token(clock))):
            try:
                told.append(call())
            except NaverWorksError as error:
                told.extend([error, *traceback.format_exception(error)])
                told.append(pickle.dumps(error))
                told.append(pickle.dumps(error, 0))
                told.append(vars(error))
    told.extend([tokens, guarded, store, *warned, *capsys.readouterr()])
    written = " ".join(f"{one!r} {one}" for one in told) + caplog.text
    key_lines = [line for line in guarded.private_key.splitlines() if "-----" not in line]
    for secret in (SECRET, FORM_SECRET, TOKEN, REFRESH, *sent, *key_lines):
        assert secret not in written
    assert sent


def dead_token(clock: Clock) -> AccessToken:
    return AccessToken(
        value="canary-access-token-0", expires_at=clock.now(), scopes=(), issued_at=clock.now()
    )


def test_a_key_that_is_refused_is_not_in_the_error(pem: str) -> None:
    lines = pem.splitlines()
    for text in (pem.replace("\n", ""), "\n".join(lines[1:]), "\n".join(lines[:-4]), lines[3]):
        with pytest.raises(NaverWorksError) as caught:
            ServiceAccount(
                client_id="c", client_secret="s", service_account_id="x@y", private_key=text
            )
        error = caught.value
        written = f"{error!r} {vars(error)} {pickle.dumps(error)!r}"
        # The source lines of a traceback are ours; its messages must not hold the text.
        written += "".join(traceback.format_exception_only(error))
        assert not any(line in written for line in lines[1:-1])
        assert error.__cause__ is None
