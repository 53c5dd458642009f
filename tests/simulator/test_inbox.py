"""The web inbox shows what arrived, escapes everything, and tells what is new."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import naverworks_notify as nw
from naverworks_notify.simulator.inbox._model import build_inbox, summary_of
from naverworks_notify.simulator.service import SentMessage, SimulatedUser
from naverworks_notify.testing import Simulator

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
ANNA = SimulatedUser(email="anna@example.com", name="안나", user_id="u-1")
BORA = SimulatedUser(email="bora@example.com", name="보라", user_id="u-2")


def _message(number, user_id="u-1", text="안녕하세요", at=NOW):
    return SentMessage(
        number=number,
        bot_id=1,
        user_id=user_id,
        channel_id=None,
        address=user_id,
        content={"type": "text", "text": text},
        at=at,
        operation="messages.send_to_user",
        domain_id=1,
    )


def _inbox(sent, *, read=None, selected=None):
    return build_inbox(
        bot_name="채용 알림",
        users=[BORA, ANNA],
        rooms=[],
        sent=sent,
        read=read or {},
        selected=selected,
        now=NOW,
    )


def test_the_newest_is_on_top_and_opened():
    inbox = _inbox([_message(1, "u-2"), _message(2, "u-1")])
    assert [row.key for row in inbox.rows] == ["u-1", "u-2"]
    assert inbox.conversation.row.name == "안나"
    assert [row.unread for row in inbox.rows] == [0, 1]


def test_what_was_looked_at_is_not_new():
    sent = [_message(1, "u-2"), _message(2, "u-2"), _message(3, "u-1")]
    inbox = _inbox(sent, read={"u-2": 1}, selected="u-1")
    assert {row.key: row.unread for row in inbox.rows} == {"u-1": 0, "u-2": 1}


@pytest.mark.parametrize(
    ("back", "shown"),
    [
        (timedelta(), "오전 10:00"),
        (timedelta(hours=-4), "오후 2:00"),
        (timedelta(days=1), "어제"),
        (timedelta(days=2), "3월 1일"),
        (timedelta(days=365), "2025. 3. 3."),
    ],
)
def test_times_are_as_short_as_possible(back, shown):
    assert _inbox([_message(1, at=NOW - back)]).rows[0].time == shown


def test_days_follow_the_calendar_of_seoul():
    late = datetime(2026, 3, 2, 14, 59, tzinfo=UTC)
    sent = [_message(1, at=late), _message(2, at=late + timedelta(minutes=2))]
    labels = [day.label for day in _inbox(sent).conversation.days]
    assert labels == ["3월 2일 월요일", "3월 3일 화요일"]


def test_the_sender_is_named_once_a_minute():
    sent = [_message(i, at=NOW + timedelta(seconds=20 * i)) for i in range(1, 5)]
    (day,) = _inbox(sent).conversation.days
    assert [bubble.starts_group for bubble in day.bubbles] == [True, False, True, False]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ({"type": "text", "text": "첫 줄\n둘째 줄"}, "첫 줄 둘째 줄"),
        ({"type": "text", "text": '<m userId="u-1"> 확인'}, "@안나 확인"),
        ({"type": "flex", "altText": "요약"}, "요약"),
        ({"type": "image", "fileId": "f"}, "사진"),
        ({"type": "list_template", "elements": [{"title": "항목"}]}, "항목"),
        ({"type": "list_template", "elements": []}, ""),
        ({"type": "text", "text": "가" * 200}, "가" * 79 + "…"),
        ({"type": "unheard-of"}, ""),
    ],
)
def test_one_line_says_what_a_message_is(content, line):
    assert summary_of(content, {"u-1": "안나"}) == line


@given(st.text(max_size=60))
def test_any_name_gives_initials(name):
    user = SimulatedUser(email="x@example.com", name=name, user_id="u-9")
    inbox = build_inbox(
        bot_name="b", users=[user], rooms=[], sent=[], read={}, selected=None, now=NOW
    )
    assert 1 <= len(inbox.rows[0].initials) <= 4


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def page(caller):
    simulator = caller.simulator
    simulator.change_user("doyoon@example.com", name=HOSTILE, title=HOSTILE)
    simulator.add_channel(["jiho@example.com"], title=HOSTILE)
    caller.send(content={"type": "text", "text": HOSTILE})
    with (
        simulator.serve() as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        yield simulator, client, simulator.user("doyoon@example.com").user_id


def test_nothing_foreign_becomes_markup(page):
    _, client, key = page
    for path in ("/", f"/inbox/{key}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "alert(1)" in answer.text
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
    live = client.get("/live", params={"key": key, "version": "old"}).json()
    assert "<script" not in live["rows"] + live["conversation"]


def test_the_page_runs_only_its_own_script(page):
    _, client, _ = page
    policy = client.get("/").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    text = client.get("/").text
    assert " onclick" not in text
    assert "<style" not in text
    for name in ("inbox.css", "inbox.js", "icon.svg", "preview.css"):
        assert client.get(f"/assets/{name}").status_code == 200
    assert client.get("/assets/page.html").status_code == 404


def test_news_come_once_and_looking_makes_them_old(page, caller):
    _, client, key = page
    version = client.get("/live", params={"version": "old"}).json()["version"]
    assert client.get("/live", params={"version": version}).status_code == 204
    caller.send("jiho%40example.com")
    news = client.get("/live", params={"key": key, "version": version}).json()
    assert news["unread"] == 1
    other = caller.simulator.user("jiho@example.com").user_id
    client.get(f"/inbox/{other}")
    again = client.get("/live", params={"key": key, "version": news["version"]}).json()
    assert again["unread"] == 0


def test_each_message_and_line_is_set_in_the_language_it_is_written_in(page, caller):
    simulator, client, _ = page
    simulator.change_user("jiho@example.com", name="佐藤 みほ")
    other = simulator.user("jiho@example.com").user_id
    for text in ("面接日程が確定しました。", "면접 일정이 확정되었습니다."):
        caller.send("jiho%40example.com", content={"type": "text", "text": text})
    shown = client.get(f"/inbox/{other}").text
    assert re.findall(r'<article class="nwp-message" lang="(\w+)"', shown) == ["ja", "ko"]
    assert '<h1 lang="ja">佐藤 みほ' in shown
    assert '<span class="who" lang="ja"><b>佐藤 みほ' in shown
    assert '<span class="last" lang="ko">면접 일정이' in shown
    # The page's own style must not undo what the preview sets by language.
    style = client.get("/assets/inbox.css").text
    assert not re.search(r"\.nwp \{[^}]*(font-family|word-break)", style)


def test_an_unknown_person_is_an_empty_page(page):
    assert page[1].get("/inbox/nobody").status_code == 200


def test_the_console_stays_silent(page, caplog, capfd):
    _, client, key = page
    with caplog.at_level(logging.DEBUG):
        client.get(f"/inbox/{key}")
        client.get("/v1.0/users/doyoon%40example.com")
    records = [record for record in caplog.records if record.name.startswith("uvicorn")]
    assert records == []
    assert capfd.readouterr() == ("", "")


def test_dark_is_a_choice_that_stays(page):
    _, client, _ = page
    assert 'data-theme="light"' in client.get("/").text
    client.cookies.set("theme", "dark")
    assert 'data-theme="dark"' in client.get("/").text


def test_an_empty_simulator_has_a_page():
    with Simulator(users=[]).serve() as url:
        assert "구성원을 선택해 주세요" in httpx.get(f"{url}/", trust_env=False).text


def test_what_nobody_documents_and_what_went_to_a_private_room_is_shown():
    sim = Simulator(users=["doyoon@example.com"])
    sim.behave(accept_undocumented=True)
    call = sim.callbacks.postback("doyoon@example.com", "d")
    body = {"type": "box", "layout": "vertical", "contents": [], "justifyContent": "center"}
    contents = {"type": "bubble", "hero": {"type": "video"}, "body": body}
    with (
        sim.serve() as url,
        nw.Client(sim.account, bot_id=sim.bot_id, endpoints=sim.endpoints) as works,
    ):
        for raw in (
            {"type": "flex", "altText": "모르는 것", "contents": contents},
            {"type": "poll"},
        ):
            works.messages.send_to_user(
                "doyoon@example.com", nw.messages.parse(raw, undocumented="keep")
            )
        works.messages.reply(nw.webhooks.parse(call.content), nw.messages.Text("방으로"))
        page = httpx.get(f"{url}/")
        live = httpx.get(f"{url}/live")
    assert (page.status_code, live.status_code) == (200, 200)
    assert "방으로" in page.text
    assert "대화방" not in page.text
