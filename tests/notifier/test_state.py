"""Both states keep one promise: who has an event does not get it again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import naverworks_notify as nw
from naverworks_notify.notifier import MemoryState, StateFile

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


@pytest.fixture(params=["memory", "file"])
def state(request, tmp_path):
    """Return each kind of state."""
    return MemoryState() if request.param == "memory" else StateFile(tmp_path / "state")


def test_a_pair_is_claimed_once(state):
    assert state.claim("ev", "u", at=AT)
    assert not state.claim("ev", "u", at=LATER)
    assert state.claim("ev", "other", at=AT)
    assert state.claim("other", "u", at=AT)
    assert state.delivered("ev") == {"u": AT, "other": AT}
    assert state.delivered("nothing") == {}


def test_a_released_claim_is_free_again(state):
    state.claim("ev", "u", at=AT)
    state.release("ev", "u")
    state.release("ev", "never claimed")
    assert state.delivered("ev") == {}
    assert state.claim("ev", "u", at=LATER)


def test_what_is_kept_stays(state):
    state.claim("ev", "u", at=AT)
    state.keep("ev", "u", at=LATER)
    assert not state.claim("ev", "u", at=LATER)
    assert state.delivered("ev") == {"u": LATER}
    state.keep("ev", "without a claim", at=AT)
    assert not state.claim("ev", "without a claim", at=LATER)


def test_a_pair_seen_long_ago_is_claimed_anew_by_one(state):
    state.keep("ev", "u", at=AT)
    assert state.claim("ev", "u", at=LATER, seen=AT)
    assert not state.claim("ev", "u", at=LATER, seen=AT)


def test_a_repeat_that_failed_can_be_claimed_again(state):
    state.keep("ev", "u", at=AT)
    assert state.claim("ev", "u", at=LATER, seen=AT)
    state.release("ev", "u")
    assert state.claim("ev", "u", at=LATER, seen=AT)
    assert not state.claim("ev", "u", at=LATER, seen=AT)


def test_moments_of_any_zone_are_compared(state):
    # In the hour that comes twice, Python holds no two zones' times to be equal.
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)
    state.keep("ev", "u", at=twice)
    assert state.claim("ev", "u", at=LATER, seen=twice.astimezone(UTC))


def test_old_pairs_can_be_forgotten(state):
    state.keep("old", "u", at=AT)
    state.keep("new", "u", at=LATER)
    assert state.forget(before=LATER) == 1
    assert state.delivered("old") == {}
    assert state.delivered("new") == {"u": LATER}


def test_what_may_come_again_is_spared(state):
    for event_id in ("old", "old too", "오래된 일", "5"):
        state.keep(event_id, "u", at=AT)
    assert state.forget(before=LATER, sparing={"old too", "오래된 일", "5"}) == 1
    assert [event for event in ("old", "old too", "오래된 일", "5") if state.delivered(event)] == [
        "old too",
        "오래된 일",
        "5",
    ]


def test_of_many_threads_one_wins(state):
    won = []
    start = threading.Barrier(16)

    def race():
        start.wait()
        won.append(state.claim("ev", "u", at=AT))

    threads = [threading.Thread(target=race) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 15 + [True]


ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
CLAIM_ALL = """
import json, sys
from datetime import UTC, datetime
from naverworks_notify.notifier import StateFile
sys.stdin.readline()
state = StateFile(sys.argv[1])
print(json.dumps([state.claim(f"ev-{n}", "u", at=datetime.now(UTC)) for n in range(20)]))
"""


def test_of_many_processes_one_wins_each_claim(tmp_path):
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM_ALL, str(tmp_path / "state")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
        for _ in range(3)
    ]
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    claims = [json.loads(worker.communicate(timeout=110)[0]) for worker in workers]
    assert [sum(won) for won in zip(*claims, strict=True)] == [1] * 20


def test_all_who_create_the_file_at_one_moment_may_use_it(tmp_path):
    for attempt in range(20):
        barrier = threading.Barrier(4)

        def opened(barrier: threading.Barrier, path: Path) -> StateFile:
            barrier.wait()
            return StateFile(path)

        with ThreadPoolExecutor(4) as pool:
            jobs = [pool.submit(opened, barrier, tmp_path / f"s-{attempt}") for _ in range(4)]
            assert [job.result().delivered("ev-1") for job in jobs] == [{}] * 4


def test_the_file_is_private_whatever_the_umask_says(tmp_path):
    before = os.umask(0)
    try:
        StateFile(tmp_path / "state").keep("ev", "u", at=AT)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_the_file_remembers_over_objects(tmp_path):
    StateFile(tmp_path / "state").keep("ev", "u", at=AT)
    assert StateFile(tmp_path / "state").delivered("ev") == {"u": AT}
    assert StateFile(tmp_path / "state", read_only=True).delivered("ev") == {"u": AT}


def test_looking_creates_nothing(tmp_path):
    assert StateFile(tmp_path / "state", read_only=True).delivered("ev") == {}
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty").touch()
    assert StateFile(tmp_path / "empty", read_only=True).delivered("ev") == {}
    assert (tmp_path / "empty").stat().st_size == 0


def test_other_files_are_refused_and_left_alone(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but a long enough text " * 50, encoding="utf-8")
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE delivered (event_id, person_id)")
    for path in (text, other, tmp_path, tmp_path / "no folder" / "state"):
        content = path.read_bytes() if path.is_file() else b""
        with pytest.raises(nw.InvalidValue) as caught:
            StateFile(path)
        assert path.name in str(caught.value)
        assert (path.read_bytes() if path.is_file() else b"") == content


def test_a_killed_writer_leaves_a_usable_file(tmp_path):
    path = tmp_path / "state"
    script = (
        "import sys, itertools\n"
        "from datetime import UTC, datetime\n"
        "from naverworks_notify.notifier import StateFile\n"
        "state = StateFile(sys.argv[1])\n"
        "for n in itertools.count():\n"
        "    state.claim(f'ev-{n}', 'u', at=datetime.now(UTC))\n"
        "    print(n, flush=True)\n"
    )
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", script, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        ) as writer:
            assert writer.stdout is not None
            told = [int(writer.stdout.readline()) for _ in range(20)]
            writer.send_signal(signal.SIGKILL)
            told += [int(line) for line in writer.stdout]
        state = StateFile(path)
        # What was told as claimed is still claimed, and the file is whole.
        assert all(state.delivered(f"ev-{n}") for n in told)
        with closing(sqlite3.connect(path)) as connection, connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_it_holds_no_address_and_no_text(tmp_path, notifier, confirmed, person):
    path = tmp_path / "state"
    one = notifier(state=StateFile(path))
    one.notify(confirmed(assignees=["u-1"]), [person("u-1")])
    raw = Path(path).read_bytes()
    assert b"ev-1" in raw
    assert b"@example.com" not in raw
    assert "김하늘".encode() not in raw


def test_a_second_notifier_knows_what_the_first_sent(
    tmp_path, notifier, simulator, confirmed, person, evaluated, manager
):
    path = tmp_path / "state"
    people = [person("u-1"), manager("u-2")]
    first = notifier(state=StateFile(path))
    first.notify(confirmed(assignees=["u-1"]), people)
    first.notify(evaluated("e-1"), people)

    # The evaluation was collected and not told: a run that ends now must tell it next time.
    second = notifier(state=StateFile(path))
    again = second.notify(confirmed(assignees=["u-1"]), people)
    assert {str(r.decision.reason) for r in again.results} == {"duplicate_event"}
    assert second.notify(evaluated("e-1"), people).results[1].status == "digested"
    assert [r.status for r in second.close_digests(people).results] == ["sent"]

    third = notifier(state=StateFile(path))
    assert third.notify(evaluated("e-1"), people).results[1].decision.reason == "duplicate_event"
    assert len(simulator.sent) == 3


def test_a_relative_path_survives_a_change_of_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    state = StateFile("state")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    state.keep("ev", "u", at=AT)
    assert StateFile(tmp_path / "state").delivered("ev") == {"u": AT}
