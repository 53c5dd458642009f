"""`notify`: what its files may hold, what it says about mistakes, what it remembers."""

from __future__ import annotations

import json
import stat

import pytest

from naverworks_notify.notifier import SqlLedger

NOW = ("--now", "2026-03-02T10:00:00+09:00")


def test_lines_come_in_order_with_every_key(cli, written, person, alert):
    people, alerts = written([person("u-9"), person("u-2")], [alert("b"), alert("a")])
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW, "--json")
    assert ended.code == 0
    assert [(row["event_id"], row["person_id"]) for row in ended.rows] == [
        ("b", "u-9"),
        ("b", "u-2"),
        ("a", "u-9"),
        ("a", "u-2"),
    ]
    first, second = ended.rows[:2]
    assert list(first) == [
        *("event_id", "person_id", "outcome", "status", "catalog_id", "audience"),
        *("reason", "until", "trail", "content"),
    ]
    assert first | {"trail": None} == {
        "event_id": "b",
        "person_id": "u-9",
        "outcome": "suppress",
        "status": "suppressed",
        "catalog_id": None,
        "audience": None,
        "reason": "no_posting_role",
        "until": None,
        "trail": None,
        "content": None,
    }
    assert all(len(step) == 2 for step in first["trail"])
    assert (second["outcome"], second["status"], second["content"]["type"]) == (
        "send",
        None,
        "flex",
    )
    # Korean stays readable: nothing is escaped.
    assert "김하늘" in ended.out


def test_blank_lines_a_byte_order_mark_and_windows_line_ends_are_fine(
    cli, written, person, alert, tmp_path
):
    people, alerts = written([person()], [])
    people.write_bytes(b"\xef\xbb\xbf" + people.read_bytes())
    lines = [json.dumps(alert("a")), "", "   ", json.dumps(alert("b"))]
    alerts.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW, "--json")
    assert ended.code == 0
    assert [row["event_id"] for row in ended.rows] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("{nope", ""),
        ("[1, 2]", ""),
        ('"text"', ""),
        ("null", ""),
        ("[" * 100_000, ""),
        ('{"n": ' + "9" * 5000 + "}", ""),
        ("{}", "type"),
        ('{"type": "interview.confirmed"}', "event_id"),
        ('{"type": 7}', "type"),
    ],
)
def test_a_line_that_is_no_alert_is_told_with_its_number(cli, written, person, alert, line, path):
    people, alerts = written([person()], [alert("a"), "", line, alert("b")])
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW, "--json")
    assert ended.code == 1
    assert [row.get("event_id") for row in ended.rows] == ["a", None, "b"]
    assert list(ended.rows[1]) == ["error"]
    assert list(ended.rows[1]["error"]) == ["line", "path", "message"]
    assert ended.rows[1]["error"]["line"] == 3
    assert ended.rows[1]["error"]["path"] == path
    assert ended.rows[1]["error"]["message"]


def test_bytes_that_are_no_text_are_told_too(cli, written, person, alert):
    people, alerts = written([person()], [alert("a")])
    alerts.write_bytes(alerts.read_bytes() + b"\xff\xfe\n" + json.dumps(alert("b")).encode())
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW, "--json")
    assert [next(iter(row)) for row in ended.rows] == ["event_id", "error", "event_id"]
    assert "UTF-8" in ended.rows[1]["error"]["message"]


def test_end_before_start_and_naive_times_say_what_to_do(cli, written, person, alert):
    backwards = alert("a")
    backwards["interview"]["slot"]["end_at"] = "2026-03-04T13:00:00+09:00"
    naive = alert("b", occurred_at="2026-03-02T10:00:00")
    people, alerts = written([person()], [backwards, naive])
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW, "--json")
    first, second = (row["error"] for row in ended.rows)
    assert (first["line"], first["path"]) == (1, "interview.slot.end_at")
    assert "start" in first["message"]
    assert (second["line"], second["path"]) == (2, "occurred_at")
    assert "offset" in second["message"]


def test_all_mistakes_of_a_line_are_told_at_once(cli, written, person, alert):
    people, alerts = written([person()], [alert("a", colour=1, candidate={"id": "c"})])
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW, "--json")
    (row,) = ended.rows
    told = row["error"]["path"] + row["error"]["message"]
    assert "candidate.name" in told
    assert "colour" in told


