"""The same promises on real sockets, with each transport."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import ipaddress
import os
import signal
import socket
import ssl
import struct
import threading
from contextlib import contextmanager, suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import naverworks_notify as nw
from naverworks_notify.auth import AccessToken
from naverworks_notify.auth._stores import store_key
from naverworks_notify.client import _lines
from naverworks_notify.client.fast import FastTransport
from naverworks_notify.tenants import Tenant

TEXT = nw.messages.Text("hi")
TOKEN = b'{"access_token":"t","expires_in":"3600"}'
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"


class FaultServer:
    """Serves tokens faithfully, and each API call by the next step of a script."""

    def __init__(self, context=None):
        self.steps = []
        self.bodies = []
        self.connections = 0
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.release = threading.Event()
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def close(self):
        self.release.set()
        # Closing alone does not wake a thread that waits in accept().
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
        try:
            if self.context is not None:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                self._talk(connection)
        except OSError:
            pass

    def _talk(self, connection):  # noqa: C901, PLR0912 - a script of steps
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                piece = connection.recv(65536)
                if not piece:
                    return
                data += piece
            head, _, data = data.partition(b"\r\n\r\n")
            length = 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            while len(data) < length:
                data += connection.recv(65536)
            body, data = data[:length], data[length:]
            if b"/token " in head:
                connection.sendall(OK % (len(TOKEN), TOKEN))
                continue
            self.bodies.append(body)
            step = self.steps.pop(0) if self.steps else "created"
            if step == "created":
                connection.sendall(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n")
            elif step == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            elif step == "close":
                return
            elif step == "silent":
                self.release.wait(10)
                return
            elif step == "drip":
                connection.sendall(OK.replace(b"%d", b"500").replace(b"%s", b"{"))
                while not self.release.wait(0.05):
                    connection.sendall(b" ")
                return
            elif step == "half":
                connection.sendall(OK.replace(b"%d", b"500").replace(b"%s", b'{"userId":'))
                return
            else:
                connection.sendall(step)


@contextmanager
def serving(context=None):
    server = FaultServer(context)
    try:
        yield server
    finally:
        server.close()


def with_a_token(account, endpoints):
    now = dt.datetime.now(dt.UTC)
    store = nw.MemoryTokenStore()
    store.set(
        store_key(account, endpoints),
        AccessToken(
            value="t",
            expires_at=now + dt.timedelta(hours=20),
            scopes=account.scopes,
            issued_at=now,
            refresh_token=None,
            refresh_expires_at=None,
        ),
    )
    return store


def options_of(account, base, token, options):
    endpoints = nw.Endpoints(api=f"{base}/v1.0", auth=f"{base}/oauth2/v2.0")
    if token:
        # Where a wait is short, a busy machine must not spend it on getting one.
        options["token_store"] = with_a_token(account, endpoints)
    return {
        "bot_id": 1,
        "endpoints": endpoints,
        "retry": nw.RetryPolicy(backoff=dt.timedelta(milliseconds=1)),
        **options,
    }


@pytest.fixture(params=["sync", "async", "fast"])
def send(request, account):
    """Return a function that runs calls on a client of that kind against a server."""

    def run(server, *calls, scheme="http", token=False, **options):
        options = options_of(account, f"{scheme}://127.0.0.1:{server.port}", token, options)
        results = []
        if request.param == "sync":
            with nw.Client(account, **options) as works:
                for call in calls:
                    try:
                        results.append(call(works))
                    except nw.NaverWorksError as error:
                        results.append(error)
            return results

        async def main():
            transport = None
            if request.param == "fast":
                transport = FastTransport(ssl_context=options.pop("ssl_context", None))
            async with nw.AsyncClient(account, transport=transport, **options) as works:
                for call in calls:
                    try:
                        results.append(await call(works))
                    except nw.NaverWorksError as error:
                        results.append(error)
            if transport is not None:
                await transport.aclose()

        asyncio.run(main())
        return results

    return run


def message(works):
    return works.messages.send_to_user("u-1", TEXT)


def user(works):
    return works.users.get("u-1")


@pytest.mark.parametrize("step", ["reset", "close"])
def test_a_connection_lost_after_the_request_is_unknown_and_not_repeated(send, step):
    with serving() as server:
        server.steps = [step]
        (error,) = send(server, message)
        assert isinstance(error, nw.DeliveryUnknown)
        assert error.cause == "connection_lost"
        assert len(server.bodies) == 1


@pytest.mark.parametrize("step", ["reset", "close"])
def test_another_transport_that_misnames_a_lost_connection_costs_no_duplicate(account, step):
    from httpx_aiohttp import AiohttpTransport  # noqa: PLC0415

    async def main(server):
        transport = AiohttpTransport()
        async with nw.AsyncClient(account, transport=transport, **options_for(server)) as works:
            with pytest.raises(nw.DeliveryUnknown):
                await works.messages.send_to_user("u-1", TEXT)
        await transport.aclose()

    with serving() as server:
        server.steps = [step]
        asyncio.run(main(server))
        assert len(server.bodies) == 1


def test_silence_is_unknown_and_not_repeated(send):
    with serving() as server:
        server.steps = ["silent"]
        (error,) = send(server, message, token=True, timeout=1)
        assert isinstance(error, nw.DeliveryUnknown)
        assert error.cause == "read_timeout"
        assert len(server.bodies) == 1


def test_at_least_once_repeats_it(send):
    with serving() as server:
        server.steps = ["reset", "close"]
        assert send(server, message, guarantee="at_least_once") == [None]
        assert len(server.bodies) == 3
        assert len(set(server.bodies)) == 1


def test_reads_go_on_after_a_reset_and_a_cut_off_body(send):
    body = b'{"userId":"u-1"}'
    with serving() as server:
        server.steps = ["reset", "half", OK % (len(body), body)]
        (found,) = send(server, user)
        assert found.user_id == "u-1"


def test_an_answer_that_only_drips_is_given_up(send):
    with serving() as server:
        server.steps = ["drip"]
        (error,) = send(server, user, token=True, timeout=1, retry=nw.RetryPolicy(attempts=1))
        # Or not even its head came in time, on a busy machine.
        assert isinstance(error, (nw.InvalidResponse, nw.TransportError))


def test_nobody_listening_is_told_after_three_tries(send):
    with serving() as server:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            server.port = unused.getsockname()[1]
        (error,) = send(server, message)
        assert isinstance(error, nw.TransportError)
        assert not error.may_have_acted


def to(number):
    return lambda works: works.messages.send_to_user(f"u-{number}", TEXT)


def test_resets_open_the_circuit(send):
    with serving() as server:
        server.steps = ["reset"] * 9
        *unknown, last = send(server, *(to(number) for number in range(9)))
        assert isinstance(last, nw.CircuitOpen)
        assert len(server.bodies) == sum(isinstance(one, nw.DeliveryUnknown) for one in unknown) < 7


def test_a_connection_closed_in_good_health_does_not_count(send, request, monkeypatch):
    # Else the connections are not used again after the first one.
    monkeypatch.setattr(_lines.Route, "learn_closed", lambda *_: None)
    if "fast" in request.node.name:
        pytest.skip("another transport does not tell which connections it uses again")
    body = b'{"userId":"u-1"}'
    with serving() as server:
        # Each connection answers one read, and is closed at the message after it.
        server.steps = [OK % (len(body), body), "close"] * 9
        ended = send(server, *(call for number in range(9) for call in (user, to(number))))
        assert [type(one) for one in ended[1::2]] == [nw.DeliveryUnknown] * 9


def test_a_connection_is_used_again(send):
    with serving() as server:
        assert send(server, message, message, message) == [None] * 3
        assert server.connections == 1


def test_a_read_on_a_used_connection_is_made_once(send, request):
    if "fast" in request.node.name:
        pytest.skip("aiohttp has connections of its own")
    # It has no body, so it may be answered before the client looks at the connection again.
    body = b'{"userId":"u-1"}'
    with serving() as server:
        server.steps = [OK % (len(body), body)] * 60
        assert [one.user_id for one in send(server, *[user] * 40)] == ["u-1"] * 40
        assert len(server.bodies) == 40


def test_cookies_are_not_kept(send):
    with serving() as server:
        server.steps = [
            b"HTTP/1.1 201 Created\r\nset-cookie: tenant=a; path=/\r\ncontent-length: 0\r\n\r\n"
        ]
        seen = []
        talk = server._talk

        def listen(connection):
            class Spy:
                def recv(self, size):
                    data = connection.recv(size)
                    seen.append(data)
                    return data

                def __getattr__(self, name):
                    return getattr(connection, name)

            talk(Spy())

        server._talk = listen
        send(server, message, message)
        assert b"cookie" not in b"".join(seen).lower()


@pytest.fixture(scope="module")
def private_ca(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
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
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_an_unknown_certificate_is_refused_and_a_private_ca_accepted(send, private_ca):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(private_ca)
    with serving(context) as server:
        (error,) = send(server, message, scheme="https")
        assert isinstance(error, nw.TransportError)
        assert error.cause == "tls_failed"
        trusted = ssl.create_default_context(cafile=private_ca)
        assert send(server, message, scheme="https", ssl_context=trusted) == [None]
        assert len(server.bodies) == 1


def options_for(server):
    base = f"http://127.0.0.1:{server.port}"
    return {
        "bot_id": 1,
        "endpoints": nw.Endpoints(api=f"{base}/v1.0", auth=f"{base}/oauth2/v2.0"),
    }


def test_one_client_in_two_event_loops_one_after_the_other(account):
    with serving() as server:
        works = nw.AsyncClient(account, **options_for(server))

        async def once(*, last):
            await works.messages.send_to_user("u-1", TEXT)
            if last:
                await works.aclose()

        asyncio.run(once(last=False))
        asyncio.run(once(last=True))
        assert len(server.bodies) == 2


def test_one_client_in_event_loops_of_several_threads(account):
    with serving() as server:
        works = nw.AsyncClient(account, **options_for(server))
        errors = []
        sent, closed = threading.Barrier(3), threading.Barrier(3)

        async def many(*, last=False):
            await asyncio.gather(*(works.messages.send_to_user("u-1", TEXT) for _ in range(5)))
            await asyncio.to_thread(sent.wait)
            if last:
                # Closes what it opened here, and asks the other loops to close theirs.
                await works.aclose()
            await asyncio.to_thread(closed.wait)
            await asyncio.sleep(0.05)

        async def closing():
            await many(last=True)

        def run(main):
            try:
                asyncio.run(main())
            except Exception as error:  # noqa: BLE001 - shown below
                errors.append(error)

        threads = [threading.Thread(target=run, args=(m,)) for m in (many, many, closing)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert len(server.bodies) == 15


def log_lock(works):
    """Return the lock of the log that this client's calls are counted in."""
    (timeline,) = works._runner._connections.world.rates._timelines.values()
    return next(
        queue._lock for key, queue in timeline.queues.items() if key.owner == works._runner._owner
    )


