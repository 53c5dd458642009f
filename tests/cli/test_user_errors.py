"""The mistakes a user will make: each gives one clear sentence and a next step."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


def one_sentence_and_a_step(ended):
    """Return the sentence and the steps of stderr; nothing else may stand there."""
    first, *steps = ended.err.splitlines()
    sentence = first.removeprefix("error: ")
    assert sentence != first
    assert sentence.endswith((".", "»."))
    assert steps, ended.err
    assert all(step.startswith("  → ") for step in steps)
    return sentence, "\n".join(steps)


def send(cli, *more):
    ended = cli("send", "doyoon@example.com", "안녕하세요", *more)
    assert ended.code == 1
    return one_sentence_and_a_step(ended)


def test_a_key_that_was_replaced(cli, simulator, monkeypatch):
    old = simulator.private_key
    simulator.rotate_key()
    simulator.kill_tokens()
    monkeypatch.setenv("NAVERWORKS_PRIVATE_KEY", old)
    sentence, steps = send(cli)
    assert "key" in sentence
    assert "Only one" in sentence + steps


@pytest.mark.parametrize(
    ("mangle", "told"),
    [
        (lambda _pem: "not a key", "key"),
        (lambda pem: pem.replace("PRIVATE", "PUBLIC"), "public"),
        (lambda pem: "\n".join(pem.splitlines()[1:]), "BEGIN"),
        (lambda _pem: "  ", "NAVERWORKS_PRIVATE_KEY"),
    ],
)
def test_a_key_that_is_none(cli, simulator, monkeypatch, mangle, told):
    monkeypatch.setenv("NAVERWORKS_PRIVATE_KEY", mangle(simulator.private_key))
    ended = cli("send", "doyoon@example.com", "안녕하세요")
    assert ended.code == 1
    assert told in ended.err
    assert simulator.private_key.splitlines()[1] not in ended.err


def test_a_missing_scope(cli, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_SCOPES", "user.read")
    sentence, steps = send(cli)
    assert "bot.message" in sentence + steps
    assert "scope" in (sentence + steps).lower()


def test_an_unknown_bot(cli, simulator):
    sentence, steps = send(cli, "--bot-id", "4711")
    assert "bot" in (sentence + steps).lower()
    assert "404" in sentence


def test_no_bot_at_all(cli, simulator, monkeypatch):
    monkeypatch.delenv("NAVERWORKS_BOT_ID")
    sentence, steps = send(cli)
    assert "bot" in sentence
    assert "NAVERWORKS_BOT_ID" in steps


def test_a_user_nobody_knows(cli, simulator):
    ended = cli("send", "nobody@example.com", "안녕하세요")
    assert ended.code == 1
    sentence, _ = one_sentence_and_a_step(ended)
    assert "user" in sentence
    assert "nobody@example.com" not in ended.err


def test_a_wrong_client_secret(cli, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_CLIENT_SECRET", "s3cret-of-another")
    sentence, steps = send(cli)
    assert "NAVERWORKS_CLIENT_SECRET" in sentence + steps or "Secret" in sentence + steps
    assert "s3cret-of-another" not in sentence + steps


def test_a_bot_that_is_not_in_the_domain(cli, simulator):
    simulator.faults.always("messages.send_to_user", 403)
    sentence, steps = send(cli)
    assert "403" in sentence
    assert "Bot" in steps


def test_a_service_that_is_not_there(cli, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_AUTH_URL", "http://127.0.0.1:1/oauth2/v2.0")
    monkeypatch.setenv("NAVERWORKS_API_URL", "http://127.0.0.1:1/v1.0")
    ended = cli("send", "doyoon@example.com", "안녕하세요")
    assert ended.code == 1
    sentence, steps = one_sentence_and_a_step(ended)
    assert "reached" in sentence
    assert "NAVERWORKS_API_URL" in steps


def test_a_text_that_is_too_long(cli, simulator):
    ended = cli("send", "doyoon@example.com", "가" * 2001)
    assert ended.code == 1
    assert "2000" in ended.err
    assert simulator.sent == []


def test_errors_are_json_where_json_was_asked_for(cli, simulator):
    ended = cli("send", "nobody@example.com", "안녕하세요", "--json")
    (row,) = ended.rows
    assert list(row["error"]) == ["line", "path", "message", "type", "next"]
    assert row["error"]["type"] == "NotFound"
    (step,) = row["error"]["next"]
    assert not re.search("[가-힣]", step)
    ended = cli("send", "nobody@example.com", "안녕하세요", "--json", "--lang", "ko")
    (step,) = ended.rows[0]["error"]["next"]
    assert re.search("[가-힣]", step)


def test_a_file_that_cannot_be_written(cli, tmp_path):
    content = tmp_path / "content.json"
    content.write_text('{"type": "text", "text": "안녕"}', encoding="utf-8")
    ended = cli("preview", content, "--out", tmp_path)
    assert ended.code == 1
    assert str(tmp_path) in ended.err


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["send"], ["send", "only one"], ["notify", "--help-me"], ["preview", "--x"]],
)
def test_wrong_usage_points_at_the_help(cli, arguments):
    ended = cli(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    _, steps = one_sentence_and_a_step(ended)
    assert "--help" in steps


def test_the_help_and_the_version(cli):
    assert "notify" in cli().out
    assert cli("--version").out.strip()
    for command in (
        "demo",
        "doctor",
        "simulate",
        "catalog",
        "schema",
        "preview",
        "send",
        "notify",
    ):
        ended = cli(command, "--help")
        assert ended.code == 0
        assert "--json" in ended.out


def test_without_the_extra_the_way_to_it_is_named(tmp_path):
    (tmp_path / "cyclopts.py").write_text(
        "raise ModuleNotFoundError('no', name='cyclopts')", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "naverworks_notify.cli", "demo"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join([str(tmp_path), *sys.path])},
    )
    assert done.returncode == 1
    assert 'pip install "naverworks-notify[cli]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_heavy_loads_for_a_dry_run():
    package = Path(__file__).parents[2] / "src"
    code = (
        "import sys, naverworks_notify.cli._notify, naverworks_notify.notifier\n"
        "print([m for m in ('httpx', 'jwt', 'cryptography', 'starlette') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join([str(package), *sys.path])},
    )
    assert done.stdout.strip() == "[]"


def test_a_reader_that_leaves_is_no_error():
    code = (
        "import sys\nfrom naverworks_notify.cli import main\nsys.exit(main(['catalog', '--json']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
