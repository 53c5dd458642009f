"""One language a run: --lang, NAVERWORKS_LANG, or the locale; errors, hints, help and findings alike."""

from __future__ import annotations

import re

import pytest

import naverworks_notify as nw
from naverworks_notify.cli._app import _COMMANDS, build
from naverworks_notify.cli._korean import _SENTENCES, in_korean

HANGUL = re.compile("[가-힣]")
COMMANDS = [*((name,) for name in _COMMANDS), ("members",), ("members", "sync")]


@pytest.fixture(autouse=True)
def _no_locale(monkeypatch):
    for name in ("NAVERWORKS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def is_korean(cli, *flags):
    ended = cli("send", "a", "b", *flags)
    assert ended.code == 1
    return bool(HANGUL.search(ended.err))


@pytest.mark.parametrize(
    ("variables", "flags", "korean"),
    [
        ({}, [], False),
        ({"LANG": "ko_KR.UTF-8"}, [], True),
        ({"LANG": "ko"}, [], True),
        ({"LANG": "en_US.UTF-8"}, [], False),
        ({"LANG": "ja_JP.UTF-8"}, [], False),
        ({"LANG": "C"}, [], False),
        ({"LC_ALL": "ko_KR.UTF-8", "LANG": "en_US"}, [], True),
        ({"LC_MESSAGES": "ko_KR", "LANG": "en_US"}, [], True),
        ({"NAVERWORKS_LANG": "ko", "LANG": "en_US"}, [], True),
        ({"NAVERWORKS_LANG": "en", "LC_ALL": "ko_KR.UTF-8"}, [], False),
        ({"NAVERWORKS_LANG": "en"}, ["--lang", "ko"], True),
        ({"LANG": "ko_KR"}, ["--lang=en"], False),
        ({"LANG": "ko_KR"}, ["--lang", "en-US"], False),
    ],
)
def test_who_decides(cli, monkeypatch, variables, flags, korean):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert is_korean(cli, *flags) is korean


def test_the_flag_stands_anywhere_and_only_before_two_dashes(cli, simulator):
    assert HANGUL.search(cli("--lang", "ko", "catalog").out)
    cli("send", "--", "doyoon@example.com", "--lang")
    assert simulator.sent[-1].content["text"] == "--lang"


@pytest.mark.parametrize("flags", [["--lang"], ["--lang="], ["--lang", "fr"]])
def test_a_language_that_is_none_is_wrong_usage(cli, flags):
    ended = cli("catalog", *flags)
    assert ended.code == 2
    assert "--lang takes ko or en" in ended.err


@pytest.mark.parametrize("command", [(), *COMMANDS], ids=" ".join)
def test_help_is_in_one_language(cli, command):
    english = cli(*command, "--help")
    korean = cli(*command, "--help", "--lang", "ko")
    assert (english.code, korean.code) == (0, 0)
    assert not HANGUL.search(english.out)
    assert "Usage: naverworks-notify" in english.out
    assert "사용법: naverworks-notify" in korean.out
    # What is left of English are names: options, values, files, commands and the service's menus.
    words = re.findall(
        r"(?<!-)\b(?:the|and|of|is|to|for|with|default|required|Options)\b", korean.out
    )
    assert words == []


def test_every_command_and_option_has_help_in_both(cli):
    for command in COMMANDS:
        for flag in ((), ("--lang", "ko")):
            out = cli(*command, "--help", *flag).out
            for line in out.splitlines():
                option = re.match(r"│ (--[a-z-]+)(.*)│", line)
                assert option is None or option[2].strip(), (command, line)
    assert set(build()) >= set(_COMMANDS)


WRONG = [
    ("nottify",),
    ("notify",),
    ("notify", "--people"),
    ("notify", "--nonsense"),
    ("notify", "--people", "nowhere.json", "--alerts", "nowhere.jsonl"),
    ("send", "--bot-id", "abc", "a", "b"),
    ("send", "a", "b", "c"),
    ("catalog", "--audience", "interviewers"),
    ("simulate", "--port", "x"),
    ("preview", "/nowhere"),
    ("schema", "alert"),
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_plain_and_names_the_command_in_hand(cli, arguments):
    english = cli(*arguments)
    korean = cli(*arguments, "--lang", "ko")
    assert (english.code, korean.code) == (2, 2)
    assert not HANGUL.search(english.err)
    assert HANGUL.search(korean.err.splitlines()[0])
    for ended in (english, korean):
        assert "Parsed" not in ended.err
        assert "Traceback" not in ended.err
        if "--help" in ended.err:
            command = arguments[0] if arguments[0] != "nottify" else ""
            wanted = " ".join(["naverworks-notify", *filter(None, [command])])
            assert f"{wanted} --help" in ended.err


def test_a_bot_that_is_no_number_is_told_in_plain_words(cli):
    assert "--bot-id takes a whole number, not «abc»." in cli("doctor", "--bot-id", "abc").err


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (("nottify",), "notify"),
        (("notify", "--peple", "x"), "--people"),
        (("catalog", "--audience", "interviewr"), "interviewer"),
    ],
)
def test_near_misses_are_named(cli, arguments, near):
    assert f"Did you mean {near}?" in cli(*arguments).err
    assert f"혹시 {near}인가요?" in cli(*arguments, "--lang", "ko").err