@contextmanager
def _locks(works):
    """Hold what all clients of the process share."""
    world = works._runner._connections.world
    with log_lock(works), world.gate(works._runner.options.endpoints.api)._lock:
        yield


@contextmanager
def _client(account, server):
    with nw.Client(account, **options_for(server)) as works:
        works.messages.send_to_user("u-1", TEXT)
        yield lambda: message(works), _locks(works)


@contextmanager
def _tenants(account, server):
    with nw.Tenants(endpoints=options_for(server)["endpoints"]) as tenants:
        tenants.register("acme", Tenant(account=account, bot_id=1))
        message(tenants.get("acme"))
        yield lambda: message(tenants.get("acme")), tenants._registry._guard()


@contextmanager
def _loops():
    """Run coroutines in one loop, but those of a child, which must not touch it, in their own."""
    parent = os.getpid()
    with asyncio.Runner() as runner:
        yield lambda main: runner.run(main) if os.getpid() == parent else asyncio.run(main)


@contextmanager
def _async_client(account, server, transport=None):
    works = nw.AsyncClient(account, transport=transport, **options_for(server))
    with _loops() as run:
        run(message(works))
        yield lambda: run(message(works)), _locks(works)
        run(works.aclose())


@contextmanager
def _fast_client(account, server):
    transport = FastTransport()
    with _async_client(account, server, transport) as made:
        yield made
        # In the loop that it was opened in, which is still there.
        loop = next(iter(transport._pools))
        loop.run_until_complete(transport.aclose())


