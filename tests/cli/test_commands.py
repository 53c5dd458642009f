"""The other commands, each against the simulator."""

from __future__ import annotations

import json
import os
import pty
import shlex
import signal
import stat
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from rich.cells import cell_len

from naverworks_notify.alerts import ENTRIES
from naverworks_notify.cli.day import ALERTS, PEOPLE
from naverworks_notify.schemas import json_schema

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": os.pathsep.join(sys.path),
    "PYTHONUNBUFFERED": "1",
}


def test_send_says_hello(cli, simulator):
    ended = cli("send", "doyoon@example.com", "안녕하세요")
    assert (ended.code, ended.out, ended.err) == (0, "sent\n", "")
    assert simulator.sent[0].content == {"type": "text", "text": "안녕하세요"}
    ended = cli("send", "doyoon@example.com", "또 안녕", "--json")
    assert ended.rows == [{"status": "sent", "content": {"type": "text", "text": "또 안녕"}}]


def test_a_send_of_unknown_fate(cli, simulator):
    simulator.faults.next("messages.send_to_user", 500)
    ended = cli("send", "doyoon@example.com", "안녕하세요", "--json")
    assert ended.code == 1
    assert ended.rows[0]["status"] == "unknown"
    assert "→" in ended.err


def test_the_catalog_lists_every_entry(cli):
    ended = cli("catalog", "--json")
    assert [row["id"] for row in ended.rows] == list(ENTRIES)
    assert {"audience", "trigger", "timing", "fields", "korean_label"} <= set(ended.rows[0])
    told = cli("catalog", "--audience", "manager")
    assert "26 entries" not in told.out
    assert "14 entries" in told.out
    assert "interviewer." not in told.out
    assert "manager.task.reminder" in told.out


