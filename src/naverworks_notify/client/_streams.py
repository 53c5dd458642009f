"""Sockets as httpcore wants them, with an end to every wait.

httpcore gives each read the whole timeout again, so an answer that comes one byte at a time never
ends. Here each wait gets what is left of the exchange's deadline.

The async side works on plain sockets instead of asyncio's transports. A write then tells at once
whether it failed, on which it depends whether a message may be sent again; and an idle connection
belongs to no event loop, so it can be closed when its loop no longer runs.
"""

from __future__ import annotations

import asyncio
import queue
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import Any, Protocol, TypeVar

import httpcore

from naverworks_notify.client._deadline import Deadline

__all__ = ["AsyncBackend", "AsyncStream", "Backend", "Stream", "peer_has_spoken"]

T = TypeVar("T")

# RFC 8305 section 5: how long one address has the field to itself.
_HEAD_START = 0.25
_READ_AT_ONCE = 64 * 1024

_Address = tuple[socket.AddressFamily, tuple[Any, ...]]


class Timed(Protocol):
    """What a connection's waits are bounded by, and what is to be known of its present exchange.

    Attributes:
        deadline: When the exchange must be over.
        stream: The stream, once connected; another one once encrypted.
        holding: Whether what is written next, the head, waits for what comes after it.
        first_byte: What is to be run right before the first byte leaves.
        write_failed: Whether not all could be written.
    """

    deadline: Deadline
    stream: Stream | AsyncStream | None
    holding: bool
    first_byte: Callable[[], Any] | None
    write_failed: bool


def peer_has_spoken(sock: socket.socket) -> bool:
    """Return whether anything came, on a connection where nothing is due: its end, that is."""
    if sock.fileno() < 0:
        return True
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([sock], [], [], 0)[0])


class _Held:
    """The head of a request, kept until its body comes: so both leave at once, or neither."""

    closed = False

    def __init__(self, owner: Timed) -> None:
        self._owner = owner
        self._held = b""

    def _due(self, buffer: bytes) -> bytes:
        """Return what is to be written now."""
        if self._owner.holding:
            self._owner.holding = False
            self._held += buffer
            return b""
        if self._held:
            buffer, self._held = self._held + buffer, b""
        return buffer


class Stream(_Held, httpcore.NetworkStream):
    """A blocking connection, by httpcore, each wait of it bounded."""

    def __init__(self, inner: httpcore.NetworkStream, owner: Timed) -> None:
        super().__init__(owner)
        self._inner = inner

    @property
    def sock(self) -> socket.socket:
        """The socket below."""
        found: socket.socket = self._inner.get_extra_info("socket")
        return found

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what comes next."""
        if self._held:
            self.write(b"", timeout)
        try:
            wait = self._owner.deadline.left_for(timeout)
        except TimeoutError:
            raise httpcore.ReadTimeout from None
        return self._inner.read(max_bytes, wait)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it, the head of a request once its body comes."""
        due = self._due(buffer)
        if not due:
            return
        first_byte, self._owner.first_byte = self._owner.first_byte, None
        if first_byte is not None:
            first_byte()
        try:
            self._inner.write(due, self._owner.deadline.left_for(timeout))
        except TimeoutError:
            self._owner.write_failed = True
            raise httpcore.WriteTimeout from None
        except Exception:
            self._owner.write_failed = True
            raise

    def close(self) -> None:
        """Close it; doing so again does nothing."""
        self.closed = True
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Return the same connection, encrypted."""
        try:
            wait = self._owner.deadline.left_for(timeout)
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        inner = self._inner.start_tls(ssl_context, server_hostname, wait)
        stream = self._owner.stream = Stream(inner, self._owner)
        return stream

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks about the connection."""
        return self._inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Opens blocking connections."""

    def __init__(self, owner: Timed) -> None:
        self._owner = owner
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - httpcore's interface
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first address of a host that takes one."""
        deadline = self._owner.deadline
        refused: Exception | None = None
        try:
            for _, address in _resolve(host, port, deadline.left_for(timeout)):
                try:
                    inner = self._plain.connect_tcp(
                        address[0],
                        port,
                        timeout=deadline.left_for(timeout),
                        socket_options=socket_options,
                    )
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    refused = error
                else:
                    stream = self._owner.stream = Stream(inner, self._owner)
                    return stream
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            raise httpcore.ConnectError(type(error).__name__) from error
        raise refused or httpcore.ConnectError("no address")


