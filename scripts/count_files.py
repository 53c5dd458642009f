"""Count the files of ours that one warm send and one warm `notify()` enter.

    python scripts/count_files.py              print both counts
    python scripts/count_files.py --list       name the files as well

Counted in all threads, over a transport that answers at once, after a first call has loaded and
cached what it needs. A reader who follows a call hops through so many files.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import httpx

import naverworks_notify as nw
from naverworks_notify import alerts, policy
from naverworks_notify.testing import Simulator

PACKAGE = Path(nw.__file__).parent


def answer(request: httpx.Request) -> httpx.Response:
    """Give a token to whom asks for one, and accept everything else."""
    if request.url.path.endswith("/token"):
        token = {"access_token": "t", "expires_in": "86400", "token_type": "Bearer"}
        return httpx.Response(200, json=token | {"scope": "bot bot.message user.read"})
    return httpx.Response(201)


def files_entered(call: Callable[[], Any]) -> set[str]:
    """Return the files of the package whose functions run during a call, in any thread."""
    entered: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(str(PACKAGE)):
            entered.add(str(Path(name).relative_to(PACKAGE)))

    threading.setprofile_all_threads(note) if sys.version_info >= (3, 12) else threading.setprofile(
        note
    )
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
    return entered


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="name the files as well")
    names = parser.parse_args().list
    # Only for a key that parses: nothing of it is called.
    simulator = Simulator()
    moment = datetime(2026, 3, 2, 10, tzinfo=UTC)
    person = policy.Person(id="u-2", name="이도윤", email="doyoon@example.com")

    def alert(number: int) -> alerts.Alert:
        return alerts.AutomationApprovalRequested(
            event_id=f"ev-{number}",
            occurred_at=moment,
            automation_name="서류 자동 합격",
            action_summary="3명 합격",
            assignee_ids=("u-2",),
        )

    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        endpoints=simulator.endpoints,
        transport=httpx.MockTransport(answer),
    ) as works:
        notifier = nw.Notifier(works)

        def send() -> None:
            works.messages.send_to_user("u-2", nw.messages.Text("안녕하세요"))

        def notify(number: int) -> None:
            report = notifier.notify(alert(number), [person], now=moment)
            assert [str(one.status) for one in report.results] == ["sent"], report

        send()
        notify(1)
        for title, call in (("send", send), ("notify", lambda: notify(2))):
            entered = files_entered(call)
            print(f"a warm {title} enters {len(entered)} files")
            if names:
                print("".join(f"    {name}\n" for name in sorted(entered)), end="")


if __name__ == "__main__":
    main()
