"""Keys, a clock that stands still, and a token endpoint in the process."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from naverworks_notify.auth import Endpoints, ServiceAccount
from naverworks_notify.wire import Request, Response

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class StillClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - START).total_seconds()

    def advance(self, **length: float) -> None:
        self._now += timedelta(**length)

    def sleep(self, seconds: float) -> None:
        self.advance(seconds=seconds)

    async def sleep_async(self, seconds: float) -> None:
        self.advance(seconds=seconds)


class TokenEndpoint:
    """Answers token requests; checks the assertion as the service would; may hang or fail."""

    def __init__(self, account: ServiceAccount, key: rsa.RSAPrivateKey, clock: StillClock) -> None:
        self.account = account
        self.key = key.public_key()
        self.clock = clock
        self.requests: list[dict[str, str]] = []
        self.answers: list[Response | Exception] = []
        self.fields: dict[str, Any] = {"expires_in": "86400"}
        self.gate: threading.Event | None = None
        self.entered = threading.Semaphore(0)
        self._lock = threading.Lock()

    @property
    def grants(self) -> list[str]:
        return [form.get("grant_type", "revoke").rpartition(":")[2] for form in self.requests]

    def send(self, request: Request) -> Response:
        with self._lock:
            form = {k: v[0] for k, v in parse_qs((request.content or b"").decode()).items()}
            self.requests.append(form)
            number = len(self.requests)
            answer = self.answers.pop(0) if self.answers else None
            gate = self.gate
        self.entered.release()
        if gate is not None and not gate.wait(30):
            raise AssertionError("nobody opened the gate")
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return answer
        if "assertion" in form:
            claims = jwt.decode(
                form["assertion"],
                self.key,
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_iat": False},
            )
            assert (claims["iss"], claims["sub"]) == (
                self.account.client_id,
                self.account.service_account_id,
            )
            assert claims["iat"] <= self.clock.now().timestamp() < claims["exp"]
        body = {"access_token": f"token-{number}", "token_type": "Bearer", **self.fields}
        return Response(status=200, content=json.dumps(body).encode())

    async def send_async(self, request: Request) -> Response:
        return self.send(request)


def refusal(status: int, error: str, description: str = "", **headers: str) -> Response:
    body = json.dumps({"error": error, "error_description": description})
    return Response(status=status, headers=headers, content=body.encode())


@pytest.fixture(scope="session")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def other_rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def to_pem() -> Callable[[Any], str]:
    def convert(key: Any) -> str:
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    return convert


@pytest.fixture(scope="session")
def pem(rsa_key: rsa.RSAPrivateKey, to_pem: Callable[[Any], str]) -> str:
    return to_pem(rsa_key)


@pytest.fixture(scope="session")
def account(pem: str) -> ServiceAccount:
    return ServiceAccount(
        client_id="client-1",
        client_secret="the-client-secret",
        service_account_id="x1.serviceaccount@example.com",
        private_key=pem,
    )


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def endpoint(
    account: ServiceAccount, rsa_key: rsa.RSAPrivateKey, clock: StillClock
) -> Iterator[TokenEndpoint]:
    endpoint = TokenEndpoint(account, rsa_key, clock)
    yield endpoint
    if endpoint.gate is not None:
        endpoint.gate.set()


@pytest.fixture(scope="session")
def endpoints() -> Endpoints:
    return Endpoints(
        api="https://api.example.com/v1.0", auth="https://auth.example.com/oauth2/v2.0"
    )


@pytest.fixture(scope="session")
def refuse() -> Callable[..., Response]:
    return refusal