class AsyncStream(_Held, httpcore.AsyncNetworkStream):
    """A connection on a plain socket, for whichever event loop runs.

    Args:
        sock: Non-blocking, connected.
        owner: What bounds its waits.
    """

    def __init__(self, sock: socket.socket, owner: Timed) -> None:
        super().__init__(owner)
        self.sock = sock

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Return what comes next."""
        if self._held:
            await self.write(b"", timeout)
        return await self.receive(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Write all of it, the head of a request once its body comes."""
        due = self._due(buffer)
        if not due:
            return
        first_byte, self._owner.first_byte = self._owner.first_byte, None
        if first_byte is not None:
            await first_byte()
        try:
            await self.send(due, timeout)
        except BaseException:
            self._owner.write_failed = True
            raise

    async def receive(self, max_bytes: int, timeout: float | None) -> bytes:  # noqa: ASYNC109
        """Wait for what comes next."""
        try:
            async with asyncio.timeout(self._owner.deadline.left_for(timeout)):
                return await asyncio.get_running_loop().sock_recv(self.sock, max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError from error

    async def send(self, buffer: bytes, timeout: float | None) -> None:  # noqa: ASYNC109
        """Hand it to the system, all of it."""
        try:
            wait = self._owner.deadline.left_for(timeout)
            try:
                # Nearly always all of it at once, with nothing to wait for.
                written = self.sock.send(buffer)
            except BlockingIOError:
                written = 0
            if written < len(buffer):
                rest = memoryview(buffer)[written:]
                async with asyncio.timeout(wait):
                    await asyncio.get_running_loop().sock_sendall(self.sock, rest)
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError from error

    async def aclose(self) -> None:
        """Close it; doing so again does nothing."""
        self.close()

    def close(self) -> None:
        """Close it, without an event loop as well."""
        self.closed = True
        self.sock.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Return the same connection, encrypted."""
        stream = _EncryptedStream(self, self._owner, ssl_context, server_hostname)
        try:
            async with asyncio.timeout(self._owner.deadline.left_for(timeout)):
                await stream.shake_hands()
        except TimeoutError as error:
            self.close()
            raise httpcore.ConnectTimeout from error
        except (OSError, httpcore.ReadError, httpcore.WriteError) as error:
            self.close()
            raise httpcore.ConnectError(type(error).__name__) from error
        except BaseException:
            self.close()
            raise
        self._owner.stream = stream
        return stream

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks about the connection."""
        if info == "socket":
            return self.sock
        if info == "is_readable":
            return peer_has_spoken(self.sock)
        return None


class _EncryptedStream(AsyncStream):
    """TLS over another stream, which may itself be one: the way through an https proxy."""

    def __init__(
        self,
        below: AsyncStream,
        owner: Timed,
        context: ssl.SSLContext,
        server_hostname: str | None,
    ) -> None:
        super().__init__(below.sock, owner)
        self._below = below
        self._received = ssl.MemoryBIO()
        self._to_send = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._received, self._to_send, server_hostname=server_hostname)

    async def shake_hands(self) -> None:
        """Agree on keys, and see who is at the other end.

        Raises:
            ssl.SSLError: It is not who it should be, or speaks no TLS.
        """
        await self._go_on(self._tls.do_handshake, None)

    async def receive(self, max_bytes: int, timeout: float | None) -> bytes:  # noqa: ASYNC109
        """Wait for what comes next."""
        try:
            return await self._go_on(lambda: self._tls.read(max_bytes), timeout)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        except ssl.SSLError as error:
            raise httpcore.ReadError from error

    async def send(self, buffer: bytes, timeout: float | None) -> None:  # noqa: ASYNC109
        """Hand it to the system, all of it."""
        rest = memoryview(buffer)
        try:
            while rest:
                rest = rest[await self._go_on(partial(self._tls.write, rest), timeout) :]
        except ssl.SSLError as error:
            raise httpcore.WriteError from error

    async def _go_on(self, step: Callable[[], T], timeout: float | None) -> T:  # noqa: ASYNC109
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                # Waited for below: what ends the wait must not seem to come from here.
                pass
            except ssl.SSLError:
                # An alert for the other end, most likely; it may be gone already.
                with suppress(httpcore.WriteError, httpcore.WriteTimeout):
                    await self._flush(timeout)
                raise
            else:
                await self._flush(timeout)
                return done
            await self._flush(timeout)
            data = await self._below.receive(_READ_AT_ONCE, timeout)
            if data:
                self._received.write(data)
            else:
                self._received.write_eof()

    async def _flush(self, timeout: float | None) -> None:  # noqa: ASYNC109
        if self._to_send.pending:
            await self._below.send(self._to_send.read(), timeout)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks about the connection."""
        return self._tls if info == "ssl_object" else super().get_extra_info(info)


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Opens connections that wait on whichever event loop runs."""

    def __init__(self, owner: Timed) -> None:
        self._owner = owner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,  # noqa: ARG002 - httpcore's interface
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to the first address of a host that takes one."""
        try:
            async with asyncio.timeout(self._owner.deadline.left_for(timeout)):
                addresses = await _resolve_async(host, port)
                sock = await _first_to_connect(addresses)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            raise httpcore.ConnectError(type(error).__name__) from error
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for option in socket_options or ():
            sock.setsockopt(*option)
        stream = self._owner.stream = AsyncStream(sock, self._owner)
        return stream


def _literal(host: str, port: int) -> list[_Address] | None:
    try:
        version = ip_address(host).version
    except ValueError:
        return None
    if version == 4:  # noqa: PLR2004 - IPv4
        return [(socket.AF_INET, (host, port))]
    return [(socket.AF_INET6, (host, port, 0, 0))]


def _resolve(host: str, port: int, seconds: float) -> Sequence[_Address]:
    """Look a name up, for so long at most."""
    literal = _literal(host, port)
    if literal is not None:
        return literal
    answers: queue.SimpleQueue[Sequence[_Address] | Exception] = queue.SimpleQueue()
    _ask(host, port, answers.put)
    try:
        return _found(answers.get(timeout=seconds))
    except queue.Empty:
        raise TimeoutError from None


async def _resolve_async(host: str, port: int) -> Sequence[_Address]:
    """Look a name up."""
    literal = _literal(host, port)
    if literal is not None:
        return literal
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[_Address] | Exception] = loop.create_future()

    def take(found: Sequence[_Address] | Exception) -> None:
        if not answer.done():
            answer.set_result(found)

    def deliver(found: Sequence[_Address] | Exception) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(take, found)

    _ask(host, port, deliver)
    return _found(await answer)


def _ask(host: str, port: int, deliver: Callable[[Sequence[_Address] | Exception], object]) -> None:
    """Ask the system's resolver, in a thread of its own.

    It knows no timeout, so it is left behind when it takes too long; in a pool of threads it would
    take the place of others, and an event loop would wait for it as it ends.
    """

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except Exception as error:  # noqa: BLE001 - raised again by who waits
            deliver(error)
        else:
            deliver([(family, address) for family, _, _, _, address in found])

    threading.Thread(target=ask, name="naverworks-notify-resolver", daemon=True).start()


def _found(answer: Sequence[_Address] | Exception) -> Sequence[_Address]:
    if isinstance(answer, UnicodeError):
        raise OSError(str(answer)) from answer
    if isinstance(answer, Exception):
        raise answer
    return answer


async def _first_to_connect(addresses: Sequence[_Address]) -> socket.socket:
    """Connect to the first address that answers, each tried shortly after the one before.

    So an address family that leads nowhere costs a quarter of a second (RFC 8305).
    """
    if len(addresses) == 1:
        return await _connect(*addresses[0])
    # The families in turn: one that leads nowhere is not tried to its end first.
    families = list(dict.fromkeys(family for family, _ in addresses))
    waiting = sorted(
        addresses,
        key=lambda one: (
            [each for each in addresses if each[0] == one[0]].index(one) * len(families)
            + families.index(one[0])
        ),
    )
    trying: set[asyncio.Task[socket.socket]] = set()
    refused: BaseException | None = None
    try:
        while waiting or trying:
            if waiting:
                trying.add(asyncio.create_task(_connect(*waiting.pop(0))))
            ended, _ = await asyncio.wait(
                trying,
                timeout=_HEAD_START if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in ended:
                error = task.exception()
                if error is None:
                    trying.discard(task)
                    return task.result()
                trying.discard(task)
                refused = refused or error
    finally:
        for task in trying:
            task.add_done_callback(_close_connected)
            task.cancel()
    raise refused or OSError("no address")


async def _connect(family: socket.AddressFamily, address: tuple[Any, ...]) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


def _close_connected(task: asyncio.Task[socket.socket]) -> None:
    if not task.cancelled() and task.exception() is None:
        task.result().close()
