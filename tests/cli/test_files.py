"""Files as people have them: one sentence that says what it is and how to make it readable."""

from __future__ import annotations

import gzip
import json

import pytest


@pytest.fixture
def dry_run(cli, tmp_path, person):
    """Return a function that rehearses an alerts file of these bytes."""
    people = tmp_path / "people.json"
    people.write_text(json.dumps([person()]), encoding="utf-8")

    def run(alerts: bytes, *flags, name="alerts.jsonl", people_bytes=None):
        path = tmp_path / name
        path.write_bytes(alerts)
        if people_bytes is not None:
            people.write_bytes(people_bytes)
        return cli("notify", "--people", people, "--alerts", path, "--dry-run", "--json", *flags)

    return run


def one_error(ended):
    """Return the message of the one error that was told, on stdout and on stderr alike."""
    assert ended.code == 1
    (row,) = ended.rows
    assert list(row["error"]) == ["line", "path", "message"]
    assert len(ended.err.splitlines()) == 1
    assert row["error"]["message"] in ended.err
    return row["error"]["message"]


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_one_array_is_taken_pretty_printed_or_not(dry_run, alert, indent):
    alerts = [alert("ev-1"), alert("ev-2")]
    ended = dry_run(json.dumps(alerts, indent=indent, ensure_ascii=False).encode())
    assert (ended.code, ended.err) == (0, "")
    assert [row["event_id"] for row in ended.rows] == ["ev-1", "ev-2"]


def test_an_item_of_an_array_is_told_by_its_line_and_the_others_are_handled(dry_run, alert):
    alerts = [alert("ev-1"), alert("ev-2", posting=7), alert("ev-3")]
    ended = dry_run(json.dumps(alerts, indent=1).encode())
    assert [next(iter(row)) for row in ended.rows] == ["event_id", "error", "event_id"]
    error = ended.rows[1]["error"]
    assert error["path"] == "posting"
    lines = json.dumps(alerts, indent=1).splitlines()
    assert lines[error["line"] - 1] == " {"
    assert '"ev-2"' in lines[error["line"] + 1]


def test_an_empty_array_and_an_empty_file_are_nothing(dry_run):
    for alerts in (b"[]", b" [ ]\n", b"", b"\n\n"):
        ended = dry_run(alerts)
        assert (ended.code, ended.rows) == (0, [])


@pytest.mark.parametrize(
    "broken", ['[{"a": 1}', '[{"a": 1},]', '[{"a": 1} {"b": 2}]', "[nonsense]", '[{"a": 1}] x']
)
def test_an_array_that_is_broken_is_one_sentence_and_nothing_is_handled(dry_run, alert, broken):
    whole = json.dumps([alert()])[:-1] + "," + broken[1:]
    assert "array" in one_error(dry_run(whole.encode()))


@pytest.mark.parametrize("count", [1, 3])
def test_json_spread_over_lines_is_one_sentence_with_the_remedy(dry_run, alert, count):
    spread = "\n".join(json.dumps(alert(f"ev-{n}"), indent=2) for n in range(count))
    message = one_error(dry_run(spread.encode()))
    assert "one alert a line" in message
    assert "jq -c . " in message


def test_commas_between_the_lines_are_one_sentence(dry_run, alert):
    lines = ",\n".join(json.dumps(alert(f"ev-{n}")) for n in range(3))
    assert "commas" in one_error(dry_run(lines.encode()))


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("cp949", "CP949"),
        ("euc-kr", "CP949"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-16-be", "UTF-16BE"),
        ("utf-32", "UTF-32"),
    ],
)
def test_another_encoding_is_named_with_the_command_that_converts_it(
    dry_run, alert, person, encoding, named
):
    alerts = "\n".join(json.dumps(alert(f"ev-{n}"), ensure_ascii=False) for n in range(25))
    message = one_error(dry_run(alerts.encode(encoding)))
    assert f"looks like {named}, and UTF-8 is read" in message
    assert f"iconv -f {named} -t UTF-8 " in message
    people = json.dumps([person()], ensure_ascii=False).encode(encoding)
    message = one_error(dry_run(b"", people_bytes=people))
    assert f"iconv -f {named} -t UTF-8 " in message
    assert "people.json" in message


def test_japanese_encodings_are_told_apart_from_korean_ones(dry_run, alert):
    text = json.dumps(
        alert(candidate={"id": "c", "name": "佐藤さくら、バックエンドエンジニアをしています"}),
        ensure_ascii=False,
    )
    for encoding, named in (("shift_jis", "SHIFT_JIS"), ("euc_jp", "EUC-JP")):
        raw = text.replace("백엔드 엔지니어", "エンジニア").encode(encoding)
        assert f"iconv -f {named}" in one_error(dry_run(raw))


def test_utf8_with_a_mark_is_read(dry_run, alert):
    ended = dry_run(b"\xef\xbb\xbf" + json.dumps(alert()).encode() + b"\r\n")
    assert ended.code == 0
    assert len(ended.rows) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("type,event_id,occurred_at\ninterview.confirmed,ev-1,2026\n", "alerts.csv"),
        ("type,event_id,occurred_at\ninterview.confirmed,ev-1,2026\n", "alerts.jsonl"),
        ("type\tevent_id\na\tb\n", "alerts.tsv"),
        ("종류;번호\n면접;1\n", "alerts.txt"),
        ('"type","event_id"\n"a","b"\n', "alerts.csv"),
    ],
)
def test_csv_is_said_not_to_be_read(dry_run, content, name):
    message = one_error(dry_run(content.encode(), name=name))
    assert "is CSV, which is not read" in message
    assert "JSON" in message


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"PK\x03\x04rest", "Excel"), (gzip.compress(b"{}", mtime=0), "gzip"), (b"%PDF-1.7", "PDF")],
)
def test_other_kinds_of_files_are_named(dry_run, content, said):
    assert said in one_error(dry_run(content))


def test_near_misses_of_keys_and_types_are_named(dry_run, alert):
    ended = dry_run(
        "\n".join(
            json.dumps(one)
            for one in (alert(candidat={"id": "c", "name": "n"}), alert(type="interview.confirmd"))
        ).encode()
    )
    first, second = (row["error"]["message"] for row in ended.rows)
    assert "Did you mean 'candidate'?" in first
    assert "Did you mean 'interview.confirmed'?" in second


def test_a_policy_file_in_another_encoding_is_told_too(cli, written, person, alert, tmp_path):
    people, alerts = written([person()], [alert()])
    policy = tmp_path / "policy.toml"
    policy.write_bytes("# 정책 옵션 파일입니다\nexclude_actor = true\n".encode("cp949"))
    ended = cli(
        *(
            "notify",
            "--people",
            people,
            "--alerts",
            alerts,
            "--policy",
            policy,
            "--dry-run",
            "--json",
        )
    )
    assert "iconv -f CP949" in one_error(ended)


@pytest.mark.parametrize("command", ["preview", "notify"])
def test_korean_says_the_same_in_korean(cli, tmp_path, written, person, command):
    path = tmp_path / "x.json"
    path.write_bytes("한글, 한글\n한글, 한글\n".encode("cp949"))
    people, _ = written([person()], [])
    arguments = ["preview", path]
    if command == "notify":
        arguments = ["notify", "--people", people, "--alerts", path, "--dry-run"]
    ended = cli(*arguments, "--lang", "ko")
    assert ended.code == 1
    assert "CP949 인코딩으로 보이며" in ended.err