@pytest.mark.parametrize(
    ("people", "path"),
    [
        ("{not json", ""),
        ({"id": "u-2"}, ""),
        ([{"name": "이도윤"}], "[0].id"),
        ([{"id": "u-1", "name": "a"}, {"id": "u-2", "name": "b", "active": 1}], "[1].active"),
        ([{"id": "u-1", "name": "a"}, {"id": "u-1", "name": "b"}], "[1].id"),
        ([7], "[0]"),
    ],
)
def test_a_bad_people_file_refuses_the_run(cli, written, alert, people, path, simulator):
    people_file, alerts = written(people, [alert()])
    ended = cli("notify", "--people", people_file, "--alerts", alerts, "--json")
    assert ended.code == 1
    (row,) = ended.rows
    assert list(row["error"]) == ["line", "path", "message"]
    assert row["error"]["path"] == path
    assert simulator.sent == []


def test_a_mistake_in_the_people_file_says_whose_row_it_is(cli, written, person, alert):
    people_file, alerts = written(
        [person(), {"id": "u-7", "name": "정가람", "org_role": "boss"}], [alert()]
    )
    ended = cli("notify", "--people", people_file, "--alerts", alerts, "--json")
    assert (
        "people[1] (u-7, 정가람).org_role: must be one of admin, manager, interviewer."
        in ended.rows[0]["error"]["message"]
    )
    assert f"{people_file}: people[1] (u-7, 정가람).org_role: must be" in ended.err


@pytest.mark.parametrize(
    "flags",
    [
        ("--now", "2026-03-02T10:00:00"),
        ("--now", "soon"),
        ("--format", "fancy"),
        ("--nonsense",),
        ("--state", "/nowhere/at/all/state"),
        ("--bot-id", "x"),
        ("extra",),
    ],
)
def test_wrong_usage_ends_with_2_and_an_empty_stdout(cli, written, person, alert, flags):
    people, alerts = written([person()], [alert()])
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", "--json", *flags)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith("error: ")


@pytest.mark.parametrize("missing", ["--people", "--alerts"])
def test_a_missing_file_or_flag_is_wrong_usage(cli, written, person, alert, missing, tmp_path):
    people, alerts = written([person()], [alert()])
    files = {"--people": people, "--alerts": alerts}
    left = [part for flag, path in files.items() if flag != missing for part in (flag, path)]
    assert cli("notify", *left, "--dry-run").code == 2
    assert cli("notify", *left, missing, tmp_path / "no such file", "--dry-run").code == 2
    assert cli("notify", *left, missing, tmp_path, "--dry-run").code == 2


def test_live_sends_through_the_service(cli, written, person, alert, simulator):
    people, alerts = written(
        [
            person(),
            person("u-3", email="nobody@example.com"),
            person("u-4", email=None),
            person("u-5", works_user_id=simulator.user("seoyeon@example.com").user_id),
        ],
        [alert(assignee_ids=["u-2", "u-3", "u-4", "u-5"])],
    )
    ended = cli("notify", "--people", people, "--alerts", alerts, *NOW, "--json")
    assert ended.code == 1
    assert [row["status"] for row in ended.rows] == ["sent", "failed", "unmatched", "sent"]
    assert [row["reason"] for row in ended.rows] == ["assigned"] * 2 + ["no_address", "assigned"]
    assert ended.rows[2]["content"] is None
    assert simulator.sent_to("doyoon@example.com")[0].content == ended.rows[0]["content"]
    assert len(simulator.sent_to("seoyeon@example.com")) == 1
    # Why it failed is told beside the JSON, once, and without an address.
    assert ended.err.count("failed: ") == 1
    assert "u-3" in ended.err
    assert "@example.com" not in ended.err


def test_a_send_of_unknown_fate_is_told_as_such(cli, written, person, alert, simulator):
    simulator.faults.next("messages.send_to_user", 503)
    people, alerts = written([person()], [alert()])
    ended = cli("notify", "--people", people, "--alerts", alerts, *NOW, "--json")
    assert ended.code == 1
    assert ended.rows[0]["status"] == "unknown"
    assert ended.rows[0]["content"] is not None
    assert "unknown: u-2" in ended.err


def test_without_an_account_the_variables_are_named(cli, written, person, alert):
    people, alerts = written([person()], [alert()])
    ended = cli("notify", "--people", people, "--alerts", alerts, *NOW, "--json")
    assert ended.code == 1
    (row,) = ended.rows
    assert "NAVERWORKS_CLIENT_ID" in row["error"]["path"] + row["error"]["message"]