def service_errors(simulator):
    user, bot = "doyoon@example.com", simulator.bot_id
    for status in (400, 401, 403, 404, 409, 410, 429, 500):
        simulator.faults.clear()
        simulator.faults.always("messages.send_to_user", status)
        yield f"{status}", ("send", user, "x")
    simulator.faults.clear()
    for fault in ("disconnect", "truncated", "malformed"):
        simulator.faults.always("messages.send_to_user", fault)
        yield fault, ("send", user, "x")
        simulator.faults.clear()
    yield "an unknown bot", ("send", user, "x", "--bot-id", str(bot + 7))
    yield "a text that is too long", ("send", user, "x" * 2001)
    yield "an id that is none", ("send", "../x", "x")


def test_errors_of_the_service_and_of_values_are_in_one_language(cli, simulator, monkeypatch):
    # No waiting for a limit that a script says is used up.
    monkeypatch.setattr("naverworks_notify.retry.RetryPolicy.attempts", 1, raising=False)
    for name, arguments in service_errors(simulator):
        if name == "429":
            continue
        english, korean = cli(*arguments), cli(*arguments, "--lang", "ko")
        assert (english.code, korean.code) == (1, 1), name
        quoted = re.sub("«[^»]*»", "", english.err)
        assert not HANGUL.search(quoted), (name, english.err)
        for line in korean.err.splitlines():
            assert HANGUL.search(line), (name, line)


def test_bad_lines_are_in_one_language(cli, written, person, alert):
    bad = [
        alert("ev-1", candidat=1),
        alert("ev-2", type="nonsense"),
        alert("ev-3", posting=7),
        alert("ev-4", occurred_at="yesterday"),
        alert("ev-5", occurred_at="2026-03-02T10:00:00"),
        {"type": "interview.confirmed"},
        "{",
    ]
    people, alerts = written([person()], bad)
    arguments = ("notify", "--people", people, "--alerts", alerts, "--dry-run", "--json")
    english, korean = cli(*arguments), cli(*arguments, "--lang", "ko")
    assert not HANGUL.search(english.err)
    assert len(korean.rows) == len(bad)
    for row in korean.rows:
        assert HANGUL.search(row["error"]["message"]), row


def test_a_sentence_that_is_known_keeps_what_it_quotes():
    assert in_korean("must have at most 2000 characters, not 2001.") == (
        "2000자 이하여야 하는데 2001자입니다."
    )
    assert in_korean("must be a string, not an integer.") == (
        "문자열 값이 필요합니다. 받은 값: 정수."
    )
    assert in_korean("Nobody says this.") == "Nobody says this."


def test_each_sentence_in_korean_takes_as_much_as_the_english_one_gives():
    for english, korean in _SENTENCES.items():
        assert korean.count("{}") <= english.count("{}"), english
        assert HANGUL.search(korean), english
        # No particle follows what is quoted: none fits every word.
        assert not re.search(r"\{\}(?:은|는|이|가|을|를|와|과)(?![가-힣])", korean), korean


def test_hints_of_the_library_come_in_the_language_of_the_run(cli, simulator):
    ended = cli("send", "nobody@example.com", "x")
    korean = cli("send", "nobody@example.com", "x", "--lang", "ko")
    assert not HANGUL.search(ended.err)
    assert HANGUL.search(korean.err.splitlines()[1])
    assert "hint" not in vars(nw.NotFound("x", status=404))
