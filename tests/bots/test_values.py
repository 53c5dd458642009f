"""Bots, rooms and menus: strict on what is sent, lenient on what the service answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from naverworks_notify import InvalidMessage, bots
from naverworks_notify.messages import MessageAction, UriAction

BOT: dict[str, Any] = {
    "botName": "채용 알림",
    "photoUrl": "https://ats.example.com/bot.png",
    "description": "채용 진행 알림",
    "administrators": ["admin-1"],
}


def broken(read: Any, raw: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidMessage) as caught:
        read(raw)
    return [(found.path, found.rule) for found in caught.value.violations]


@pytest.mark.parametrize("key", ["botName", "photoUrl", "description", "administrators"])
def test_what_a_bot_must_state(key: str) -> None:
    raw = {name: value for name, value in BOT.items() if name != key}
    assert broken(bots.Bot.from_dict, raw) == [(key, "required")]
    assert bots.BotChanges.from_dict(raw).to_dict() == raw
    assert broken(bots.BotChanges.from_dict, {key: None}) == [(key, "null")]


@pytest.mark.parametrize("read", [bots.Bot.from_dict, bots.BotChanges.from_dict])
@pytest.mark.parametrize(
    ("key", "good", "bad", "path", "rule"),
    [
        ("botName", "가" * 100, "가" * 101, "botName", "max_length"),
        ("description", "가" * 100, "가" * 101, "description", "max_length"),
        ("photoUrl", "https://a.example/a.png", "http://a.example/a.png", "photoUrl", "scheme"),
        ("administrators", ["a", "b", "c"], ["a", "b", "c", "d"], "administrators", "max_items"),
        ("administrators", ["a"], [], "administrators", "min_items"),
        ("administrators", ["a"], ["a", ""], "administrators[1]", "empty"),
        ("subadministrators", [], ["a", "a"], "subadministrators[1]", "unique"),
        ("subadministrators", ["a"] , ["a", "b", "c", "d"], "subadministrators", "max_items"),
        ("allowDomains", [1, 2], [1, 1], "allowDomains[1]", "unique"),
        ("allowDomains", [10000001], ["1"], "allowDomains[0]", "type"),
        ("allowDomains", [10000001], [True], "allowDomains[0]", "type"),
        ("enableCallback", True, 1, "enableCallback", "type"),
        ("enableGroupJoin", False, "no", "enableGroupJoin", "type"),
        ("callbackUrl", "", "http://a.example", "callbackUrl", "scheme"),
        ("callbackUrl", "https://a.example/c", "https://a.example/" + "c" * 990, "callbackUrl",
         "max_length"),
        ("callbackEvents", ["text", "video"], ["message"], "callbackEvents[0]", "enum"),
        ("callbackEvents", [], ["text", "text"], "callbackEvents[1]", "unique"),
        ("channelEvents", ["begin", "end"], ["begin", "started"], "channelEvents[1]", "enum"),
        ("defaultRichmenuId", "40001", 40001, "defaultRichmenuId", "type"),
        ("i18nBotNames", [{"language": "ko_KR", "botName": "가" * 100}],
         [{"language": "ko_KR", "botName": "가" * 101}], "i18nBotNames[0].botName", "max_length"),
        ("i18nDescriptions", [{"language": "en_US", "description": "x"}],
         [{"language": "en", "description": "x"}], "i18nDescriptions[0].language", "enum"),
        ("i18nPhotoUrls", [{"language": "en_US", "photoUrl": "https://a.example/a.png"}],
         [{"language": "en_US", "photoUrl": "a.png"}], "i18nPhotoUrls[0].photoUrl", "scheme"),
    ],
)  # fmt: skip
def test_limits_of_a_bot(read: Any, key: str, good: Any, bad: Any, path: str, rule: str) -> None:
    assert read({**BOT, key: good}).to_dict() == {**BOT, key: good}
    assert broken(read, {**BOT, key: bad}) == [(path, rule)]


def test_what_the_service_sets_is_read_but_never_sent() -> None:
    answer = {
        **BOT,
        "botId": 2000001,
        "createdTime": "2026-03-02T10:00:00+09:00",
        "modifiedTime": "2026-03-02T01:00:00Z",
        "subadministrators": None,
        "newMember": {"x": 1},
        "channelEvents": ["message", "somethingNew"],
    }
    bot = bots.Bot.from_response(answer)
    assert bot.bot_id == 2000001
    assert bot.modified_time == bot.created_time == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert bot.channel_events == ("message", "somethingNew")
    assert bot.to_dict() == {**BOT, "channelEvents": ["message", "somethingNew"]}
    assert broken(bots.Bot.from_dict, {**BOT, "botId": 1}) == [("botId", "read_only")]
    domain = bots.BotDomain.from_response({"domainId": 1, "visible": True})
    assert (domain.domain_id, domain.to_dict()) == (1, {"visible": True})


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (bots.Bot.from_response, {**BOT, "botId": "2000001"}),
        (bots.Bot.from_response, {**BOT, "createdTime": "yesterday"}),
        (bots.Bot.from_response, {**BOT, "createdTime": "2026-03-02T10:00:00"}),
        (bots.Channel.from_response, {"title": "x"}),
        (bots.Channel.from_response, {"channelId": "c", "channelType": "GROUP"}),
        (bots.Attachment.from_response, {"fileId": "f"}),
        (bots.DefaultRichMenu.from_response, []),
        (bots.BotSummary.from_response, None),
    ],
)
def test_answers_that_are_something_else(read: Any, answer: Any) -> None:
    assert {rule for _, rule in broken(read, answer)} <= {
        "type",
        "required",
        "datetime",
        "aware_datetime",
    }


def test_rooms() -> None:
    assert bots.NewChannel(["a@example.com"]).to_dict() == {"members": ["a@example.com"]}
    assert "a@example.com" not in repr(bots.NewChannel(["a@example.com"], title="방"))
    for members, rule in [([], "min_items"), ([str(n) for n in range(101)], "max_items")]:
        assert broken(bots.NewChannel.from_dict, {"members": members}) == [("members", rule)]
    assert broken(lambda x: bots.NewChannel(x, title="가" * 1001), ["a"]) == [
        ("title", "max_length")
    ]
    room = bots.Channel.from_response(
        {"channelId": "c", "domainId": 1, "channelType": {"type": "ORGUNIT", "orgUnitId": "o"}}
    )
    assert room.channel_type == bots.ChannelType(kind="ORGUNIT", org_unit_id="o")


def test_upload_addresses_are_not_shown() -> None:
    attachment = bots.Attachment.from_response({"fileId": "f", "uploadUrl": "https://secret"})
    assert "secret" not in repr(attachment)


def test_persistent_menus() -> None:
    item = MessageAction(label="오늘 면접", postback="TODAY")
    menu = bots.PersistentMenu([item] * 4)
    assert menu.to_dict()["actions"][0] == {
        "type": "message",
        "label": "오늘 면접",
        "postback": "TODAY",
    }
    assert broken(lambda _: bots.PersistentMenu([item] * 5), None) == [("actions", "max_items")]
    raw = {"actions": [{"type": "postback", "label": "x", "data": "x"}, {"type": "uri"}]}
    assert broken(bots.PersistentMenu.from_dict, raw) == [
        ("actions[0].type", "position"),
        ("actions[1].uri", "required"),
        ("actions[1].label", "required"),
    ]


AREA = {
    "bounds": {"x": 0, "y": 0, "width": 2500, "height": 843},
    "action": {"type": "uri", "uri": "https://ats.example.com/"},
}
MENU = {"richmenuName": "기본", "size": {"width": 2500, "height": 843}, "areas": [AREA]}


@pytest.mark.parametrize(
    ("change", "path", "rule"),
    [
        ({"richmenuName": "가" * 301}, "richmenuName", "max_length"),
        ({"richmenuName": ""}, "richmenuName", "empty"),
        ({"size": {"width": 2500, "height": 844}}, "size.height", "enum"),
        ({"size": {"width": 1200, "height": 843}}, "size.width", "enum"),
        ({"size": {"width": 2500}}, "size.height", "required"),
        ({"areas": [AREA] * 21}, "areas", "max_items"),
        ({"areas": [{**AREA, "bounds": {**AREA["bounds"], "x": -1}}]}, "areas[0].bounds.x",
         "minimum"),
        ({"areas": [{**AREA, "bounds": {**AREA["bounds"], "y": 1.5}}]}, "areas[0].bounds.y",
         "type"),
        ({"areas": [{"bounds": AREA["bounds"]}]}, "areas[0].action", "required"),
        ({"areas": [{**AREA, "action": {"type": "camera", "label": "x"}}]},
         "areas[0].action.type", "position"),
        ({"areas": [{**AREA, "action": {"type": "message", "label": "x"}}]},
         "areas[0].action.text", "required"),
        ({"areas": [{**AREA, "action": {**AREA["action"], "label": "가" * 21}}]},
         "areas[0].action.label", "max_length"),
        ({"richmenuId": "1"}, "richmenuId", "read_only"),
    ],
)  # fmt: skip
def test_limits_of_a_rich_menu(change: dict[str, Any], path: str, rule: str) -> None:
    assert bots.RichMenu.from_dict(MENU).to_dict() == MENU
    assert broken(bots.RichMenu.from_dict, {**MENU, **change}) == [(path, rule)]


def test_a_rich_menu_built_and_read_are_the_same() -> None:
    built = bots.RichMenu(
        richmenu_name="기본",
        size=bots.RichMenuSize(2500, 843),
        areas=[
            bots.RichMenuArea(
                bots.Bounds(x=0, y=0, width=2500, height=843),
                UriAction(uri="https://ats.example.com/"),
            )
        ],
    )
    assert built == bots.RichMenu.from_dict(MENU)
    answered = bots.RichMenu.from_response({**MENU, "richmenuId": "40001"})
    assert answered.richmenu_id == "40001"
    assert answered != built


@pytest.mark.parametrize(
    ("read", "path"),
    [
        (bots.PersistentMenu.from_dict, "actions"),
        (bots.RichMenu.from_dict, "richmenuName"),
        (bots.RichMenu.from_dict, "size"),
        (bots.RichMenu.from_dict, "size.width"),
        (bots.RichMenu.from_dict, "size.height"),
        (bots.RichMenu.from_dict, "areas"),
        (bots.RichMenu.from_dict, "areas[0].bounds"),
        (bots.RichMenu.from_dict, "areas[0].bounds.x"),
        (bots.RichMenu.from_dict, "areas[0].bounds.y"),
        (bots.RichMenu.from_dict, "areas[0].bounds.width"),
        (bots.RichMenu.from_dict, "areas[0].bounds.height"),
        (bots.RichMenu.from_dict, "areas[0].action"),
        (bots.NewChannel.from_dict, "members"),
        (bots.DomainMember.from_dict, "userId"),
        (bots.RichMenuImage.from_dict, "fileId"),
        (bots.BotSummary.from_response, "botId"),
        (bots.BotSummary.from_response, "botName"),
        (bots.Channel.from_response, "channelId"),
        (bots.Channel.from_response, "channelType.type"),
        (bots.Attachment.from_response, "fileId"),
        (bots.Attachment.from_response, "uploadUrl"),
        (bots.DefaultRichMenu.from_response, "botId"),
        (bots.DefaultRichMenu.from_response, "defaultRichmenuId"),
    ],
)
def test_what_must_be_there(read: Any, path: str) -> None:
    whole: dict[str, Any] = json.loads(
        json.dumps(
            {
                "PersistentMenu": {"actions": [{"type": "message", "label": "x"}]},
                "RichMenu": MENU,
                "NewChannel": {"members": ["a"]},
                "DomainMember": {"userId": "a"},
                "RichMenuImage": {"fileId": "f"},
                "BotSummary": {"botId": 1, "botName": "봇"},
                "Channel": {"channelId": "c", "channelType": {"type": "GROUP"}},
                "Attachment": {"fileId": "f", "uploadUrl": "https://a.example"},
                "DefaultRichMenu": {"botId": 1, "defaultRichmenuId": "40001"},
            }[read.__self__.__name__]
        )
    )
    read(whole)
    place: Any = whole
    *way, last = path.replace("[0]", ".0").split(".")
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    del place[last]
    assert broken(read, whole) == [(path, "required")]


def test_what_may_be_empty() -> None:
    for key in ("subadministrators", "allowDomains", "callbackEvents", "channelEvents"):
        assert bots.Bot.from_dict({**BOT, key: []}).to_dict() == {**BOT, key: []}
    assert broken(bots.Bot.from_dict, {**BOT, "channelEvents": ["end", "end"]}) == [
        ("channelEvents[1]", "unique")
    ]
    assert bots.NewChannel(["a"], title="").to_dict() == {"members": ["a"], "title": ""}
    room = {"channelId": "c", "title": ""}
    assert bots.Channel.from_dict(room).to_dict() == room
    assert bots.NewAttachment().to_dict() == {}