def test_the_state_file_stops_repeats_and_keeps_failures(cli, written, person, alert, simulator):
    people, alerts = written(
        [person(), person("u-3", email="seoyeon@example.com")],
        [alert(assignee_ids=["u-2", "u-3"])],
    )
    state = people.with_name("state")
    run = ("notify", "--people", people, "--alerts", alerts, *NOW, "--state", state, "--json")
    simulator.faults.next("messages.send_to_user", 403)
    first = cli(*run)
    assert sorted(row["status"] for row in first.rows) == ["failed", "sent"]
    second = cli(*run)
    assert second.code == 0
    assert sorted(row["status"] for row in second.rows) == ["sent", "suppressed"]
    third = cli(*run)
    assert [row["reason"] for row in third.rows] == ["duplicate_event"] * 2
    assert len(simulator.sent) == 2
    assert stat.S_IMODE(state.stat().st_mode) == 0o600


def test_the_state_forgets_what_the_alerts_no_longer_name(cli, written, person, alert, simulator):
    people, alerts = written([person()], [alert("ev-1"), alert("ev-2")])
    state = people.with_name("state")

    def run(*events, now, days=30):
        alerts.write_text(
            "".join((json.dumps(alert(event)) if event else "{") + "\n" for event in events),
            encoding="utf-8",
        )
        return [
            row.get("status")
            for row in cli(
                *("notify", "--people", people, "--alerts", alerts, "--json"),
                *("--state", state, "--forget-after", days, "--now", now),
            ).rows
        ]

    def known(event):
        with SqlLedger(f"sqlite:///{state}") as ledger:
            return [row.person_id for row in ledger.find(event_id=event)]

    assert run("ev-1", "ev-2", now="2026-03-02T10:00:00+09:00") == ["sent", "sent"]
    # Not old enough; still named; a line that nobody can read: nothing is forgotten.
    for events, later in (
        (("ev-9",), "2026-03-31T10:00:00+09:00"),
        (("ev-1", "ev-2"), "2026-04-30T10:00:00+09:00"),
        ((None,), "2026-04-30T10:00:00+09:00"),
    ):
        run(*events, now=later)
        assert known("ev-1") == ["u-2"]
    run("ev-1", now="2026-05-01T10:00:00+09:00")
    assert known("ev-2") == []
    assert run("ev-1", now="2026-05-01T10:00:00+09:00") == ["suppressed"]


@pytest.mark.parametrize("wrong", [("--forget-after", 30), ("--forget-after", 0, "--state", "s")])
def test_forgetting_needs_a_file_and_days(
    cli, written, person, alert, wrong, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    people, alerts = written([person()], [alert()])
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *wrong)
    assert (ended.code, "--forget-after" in ended.err) == (2, True)


def test_a_dry_run_reads_the_state_and_leaves_it_alone(cli, written, person, alert, simulator):
    people, alerts = written([person()], [alert()])
    state = people.with_name("state")
    run = ("notify", "--people", people, "--alerts", alerts, *NOW, "--state", state, "--json")
    assert cli(*run, "--dry-run").rows[0]["outcome"] == "send"
    assert not state.exists()
    assert cli(*run).rows[0]["status"] == "sent"
    before = state.read_bytes()
    assert cli(*run, "--dry-run").rows[0]["reason"] == "duplicate_event"
    assert state.read_bytes() == before


def test_a_file_that_is_no_state_is_refused(cli, written, person, alert):
    people, alerts = written([person()], [alert()])
    ended = cli(
        *("notify", "--people", people, "--alerts", alerts, *NOW, "--state", people),
        *("--dry-run", "--json"),
    )
    assert ended.code == 1
    assert json.loads(people.read_text(encoding="utf-8"))


def test_an_event_of_a_mere_evaluation_is_told_with_its_digest(cli, written, person, alert):
    done = {
        "type": "document_evaluation.completed",
        "event_id": "e-1",
        "occurred_at": "2026-03-02T09:00:00+09:00",
        "completed_at": "2026-03-02T09:00:00+09:00",
        "posting": {"id": "p-1", "title": "백엔드 엔지니어"},
        "candidate": {"id": "c-1", "name": "김하늘"},
    }
    people, alerts = written(
        [person("u-1", email=None, posting_roles={"p-1": "job_admin"}), person("u-3")], [done]
    )
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW, "--json")
    told = [
        (row["event_id"], row["outcome"], row["status"], row["reason"], row["content"])
        for row in ended.rows
    ]
    assert told == [
        ("e-1", "digest", "digested", "digest_window", None),
        ("e-1", "suppress", "suppressed", "no_posting_role", None),
        ("digest:u-1:p-1:e-1", "send", "unmatched", "no_address", None),
    ]