@pytest.mark.parametrize("columns", [80, 120])
def test_the_catalog_tells_all_of_an_entry_within_the_screen(cli, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = cli("catalog").out
    assert max(cell_len(line) for line in shown.splitlines()) <= columns
    assert "\n26 entries   required!  optional?\n" in shown
    said = " ".join(shown.split())
    for entry in ENTRIES.values():
        head, _, fields = said.partition(f"{entry.id} ")[2].partition(" fields ")
        assert head.startswith(
            f"{entry.korean_label} · {entry.english_label} audience {entry.audience}: whoever "
        )
        assert f" trigger {entry.trigger} timing " in head
        assert fields.startswith(" ".join(entry.fields))


def test_the_catalog_says_in_words_when_an_entry_goes_out(cli):
    said = " ".join(cli("catalog").out.split())
    digest = said.partition("manager.document_evaluation.completed_digest ")[2]
    assert "timing collected for an hour, per person and posting fields " in digest
    assert said.count("timing as a reminder, at a time your app works out") == sum(
        entry.timing == "reminder" for entry in ENTRIES.values()
    )


def test_preview_shows_contents_alerts_and_lines_of_notify(cli, tmp_path, written, person, alert):
    people, alerts = written([person()], [alert()])
    lines = tmp_path / "lines.jsonl"
    dry = cli(
        *("notify", "--people", people, "--alerts", alerts, "--dry-run", "--json"),
        *("--now", "2026-03-02T10:00:00+09:00"),
    )
    lines.write_text(dry.out, encoding="utf-8")
    content = tmp_path / "content.json"
    content.write_text('{"type": "text", "text": "안녕 <b>"}', encoding="utf-8")

    assert "안녕 &lt;b&gt;" in cli("preview", content).out
    assert cli("preview", alerts, "--json").rows[0]["messages"] == 2
    assert cli("preview", lines, "--json").rows[0]["messages"] == 1
    out = tmp_path / "day.html"
    ended = cli("preview", ALERTS, "--audience", "manager", "--locale", "en", "--out", out)
    assert (ended.code, ended.out) == (0, "")
    page = out.read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "Interview confirmed" in page


def test_preview_into_a_folder_that_is_not_there_is_wrong_usage(cli, tmp_path):
    assert cli("preview", ALERTS, "--out", tmp_path / "no" / "day.html").code == 2
    assert cli("preview", tmp_path / "missing.json").code == 2


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "[1]", "[]", '{"type": "text"}', '{"type": "x", "event_id": "e"}', "{}\n{no"],
)
def test_preview_tells_what_it_cannot_show(cli, tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    ended = cli("preview", path)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("error: ")


def test_the_demo_plays_the_day(cli):
    ended = cli("demo")
    assert (ended.code, ended.err) == (0, "")
    assert "13 of 16 people matched by e-mail" in ended.out
    for told in ("sent", "digested", "deferred", "unmatched", "expired", "duplicate_event"):
        assert told in ended.out
    assert "failed" not in ended.out
    assert "서류 검토 요청" in ended.out
    assert "@" not in ended.out


def test_the_demo_lists_everyone_on_request(cli):
    ended = cli("demo", "--everyone")
    assert "others" not in ended.out
    assert ended.out.count("not_assigned") > 20


# Bars are shown from the third second on; here from the first.
AT_ONCE = """
import sys
from naverworks_notify.cli import _progress, main
_progress.SHOWN_AFTER_S = 0
sys.exit(main(sys.argv[1:]))
"""


def on_terminal(*arguments, env=None):
    """Run a command with a terminal as its stderr; return exit status, stdout, stderr."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", AT_ONCE, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**ENVIRONMENT, "TERM": "xterm-256color", **(env or {})},
    ) as process:
        os.close(theirs)
        told = []
        # Beside the reading of stdout: a terminal that nobody reads is full at some time, and a
        # slow machine draws its bar more often.
        drawing = threading.Thread(target=lambda: told.extend(pieces_of(ours)))
        drawing.start()
        out = process.stdout.read()
        drawing.join()
    os.close(ours)
    return process.returncode, out.decode(), b"".join(told).decode()


def pieces_of(terminal):
    """Yield what is written to a terminal, until it is closed."""
    try:
        while piece := os.read(terminal, 65536):
            yield piece
    except OSError:  # the end of a terminal
        return


def test_long_work_shows_a_bar_on_a_terminal_and_none_on_a_pipe(cli, simulator, written, person):
    code, out, told = on_terminal("demo", "--json")
    assert code == 0
    assert "The day" in told
    assert all(json.loads(line) for line in out.splitlines())
    code, out, told = on_terminal("members", "sync", "--json", env=simulator.environment())
    assert code == 0
    assert "Users" in told
    assert json.loads(out)["users"] == 2
    assert cli("members", "sync").err == ""


def test_the_demo_tells_machines_the_same(cli):
    ended = cli("demo", "--json", "--format", "plain")
    rows = ended.rows
    people = len(json.loads(PEOPLE.read_bytes()))
    alerts = len(ALERTS.read_bytes().splitlines())
    assert len([row for row in rows if not row["event_id"].startswith("digest:")]) == (
        people * alerts
    )
    by_reason = {(row["event_id"], row["person_id"]): row["reason"] for row in rows}
    assert by_reason["day-16", "u-sora"] == "expired"
    assert by_reason["day-17", "u-hyejin"] == "no_address"
    assert {row["status"] for row in rows} == {
        *("sent", "suppressed", "digested", "deferred", "unmatched"),
    }
    kinds = {row["content"]["type"] for row in rows if row["content"]}
    assert kinds <= {"text", "button_template"}


def test_a_taken_port_is_told(cli, simulator):
    port = simulator.endpoints.api.rpartition(":")[2].partition("/")[0]
    for command in ("demo", "simulate"):
        ended = cli(command, "--port", port)
        assert ended.code == 1
        assert port in ended.err
        assert "--port" in ended.err


def read_until(stream, marker):
    lines = []
    for line in stream:
        lines.append(line)
        if marker in line:
            return lines
    raise AssertionError("".join(lines))


def started(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "naverworks_notify.cli", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=ENVIRONMENT,
    )


def test_simulate_prints_what_a_shell_can_source(cli, monkeypatch, tmp_path):
    with started("simulate", "--port", "0", "--users", PEOPLE, "new@example.com") as service:
        try:
            (inbox,) = read_until(service.stderr, "Inbox")
            lines = [service.stdout.readline() for _ in range(9)]
            exported = dict(
                shlex.split(line.removeprefix("export "))[0].split("=", 1) for line in lines
            )
            for name, value in exported.items():
                monkeypatch.setenv(name, value)
            key = Path(exported["NAVERWORKS_PRIVATE_KEY_FILE"])
            assert stat.S_IMODE(key.stat().st_mode) == 0o600
            assert cli("doctor").code == 0
            assert cli("send", "new@example.com", "안녕하세요").code == 0
            assert cli("send", "doyoon.lee@example.com", "안녕하세요").code == 0
            url = inbox.split()[1]
            with urllib.request.urlopen(url, timeout=60) as page:  # noqa: S310 - our own
                assert page.status == 200
        finally:
            service.send_signal(signal.SIGINT)
        assert service.wait(timeout=60) == 0
        assert "Traceback" not in service.stderr.read()
    assert not key.exists()


def test_simulate_for_machines_and_sigterm(tmp_path):
    key = tmp_path / "key.pem"
    with started("simulate", "--port", "0", "--key-file", key, "--json") as service:
        try:
            told = json.loads(service.stdout.readline())
            read_until(service.stderr, "Inbox")
            assert told["environment"]["NAVERWORKS_API_URL"] == f"{told['url']}/v1.0"
            assert told["environment"]["NAVERWORKS_PRIVATE_KEY_FILE"] == str(key)
            assert "PRIVATE KEY" in key.read_text(encoding="ascii")
        finally:
            service.send_signal(signal.SIGTERM)
        assert service.wait(timeout=60) == 0


def test_the_demo_leaves_the_inbox_open(tmp_path):
    with started("demo", "--serve") as demo:
        try:
            (*_, inbox) = read_until(demo.stderr, "Inbox")
            with urllib.request.urlopen(inbox.split()[1], timeout=60) as page:  # noqa: S310
                assert "이도윤" in page.read().decode("utf-8")
        finally:
            demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=60) == 0
        assert "Traceback" not in demo.stderr.read()


@pytest.mark.parametrize("users", ["nobody", "missing.json"])
def test_simulate_with_users_that_are_none(cli, users):
    assert cli("simulate", "--port", "0", "--users", users).code == 2


def test_members_sync_tells_who_is_who(cli, simulator, written, person, tmp_path):
    people, _ = written(
        [
            person("u-1", email="Doyoon@Example.com"),
            person("u-2", name="박서연", email="nobody@example.com"),
            person("u-3", name="최민재", email=None),
        ],
        [],
    )
    store = tmp_path / "members.json"
    ended = cli("members", "sync", "--people", people, "--store", store)
    assert ended.code == 0
    assert "2 users in the directory" in ended.out
    assert "1 matched · 2 unmatched" in ended.out
    assert "no_such_user" in ended.out
    assert "@" not in ended.out
    (report,) = cli("members", "sync", "--people", people, "--store", store, "--json").rows
    assert [one["person_id"] for one in report["matched"]] == ["u-1"]
    assert report["users"] == 2
    assert stat.S_IMODE(store.stat().st_mode) == 0o600


def test_members_sync_tells_who_shares_a_user_and_what_changed_whatever_ids_look_like(
    cli, simulator, written, person, tmp_path, monkeypatch
):
    people, _ = written(
        [
            person("[/u-1]", name="남궁[bold]도윤", email="doyoon@example.com"),
            person("u-2", name="이름이 아주 긴 사람" * 5, email="doyoon@example.com"),
            person("u-3", name="박서연", email="nobody@example.com"),
        ],
        [],
    )
    run = ("members", "sync", "--people", people, "--store", tmp_path / "members.json")
    ended = cli(*run)
    assert ended.code == 0
    assert "[/u-1], u-2 are one and the same user" in ended.out
    assert "남궁[bold]도윤" in ended.out
    assert "since the last sync: 2 added" in ended.out
    for columns in ("40", "80"):
        monkeypatch.setenv("COLUMNS", columns)
        ended = cli(*run)
        assert "unmatched" in ended.out
        assert "no_such_user" in ended.out
        table = [line for line in ended.out.splitlines() if "users in the" not in line]
        assert all(cell_len(line) <= int(columns) for line in table[:4])
        assert "last sync" not in ended.out


def test_notify_asks_the_directory_where_it_is_given(
    cli, simulator, written, person, alert, tmp_path
):
    people, alerts = written(
        [person("u-2"), person("u-3", email="seoyeon@example.com")],
        [alert(assignee_ids=["u-2", "u-3"])],
    )
    store = tmp_path / "members.json"
    simulator.change_user("seoyeon@example.com", suspended=True)
    try:
        assert cli("members", "sync", "--store", store).code == 0
    finally:
        simulator.change_user("seoyeon@example.com", suspended=False)
    run = ("notify", "--people", people, "--alerts", alerts, "--json", "--members", store)
    for live in ((), ("--dry-run",)):
        ended = cli(*run, "--now", "2026-03-02T10:00:00+09:00", *live)
        assert ended.rows[1]["status"] == "unmatched"
        assert ended.rows[1]["reason"] == "no_address"
        assert ended.code == 0
    assert cli(*run[:-1], tmp_path / "missing").code == 2


def test_a_sync_that_loses_too_many_is_refused(cli, simulator, tmp_path):
    store = tmp_path / "members.json"
    assert cli("members", "sync", "--store", store).code == 0
    for email in ("doyoon@example.com", "seoyeon@example.com"):
        simulator.change_user(email, suspended=True)
    try:
        ended = cli("members", "sync", "--store", store)
        assert ended.code == 1
        assert "--force" in ended.err
        assert cli("members", "sync", "--store", store, "--force").code == 0
    finally:
        for email in ("doyoon@example.com", "seoyeon@example.com"):
            simulator.change_user(email, suspended=False)


@pytest.mark.parametrize("name", ["alerts", "people", "preferences", "deliveries", "options"])
def test_schema_prints_what_the_readers_obey(cli, name):
    ended = cli("schema", name)
    assert ended.code == 0
    assert (
        json.loads(ended.out) == json_schema(name) == json.loads(cli("schema", name, "--json").out)
    )


def test_schema_of_something_else(cli):
    assert cli("schema", "poeple").code == 2
