"""What a command does to the streams it is given: encodings, pipes that close, Ctrl-C, colours."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys

import pytest

from naverworks_notify.cli.day import ALERTS, PEOPLE

BASE = {"PATH": os.environ["PATH"], "COLUMNS": "100"}
NOTIFY = ("notify", "--people", str(PEOPLE), "--alerts", str(ALERTS), "--dry-run")


def run(*arguments, env=None, module="naverworks_notify", **options):
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        check=False,
        env={**BASE, **(env or {})},
        **options,
    )


@pytest.mark.parametrize("module", ["naverworks_notify", "naverworks_notify.cli"])
def test_the_package_runs_as_a_module(module):
    done = run("--version", module=module)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.strip()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp949", "ascii", "latin-1"])
def test_an_encoding_that_was_asked_for_is_written(encoding):
    done = run(*NOTIFY, env={"PYTHONIOENCODING": encoding})
    assert done.stderr == b""
    text = done.stdout.decode(encoding)
    assert ("정하늘" in text) is (encoding not in {"ascii", "latin-1"})
    lines = run(*NOTIFY, "--json", env={"PYTHONIOENCODING": encoding}).stdout.decode(encoding)
    rows = [json.loads(line) for line in lines.splitlines()]
    utf8 = [json.loads(line) for line in run(*NOTIFY, "--json").stdout.decode().splitlines()]
    assert rows == utf8


def test_without_one_it_is_utf8_whatever_the_locale():
    done = run(*NOTIFY, env={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"})
    assert "정하늘" in done.stdout.decode()


@pytest.mark.parametrize("arguments", [NOTIFY, (*NOTIFY, "--json"), ("catalog",), ("--help",)])
def test_a_reader_who_leaves_is_no_matter(arguments):
    with subprocess.Popen(
        [sys.executable, "-m", "naverworks_notify", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=BASE,
    ) as process:
        process.stdout.close()  # before anything is written
        told = process.stderr.read()
    assert told == b""
    assert process.returncode == 0


def test_a_reader_who_leaves_keeps_nobody_from_their_message(cli, simulator, tmp_path):
    people, alerts = tmp_path / "people.json", tmp_path / "alerts.jsonl"
    person = {"id": "u-1", "name": "도윤", "email": "doyoon@example.com", "org_role": "interviewer"}
    people.write_text(json.dumps([person]), encoding="utf-8")
    alerts.write_text(
        "".join(
            json.dumps(
                {
                    "type": "task.reminder",
                    "event_id": f"ev-{n}",
                    "occurred_at": "2026-03-02T10:00:00+09:00",
                    "title": "점검",
                    "assignee_ids": ["u-1"],
                }
            )
            + "\n"
            for n in range(5)
        ),
        encoding="utf-8",
    )
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "naverworks_notify", "notify", "--json"),
            *("--people", people, "--alerts", alerts),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**BASE, **simulator.environment()},
    ) as process:
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (0, b"")
    assert len(simulator.sent) == 5


INTERRUPTED = """
import signal, sys
from naverworks_notify import cli
def interrupt(*_):
    raise KeyboardInterrupt
{patch}
sys.exit(cli.main(["catalog"]))
"""


IMPORTED = """
import builtins
own = builtins.__import__
def importing(name, *more):
    return interrupt() if name.endswith("_app") else own(name, *more)
builtins.__import__ = importing
"""


@pytest.mark.parametrize(
    "patch",
    [
        "import naverworks_notify.cli._app as app; app._run = interrupt",
        "import naverworks_notify.cli._app as app; app.set_up_streams = interrupt",
        IMPORTED,
    ],
    ids=["in a command", "while it starts", "while it is imported"],
)
def test_ctrl_c_at_any_moment_is_one_line(patch):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(patch=patch)],
        capture_output=True,
        check=False,
        env=BASE,
    )
    assert (done.returncode, done.stderr) == (130, b"Interrupted.\n")


def test_ctrl_c_in_the_middle_of_the_day_is_one_line():
    with subprocess.Popen(
        [sys.executable, "-m", "naverworks_notify", "simulate", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=BASE,
    ) as process:
        process.stdout.readline()
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert b"Inbox" in first
    assert rest == b"Stopped.\n"
    assert process.returncode == 0


def on_a_terminal(*arguments, env):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "naverworks_notify", *arguments],
        stdout=theirs,
        stderr=theirs,
        env={**BASE, "TERM": "xterm-256color", **env},
    ) as process:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:  # the end of a terminal
            pass
    os.close(ours)
    assert process.returncode in {0, 1, 2}
    return said


@pytest.mark.parametrize(
    "arguments", [NOTIFY, ("catalog",), ("--help",), ("demo",), ("nonsense",), ("doctor",)]
)
def test_no_color_gives_no_escapes_at_all(arguments):
    assert b"\x1b" not in on_a_terminal(*arguments, env={"NO_COLOR": "1"})
    if arguments != ("doctor",):
        assert b"\x1b" in on_a_terminal(*arguments, env={})


def test_a_narrow_terminal_folds_what_was_sent_instead_of_cutting_it():
    done = run(*NOTIFY, env={"COLUMNS": "80"})
    text = done.stdout.decode()
    assert "What would be sent, or why not" in " ".join(text.split())
    assert "…" not in text.replace("…\n", "")
    said = "".join(text.split())
    wide = run(*NOTIFY, env={"COLUMNS": "400"}).stdout.decode()
    longest = max((line[60:].strip() for line in wide.splitlines()), key=len)
    assert "".join(longest.split())[:40] in said or longest[:12] in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_of_every_command(shell):
    done = run("completion", shell)
    assert (done.returncode, done.stderr) == (0, b"")
    script = done.stdout.decode()
    for word in ("notify", "doctor", "--max-age", "sync"):
        assert word.removeprefix("--") in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=done.stdout, check=True)  # noqa: S607