@contextmanager
def _async_tenants(account, server):
    tenants = nw.AsyncTenants(endpoints=options_for(server)["endpoints"])
    tenants.register("acme", Tenant(account=account, bot_id=1))
    with _loops() as run:

        async def once():
            await message(tenants.get("acme"))

        run(once())
        yield lambda: run(once()), tenants._registry._guard()
        run(tenants.aclose())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize(
    "made",
    [_client, _async_client, _fast_client, _tenants, _async_tenants],
    ids=lambda m: m.__name__,
)
def test_what_was_used_before_a_fork_is_used_by_parent_and_child(account, made):
    with serving() as server, made(account, server) as (send_one, lock):
        # The worst moment: a thread of the parent holds the lock when the child is born.
        with lock:
            child = os.fork()
            if child == 0:
                signal.alarm(10)  # a child that hangs must not outlive the test
                try:
                    send_one()
                    send_one()
                    gc.collect()
                    os._exit(0)
                except BaseException:  # noqa: BLE001 - told by the exit status
                    os._exit(1)
        assert os.waitpid(child, 0)[1] == 0
        send_one()
        assert len(server.bodies) == 4
        # The parent goes on with its own connection, whatever became of the child's copy of it; in
        # the child each event loop opens one.
        assert server.connections == (2 if made in {_client, _tenants} else 3)
