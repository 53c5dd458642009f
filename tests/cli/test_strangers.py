"""Words of strangers: names, ids, keys, and what the service says, never drive a terminal or a log."""

from __future__ import annotations

import json
import logging
import re

import pytest

import naverworks_notify as nw
from naverworks_notify.notifier import Notifier
from naverworks_notify.testing import Simulator

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\x85\u202egnp\u2066\u200f\x7f\x08"
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def nothing_unsafe(ended):
    assert UNSAFE.findall(ended.out) == []
    assert UNSAFE.findall(ended.err) == []


def hostile_people(person):
    return [
        person("u-2", name=f"도윤{HOSTILE}"),
        person(f"u-{HOSTILE}", name=f"[red]{HOSTILE}", email=None),
    ]


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_names_and_ids(cli, written, person, alert, flags):
    alerts = [
        alert(f"ev-{HOSTILE}", candidate={"id": "c-1", "name": HOSTILE}, assignee_ids=["u-2"]),
        alert("ev-2", assignee_ids=[f"u-{HOSTILE}"]),
    ]
    people, alerts = written(hostile_people(person), alerts)
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *flags)
    nothing_unsafe(ended)
    if flags:
        assert ended.rows[0]["event_id"] == f"ev-{HOSTILE}"  # the value itself is kept
        assert ended.rows[1]["person_id"] == f"u-{HOSTILE}"


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_unknown_keys_and_values_of_lines_and_people(cli, written, person, alert, flags):
    people, alerts = written(
        [person()],
        [
            alert("ev-1", **{HOSTILE: 1}),
            alert("ev-2", type=HOSTILE),
            HOSTILE,
            json.dumps({"event_id": HOSTILE}) + HOSTILE,
        ],
    )
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *flags)
    assert ended.code == 1
    assert ended.err.count("error:") == 4
    nothing_unsafe(ended)
    people, alerts = written([person(**{HOSTILE: 1})], [alert()])
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *flags)
    assert ended.code == 1
    nothing_unsafe(ended)


def test_markup_in_a_key_is_told_as_it_stands(cli, written, person, alert):
    people, alerts = written([person()], [alert("ev-1", **{"[red]": 1, "[/]": 2})])
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run")
    assert "[red]" in ended.err
    assert "[/]" in ended.err


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_code_and_description_of_the_service(cli, simulator, flags):
    body = json.dumps({"code": f"NO{HOSTILE}", "description": f"say {HOSTILE}"}).encode()
    simulator.faults.always("messages.send_to_user", 403, body=body)
    nothing_unsafe(cli("send", "doyoon@example.com", "안녕하세요", *flags))
    nothing_unsafe(cli("send", "doyoon@example.com", f"안녕{HOSTILE}", *flags))


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_error_and_description_of_the_token_endpoint(cli, simulator, flags):
    body = json.dumps({"error": f"no{HOSTILE}", "error_description": HOSTILE}).encode()
    simulator.faults.always("tokens.issue", 400, body=body)
    for command in (("send", "doyoon@example.com", "안녕하세요"), ("doctor",)):
        ended = cli(*command, *flags)
        assert ended.code == 1
        nothing_unsafe(ended)


def test_wrong_usage_quotes_nothing_raw(cli):
    nothing_unsafe(cli(HOSTILE))
    nothing_unsafe(cli("notify", f"--{HOSTILE}"))
    nothing_unsafe(cli("doctor", "--bot-id", HOSTILE))
    nothing_unsafe(cli("preview", HOSTILE.replace("\x00", "")))


def test_errors_and_logs_of_a_library_user(caplog):
    simulator = Simulator(users=["doyoon@example.com"])
    body = json.dumps({"code": f"NO{HOSTILE}", "description": f"say {HOSTILE}"}).encode()
    simulator.faults.always("messages.send_to_user", 403, body=body)
    with (
        caplog.at_level(logging.DEBUG, logger="naverworks_notify"),
        nw.Client(
            simulator.account, bot_id=simulator.bot_id, transport=simulator.transport()
        ) as works,
    ):
        with pytest.raises(nw.Forbidden) as raised:
            works.messages.send_to_user("doyoon@example.com", nw.messages.Text("안녕하세요"))
        error = raised.value
        for told in (str(error), error.code, error.description):
            assert UNSAFE.findall(told) == []
        person = nw.policy.Person(
            id=f"u-{HOSTILE}", name=HOSTILE, email="doyoon@example.com", org_role="interviewer"
        )
        alert = nw.alerts.from_dict(
            {
                "type": "task.reminder",
                "event_id": f"ev-{HOSTILE}",
                "occurred_at": "2026-03-02T10:00:00+09:00",
                "title": "점검",
                "assignee_ids": [f"u-{HOSTILE}"],
            }
        )
        Notifier(works).notify(alert, [person])
    assert any("ev-" in record.getMessage() for record in caplog.records)
    assert UNSAFE.findall("".join(record.getMessage() for record in caplog.records)) == []
