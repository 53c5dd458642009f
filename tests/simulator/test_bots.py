"""Bots, their domains, rooms, menus: documented statuses, defaults and refusals."""

from __future__ import annotations

import json

import pytest

from naverworks_notify.testing import Answer, Situation

BOT = {
    "botName": "채용\n알림",
    "photoUrl": "https://static.example.com/a.png",
    "description": "알림",
    "administrators": ["minji@example.com"],
}
URI = {"type": "uri", "label": "열기", "uri": "https://ats.example.com"}
RICH = {
    "richmenuName": "메뉴",
    "size": {"width": 2500, "height": 843},
    "areas": [{"bounds": {"x": 0, "y": 0, "width": 2500, "height": 843}, "action": URI}],
}


def _body(answer):
    return json.loads(answer.content)


def test_a_bot_lives_and_dies(caller):
    made = caller.call("POST", "/bots", BOT)
    assert made.status == 201
    bot = _body(made)
    assert bot["botName"] == "채용 알림"
    assert bot["channelEvents"] == ["message", "join", "leave", "joined", "left", "postback"]
    path = f"/bots/{bot['botId']}"
    assert _body(caller.call("GET", path)) == bot
    patched = _body(caller.call("PATCH", path, {"enableGroupJoin": True}))
    assert (patched["enableGroupJoin"], patched["botName"]) == (True, "채용 알림")
    put = _body(caller.call("PUT", path, BOT))
    assert put["enableGroupJoin"] is False
    listed = _body(caller.call("GET", "/bots"))["bots"]
    assert [set(item) for item in listed] == [{"botId", "botName", "photoUrl"}] * 2
    assert caller.call("DELETE", path).status == 204
    assert caller.told("GET", path) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"botName": None}, "MISSING_PARAMETER"),
        ({"botName": "가" * 101}, "LIMIT_EXCEEDED"),
        ({"photoUrl": "http://static.example.com/a.png"}, "INVALID_PARAMETER"),
        ({"administrators": []}, "OUT_OF_RANGE"),
        ({"administrators": ["nobody@example.com"]}, "INVALID_PARAMETER"),
        ({"channelEvents": ["memberJoined"]}, "INVALID_PARAMETER"),
        ({"enableCallback": "yes"}, "INVALID_PARAMETER"),
        ({"i18nBotNames": [{"language": "fr_FR", "botName": "x"}]}, "INVALID_PARAMETER"),
        ({"allowAllMembers": True}, "INVALID_PARAMETER"),
        ({"botName": 7}, "INVALID_PARAMETER"),
        ({"botName": ""}, "INVALID_PARAMETER"),
        ({"allowDomains": [1, 1]}, "INVALID_PARAMETER"),
        ({"allowDomains": ["1"]}, "INVALID_PARAMETER"),
        ({"allowDomains": [{}]}, "INVALID_PARAMETER"),
        ({"callbackEvents": "text"}, "INVALID_PARAMETER"),
        ({"i18nBotNames": {"ko_KR": "x"}}, "INVALID_PARAMETER"),
        ({"i18nBotNames": [{"language": "ko_KR"}]}, "INVALID_PARAMETER"),
        (
            {"i18nBotNames": [{"language": "ko_KR", "botName": "x"}] * 2},
            "INVALID_PARAMETER",
        ),
    ],
)
def test_wrong_bots_are_refused(caller, change, code):
    assert caller.told("POST", "/bots", BOT | change) == (400, code)


def test_a_body_that_is_no_json_object(caller):
    answer = caller.call("POST", "/bots", b"{nonsense")
    assert _body(answer) == {
        "code": "INVALID_PARAMETER",
        "description": "Request body cannot be parsed.",
    }
    assert caller.told("POST", "/bots", []) == (400, "INVALID_PARAMETER")


def test_a_tenant_has_three_hundred_bots_at_most(caller):
    tenant = caller.simulator.service.state.tenants[caller.simulator.domain_id]
    known = tenant.bots[caller.simulator.bot_id]
    tenant.bots.update({9_000_000 + i: known for i in range(299)})
    assert caller.told("POST", "/bots", BOT) == (403, "LIMIT_EXCEEDED")


