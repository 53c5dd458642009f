"""The least an HTTP server can do, so that what is measured is the client.

`python benchmarks/_server.py` prints its port and serves until its standard input closes. Every
POST to a token path gets a token, everything else 201 with an empty body.
"""

from __future__ import annotations

import asyncio
import sys

TOKEN = b'{"access_token":"t","token_type":"Bearer","expires_in":"86400","scope":"bot.message user.read"}'
CREATED = b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"
SLACK = b'{"ok":true}'


def answer(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


ANSWERS = {
    b"/token": answer(TOKEN),
    b"/slack/": answer(SLACK),
    b"/line/": answer(b'{"sentMessages":[{"id":"1"}]}'),
}


class Server(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            place = head.find(b"content-length:")
            length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            line = self.buffer[: self.buffer.find(b"\r\n")]
            self.buffer = self.buffer[end + 4 + length :]
            reply = CREATED
            for part, known in ANSWERS.items():
                if part in line:
                    reply = known
            self.transport.write(reply)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
