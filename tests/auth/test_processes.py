"""Eight processes on one token file: one exchange, whatever the service does to older tokens."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

PROCESSES = 8

CHILD = """
import sys, urllib.request, urllib.error
from naverworks_notify.auth import (
    Endpoints, FileTokenStore, ServiceAccount, SqlTokenStore, Tokens
)
from naverworks_notify.wire import Response

url, path = sys.argv[1:3]
def call(target, method="POST", headers=None, content=None):
    request = urllib.request.Request(target, content, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Response(status=answer.status, content=answer.read())
    except urllib.error.HTTPError as error:
        return Response(status=error.code, content=error.read())

tokens = Tokens(
    ServiceAccount.from_env(),
    endpoints=Endpoints(api=url, auth=url),
    store=SqlTokenStore(path) if "://" in path else FileTokenStore(path),
    send=lambda request: call(request.url, request.method, dict(request.headers), request.content),
)
print("ready", flush=True)
sys.stdin.readline()
token = tokens.get()
def deliver(token):
    return call(url + "/deliver", headers={"authorization": f"Bearer {token.value}"}, content=b"{}")
answer = deliver(token)
if answer.status == 401:
    answer = deliver(tokens.replace(token))
print(answer.status, flush=True)
sys.stdin.readline()
"""


class Service(ThreadingHTTPServer):
    """Issues tokens, each of which ends the one before, and takes deliveries."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.guard = threading.Lock()
        self.exchanges = 0
        self.delivered = 0
        self.valid = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        server = self.server
        with server.guard:
            if self.path == "/token":
                assert "assertion" in parse_qs(body)
                server.exchanges += 1
                server.valid = f"token-{server.exchanges}"
                answer = {"access_token": server.valid, "expires_in": "3600"}
                status = 200
            else:
                fits = self.headers["authorization"] == f"Bearer {server.valid}"
                server.delivered += fits
                answer, status = {}, 201 if fits else 401
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def environ(pem: str) -> dict[str, str]:
    return {
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        "NAVERWORKS_CLIENT_ID": "client-1",
        "NAVERWORKS_CLIENT_SECRET": "the-client-secret",
        "NAVERWORKS_SERVICE_ACCOUNT_ID": "x@example.com",
        "NAVERWORKS_PRIVATE_KEY": pem,
    }


@pytest.mark.parametrize("scheme", ["", "sqlite:///"])
def test_eight_cold_processes_make_one_exchange_and_replace_a_dead_token_once(
    service: Service, environ: dict[str, str], tmp_path: Path, scheme: str
) -> None:
    file = tmp_path / "tokens"

    def start() -> list[subprocess.Popen[str]]:
        children = [
            subprocess.Popen(
                [sys.executable, "-c", CHILD, service.url, f"{scheme}{file}"],
                env=environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(PROCESSES)
        ]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        return children

    def go(children: list[subprocess.Popen[str]]) -> list[str]:
        for child in children:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        answers = [child.stdout.readline() for child in children if child.stdout is not None]
        for child in children:
            child.communicate("end\n", timeout=60)
        return answers

    assert go(start()) == ["201\n"] * PROCESSES
    assert service.exchanges == 1

    # Now the service has ended the token that is in the file.
    service.valid = "nobody has this one"
    assert go(start()) == ["201\n"] * PROCESSES
    assert service.exchanges == 2
    assert service.delivered == 2 * PROCESSES
    assert b"the-client-secret" not in file.read_bytes()