def test_a_new_bot_works_only_once_it_is_registered(caller):
    bot_id = _body(caller.call("POST", "/bots", BOT))["botId"]
    send = f"/bots/{bot_id}/users/doyoon%40example.com/messages"
    text = {"content": {"type": "text", "text": "x"}}
    assert caller.told("POST", send, text) == (403, "ACCESS_DENIED")
    domain = f"/bots/{bot_id}/domains/{caller.simulator.domain_id}"
    made = caller.call("POST", domain)
    assert (made.status, _body(made)) == (
        201,
        {
            "domainId": caller.simulator.domain_id,
            "visible": False,
            "allowToSelectedMember": False,
        },
    )
    assert caller.told("POST", domain) == (409, "ALREADY_EXIST")
    assert caller.call("POST", send, text).status == 201
    assert caller.call("DELETE", domain).status == 204
    assert caller.told("POST", send, text) == (403, "ACCESS_DENIED")
    assert caller.told("DELETE", domain) == (404, "NOT_FOUND")


def test_selected_members_only(caller):
    bot, domain = caller.simulator.bot_id, caller.simulator.domain_id
    path = f"/bots/{bot}/domains/{domain}"
    everyone = _body(caller.call("GET", f"{path}/members"))
    assert everyone["members"] == ["All users"]
    assert _body(caller.call("PATCH", path, {"allowToSelectedMember": True}))["visible"] is True
    assert caller.send().status == 403
    added = caller.call("POST", f"{path}/members", {"userId": "doyoon@example.com"})
    assert (added.status, added.content) == (201, b"")
    assert caller.send().status == 201
    members = _body(caller.call("GET", f"{path}/members"))["members"]
    assert members == [caller.simulator.user("doyoon@example.com").user_id]
    again = {"userId": members[0]}
    assert caller.told("POST", f"{path}/members", again) == (409, "ALREADY_EXIST")
    assert caller.told("POST", f"{path}/members", {"userId": "x"}) == (404, "NOT_FOUND")
    gone = f"{path}/members/doyoon%40example.com"
    assert caller.call("DELETE", gone).status == 204
    assert caller.told("DELETE", gone) == (404, "NOT_FOUND")
    assert _body(caller.call("PUT", path, {}))["visible"] is False
    assert len(_body(caller.call("GET", f"/bots/{bot}/domains"))["domains"]) == 1


def test_allowed_domains_bound_the_registration(caller):
    simulator = caller.simulator
    simulator.add_domain(42)
    bot = f"/bots/{simulator.bot_id}"
    caller.call("PATCH", bot, {"allowDomains": [simulator.domain_id]})
    assert caller.told("POST", f"{bot}/domains/42") == (403, "FORBIDDEN")
    assert caller.told("POST", f"{bot}/domains/43") == (404, "NOT_FOUND")
    caller.call("PATCH", bot, {"allowDomains": [42]})
    assert _body(caller.call("GET", f"{bot}/domains"))["domains"] == []


def test_group_join_with_selected_members_can_be_refused(caller):
    simulator = caller.simulator
    bot = f"/bots/{simulator.bot_id}"
    caller.call("PATCH", bot, {"enableGroupJoin": True})
    path, body = f"{bot}/domains/{simulator.domain_id}", {"allowToSelectedMember": True}
    assert caller.call("PATCH", path, body).status == 200
    situation = Situation.GROUP_JOIN_WITH_SELECTED_MEMBERS
    simulator.behave(answers={situation: Answer(400, "INVALID_PARAMETER", "Not both.")})
    assert caller.told("PATCH", path, body) == (400, "INVALID_PARAMETER")


def test_a_new_secret_replaces_the_old_one(caller):
    old = caller.simulator.bot_secret
    answer = caller.call("POST", f"/bots/{caller.simulator.bot_id}/secret")
    assert answer.status == 200
    assert _body(answer) == {"secret": caller.simulator.bot_secret}
    assert caller.simulator.bot_secret != old


