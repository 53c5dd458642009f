"""What programs that run against the real service send, and what they were answered."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import timedelta
from urllib.parse import quote

import pytest

from naverworks_notify import (
    BadRequest,
    Client,
    InvalidMessage,
    InvalidValue,
    messages,
    webhooks,
)
from naverworks_notify.simulator._callbacks import PICTURE
from naverworks_notify.testing import Simulator

USER = "doyoon@example.com"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def _path(caller):
    return f"/bots/{caller.simulator.bot_id}/users/doyoon%40example.com/messages"


def _told(answer):
    body = json.loads(answer.content)
    return answer.status, body.get("code") or body.get("error")


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": 1772413200.0, "exp": 1772416800.0},
        {"iat": 1772413200.987, "exp": 1772413200.987 + 3600},
        {"iat": 1772413200.5},
        {"exp": 1772413200 + 59.25},
    ],
)
def test_claims_may_have_a_fraction(caller, claims):  # row 1
    form = caller.form(assertion=caller.assertion(**claims))
    assert caller.post_form(form).status == 200


@pytest.mark.parametrize(
    "encode", [quote, lambda text: quote(text, safe=""), lambda text: text.replace(":", "%3a")]
)
def test_the_grant_type_may_be_encoded_once_more(caller, encode):  # row 2
    form = {**caller.form(), "grant_type": encode(GRANT)}
    assert caller.post_form(form).status == 200
    form["grant_type"] = quote(quote(GRANT))
    assert _told(caller.post_form(form)) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    "scope",
    [
        "bot.message,bot.read",
        "bot.message, bot.read",
        "bot.message bot.read",
        "bot.message,,bot.read,",
    ],
)
def test_scopes_come_with_commas_or_blanks(caller, scope):  # row 3
    answer = caller.post_form(caller.form(scope=scope))
    assert json.loads(answer.content)["scope"] == "bot.message bot.read"
    caller.simulator.behave(granted_scopes="commas")
    answer = caller.post_form(caller.form(scope=scope))
    assert json.loads(answer.content)["scope"] == "bot.message,bot.read"
    assert _told(caller.post_form(caller.form(scope=","))) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("part", "status"), [("Filedata", 200), ("FileData", 200), ("file", 400), ("filedata", 400)]
)
def test_the_part_of_an_upload_may_be_spelt_as_the_official_sample_does(
    caller, part, status
):  # row 4
    made = json.loads(
        caller.call("POST", f"/bots/{caller.simulator.bot_id}/attachments", {}).content
    )
    head = f'--x\r\ncontent-disposition: form-data; name="{part}"; filename="f"\r\n'
    body = head.encode() + b"content-type: application/pdf\r\n\r\ndata\r\n--x--\r\n"
    form = {"content-type": "multipart/form-data; boundary=x"}
    answer = caller.call("POST", made["uploadUrl"], body, headers=form)
    assert answer.status == status
    if status == 200:
        assert json.loads(answer.content)["fileId"] == made["fileId"]


def _card(**box):
    shown = {
        "type": "text",
        "text": "abc",
        "action": {"type": "uri", "label": "", "uri": "https://a.b"},
    }
    body = {"type": "box", "layout": "vertical", "contents": [shown], **box}
    return {"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": body}}


@pytest.mark.parametrize("box", [{"separator": True}, {"alignItems": "center"}])
def test_cards_of_alert_programs_are_delivered(caller, box):  # rows 5 and 6
    assert caller.send(content=_card(**box)).status == 201


BUTTON = {"type": "uri", "label": "x", "uri": "https://a.example"}
COLUMN = {"text": "x", "actions": [BUTTON]}


@pytest.mark.parametrize(
    ("content", "description"),
    [
        ({"type": "carousel", "columns": [COLUMN] * 11}, "Maximum content.columns length is 10"),
        (
            {"type": "list_template", "elements": [{"title": "x"}] * 5},
            "Maximum content.elements length is 4",
        ),
        ({"type": "text", "text": "가" * 2001}, "Maximum content.text length is 2000"),
        (
            {
                "type": "button_template",
                "contentText": "x",
                "actions": [{**BUTTON, "label": "x" * 21}],
            },
            "Maximum content.actions[0].label length is 20",
        ),
    ],
)
def test_too_much_has_a_code_of_its_own(caller, content, description):  # row 7
    answer = caller.send(content=content)
    assert answer.status == 400
    assert json.loads(answer.content) == {
        "code": "EXCEEDED_LENGTH_LIMIT_OF_PARAM",
        "description": description,
    }
    content["new"] = 1
    assert _told(caller.send(content=content)) == (400, "INVALID_PARAMETER")


def test_the_code_for_too_much_comes_with_a_hint(simulator):  # row 7
    simulator.faults.next(
        "messages.*",
        400,
        code="EXCEEDED_LENGTH_LIMIT_OF_PARAM",
        description="Maximum content.text length is 2000",
    )
    with (
        Client(
            simulator.account,
            bot_id=simulator.bot_id,
            transport=simulator.transport(),
            clock=simulator.service.state.clock,
        ) as works,
        pytest.raises(BadRequest) as caught,
    ):
        works.messages.send_to_user(USER, messages.Text("x"))
    assert caught.value.hint is not None
    assert "shorten" in caught.value.hint.en
    assert "줄" in caught.value.hint.ko


def test_the_last_page_of_the_bots_has_a_null_cursor(caller):  # row 8
    bots = json.loads(caller.call("GET", "/bots").content)
    assert bots["responseMetaData"] == {"nextCursor": None}
    users = json.loads(caller.call("GET", "/users").content)
    assert users["responseMetaData"] == {}
    for form, meta in (("absent", {}), ("empty", {"nextCursor": ""})):
        caller.simulator.behave(last_page_cursor=form)
        assert json.loads(caller.call("GET", "/bots").content)["responseMetaData"] == meta


def test_a_received_file_can_be_downloaded_and_sent_back(caller, clock):  # row 9
    sim = caller.simulator
    other = sim.add_tenant(users=["someone@example.org"])
    content = {"type": "image", "fileId": "kr1.received"}
    send = {"content": content}
    assert caller.told("POST", _path(caller), send) == (400, "INVALID_PARAMETER")
    other.callbacks.message("someone@example.org", content)
    assert caller.told("POST", _path(caller), send) == (400, "INVALID_PARAMETER")
    sim.callbacks.message(USER, content, file=b"what was sent")
    clock.advance(timedelta(days=30))  # nothing says that it ends
    assert caller.told("POST", _path(caller), send) == (201, None)
    found = caller.call("GET", f"/bots/{sim.bot_id}/attachments/kr1.received")
    assert found.status == 302
    assert caller.call("GET", found.headers["location"]).content == b"what was sent"
    assert caller.told("GET", f"/bots/{sim.bot_id}/attachments/kr1.other") == (404, "NOT_FOUND")


def test_a_file_of_a_callback_of_ones_own_is_known_too(caller):
    event = {"type": "message", "content": {"type": "file", "fileId": "kr1.own"}}
    caller.simulator.callbacks.signed(event)
    send = {"content": {"type": "file", "fileId": "kr1.own"}}
    assert caller.told("POST", _path(caller), send) == (201, None)
    for odd in ({"content": None}, {"content": [1]}, {"content": {"fileId": 5}}, {}):
        assert caller.simulator.callbacks.signed(odd).content


def test_the_picture_that_members_send_by_default_is_one():
    assert PICTURE.startswith(b"\x89PNG\r\n\x1a\n")
    at = 8
    while at < len(PICTURE):
        length = int.from_bytes(PICTURE[at : at + 4])
        chunk = PICTURE[at + 4 : at + 8 + length]
        assert int.from_bytes(PICTURE[at + 8 + length : at + 12 + length]) == zlib.crc32(chunk)
        at += 12 + length
    assert base64.b64encode(PICTURE)


def test_a_scope_that_the_app_was_not_given_is_refused_or_left_out(caller_of, clock):  # row 10
    caller = caller_of(Simulator(clock=clock, scopes=["bot.message", "user.read"]))
    asked = {"scope": "bot.message calendar"}
    assert _told(caller.post_form(caller.form(**asked))) == (400, "invalid_scope")
    assert caller.simulator.request_log[-1].switch == "ungranted_scopes"
    caller.simulator.behave(ungranted_scopes="leave_out")
    answer = caller.post_form(caller.form(**asked))
    assert (answer.status, json.loads(answer.content)["scope"]) == (200, "bot.message")
    assert _told(caller.post_form(caller.form(scope="calendar"))) == (400, "invalid_scope")


UNCLEAR = [
    {
        "content": {
            "type": "list_template",
            "coverData": {"text": "x"},
            "elements": [{"title": "x"}],
        }
    },
    {
        "content": {
            "type": "button_template",
            "contentText": "x",
            "headerText": "x",
            "actions": [BUTTON],
        }
    },
    {
        "content": {
            "type": "button_template",
            "contentText": "x",
            "actions": [{"type": "message", "label": "x", "displayText": "x"}],
        }
    },
    {
        "content": {
            "type": "link",
            "contentText": "x",
            "linkText": "x",
            "link": "https://a.example",
            "thumbnailUrl": "https://a.example/x.png",
        }
    },
    {"content": {"type": "text", "text": "x"}, "accountId": "a", "botId": 1},
    {"content": _card(contents=[])},
]


@pytest.mark.parametrize("body", UNCLEAR)
def test_what_is_unclear_is_refused_with_its_switch_named_or_let_through(caller, body):  # row 11
    assert caller.told("POST", _path(caller), body)[0] == 400
    refused = caller.simulator.request_log[-1]
    assert (refused.operation, refused.status) == ("messages.send_to_user", 400)
    assert refused.switch == "accept_undocumented"
    assert caller.simulator.sent == []
    caller.simulator.behave(accept_undocumented=True)
    assert caller.told("POST", _path(caller), body) == (201, None)
    assert caller.simulator.sent[0].content == body["content"]
    assert caller.simulator.request_log[-1].switch == ""


def test_what_is_documented_is_refused_under_either_switch(caller):
    for body in ({"content": {"type": "text"}}, {"content": {"type": "text", "text": "x" * 2001}}):
        for accept in (False, True):
            caller.simulator.behave(accept_undocumented=accept)
            assert caller.told("POST", _path(caller), body)[0] == 400
            assert caller.simulator.request_log[-1].switch == ""


def test_other_bodies_take_undocumented_properties_by_the_same_switch(caller):
    bot = f"/bots/{caller.simulator.bot_id}"
    menu = {"actions": [{**BUTTON, "displayText": "x"}]}
    bodies = [
        ("POST", f"{bot}/attachments", {"fileName": "a.pdf", "fileSize": 1}),
        ("POST", f"{bot}/channels", {"members": [USER], "new": 1}),
        ("PATCH", bot, {"botName": "x", "new": {"deep": [1]}}),
        ("POST", f"{bot}/persistentmenu", {"content": menu}),
        ("POST", f"{bot}/persistentmenu", {"content": {"actions": [BUTTON]}, "new": 1}),
    ]
    for method, path, body in bodies:
        assert caller.told(method, path, body) == (400, "INVALID_PARAMETER")
        assert caller.simulator.request_log[-1].switch == "accept_undocumented"
    caller.simulator.behave(accept_undocumented=True)
    for method, path, body in bodies:
        assert caller.call(method, path, body).status < 300


def test_the_request_log_holds_no_person_and_no_word(caller, caplog):
    caplog.set_level("INFO", "naverworks_notify")
    caller.send(content={"type": "text", "text": "비밀"})
    caller.send(content={"type": "text", "text": "비밀", "비밀": 1})
    caller.call("GET", "/users/doyoon%40example.com")
    caller.call("GET", "/nothing/비밀")
    log = caller.simulator.request_log
    assert [(one.operation, one.status) for one in log if one.operation != "tokens.issue"] == [
        ("messages.send_to_user", 201),
        ("messages.send_to_user", 400),
        ("users.get", 200),
        ("", 404),
    ]
    told = repr(log) + caplog.text
    assert "비밀" not in told
    assert "doyoon" not in told
    assert "accept_undocumented" in caplog.text
    assert [one.number for one in log] == sorted(one.number for one in log)


def test_a_refusal_by_a_situation_names_its_switch_too(caller):
    caller.simulator.change_user(USER, suspended=True)
    caller.send()
    assert caller.simulator.request_log[-1].switch == "answers[Situation.SEND_TO_SUSPENDED]"


def test_the_log_keeps_the_last_thousand(caller):
    token = caller.token()
    for _ in range(1010):
        caller.call("GET", "/nothing", token=token)
    assert len(caller.simulator.request_log) == 1000


def test_what_is_kept_can_be_sent_where_the_service_takes_it(simulator):
    content = messages.parse(UNCLEAR[0]["content"], undocumented="keep")
    with Client(
        simulator.account,
        bot_id=simulator.bot_id,
        transport=simulator.transport(),
        clock=simulator.service.state.clock,
    ) as works:
        with pytest.raises(BadRequest):
            works.messages.send_to_user(USER, content)
        simulator.behave(accept_undocumented=True)
        works.messages.send_to_user(USER, content)
    assert simulator.sent[0].content == UNCLEAR[0]["content"]
    with pytest.raises(InvalidMessage):
        messages.parse(UNCLEAR[0]["content"])


def test_an_echo_bot_works_as_the_vendors_samples_do(simulator):
    call = simulator.callbacks.message(USER, {"type": "image", "fileId": "kr1.x"})
    event = webhooks.receive(call.content, call.headers, secret=simulator.bot_secret)
    with Client(
        simulator.account,
        bot_id=simulator.bot_id,
        transport=simulator.transport(),
        clock=simulator.service.state.clock,
    ) as works:
        works.messages.reply(event, messages.Image(file_id=event.content.file_id))
        assert works.attachments.download_url(event.content.file_id)
    assert simulator.sent[0].content == {"type": "image", "fileId": "kr1.x"}


@pytest.mark.parametrize(
    "choice",
    [
        {"accept_everything": True},
        {"granted_scopes": "tabs"},
        {"ungranted_scopes": None},
        {"last_page_cursor": "strict"},
        {"rate_headers": "none at all"},
        {"retry_after": []},
    ],
)
def test_a_choice_that_there_is_not_is_told(simulator, choice):
    (name,) = choice
    with pytest.raises(InvalidValue) as caught:
        simulator.behave(**choice)
    assert [found.path for found in caught.value.violations] == [name]
