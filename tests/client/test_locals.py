"""Collectors of errors keep the locals of every frame: those of ours hold no secret and no text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from rich.pretty import pretty_repr

import naverworks_notify as nw
from naverworks_notify.catalog.samples import sample
from naverworks_notify.testing import Simulator

TEXT = "canary-message-text"
TOKEN = "canary-access-token"
REFRESH = "canary-refresh-token"
SECRET = "canary-client-secret"
OURS = str(Path(nw.__file__).parent)


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers for the token endpoint and for the API; notes the assertion that it was sent."""

    def __init__(self, token: Any, api: Any) -> None:
        self.token, self.api = token, api
        self.assertions: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        form = parse_qs(request.read().decode())
        self.assertions += form.get("assertion", [])
        answer = self.api if "authorization" in request.headers else self.token
        if isinstance(answer, BaseException):
            raise answer
        return httpx.Response(answer[0], json=answer[1])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self.handle_request(request)


GOOD = (200, {"access_token": TOKEN, "refresh_token": REFRESH, "expires_in": 3600})
FAULTS: dict[str, tuple[Any, Any]] = {
    "key refused": ((400, {"error": "invalid_grant"}), None),
    "secret refused": ((401, {"error": "invalid_client"}), None),
    "scope refused": ((400, {"error": "invalid_scope"}), None),
    "clock refused": ((400, {"error": "invalid_grant", "error_description": "exp"}), None),
    "token endpoint ails": ((500, {}), None),
    "token endpoint is busy": ((429, {}), None),
    "token endpoint redirects": ((302, {}), None),
    "no token": ((200, {}), None),
    "half a token": ((200, {"access_token": f"{TOKEN}\n"}), None),
    "no lifetime": ((200, {"access_token": TOKEN, "expires_in": REFRESH}), None),
    "token endpoint lost": (httpx.ReadError("x"), None),
    "token endpoint unreachable": (httpx.ConnectError("x"), None),
    "a bug at the token endpoint": (ZeroDivisionError("x"), None),
    **{f"api {status}": (GOOD, (status, {"code": "X"})) for status in (302, 400, 401, 403, 404)},
    **{f"api {status}": (GOOD, (status, {})) for status in (409, 410, 429, 500, 503)},
    "read timeout": (GOOD, httpx.ReadTimeout("x")),
    "reset": (GOOD, httpx.ReadError("x")),
    "write": (GOOD, httpx.WriteError("x")),
    "connect": (GOOD, httpx.ConnectError("x")),
    "a bug of the transport": (GOOD, ZeroDivisionError("x")),
}


@pytest.fixture(scope="module")
def account() -> nw.ServiceAccount:
    simulated = Simulator().account
    return nw.ServiceAccount(
        client_id="c-1",
        client_secret=SECRET,
        service_account_id=simulated.service_account_id,
        private_key=simulated.private_key,
    )


