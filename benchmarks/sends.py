"""Sending over one localhost server: this client, bare httpx, and other vendors' SDKs."""

from __future__ import annotations

import asyncio
import logging
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import httpx
from _figures import Figure, at_least

import naverworks_notify as nw
from naverworks_notify.client.fast import FastTransport
from naverworks_notify.operations import messages
from naverworks_notify.testing import Simulator

ROUNDS = 31
SEQUENTIAL = 40
PARALLEL = 200
IN_FLIGHT = (50, 200)
TEXT = nw.messages.Text("14:00 면접이 확정되었습니다.")
USER = "doyoon@example.com"
LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=200)
GROUP = "Sends, against bare httpx"


def headers() -> dict[str, str]:
    return {
        "authorization": "Bearer t",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "content-type": "application/json",
        "user-agent": "naverworks-notify/0",
    }


def others(base: str) -> dict[str, Callable[[], object]]:
    """Return one send of each SDK that is installed."""
    found: dict[str, Callable[[], object]] = {}
    with suppress(ImportError):
        from slack_sdk import WebClient  # noqa: PLC0415

        slack = WebClient(token="t", base_url=f"{base}/slack/")
        found["slack_sdk"] = lambda: slack.chat_postMessage(channel="c", text="14:00")
    with suppress(ImportError):
        from linebot.v3 import messaging as line  # noqa: PLC0415

        api = line.MessagingApi(
            line.ApiClient(line.Configuration(host=f"{base}/line", access_token="t"))
        )
        request = line.PushMessageRequest(to="u", messages=[line.TextMessage(text="14:00")])
        found["line-bot-sdk"] = lambda: api.push_message(request)
    return found


def each(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(SEQUENTIAL):
        call()
    return (time.perf_counter() - started) / SEQUENTIAL


async def each_async(call: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    for _ in range(SEQUENTIAL):
        await call()
    return (time.perf_counter() - started) / SEQUENTIAL


async def in_flight(call: Callable[[], Awaitable[object]], many: int) -> float:
    left = iter(range(PARALLEL))

    async def worker() -> None:
        for _ in left:
            await call()

    # The time of the processor: on a busy machine the server's own share decides the other one.
    started = time.process_time()
    await asyncio.gather(*(worker() for _ in range(many)))
    return (time.process_time() - started) / PARALLEL


def medians(taken: dict[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(times) for name, times in taken.items()}


def blocking(base: str, account: nw.ServiceAccount, endpoints: nw.Endpoints) -> list[Figure]:
    operation = messages.send_to_user(1, USER, TEXT)
    url = endpoints.api + operation.path
    with (
        nw.Client(account, bot_id=1, endpoints=endpoints, limiter=nw.Unlimited()) as works,
        httpx.Client() as bare,
    ):
        calls: dict[str, Callable[[], object]] = {
            "ours": lambda: works.messages.send_to_user(USER, TEXT),
            "httpx": lambda: bare.post(url, content=operation.content, headers=headers()),
            **others(base),
        }
        taken: dict[str, list[float]] = {name: [] for name in calls}
        for call in calls.values():
            call()
        for _ in range(ROUNDS):
            for name, call in calls.items():
                taken[name].append(each(call))
    speed = medians(taken)
    figures = [
        at_least(GROUP, "`Client`, one after the other", speed["httpx"] / speed["ours"], "×", 1.3)
    ]
    figures += [
        Figure(
            group=GROUP,
            name=f"{name}, one after the other",
            value=speed["httpx"] / speed[name],
            unit="×",
        )
        for name in speed
        if name not in {"ours", "httpx"}
    ]
    return figures


async def awaiting(account: nw.ServiceAccount, endpoints: nw.Endpoints) -> list[Figure]:
    operation = messages.send_to_user(1, USER, TEXT)
    url = endpoints.api + operation.path
    options = {"bot_id": 1, "endpoints": endpoints, "limiter": nw.Unlimited()}
    async with (
        FastTransport() as transport,
        nw.AsyncClient(account, **options) as works,
        nw.AsyncClient(account, transport=transport, **options) as fast,
        httpx.AsyncClient(limits=LIMITS) as bare,
    ):
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "ours": lambda: works.messages.send_to_user(USER, TEXT),
            "fast": lambda: fast.messages.send_to_user(USER, TEXT),
            "httpx": lambda: bare.post(url, content=operation.content, headers=headers()),
        }
        one: dict[str, list[float]] = {name: [] for name in calls}
        several: dict[int, dict[str, list[float]]] = {
            many: {name: [] for name in calls} for many in IN_FLIGHT
        }
        for call in calls.values():
            await call()
        for _ in range(ROUNDS):
            for name, call in calls.items():
                one[name].append(await each_async(call))
                for many, taken in several.items():
                    taken[name].append(await in_flight(call, many))
    single = medians(one)
    figures = [
        at_least(
            GROUP, "`AsyncClient`, one after the other", single["httpx"] / single["ours"], "×", 1
        )
    ]
    for many, taken in several.items():
        speed = medians(taken)
        ours, fast = (3.5, 8) if many == IN_FLIGHT[0] else (4, 8)
        told = f"{many} in flight, processor time"
        figures += [
            at_least(GROUP, f"`AsyncClient`, {told}", speed["httpx"] / speed["ours"], "×", ours),
            at_least(
                GROUP,
                f"`AsyncClient` with `[fast]`, {told}",
                speed["httpx"] / speed["fast"],
                "×",
                fast,
            ),
        ]
    return figures


def measure() -> list[Figure]:
    """Return sends a second as ratios to httpx's, interleaved on one server."""
    logging.disable(logging.INFO)
    server = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, str(Path(__file__).with_name("_server.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        base = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        account = Simulator().account
        endpoints = nw.Endpoints(api=f"{base}/v1.0", auth=f"{base}/oauth2/v2.0")
        return blocking(base, account, endpoints) + asyncio.run(awaiting(account, endpoints))
    finally:
        server.stdin.close()
        server.wait(10)
