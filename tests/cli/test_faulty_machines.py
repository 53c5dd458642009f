"""Whatever is wrong with the machine: a sentence and an exit status, never a traceback."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import pytest

from naverworks_notify.cli.day import ALERTS, PEOPLE

COMMANDS = [
    ("doctor",),
    ("doctor", "--json"),
    ("send", "doyoon@example.com", "안녕하세요"),
    ("notify",),
    ("members", "sync"),
]
FAULTS = [
    ("ALL_PROXY", "socks5://127.0.0.1:1"),
    ("ALL_PROXY", "socks9://127.0.0.1:1"),
    ("ALL_PROXY", "http://127.0.0.1:abc"),
    ("HTTPS_PROXY", "http://user:hunter2@127.0.0.1:1"),
    ("HTTPS_PROXY", "://"),
    ("SSL_CERT_FILE", "/nowhere/at/all.pem"),
    ("SSL_CERT_FILE", "/"),
    ("SSL_CERT_FILE", "/dev/null"),
    ("SSL_CERT_DIR", "/nowhere"),
    ("SSLKEYLOGFILE", "/nowhere/at/all"),
    ("NAVERWORKS_API_URL", "ftp://example.com"),
    ("NAVERWORKS_AUTH_URL", "https://[::1"),
    ("NAVERWORKS_AUTH_URL", "https://nobody.invalid/oauth2/v2.0"),
    ("NAVERWORKS_PRIVATE_KEY", "\x01"),
    ("NAVERWORKS_BOT_ID", "abc"),
    ("NAVERWORKS_BOT_ID", "9" * 5000),
    ("NAVERWORKS_SCOPES", "bot=message"),
    ("NAVERWORKS_CLIENT_ID", "a\nb"),
    ("NAVERWORKS_ONLY_TO", ","),
    ("NAVERWORKS_REDIRECT_TO", "a b c"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(("name", "value"), FAULTS, ids=lambda part: ascii(part)[:40])
def test_the_environment(cli, simulator, written, person, alert, monkeypatch, command, name, value):
    if command == ("notify",):
        people, alerts = written([person()], [alert()])
        command = ("notify", "--people", people, "--alerts", alerts)
    for proxy in ("HTTPS_PROXY", "https_proxy", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(proxy, raising=False)
    if not name.startswith("NAVERWORKS_"):
        # Not this machine, which needs neither proxy nor certificates.
        monkeypatch.setenv("NAVERWORKS_AUTH_URL", "https://auth.worksmobile.invalid/oauth2/v2.0")
    monkeypatch.setenv(name, value)
    ended = cli(*command)
    said = ended.out + ended.err
    assert ended.code in {1, 2}, said
    assert "nobody foresaw" not in said
    assert "hunter2" not in said
    if ended.err and "--json" not in command:
        assert ended.err.startswith(("error: ", "failed: ", "warning: ")) or command[0] == "doctor"


FILES = [
    ("notify", "--people", "{bad}", "--alerts", str(ALERTS), "--dry-run"),
    ("notify", "--people", str(PEOPLE), "--alerts", "{bad}", "--dry-run"),
    ("notify", "--people", str(PEOPLE), "--alerts", str(ALERTS), "--policy", "{bad}", "--dry-run"),
    ("notify", "--people", str(PEOPLE), "--alerts", str(ALERTS), "--state", "{bad}", "--dry-run"),
    ("notify", "--people", str(PEOPLE), "--alerts", str(ALERTS), "--state", "{bad}"),
    ("notify", "--people", str(PEOPLE), "--alerts", str(ALERTS), "--members", "{bad}", "--dry-run"),
    ("preview", "{bad}"),
    ("preview", str(ALERTS), "--out", "{bad}"),
    ("members", "sync", "--people", "{bad}"),
    ("members", "sync", "--store", "{bad}"),
    ("simulate", "--port", "0", "--users", "{bad}"),
    ("simulate", "--port", "0", "--key-file", "{bad}"),
]


def bad_things(folder):
    (folder / "binary").write_bytes(bytes(range(256)) * 40)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "nowhere").symlink_to(folder / "missing" / "file")
    (folder / "deep").write_bytes(b"[" * 100_000)
    (folder / "long").write_bytes(b"[" + b"9" * 10_000 + b"]")
    yield "a folder", folder
    yield "bytes", folder / "binary"
    yield "a loop of links", folder / "loop"
    yield "a link to nowhere", folder / "nowhere"
    yield "deep JSON", folder / "deep"
    yield "a long number", folder / "long"
    yield "a name that is too long", folder / ("x" * 300)
    yield "in no folder", folder / "no" / "such" / "folder"
    yield "below a file", folder / "binary" / "file"
    yield "a device", "/dev/full"


@pytest.mark.parametrize("arguments", FILES, ids=lambda one: " ".join(one)[:60])
def test_files_that_are_none(cli, simulator, tmp_path, arguments, monkeypatch):
    # Where a file is good enough, the simulator would run until it is ended.
    monkeypatch.setattr(
        "naverworks_notify.cli._simulate.serve_until_interrupted", lambda _inbox: None
    )
    for name, bad in bad_things(tmp_path):
        ended = cli(*(part.replace("{bad}", str(bad)) for part in arguments))
        assert "nobody foresaw" not in ended.err, (name, ended.err)
        assert ended.code in {0, 1, 2}, name


def shell(command, **env):
    line = f"{shlex.quote(sys.executable)} -m naverworks_notify {command}"
    return subprocess.run(
        ["/bin/sh", "-c", line],
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], **env},
    )


@pytest.mark.skipif(os.name != "posix", reason="shells of POSIX")
@pytest.mark.parametrize(
    ("command", "codes"),
    [
        ("catalog >&-", {0}),
        ("catalog 2>&-", {0}),
        ("catalog <&-", {0}),
        ("catalog >&- 2>&-", {0}),
        ("catalog --json >&-", {0}),
        ("nonsense 2>&-", {2}),
        ("--help >&-", {0}),
        ("catalog > /dev/full", {1}),
        ("catalog --json > /dev/full", {1}),
        ("completion bash > /dev/full", {1}),
        ("schema alerts > /dev/full", {1}),
    ],
)
def test_streams_that_are_closed_or_full(command, codes):
    done = shell(command)
    assert b"Traceback" not in done.stdout + done.stderr
    assert b"Exception" not in done.stderr
    assert done.returncode in codes, done.stderr


@pytest.mark.parametrize(
    "env",
    [
        {"COLUMNS": "abc"},
        {"COLUMNS": "1"},
        {"COLUMNS": "0"},
        {"TERM": "nonsense"},
        {"LANG": "xx_XX.nonsense"},
        {"LC_ALL": "\udcff"},
        {"NAVERWORKS_LANG": "klingon"},
        {"TZ": "No/Where"},
        {"HOME": "/nowhere"},
        {"FORCE_COLOR": "1"},
        {"PYTHONIOENCODING": ":surrogateescape"},
        {"PYTHONIOENCODING": "utf-8:strict"},
    ],
    ids=ascii,
)
@pytest.mark.parametrize("command", ["schema people", "--help"])
def test_odd_settings_of_a_terminal(command, env):
    done = shell(command, **env)
    assert b"Traceback" not in done.stdout + done.stderr
    assert done.returncode == 0, done.stderr


def test_what_nobody_foresaw_is_one_line_and_a_traceback_on_request(cli, monkeypatch):
    def fails(*_):
        raise ZeroDivisionError("7 by 0")

    monkeypatch.setattr("naverworks_notify.cli._app.build", fails)
    ended = cli("catalog")
    assert ended.code == 1
    assert ended.err.startswith(
        "error: Something went wrong that nobody foresaw (ZeroDivisionError"
    )
    assert "NAVERWORKS_DEBUG=1" in ended.err
    monkeypatch.setenv("NAVERWORKS_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli("catalog")
