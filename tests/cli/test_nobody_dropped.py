"""Nobody is dropped without a word: assignees nobody knows, people at one address, old alerts."""

from __future__ import annotations

import pytest

KEYS = [
    *("event_id", "person_id", "outcome", "status", "catalog_id", "audience", "reason"),
    *("until", "trail", "content"),
]


@pytest.fixture
def notify(cli, written):
    def run(people, alerts, *flags, live=False):
        people, alerts = written(people, alerts)
        dry = () if live else ("--dry-run",)
        return cli("notify", "--people", people, "--alerts", alerts, *dry, *flags)

    return run


@pytest.mark.parametrize("live", [False, True])
def test_an_assignee_who_is_not_among_the_people_gets_a_line_after_theirs(
    notify, simulator, person, alert, live
):
    alerts = [alert("ev-1", assignee_ids=["u-9", "u-2", "u-8"]), alert("ev-2")]
    ended = notify([person()], alerts, "--json", live=live)
    assert ended.code == 1
    assert [(row["event_id"], row["person_id"]) for row in ended.rows] == [
        *(("ev-1", "u-2"), ("ev-1", "u-9"), ("ev-1", "u-8"), ("ev-2", "u-2")),
    ]
    for row in ended.rows[1:3]:
        assert list(row) == KEYS
        told = {key: value for key, value in row.items() if value is not None}
        assert told == {
            "event_id": "ev-1",
            "person_id": row["person_id"],
            "status": "unmatched",
            "reason": "not_among_people",
        }
    assert ended.err.count("warning:") == 2
    assert "u-9 is an assignee and not in the people file, and got nothing: ev-1." in ended.err
    assert len(simulator.sent) == (2 if live else 0)


def test_the_table_shows_them_too(notify, person, alert):
    ended = notify([person()], [alert(assignee_ids=["u-2", "u-9"])])
    (line,) = [line for line in ended.out.splitlines() if "u-9" in line]
    assert "unmatched" in line
    assert "not_among_people" in line
    assert "1 unmatched" in ended.out
    korean = notify([person()], [alert(assignee_ids=["u-2", "u-9"])], "--lang", "ko")
    assert "사람 파일에 없" in korean.out
    assert "담당자 u-9" in korean.err


def test_one_who_is_missed_by_many_alerts_is_warned_about_once(notify, person, alert):
    alerts = [alert(f"ev-{n}", assignee_ids=["u-9"]) for n in range(8)]
    ended = notify([person()], alerts)
    assert ended.err.count("warning:") == 1
    assert "ev-0, ev-1, ev-2, ev-3, ev-4 and 3 more" in ended.err


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"email": "doyoon@example.com"}, {"email": "Doyoon@Example.com"}),
        ({"works_user_id": "w-1", "email": None}, {"works_user_id": "w-1", "email": None}),
        ({"works_user_id": "doyoon@example.com"}, {"email": "doyoon@example.com"}),
    ],
)
def test_two_people_at_one_address_are_warned_about(notify, person, alert, first, second):
    people = [person("u-2", **first), person("u-3", **second), person("u-4", email="b@example.com")]
    ended = notify(people, [alert()], "--json")
    assert ended.code == 0
    assert len(ended.rows) == 3
    assert ended.err.count("warning:") == 1
    assert "u-2, u-3 have one address" in ended.err
    assert "@" not in ended.err


def test_everyone_lists_also_those_whom_an_alert_does_not_concern(notify, person, alert):
    people = [person(), person("u-3", email="b@example.com", name="한유나")]
    assert "한유나" not in notify(people, [alert()]).out
    assert "1 other" in notify(people, [alert()]).out
    assert "한유나" in notify(people, [alert()], "--everyone").out


@pytest.mark.parametrize(
    ("age", "now", "told"),
    [
        ("24h", "2026-03-03T09:59:59+09:00", True),
        ("24h", "2026-03-03T10:00:01+09:00", False),
        ("90m", "2026-03-02T11:29:59+09:00", True),
        ("90m", "2026-03-02T11:31:00+09:00", False),
        ("3d", "2026-03-05T09:59:59+09:00", True),
        ("1d", "2026-03-01T10:00:00+09:00", True),
    ],
)
def test_what_happened_too_long_ago_is_not_told_and_said_to_be_expired(
    notify, person, alert, age, now, told
):
    ended = notify([person()], [alert()], "--json", "--max-age", age, "--now", now)
    (row,) = ended.rows
    assert (row["status"], row["reason"]) == (
        (None, "assigned") if told else ("suppressed", "expired")
    )
    assert ended.code == 0


@pytest.mark.parametrize("age", ["", "24", "h", "=1h", "1w", "1.5h", "9999999d"])
def test_an_age_that_is_none_is_wrong_usage(notify, person, alert, age):
    ended = notify([person()], [alert()], "--max-age", age)
    assert ended.code == 2
    assert "--max-age is a length of time such as 90m" in ended.err


@pytest.mark.parametrize(
    ("variable", "told"),
    [("NAVERWORKS_ONLY_TO", "only_to is on"), ("NAVERWORKS_REDIRECT_TO", "redirect_to is on")],
)
def test_the_first_words_say_that_not_everybody_is_told(
    cli, notify, simulator, person, alert, monkeypatch, variable, told
):
    monkeypatch.setenv(variable, "seoyeon@example.com")
    first = notify([person()], [alert()], "--json", live=True).err.splitlines()[0]
    assert first.startswith(f"warning: {told}: ")
    assert "@" not in first
    korean = cli("send", "doyoon@example.com", "x", "--lang", "ko").err.splitlines()[0]
    assert korean.startswith(f"경고: {told.partition(' ')[0]}가 켜져 있어")
    assert [one.address for one in simulator.sent if one.address == "doyoon@example.com"] == []
    assert cli("members", "sync").err == ""


def test_the_column_is_titled_by_what_happened(notify, simulator, person, alert):
    assert "What would be sent, or why not" in notify([person()], [alert()]).out
    sent = notify([person()], [alert()], live=True)
    assert "What was sent, or why not" in sent.out
    simulator.faults.always("messages.send_to_user", 403)
    failed = notify([person()], [alert("ev-2")], live=True)
    assert failed.code == 1
    row = " ".join(failed.out.split())
    assert "403" in row
    assert "김하늘" not in row.partition("failed")[2]