def test_without_json_a_table_tells_it(cli, written, person, alert):
    people, alerts = written(
        [person(), person("u-8", name="박서연")], [alert(), "{broken", alert()]
    )
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW)
    assert ended.code == 1
    assert "면접 일정 확정 · Interview confirmed" in ended.out
    assert "이도윤" in ended.out
    assert "would send" in ended.out
    assert "duplicate_event" in ended.out
    assert "1 other " in ended.out
    assert f"{alerts}:2" in ended.err
    with pytest.raises(json.JSONDecodeError):
        json.loads(ended.out)


def test_a_lone_surrogate_in_a_name_goes_out_as_it_came(cli, written, person, alert):
    people, alerts = written([person()], [])
    raw = json.dumps(alert(event_id="x")).replace('"x"', '"\\ud800"')
    alerts.write_text(raw + "\n", encoding="ascii")
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW, "--json")
    assert len(ended.rows) == 1


def test_unusual_line_breaks_do_not_cut_an_object_in_two(cli, written, person, alert):
    event_id = "a\u2028b\u2029c\x85d"
    people, alerts = written([person()], [alert(event_id)])
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW, "--json")
    (line,) = ended.out.splitlines()
    assert json.loads(line)["event_id"] == event_id


TOML = "exclude_actor = true\n[quiet_days]\ndates = [2026-03-02]\n"
JSON = '{"exclude_actor": true, "quiet_days": {"dates": ["2026-03-02"]}}'


@pytest.mark.parametrize(("name", "text"), [("p.toml", TOML), ("p.json", JSON), ("P.TOML", TOML)])
def test_options_of_the_policy_come_from_a_file(cli, written, person, alert, tmp_path, name, text):
    people, alerts = written([person()], [alert("a")])
    options = tmp_path / name
    options.write_bytes(b"\xef\xbb\xbf" + text.encode())
    dry = ("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW, "--json")
    assert cli(*dry).rows[0]["outcome"] == "send"
    ended = cli(*dry, "--policy", options)
    assert ended.code == 0
    assert [(row["outcome"], row["reason"]) for row in ended.rows] == [("suppress", "quiet_day")]


@pytest.mark.parametrize(
    ("name", "content", "path", "said"),
    [
        ("p.toml", b"hourly_cap = 0", "hourly_cap", "must be at least 1."),
        ("p.toml", b"hourly_cap = ", "", "is not TOML"),
        ("p.toml", b"\xff", "", "is not UTF-8 at byte 1."),
        ("p.json", b"\xff", "", "is not UTF-8 at byte 1."),
        ("p.json", b"[]", "", "must be an object"),
        ("p.json", b"{", "", "is not JSON"),
        ("p.json", b'{"quiet_days": {"weekdays": ["sun"]}}', "quiet_days.weekdays[0]", "must be"),
        ("p.json", b'{"colour": 1}', "colour", "not"),
    ],
)
def test_a_policy_file_that_is_wrong_refuses_the_run(
    cli, written, person, alert, tmp_path, name, content, path, said
):
    people, alerts = written([person()], [alert("a"), alert("b")])
    options = tmp_path / name
    options.write_bytes(content)
    dry = ("notify", "--people", people, "--alerts", alerts, "--dry-run", *NOW)
    ended = cli(*dry, "--json", "--policy", options)
    assert ended.code == 1
    ((error,),) = [row.values() for row in ended.rows]
    assert error["path"] == path
    assert said in error["message"]
    assert "policy file" in error["message"]
    assert cli(*dry, "--policy", options).code == 1


def test_a_missing_policy_file_is_wrong_usage(cli, written, person, alert, tmp_path):
    people, alerts = written([person()], [alert("a")])
    missing = tmp_path / "p.toml"
    ended = cli("notify", "--people", people, "--alerts", alerts, "--dry-run", "--policy", missing)
    assert ended.code == 2
