"""What the environment says of the network is obeyed, or refused by the name of the variable."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import naverworks_notify as nw
from naverworks_notify.cli import main
from naverworks_notify.client import _environment

TEXT = nw.messages.Text("hi")
TOKEN = b'{"access_token":"t","expires_in":"3600"}'


@pytest.fixture(autouse=True)
def _bare(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL"):
            monkeypatch.delenv(name)


@pytest.fixture(params=["sync", "async"])
def attempt(request, account):
    """Return a function that sends a message over the network as it is, and how that ended."""

    def run(**options):
        options = {"bot_id": 1, "timeout": 5.0, "retry": nw.RetryPolicy(attempts=1), **options}
        try:
            if request.param == "sync":
                with nw.Client(account, **options) as works:
                    return works.messages.send_to_user("u-1", TEXT)

            async def main():
                async with nw.AsyncClient(account, **options) as works:
                    return await works.messages.send_to_user("u-1", TEXT)

            return asyncio.run(main())
        except nw.NaverWorksError as error:
            return error

    return run


PROXIES = [
    ("HTTPS_PROXY", "http://user:hush@proxy:abc"),
    ("https_proxy", "http://user:hush@proxy:99999"),
    ("HTTPS_PROXY", "http://user:hush@proxy:0"),
    ("ALL_PROXY", "http://user:hush@"),
    ("all_proxy", "http://"),
    ("ALL_PROXY", "http://[::1"),
    ("ALL_PROXY", "http://[hush]:1"),
    ("ALL_PROXY", "http://ho st:1"),
    ("ALL_PROXY", "http://프록시:1"),
    ("ALL_PROXY", "http://a\x01b:1"),
    ("ALL_PROXY", "\x7f"),
    ("ALL_PROXY", "://"),
    ("ALL_PROXY", ":"),
    ("ALL_PROXY", "ftp://user:hush@proxy:1"),
    ("ALL_PROXY", "socks4://user:hush@proxy:1"),
    ("ALL_PROXY", "pac+http://user:hush@proxy:1"),
    ("ALL_PROXY", '"http://user:hush@proxy:1"'),
    ("ALL_PROXY", f"http://{'a' * 300}:1"),
]


@pytest.mark.parametrize(("name", "value"), PROXIES)
def test_a_proxy_that_cannot_be_one_is_told_by_its_variable(attempt, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    error = attempt()
    assert isinstance(error, nw.InvalidValue)
    assert [one.path for one in error.violations] == [name]
    assert error.hint
    assert not error.passing
    assert "hush" not in f"{error!r} {error} {error.hint}"
    # Nor where a tracker of errors would find it.
    step = error.__traceback__
    while step is not None:
        if "naverworks_notify" in step.tb_frame.f_code.co_filename:
            assert "hush" not in repr(step.tb_frame.f_locals)
        step = step.tb_next


@pytest.mark.parametrize("value", ["socks5://user:hush@proxy:1080", "socks5h://proxy"])
def test_a_socks_proxy_needs_what_speaks_socks(attempt, monkeypatch, value):
    monkeypatch.setattr(_environment, "find_spec", lambda _: None)
    monkeypatch.setenv("ALL_PROXY", value)
    error = attempt()
    assert isinstance(error, nw.InvalidValue)
    assert [one.path for one in error.violations] == ["ALL_PROXY"]
    assert 'pip install "httpx[socks]"' in error.hint.en
    assert 'pip install "httpx[socks]"' in error.hint.ko
    assert "hush" not in str(error)


def test_what_applies_to_another_host_or_is_blank_does_no_harm(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "http://proxy:abc")
    for host in ("localhost", "127.0.0.1", "::1"):
        assert _environment.proxy_for("https", host) is None
    monkeypatch.setenv("NO_PROXY", "worksapis.com,[")
    assert _environment.proxy_for("https", "www.worksapis.com") is None
    monkeypatch.setenv("ALL_PROXY", " ")
    assert _environment.proxy_for("https", "auth.worksmobile.com") is None


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("SSL_CERT_FILE", lambda _: "/nowhere/ca.pem"),
        ("SSL_CERT_FILE", lambda path: path),
        ("SSL_CERT_FILE", lambda path: path / "empty.pem"),
        ("SSL_CERT_FILE", lambda path: path / "text.pem"),
        ("SSL_CERT_FILE", lambda path: path / "key.pem"),
        ("SSL_CERT_DIR", lambda _: "/nowhere"),
        ("SSL_CERT_DIR", lambda path: path),
        ("SSL_CERT_DIR", lambda path: path / "text.pem"),
        ("SSL_CERT_DIR", lambda path: f"/nowhere{os.pathsep}{path}"),
        ("SSLKEYLOGFILE", lambda path: path / "none" / "keys.log"),
    ],
)
def test_certificates_that_are_none_are_told_by_their_variable(
    attempt, monkeypatch, tmp_path, private_key, name, make
):
    (tmp_path / "empty.pem").write_text("")
    (tmp_path / "text.pem").write_text("no certificate")
    (tmp_path / "key.pem").write_text(private_key)
    monkeypatch.setenv(name, str(make(tmp_path)))
    error = attempt()
    assert isinstance(error, nw.InvalidValue)
    assert [one.path for one in error.violations] == [name]
    assert error.hint
    assert not error.passing


def test_an_option_wins_over_a_broken_environment(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    context = ssl.create_default_context(cafile=certifi.where())
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    endpoints = nw.Endpoints(api=f"https://127.0.0.1:{port}", auth=f"https://127.0.0.1:{port}")
    account = nw.testing.Simulator().account
    with (
        nw.Client(account, bot_id=1, endpoints=endpoints, ssl_context=context) as works,
        pytest.raises(nw.TransportError) as caught,
    ):
        works.users.get("u-1")
    assert caught.value.cause == "connect_failed"


def test_good_certificates_are_loaded(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    assert _environment.trusted_context().get_ca_certs()
    monkeypatch.delenv("SSL_CERT_FILE")
    (tmp_path / "0123abcd.0").write_text(Path(certifi.where()).read_text(encoding="ascii"))
    monkeypatch.setenv("SSL_CERT_DIR", f"/nowhere{os.pathsep}{tmp_path}")
    assert _environment.trusted_context().verify_mode is ssl.CERT_REQUIRED
    monkeypatch.delenv("SSL_CERT_DIR")
    assert _environment.trusted_context() is _environment.trusted_context()


NOW = dt.datetime.fromisoformat("2026-03-02T10:00:00+09:00")


def test_a_notifier_tells_each_person_of_it(account, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "http://user:hush@proxy:abc")
    slot = nw.alerts.Slot(start_at=NOW + dt.timedelta(days=1), end_at=NOW + dt.timedelta(days=2))
    alert = nw.alerts.InterviewConfirmed(
        event_id="ev-1",
        occurred_at=NOW,
        posting=nw.alerts.Posting(id="p-1", title="백엔드", team="t-1"),
        candidate=nw.alerts.Candidate(id="c-1", name="김하늘"),
        interview=nw.alerts.Interview(id="iv-1", slot=slot),
        assignee_ids=("one", "two"),
    )
    people = [
        nw.policy.Person(id=one, name=one, email=f"{one}@example.com", works_user_id=one)
        for one in ("one", "two")
    ]
    with nw.Client(account, bot_id=1) as works:
        report = nw.Notifier(works).notify(alert, people, now=NOW)
    assert {result.status for result in report.results} == {"failed"}
    assert len(report.results) == 2
    for result in report.results:
        assert isinstance(result.error, nw.InvalidValue)
        assert "hush" not in str(result.error)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://user:hush@proxy:1080"),
        ("HTTPS_PROXY", "http://user:hush@proxy:abc"),
        ("ALL_PROXY", "ftp://user:hush@proxy:1"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("SSL_CERT_DIR", "/nowhere"),
    ],
)
@pytest.mark.parametrize("command", [["doctor"], ["doctor", "--json"], ["send", "u-1", "hi"]])
def test_the_command_line_tells_the_variable_and_shows_no_traceback(
    monkeypatch, capsys, private_key, name, value, command
):
    monkeypatch.setattr(_environment, "find_spec", lambda _: None)
    monkeypatch.setenv(name, value)
    for variable, each in {
        "CLIENT_ID": "app-1",
        "CLIENT_SECRET": "hush",
        "SERVICE_ACCOUNT_ID": "bot.serviceaccount@example.com",
        "PRIVATE_KEY": private_key,
        "BOT_ID": "1",
    }.items():
        monkeypatch.setenv(f"NAVERWORKS_{variable}", each)
    status = main(command)
    said = "".join(capsys.readouterr())
    assert status == 1
    assert name in said
    assert "Traceback" not in said
    assert "hush" not in said


# Proxies that work


class Proxy:
    """Speaks plain HTTP, CONNECT and SOCKS5, and plays the service behind it as well."""

    def __init__(self, context=None):
        self.context = context
        self.seen = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def close(self):
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._accepting.join(10)

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, suppress(OSError):
            if not isinstance(connection, ssl.SSLSocket) and (
                connection.recv(1, socket.MSG_PEEK) == b"\x05"
            ):
                self._socks(connection)
            while head := self._head(connection):
                first = head.split(b"\r\n")[0].decode()
                self.seen.append((first, b"proxy-authorization" in head.lower()))
                if first.startswith("CONNECT"):
                    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    with self.context.wrap_socket(connection, server_side=True) as inner:
                        self._serve(inner)
                    return
                body = TOKEN if "/token" in first else b""
                status = b"200 OK" if body else b"201 Created"
                connection.sendall(
                    b"HTTP/1.1 %s\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body)
                )

    def _socks(self, connection):
        methods = connection.recv(64)
        method = methods[2]
        connection.sendall(bytes([5, method]))
        if method == 2:
            self.seen.append(("login", connection.recv(128)[2:6] == b"user"))
            connection.sendall(b"\x01\x00")
        self.seen.append(("socks", connection.recv(128)[4:].startswith(b"\x0fworks.localhost")))
        connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x01")

    def _head(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        while len(body) < length:
            body += connection.recv(65536)
        return head


@contextmanager
def proxying(context=None):
    proxy = Proxy(context)
    try:
        yield proxy
    finally:
        proxy.close()


PLAIN = nw.Endpoints(
    api="http://works.localhost:1/v1.0", auth="http://works.localhost:1/oauth2/v2.0"
)


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_plain_request_goes_through_the_proxy(attempt, monkeypatch, scheme):
    with proxying() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"{scheme}user:p%40ss@{proxy.address}")
        assert attempt(endpoints=PLAIN) is None
    # Through the same connection as the token, if one had to be fetched.
    assert proxy.seen[-1] == (
        "POST http://works.localhost:1/v1.0/bots/1/users/u-1/messages HTTP/1.1",
        True,
    )


def test_a_request_goes_through_a_socks_proxy(attempt, monkeypatch, caplog):
    pytest.importorskip("socksio")
    caplog.set_level("DEBUG")
    with proxying() as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://user:hush@{proxy.address}")
        assert attempt(endpoints=PLAIN) is None
    assert proxy.seen[:2] == [("login", True), ("socks", True)]
    assert "setup_socks5_connection" in caplog.text
    assert "hush" not in caplog.text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "works.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("works.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


SECURE = nw.Endpoints(api="https://works.example/v1.0", auth="https://works.example/oauth2/v2.0")


def test_an_encrypted_request_goes_through_a_tunnel(attempt, monkeypatch, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with proxying(context) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:hush@{proxy.address}")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert attempt(endpoints=SECURE) is None
    assert proxy.seen[0] == ("CONNECT works.example:443 HTTP/1.1", True)
    assert proxy.seen[-1] == ("POST /v1.0/bots/1/users/u-1/messages HTTP/1.1", False)


def test_a_proxy_that_refuses_is_told_and_nothing_was_sent(attempt, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"

        def refuse():
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(
                            b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                            b"content-length: 0\r\n\r\n"
                        )

        refusing = threading.Thread(target=refuse, daemon=True)
        refusing.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:hush@{address}")
        error = attempt(endpoints=SECURE)
        server.shutdown(socket.SHUT_RDWR)
        refusing.join(10)
    assert isinstance(error, nw.TransportError)
    assert not error.may_have_acted
    assert "hush" not in str(error)


def test_a_proxy_that_says_nothing_is_waited_for_no_longer(attempt, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{silent.getsockname()[1]}")
        error = attempt(endpoints=SECURE, timeout=0.2)
        assert isinstance(error, nw.TransportError)
        # The request itself never left, so it is as safe to repeat as any other.
        assert not error.may_have_acted
        monkeypatch.setenv("HTTPS_PROXY", f"socks5://127.0.0.1:{silent.getsockname()[1]}")
        error = attempt(endpoints=SECURE, timeout=0.2)
        assert isinstance(error, nw.TransportError)
        assert not error.may_have_acted
