"""What is heavy is loaded when it is first needed, and not before."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

SYNC = """
import sys
import naverworks_notify as nw
from naverworks_notify.testing import ManualClock, Simulator

clock = ManualClock()
simulator = Simulator(users=["a@example.com"], clock=clock)
works = nw.Client(
    simulator.account, bot_id=simulator.bot_id, transport=simulator.transport(), clock=clock
)
works.messages.send_to_user("a@example.com", nw.messages.Text("hi"))
assert "tenacity" not in sys.modules, "a clean send"
simulator.faults.next("messages.*", 403)
try:
    works.messages.send_to_user("a@example.com", nw.messages.Text("hi"))
except nw.Forbidden:
    assert "tenacity" not in sys.modules, "a failure that is not repeated"
simulator.faults.next("messages.*", 429)
works.messages.send_to_user("a@example.com", nw.messages.Text("hi"))
assert "tenacity" in sys.modules, "a failure that is"
assert len(simulator.sent) == 2
"""


def in_async(script):
    lines = script.replace("nw.Client", "nw.AsyncClient").replace(
        "works.messages", "await works.messages"
    )
    imports, rest = lines.split("\n\n", 1)
    body = "\n".join(f"    {line}" for line in rest.splitlines())
    return f"import asyncio\n{imports}\n\nasync def main():\n{body}\n\nasyncio.run(main())\n"


@pytest.mark.parametrize("script", [SYNC, in_async(SYNC)], ids=["sync", "async"])
def test_the_retry_machinery_is_entered_only_after_a_first_failure(script):
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_httpcore_imports_on_every_request_is_there():
    # It goes on without it, but a failed import walks sys.path each time.
    assert importlib.util.find_spec("sniffio") is not None
