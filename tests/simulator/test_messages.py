"""Sends: who can be reached, what is checked, and what each refusal is."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from naverworks_notify.testing import Answer, Situation


def _path(caller, address="doyoon%40example.com"):
    return f"/bots/{caller.simulator.bot_id}/users/{address}/messages"


def test_a_member_is_reached_by_id_and_by_every_address(caller):
    user = caller.simulator.add_user(
        {"email": "han@example.com", "aliasEmails": ["h.han@example.com"], "userId": "u-77"}
    )
    for address in ("u-77", "han%40example.com", "H.HAN%40example.com"):
        assert caller.send(address).status == 201
    assert [message.user_id for message in caller.simulator.sent] == [user.user_id] * 3
    assert len(caller.simulator.sent_to("han@example.com")) == 3


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"suspended": True}, (403, "FORBIDDEN")),
        ({"deleted": True}, (410, "DELETED")),
        ({"pending": True}, (403, "FORBIDDEN")),
        ({"awaiting": True}, (403, "FORBIDDEN")),
    ],
)
def test_members_who_cannot_receive(caller, change, expected):
    caller.simulator.change_user("doyoon@example.com", **change)
    body = {"content": {"type": "text", "text": "x"}}
    assert caller.told("POST", _path(caller), body) == expected
    assert caller.simulator.sent == []


def test_leave_lets_messages_pass_unless_told_otherwise(caller, clock):
    now = clock.now()
    caller.simulator.change_user(
        "doyoon@example.com", leave=(now - timedelta(days=1), now + timedelta(days=1))
    )
    assert caller.send().status == 201
    refusal = Answer(403, "FORBIDDEN", "On leave.")
    caller.simulator.behave(answers={Situation.SEND_TO_ON_LEAVE: refusal})
    assert caller.send().status == 403
    clock.advance(timedelta(days=2))
    assert caller.send().status == 201


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("nobody%40example.com", (404, "NOT_FOUND")),
        ("externalKey%3Akey-1", (404, "NOT_FOUND")),
        ("me", (403, "FORBIDDEN")),
    ],
)
def test_addresses_that_lead_nowhere(caller, address, expected):
    caller.simulator.change_user("doyoon@example.com", external_key="key-1")
    body = {"content": {"type": "text", "text": "x"}}
    assert caller.told("POST", _path(caller, address), body) == expected


def test_external_keys_can_be_let_through(caller):
    caller.simulator.change_user("doyoon@example.com", external_key="key-1")
    caller.simulator.behave(answers={Situation.SEND_TO_EXTERNAL_KEY: None})
    assert caller.send("externalKey%3Akey-1").status == 201


def test_a_bot_that_is_in_no_domain(caller):
    caller.simulator.unregister_bot()
    assert caller.send().status == 403


def test_selected_members(caller):
    caller.simulator.select_members(["jiho@example.com"])
    assert caller.send().status == 403
    assert caller.send("jiho%40example.com").status == 201
    caller.simulator.select_members(None)
    assert caller.send().status == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "MISSING_PARAMETER"),
        ({"content": "text"}, "INVALID_PARAMETER"),
        ({"content": {"type": "text", "text": "x"}, "botNo": 1}, "INVALID_PARAMETER"),
        ({"content": {"type": "text", "text": ""}}, "INVALID_PARAMETER"),
        ({"content": {"type": "text", "text": "가" * 2001}}, "EXCEEDED_LENGTH_LIMIT_OF_PARAM"),
        ({"content": {"type": "hologram"}}, "INVALID_PARAMETER"),
    ],
)
def test_content_is_checked_by_every_documented_rule(caller, body, code):
    assert caller.told("POST", _path(caller), body) == (400, code)


def test_the_refusal_names_the_path(caller):
    content = {"type": "button_template", "contentText": "x", "actions": [{"type": "uri"}]}
    told = json.loads(caller.send(content=content).content)["description"]
    assert "content.actions[0]" in told


def test_a_send_may_answer_with_a_body_when_switched_on(caller):
    caller.simulator.behave(send_body=b'{"messageId":"1"}')
    assert caller.send().content == b'{"messageId":"1"}'


def _upload(caller, name, content=b"data"):
    made = json.loads(
        caller.call(
            "POST", f"/bots/{caller.simulator.bot_id}/attachments", {"fileName": name}
        ).content
    )
    return made, _store(caller, made, content)


def _store(caller, made, content=b"data", part="Filedata"):
    head = f'--x\r\ncontent-disposition: form-data; name="{part}"; filename="f"\r\n'
    body = head.encode() + b"content-type: application/pdf\r\n\r\n" + content + b"\r\n--x--\r\n"
    form = {"content-type": "multipart/form-data; boundary=x"}
    return caller.call("POST", made["uploadUrl"], body, headers=form)


def _file_message(caller, file_id, kind="file"):
    content = {"type": kind, "fileId": file_id}
    return caller.told("POST", _path(caller), {"content": content})


def test_a_file_is_announced_stored_and_sent(caller):
    made, stored = _upload(caller, "안내.pdf")
    assert stored.status == 200
    assert _file_message(caller, made["fileId"]) == (201, None)
    found = caller.call("GET", f"/bots/{caller.simulator.bot_id}/attachments/{made['fileId']}")
    assert found.status == 302
    assert found.content == b""
    file = caller.call("GET", found.headers["location"])
    assert (file.content, file.headers["content-type"]) == (b"data", "application/pdf")


def test_an_upload_address_works_once_and_for_a_day(caller, clock):
    made, _ = _upload(caller, "a.pdf")
    assert _store(caller, made).status == 409
    late = json.loads(
        caller.call("POST", f"/bots/{caller.simulator.bot_id}/attachments", {}).content
    )
    clock.advance(timedelta(hours=24))
    assert _store(caller, late).status == 410
    assert _file_message(caller, made["fileId"]) == (404, "NOT_FOUND")


def test_an_upload_needs_the_bearer_and_the_documented_part(caller):
    made = json.loads(
        caller.call("POST", f"/bots/{caller.simulator.bot_id}/attachments", {}).content
    )
    assert caller.call("POST", made["uploadUrl"], b"x", token="wrong").status == 401
    assert _store(caller, made, part="file").status == 400
    assert caller.call("POST", made["uploadUrl"], b"plain").status == 400
    assert caller.told("POST", made["uploadUrl"].replace("upload/", "upload/x")) == (
        404,
        "NOT_FOUND",
    )
    assert _file_message(caller, made["fileId"]) == (404, "NOT_FOUND")


def test_sizes_and_extensions(caller):
    blocked, _ = _upload(caller, "setup.EXE")
    assert _file_message(caller, blocked["fileId"]) == (403, "ACCESS_DENIED")
    large, _ = _upload(caller, "a.mp3", b"x" * (1024 * 1024 + 1))
    assert _file_message(caller, large["fileId"]) == (201, None)
    assert _file_message(caller, large["fileId"], "audio") == (400, "LIMIT_EXCEEDED")
    caller.simulator.behave(max_upload=10)
    assert _upload(caller, "b.pdf", b"x" * 11)[1].status == 400
    assert _file_message(caller, "nowhere") == (400, "INVALID_PARAMETER")


def test_only_messages_and_bots_may_fetch_files(caller):
    made, _ = _upload(caller, "a.pdf")
    path = f"/bots/{caller.simulator.bot_id}/attachments/{made['fileId']}"
    simulator = caller.simulator
    tenant_app = simulator.service.state.tokens.apps[simulator.account.client_id]
    tenant_app.scopes = (*tenant_app.scopes, "bot.read")
    assert caller.told("GET", path, token=caller.token(scope="bot.read")) == (403, "FORBIDDEN")


def test_a_sent_message_shows_no_address_and_no_text_in_its_repr(caller):
    caller.send()
    (message,) = caller.simulator.sent
    shown = f"{message!r} {message}"
    assert "doyoon" not in shown
    assert "안녕" not in shown