def test_rooms(caller):
    bot = f"/bots/{caller.simulator.bot_id}"
    body = {"members": ["doyoon@example.com", "jiho@example.com"], "title": "면접 조율"}
    made = caller.call("POST", f"{bot}/channels", body)
    channel = _body(made)
    assert made.status == 201
    assert channel["title"] == "면접 조율"
    path = f"{bot}/channels/{channel['channelId']}"
    assert _body(caller.call("GET", path))["channelType"] == {"type": "MULTI_USERS"}
    members = _body(caller.call("GET", f"{path}/members"))["members"]
    assert len(members) == 2
    text = {"content": {"type": "text", "text": "x"}}
    assert caller.call("POST", f"{path}/messages", text).status == 201
    (message,) = caller.simulator.sent_to(channel["channelId"])
    assert (message.user_id, message.operation) == (None, "messages.send_to_channel")
    assert caller.call("DELETE", path).status == 204
    assert caller.told("POST", f"{path}/messages", text) == (403, "ACCESS_DENIED")
    assert caller.told("GET", f"{bot}/channels/none") == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"members": []},
        {"members": ["doyoon@example.com"] * 2},
        {"members": ["nobody@example.com"]},
        {"members": ["doyoon@example.com"], "title": "가" * 1001},
    ],
)
def test_wrong_rooms(caller, body):
    assert caller.told("POST", f"/bots/{caller.simulator.bot_id}/channels", body)[0] == 400


def test_rooms_opened_by_members(caller):
    channel = caller.simulator.add_channel(["doyoon@example.com"], kind="GROUP")
    path = f"/bots/{caller.simulator.bot_id}/channels/{channel}"
    assert _body(caller.call("GET", path))["channelType"]["type"] == "GROUP"
    caller.simulator.expel_bot(channel)
    assert caller.told("GET", path) == (403, "ACCESS_DENIED")


def test_switching_group_join_off_makes_the_bot_leave(caller):
    bot = f"/bots/{caller.simulator.bot_id}"
    caller.call("PATCH", bot, {"enableGroupJoin": True})
    channel = caller.simulator.add_channel(["doyoon@example.com", "jiho@example.com"])
    caller.call("PATCH", bot, {"enableGroupJoin": False})
    assert caller.told("GET", f"{bot}/channels/{channel}") == (403, "ACCESS_DENIED")


def test_the_persistent_menu(caller):
    path = f"/bots/{caller.simulator.bot_id}/persistentmenu"
    menu = {"content": {"actions": [URI]}}
    assert caller.told("GET", path) == (404, "NOT_FOUND")
    made = caller.call("POST", path, menu)
    assert (made.status, _body(made)) == (201, menu)
    assert _body(caller.call("GET", path)) == menu
    assert caller.call("DELETE", path).status == 204
    assert caller.told("DELETE", path) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "actions",
    [
        [],
        "none",
        [URI] * 5,
        [{"type": "postback", "label": "x", "data": "y"}],
        [{"type": "uri", "label": "x", "uri": "lineworks://x"}],
        [{"type": "uri", "uri": "https://ats.example.com"}],
        ["uri"],
    ],
)
def test_wrong_menus(caller, actions):
    path = f"/bots/{caller.simulator.bot_id}/persistentmenu"
    assert caller.told("POST", path, {"content": {"actions": actions}})[0] == 400


PNG = b"\x89PNG\r\n\x1a\n"


def _file(caller, content=PNG, name="menu.png"):
    bot = f"/bots/{caller.simulator.bot_id}"
    made = _body(caller.call("POST", f"{bot}/attachments", {"fileName": name}))
    frame = '--x\r\ncontent-disposition: form-data; name="Filedata"; filename="m.png"\r\n\r\n'
    body = frame.encode() + content + b"\r\n--x--\r\n"
    form = {"content-type": "multipart/form-data; boundary=x"}
    assert caller.call("POST", made["uploadUrl"], body, headers=form).status == 200
    return made["fileId"]


