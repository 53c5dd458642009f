"""TLS on our own connections: both worlds, large bodies, bad ends, and through an https proxy."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import os
import socket
import ssl
import threading
from contextlib import contextmanager, suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import naverworks_notify as nw
from naverworks_notify.client import _streams

TOKEN = b'{"access_token":"t","expires_in":"3600"}'
LARGE = b'{"userId": "' + b"u" * 3_000_000 + b'"}'
FILE = bytes(range(256)) * 20_000


@pytest.fixture(autouse=True)
def _bare(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "works.example")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("works.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
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


@pytest.fixture(scope="module")
def context(certificate):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


class Inner:
    """TLS over a connection that is encrypted already, at the server's end."""

    def __init__(self, below, context):
        self.below = below
        self.received, self.to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.received, self.to_send, server_side=True)
        self._go_on(self.tls.do_handshake)

    def _go_on(self, step, *args):
        while True:
            try:
                done = step(*args)
            except ssl.SSLWantReadError:
                self._flush()
                data = self.below.recv(65536)
                if not data:
                    raise OSError from None
                self.received.write(data)
            else:
                self._flush()
                return done

    def _flush(self):
        if self.to_send.pending:
            self.below.sendall(self.to_send.read())

    def recv(self, size):
        return self._go_on(self.tls.read, size)

    def sendall(self, data):
        while data:
            data = data[self._go_on(self.tls.write, data) :]


class Service:
    """Answers encrypted requests; as an https proxy, opens the tunnel to itself first."""

    def __init__(self, context, *, proxy=False, ends=None):
        self.context = context
        self.proxy = proxy
        self.ends = ends
        self.uploaded = b""
        self.tunnels = 0
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def endpoints(self):
        base = f"https://127.0.0.1:{self.port}"
        return nw.Endpoints(api=f"{base}/v1.0", auth=f"{base}/oauth2/v2.0")

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
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, suppress(OSError):
            if self.ends is not None:
                self.ends(connection)
                return
            with self.context.wrap_socket(connection, server_side=True) as outer:
                stream = outer
                if self.proxy:
                    self._head(outer)
                    self.tunnels += 1
                    outer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    stream = Inner(outer, self.context)
                self._talk(stream)

    def _talk(self, stream):
        while True:
            head, rest = self._head(stream)
            length = 0
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line[15:])
            body = bytearray(rest)
            while len(body) < length:
                piece = stream.recv(65536)
                if not piece:
                    return
                body += piece
            target = head.split(b" ")[1]
            answer, status = b"", b"201 Created"
            if target.endswith(b"/token"):
                answer, status = TOKEN, b"200 OK"
            elif b"/users/large" in target and b"messages" not in target:
                answer, status = LARGE, b"200 OK"
            elif target.endswith(b"/attachments"):
                host = f"https://127.0.0.1:{self.port}/storage"
                answer = b'{"fileId": "f-1", "uploadUrl": "%s"}' % host.encode()
                status = b"200 OK"
            elif target == b"/storage":
                self.uploaded = bytes(body)
            stream.sendall(
                b"HTTP/1.1 %s\r\ncontent-length: %d\r\n\r\n%s" % (status, len(answer), answer)
            )

    def _head(self, stream):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = stream.recv(65536)
            if not piece:
                raise OSError
            data += piece
        head, _, rest = data.partition(b"\r\n\r\n")
        return head, rest


@contextmanager
def serving(context, **options):
    server = Service(context, **options)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(params=["sync", "async"])
def run(request, account, certificate):
    """Return a function that makes calls on one client, and returns how each ended."""

    def make(endpoints, *calls, **options):
        options = {
            "bot_id": 1,
            "endpoints": endpoints,
            "retry": nw.RetryPolicy(backoff=dt.timedelta(milliseconds=1)),
            "token_store": nw.MemoryTokenStore(),
            "timeout": 20.0,
            "ssl_context": ssl.create_default_context(cafile=certificate),
            **options,
        }
        ended = []
        if request.param == "sync":
            with nw.Client(account, **options) as works:
                for call in calls:
                    try:
                        ended.append(call(works))
                    except nw.NaverWorksError as error:
                        ended.append(error)
            return ended

        async def main():
            async with nw.AsyncClient(account, **options) as works:
                for call in calls:
                    try:
                        ended.append(await call(works))
                    except nw.NaverWorksError as error:
                        ended.append(error)

        asyncio.run(main())
        return ended

    return make


def message(works):
    return works.messages.send_to_user("u-1", nw.messages.Text("hi"))