def frames_of(error: BaseException | None, seen: set[int]) -> Iterator[FrameType]:
    """Yield every frame of ours that an error, and what it came from, passed."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename.startswith(OURS):
            yield step.tb_frame
        step = step.tb_next
    for other in (error.__cause__, error.__context__):
        yield from frames_of(other, seen)
    for member in getattr(error, "exceptions", ()):
        yield from frames_of(member, seen)


def told_by(error: BaseException) -> str:
    frames = list(frames_of(error, set()))
    assert frames
    return "\n".join(
        f"{frame.f_code.co_qualname}.{name}: {value!r} {pretty_repr(value)}"  # type: ignore[attr-defined]
        for frame in frames
        for name, value in frame.f_locals.items()
    )


def assert_clean(error: BaseException, *canaries: str) -> None:
    told = told_by(error)
    for canary in canaries:
        assert canary not in told, [line for line in told.splitlines() if canary in line]


@pytest.mark.parametrize("world", ["sync", "async"])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_frame_of_ours_keeps_the_assertion_a_secret_or_the_text(
    account: nw.ServiceAccount, fault: str, world: str
) -> None:
    transport = Transport(*FAULTS[fault])
    options: dict[str, Any] = {
        "bot_id": 1,
        "transport": transport,
        "retry": nw.RetryPolicy(attempts=1),
    }
    content = nw.messages.Text(TEXT)

    def send() -> None:
        with nw.Client(account, **options) as works:
            works.messages.send_to_user("a@example.com", content)

    async def send_async() -> None:
        async with nw.AsyncClient(account, **options) as works:
            await works.messages.send_to_user("a@example.com", content)

    call = send if world == "sync" else lambda: asyncio.run(send_async())
    with pytest.raises((nw.NaverWorksError, ZeroDivisionError)) as caught:
        call()
    key = account.private_key[200:230]
    assert transport.assertions
    assert_clean(caught.value, *transport.assertions, TEXT, TOKEN, REFRESH, SECRET, key)


@pytest.mark.parametrize("world", ["sync", "async"])
def test_nor_does_revoking_or_forgetting(account: nw.ServiceAccount, world: str) -> None:
    class Refusing(Transport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/revoke"):
                return httpx.Response(400, json={"error": "invalid_request"})
            return super().handle_request(request)

    transport = Refusing(GOOD, None)

    def revoke() -> None:
        with nw.Client(account, transport=transport) as works:
            works.tokens.get()
            works.tokens.revoke()

    async def revoke_async() -> None:
        async with nw.AsyncClient(account, transport=transport) as works:
            await works.tokens.get()
            await works.tokens.revoke()

    call = revoke if world == "sync" else lambda: asyncio.run(revoke_async())
    with pytest.raises(nw.AuthError) as caught:
        call()
    assert_clean(caught.value, *transport.assertions, TOKEN, REFRESH, SECRET)


def test_a_deadline_that_cuts_a_send_short_keeps_nothing_either(
    account: nw.ServiceAccount,
) -> None:
    entered: list[asyncio.Event] = []

    class Hanging(Transport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if "authorization" not in request.headers:
                return await super().handle_async_request(request)
            entered[0].set()
            await asyncio.Event().wait()
            raise AssertionError

    async def send() -> None:
        entered.append(asyncio.Event())
        async with nw.AsyncClient(account, bot_id=1, transport=Hanging(GOOD, None)) as works:
            sending = asyncio.create_task(
                works.messages.send_to_user("a@example.com", nw.messages.Text(TEXT))
            )
            await entered[0].wait()
            sending.cancel()
            await sending

    with pytest.raises(asyncio.CancelledError) as caught:
        asyncio.run(send())
    assert_clean(caught.value, TEXT, TOKEN, SECRET)


@pytest.mark.parametrize("fault", ["secret", "key", "environment", "file", "with_private_key"])
def test_nor_does_an_account_that_is_refused(
    account: nw.ServiceAccount, tmp_path: Path, fault: str
) -> None:
    pem = account.private_key
    fields = {
        "client_id": "c-1",
        "client_secret": SECRET,
        "service_account_id": account.service_account_id,
        "private_key": pem,
    }
    (tmp_path / "half.key").write_text(pem[:900])
    environ = {f"NAVERWORKS_{name.upper()}": value for name, value in fields.items()}
    made = {
        "secret": lambda: nw.ServiceAccount(**{**fields, "client_secret": f"{SECRET}\n\x07"}),
        "key": lambda: nw.ServiceAccount(**{**fields, "private_key": pem[:900]}),
        "environment": lambda: nw.ServiceAccount.from_env(
            {**environ, "NAVERWORKS_PRIVATE_KEY": pem[:900]}
        ),
        "file": lambda: nw.ServiceAccount.from_env(
            {
                **environ,
                "NAVERWORKS_PRIVATE_KEY": "",
                "NAVERWORKS_PRIVATE_KEY_FILE": str(tmp_path / "half.key"),
            }
        ),
        "with_private_key": lambda: account.with_private_key(pem[:900]),
    }
    with pytest.raises(nw.NaverWorksError) as caught:
        made[fault]()
    assert_clean(caught.value, SECRET, pem[200:230])


def test_rich_shows_no_more_of_a_value_than_its_repr(account: nw.ServiceAccount) -> None:
    values = [
        account,
        nw.messages.Text(TEXT),
        nw.messages.parse(
            {
                "type": "text",
                "text": TEXT,
                "i18nTexts": [{"language": "ko_KR", "text": TEXT}],
                "quickReply": {
                    "items": [{"action": {"type": "message", "label": "x", "text": TEXT}}]
                },
            }
        ),
        nw.catalog.render(
            sample("interviewer.interview.confirmed"),
            audience=nw.Audience.INTERVIEWER,
            locale="device",
        ),
    ]
    for value in values:
        told = pretty_repr(value, expand_all=True)
        assert TEXT not in told
        assert SECRET not in told
        assert account.private_key[200:230] not in told
        strings = [text for text in _strings_of(value) if len(text) > 12]
        assert not [text for text in strings if text in told and text not in repr(value)]


def _strings_of(value: Any) -> Iterator[str]:
    raw = value.to_dict() if hasattr(value, "to_dict") else {}
    pending = [json.loads(json.dumps(raw))]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