def test_a_rich_menu_from_creation_to_everyone(caller):
    base = f"/bots/{caller.simulator.bot_id}/richmenus"
    made = caller.call("POST", base, RICH)
    menu = _body(made)
    assert made.status == 201
    one = f"{base}/{menu['richmenuId']}"
    assert _body(caller.call("GET", one)) == menu
    assert _body(caller.call("GET", base))["richmenus"] == [menu]
    assert caller.told("GET", f"{one}/image") == (404, "NOT_FOUND")
    image = {"fileId": _file(caller)}
    assert caller.call("POST", f"{one}/image", image).status == 204
    assert _body(caller.call("GET", f"{one}/image")) == image
    user = f"{base}/users/doyoon%40example.com"
    assert caller.told("GET", user) == (404, "NOT_FOUND")
    assert caller.call("POST", f"{one}/users/doyoon%40example.com").status == 204
    assert _body(caller.call("GET", user)) == menu
    assert caller.call("DELETE", user).status == 204
    assert caller.told("DELETE", user) == (404, "NOT_FOUND")
    default = {"botId": caller.simulator.bot_id, "defaultRichmenuId": menu["richmenuId"]}
    assert caller.told("GET", f"{base}/default") == (404, "NOT_FOUND")
    answer = caller.call("POST", f"{one}/set-default")
    assert (answer.status, _body(answer)) == (201, default)
    assert _body(caller.call("GET", f"{base}/default")) == default
    assert caller.call("DELETE", f"{base}/default").status == 204
    assert caller.call("POST", f"{one}/set-default").status == 201
    assert caller.call("DELETE", one).status == 204
    assert caller.told("GET", f"{base}/default") == (404, "NOT_FOUND")


def test_a_rich_menu_replaces_the_persistent_one(caller):
    bot = f"/bots/{caller.simulator.bot_id}"
    menu = {"content": {"actions": [URI]}}
    caller.call("POST", f"{bot}/persistentmenu", menu)
    caller.call("POST", f"{bot}/richmenus", RICH)
    assert caller.told("GET", f"{bot}/persistentmenu") == (404, "NOT_FOUND")
    assert caller.told("POST", f"{bot}/persistentmenu", menu) == (409, "CONFLICT")


@pytest.mark.parametrize(
    "change",
    [
        {"size": {"width": 1200, "height": 405}},
        {"areas": []},
        {"areas": [{"action": URI}]},
        {"areas": [{"bounds": {"x": 0, "y": 0, "width": 1}, "action": URI}]},
        {"richmenuName": "가" * 301},
        {"size": "2500x843"},
        {"areas": ["whole"]},
        {"areas": [RICH["areas"][0] | {"action": URI | {"label": "가" * 21}}]},
    ],
)
def test_wrong_rich_menus(caller, change):
    path = f"/bots/{caller.simulator.bot_id}/richmenus"
    assert caller.told("POST", path, RICH | change)[0] == 400


@pytest.mark.parametrize("body", [{}, {"content": []}, {"content": {"actions": [URI], "x": 1}}])
def test_a_menu_is_one_object_of_actions(caller, body):
    path = f"/bots/{caller.simulator.bot_id}/persistentmenu"
    assert caller.told("POST", path, body) == (400, "INVALID_PARAMETER")


def test_localized_names_come_back_as_sent(caller):
    names = [{"language": "en_US", "botName": "Hiring"}, {"language": "ja_JP", "botName": "採用"}]
    bot = _body(caller.call("POST", "/bots", BOT | {"i18nBotNames": names}))
    assert bot["i18nBotNames"] == names
    listed = _body(caller.call("GET", "/bots"))["bots"]
    assert listed[-1]["i18nBotNames"] == names


def test_a_rich_menus_image_must_be_there_and_be_an_image(caller):
    base = f"/bots/{caller.simulator.bot_id}/richmenus"
    one = f"{base}/{_body(caller.call('POST', base, RICH))['richmenuId']}"
    assert caller.told("POST", f"{one}/image", {"fileId": "none"}) == (404, "NOT_FOUND")
    assert caller.told("POST", f"{one}/image", {}) == (400, "MISSING_PARAMETER")
    text = {"fileId": _file(caller, b"plain text")}
    assert caller.told("POST", f"{one}/image", text) == (400, "INVALID_PARAMETER")
    large = {"fileId": _file(caller, PNG + b"x" * 1024 * 1024)}
    assert caller.told("POST", f"{one}/image", large) == (400, "LIMIT_EXCEEDED")
    assert caller.told("GET", f"{base}/none") == (404, "NOT_FOUND")