def large(works):
    return works.users.get("large")


def upload(works):
    return works.attachments.upload(FILE, file_name="a.bin")


def test_large_bodies_go_both_ways_on_one_connection(run, context):
    with serving(context) as server:
        sent, read, uploaded, again = run(server.endpoints, message, large, upload, message)
        assert (sent, uploaded, again) == (None, "f-1", None)
        assert len(read.user_id) == 3_000_000
        assert FILE in server.uploaded
        assert server.connections == 1


def test_an_https_proxy_is_verified_and_gone_through(run, context, monkeypatch):
    endpoints = nw.Endpoints(api="https://works.example/v1.0", auth="https://works.example/o")
    with serving(context, proxy=True) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"https://user:hush@127.0.0.1:{server.port}")
        sent, read = run(endpoints, message, large)
        assert sent is None
        assert len(read.user_id) == 3_000_000
        assert server.tunnels == 1
        (refused,) = run(endpoints, message, ssl_context=None)
        assert isinstance(refused, nw.TransportError)
        assert refused.cause == "tls_failed"


def test_a_name_that_is_not_the_servers_is_refused(run, context):
    with serving(context) as server:
        base = f"https://localhost:{server.port}"
        (refused,) = run(nw.Endpoints(api=base, auth=base), message)
        assert isinstance(refused, nw.TransportError)
        assert refused.cause == "tls_failed"
        assert not refused.may_have_acted


def cut(connection):
    connection.recv(100)


def plain(connection):
    connection.recv(100)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def silent(connection):
    while connection.recv(65536):
        pass


def dribbling(connection):
    connection.recv(65536)
    with suppress(OSError):
        while True:
            connection.sendall(b"\x16")
            threading.Event().wait(0.02)


@pytest.mark.parametrize(
    ("ends", "causes"),
    [
        # A handshake that is cut off is as good as no connection.
        (cut, {"connect_failed", "connect_timeout"}),
        (plain, {"tls_failed", "connect_timeout"}),
        (silent, {"connect_timeout"}),
        (dribbling, {"tls_failed", "connect_timeout", "connect_failed"}),
    ],
)
def test_a_handshake_that_fails_sent_nothing(run, context, ends, causes):
    with serving(context, ends=ends) as server:
        (error,) = run(server.endpoints, message, timeout=0.5)
        assert isinstance(error, nw.TransportError)
        assert error.cause in causes
        assert not error.may_have_acted


def test_an_answer_that_ends_without_a_word_is_told(run, context):
    class Rude(Service):
        def _talk(self, stream):
            head, _ = self._head(stream)
            if b"/token " in head:
                stream.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(TOKEN))
                stream.sendall(TOKEN)
                super()._talk(stream)
                return
            stream.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
            # The socket is closed below TLS, which hears nothing of it.
            stream.detach()

    server = Rude(context)
    try:
        _, error = run(
            server.endpoints, message, large, retry=nw.RetryPolicy(attempts=1), timeout=5.0
        )
    finally:
        server.close()
    assert error is not None


@pytest.mark.parametrize("host", ["name.invalid", "a.b.c.invalid"])
def test_a_name_that_nobody_knows_is_told(run, host, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    base = f"https://{host}"
    (error,) = run(nw.Endpoints(api=base, auth=base), message)
    assert isinstance(error, nw.TransportError)
    assert error.cause == "connect_failed"


def test_a_resolver_that_hangs_is_waited_for_no_longer(run, monkeypatch):
    release = threading.Event()

    def hang(*_, **__):
        release.wait(30)
        return []

    monkeypatch.setattr(_streams.socket, "getaddrinfo", hang)
    try:
        (error,) = run(
            nw.Endpoints(api="https://slow.example", auth="https://slow.example"),
            message,
            timeout=0.2,
            retry=nw.RetryPolicy(attempts=1),
        )
        assert isinstance(error, nw.TransportError)
        assert error.cause == "connect_timeout"
        assert not release.is_set()
    finally:
        release.set()


def test_an_address_family_that_leads_nowhere_is_left_for_the_other(run, context, monkeypatch):
    # An address of the documentation's own block: nobody answers there.
    with serving(context) as server:
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", 1)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port)),
        ]
        known = socket.getaddrinfo

        def lookup(host, *args, **options):
            return found if host == "works.example" else known(host, *args, **options)

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        base = f"https://works.example:{server.port}"
        ended = run(nw.Endpoints(api=f"{base}/v1.0", auth=f"{base}/oauth2/v2.0"), message)
        assert ended == [None]
