"""A hand-held client for the simulated service: no code of the real client takes part."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt
import pytest
from attrs import frozen
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from naverworks_notify.testing import ManualClock, Simulator
from naverworks_notify.wire import Request, Response

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TEXT = {"type": "text", "text": "안녕하세요"}


@cache
def _loaded(pem: str) -> Any:
    # Loading a key takes longer than most tests.
    return load_pem_private_key(pem.encode(), password=None)


@frozen
class Caller:
    """Speaks HTTP to a simulator the way the documentation says, and nothing more."""

    simulator: Simulator

    def assertion(self, key: str | None = None, headers: Any = None, **claims: Any) -> str:
        now = int(self.simulator.service.state.clock.now().timestamp())
        account = self.simulator.account
        payload = {
            "iss": account.client_id,
            "sub": account.service_account_id,
            "iat": now,
            "exp": now + 3600,
            **claims,
        }
        payload = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(
            payload,
            _loaded(key or self.simulator.private_key),
            algorithm="RS256",
            headers=headers,
        )

    def form(self, **changes: str) -> dict[str, str]:
        account = self.simulator.account
        form = {
            "grant_type": GRANT,
            "client_id": account.client_id,
            "client_secret": account.client_secret,
            "scope": " ".join(account.scopes),
        }
        if "grant_type" not in changes and "assertion" not in changes:
            form["assertion"] = self.assertion()
        return form | changes

    def post_form(self, form: dict[str, str], path: str = "token") -> Response:
        return self.simulator.service.handle(
            Request(
                method="POST",
                url=f"https://auth.test/oauth2/v2.0/{path}",
                headers={"content-type": "application/x-www-form-urlencoded"},
                content=urlencode(form).encode(),
            )
        )

    def token(self, **changes: str) -> str:
        return str(json.loads(self.post_form(self.form(**changes)).content)["access_token"])

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        bearer = {"authorization": f"Bearer {token or self.token()}"}
        return self.simulator.service.handle(
            Request(
                method=method,
                url=path if path.startswith("https:") else f"https://api.test/v1.0{path}",
                headers={**bearer, **(headers or {})},
                content=content,
            )
        )

    def told(self, *args: Any, **kwargs: Any) -> tuple[int, str | None]:
        """Return status and vendor code of a call."""
        answer = self.call(*args, **kwargs)
        body = json.loads(answer.content) if answer.content else {}
        return answer.status, body.get("code") if isinstance(body, dict) else None

    def send(self, address: str = "doyoon%40example.com", content: Any = None) -> Response:
        bot_id = self.simulator.bot_id
        return self.call(
            "POST", f"/bots/{bot_id}/users/{address}/messages", {"content": content or TEXT}
        )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
def simulator(clock: ManualClock) -> Simulator:
    return Simulator(clock=clock)


@pytest.fixture
def caller(simulator: Simulator) -> Caller:
    return Caller(simulator)


@pytest.fixture
def caller_of() -> type[Caller]:
    return Caller


@frozen
class Rim:
    """A simulator behind one of its two rims, with a plain httpx client in front."""

    name: str
    simulator: Simulator
    client: httpx.Client
    caller: Caller

    def send(self, **options: Any) -> httpx.Response:
        return self.client.post(
            f"/v1.0/bots/{self.simulator.bot_id}/users/doyoon%40example.com/messages",
            json={"content": TEXT},
            **options,
        )


@pytest.fixture(params=["in_process", "served"])
def rim(request: pytest.FixtureRequest, simulator: Simulator) -> Iterator[Rim]:
    caller = Caller(simulator)
    headers = {"authorization": f"Bearer {caller.token()}"}
    if request.param == "in_process":
        with httpx.Client(
            transport=simulator.transport(), base_url="https://api.test", headers=headers
        ) as client:
            yield Rim("in_process", simulator, client, caller)
    else:
        with (
            simulator.serve() as url,
            httpx.Client(base_url=url, headers=headers, trust_env=False) as client,
        ):
            yield Rim("served", simulator, client, caller)
