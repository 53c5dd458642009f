"""The sample payloads composed from the documentation: valid ones survive, invalid ones do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from naverworks_notify import InvalidMessage, bots, messages
from naverworks_notify.messages import flex

DATA = json.loads((Path(__file__).parents[1] / "data" / "bot-payloads.json").read_text("utf-8"))

# What each invalid message is refused for: path and rule, everything that is wrong with it.
REFUSED: dict[str, list[tuple[str, str]]] = {
    "undocumented-field": [("replyToken", "unknown_key")],
    "text-missing": [("text", "required")],
    "text-2001": [("text", "max_length")],
    "i18n-language": [("i18nTexts[0].language", "enum")],
    "i18n-language-missing": [("i18nTexts[0].language", "required")],
    "mention-51": [("text", "mentions")],
    "mention-i18n-differs": [("i18nTexts[0].text", "same_mentions")],
    "sticker-number": [("packageId", "type"), ("stickerId", "type")],
    "image-none": [("fileId", "required")],
    "image-both": [("fileId", "exclusive")],
    "file-none": [("originalContentUrl", "required")],
    "file-http": [("originalContentUrl", "scheme")],
    "video-no-preview": [("previewImageUrl", "required")],
    "location-string-lat": [("latitude", "type"), ("longitude", "type")],
    "location-no-address": [("address", "required")],
    "button-11": [("actions", "max_items")],
    "button-camera": [("actions[0].type", "position")],
    "uri-lineworks": [("actions[0].uri", "scheme")],
    "uri-1001": [("actions[0].uri", "max_length")],
    "copy-no-text": [("actions[0].copyText", "required")],
    "datetimepicker": [("actions[0].type", "enum")],
    "list-actions-3x1": [("actions", "max_items")],
    "list-actions-1x3": [("actions[0]", "max_items")],
    "carousel-uneven": [("columns[1].actions", "consistent")],
    "carousel-title-uneven": [("columns[1].title", "consistent")],
    "carousel-title-41": [("columns[0].title", "max_length")],
    "carousel-thumbnail": [("columns[0].thumbnailImageUrl", "unknown_key")],
    "carousel-message-no-text": [("columns[0].actions[0].text", "required")],
    "imgcarousel-label-13": [("columns[0].action.label", "max_length")],
    "imgcarousel-no-image": [("columns[0].originalContentUrl", "required")],
    "postback-no-data": [("columns[0].actions[0].data", "required")],
    "postback-data-301": [("columns[0].actions[0].data", "max_length")],
    "quickreply-14": [("quickReply.items", "max_items")],
    "quickreply-postback-no-displayText": [("quickReply.items[0].action.displayText", "required")],
    "quickreply-two-images": [("quickReply.items[0].imageResourceId", "exclusive")],
    "quickreply-no-action": [("quickReply.items[0].action", "required")],
    "quickreply-outside": [("quickReply", "unknown_key")],
    "flex-no-alt": [("altText", "required")],
    "flex-content-array": [("contents", "type")],
    "flex-bubble-size": [("contents.size", "enum")],
    "flex-body-not-box": [("contents.body.type", "enum")],
    "flex-carousel-11": [("contents.contents", "max_items")],
    "flex-image-fileid": [
        ("contents.hero.fileId", "unknown_key"),
        ("contents.hero.url", "required"),
    ],
    "flex-aspect-ratio": [("contents.hero.aspectRatio", "format")],
    "flex-icon-vertical": [("contents.body.contents[0].type", "not_allowed")],
    "flex-span-in-box": [("contents.body.contents[0].type", "enum")],
    "flex-text-empty": [("contents.body.contents[0].text", "required")],
    "flex-button-no-action": [("contents.body.contents[0].action", "required")],
    "flex-layout": [("contents.body.layout", "enum")],
    "flex-filter": [("contents.body.contents[0].type", "enum")],
    # Others than messages, by the class that reads them.
    "bot-no-admin": [("administrators", "min_items")],
    "bot-dup-admins": [("administrators[1]", "unique")],
    "bot-name-101": [("botName", "max_length")],
    "bot-photo-http": [("photoUrl", "scheme")],
    "bot-callbackEvents": [("callbackEvents[0]", "enum")],
    "domain-unknown-field": [("isVisible", "unknown_key"), ("allowAllMembers", "unknown_key")],
    "member-empty": [("userId", "required")],
    "channel-dup": [("members[1]", "unique")],
    "channel-title-1001": [("title", "max_length")],
    "menu-5": [("actions", "max_items")],
    "richmenu-0-areas": [("areas", "min_items")],
    "richmenu-21-areas": [("areas", "max_items")],
    "richmenu-image-none": [("fileId", "required")],
}
# Rules of a call rather than of a value: whom a message goes to, and how long a page is.
ELSEWHERE = {"mention-all-to-user", "list-count-101"}
READERS: dict[str, type[Any]] = {
    "POST /bots": bots.Bot,
    "POST /bots/{botId}/domains/{domainId}": bots.BotDomain,
    "POST /bots/{botId}/domains/{domainId}/members": bots.DomainMember,
    "POST /bots/{botId}/channels": bots.NewChannel,
    "POST /bots/{botId}/richmenus": bots.RichMenu,
    "POST /bots/{botId}/richmenus/{richmenuId}/image": bots.RichMenuImage,
}


def contents() -> list[Any]:
    found = []
    for kind, samples in DATA["content"].items():
        for name, sample in samples.items():
            for label, each in sample.items() if name == "mentionVariants" else [(name, sample)]:
                if isinstance(each, dict):
                    found.append(pytest.param(each, id=f"{kind}-{label}"))
    return found + [pytest.param(each["payload"], id=each["id"]) for each in DATA["boundaries"]]


def refused(read: Any, raw: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidMessage) as caught:
        read(raw)
    return [(found.path, found.rule) for found in caught.value.violations]


@pytest.mark.parametrize("payload", contents())
def test_valid_content_round_trips_unchanged(payload: dict[str, Any]) -> None:
    content = messages.parse(payload["content"])
    assert content.to_dict() == payload["content"]
    assert messages.parse(content.to_dict()) == content
    assert messages.parse_request(payload) == content
    assert json.dumps(content.to_dict())


def test_every_kind_of_content_has_samples() -> None:
    assert set(DATA["content"]) == set(messages.CONTENT_TYPES)
    assert len(messages.CONTENT_TYPES) == 13


@pytest.mark.parametrize(
    "sample",
    [sample for sample in DATA["invalid"] if sample["id"] not in ELSEWHERE],
    ids=lambda sample: sample["id"],
)
def test_invalid_payload_is_refused_where_it_is_wrong(sample: dict[str, Any]) -> None:
    raw = sample["payload"]
    if sample["target"] == "message":
        read: Any = messages.parse_request
    elif "persistentmenu" in sample["target"]:
        read, raw = bots.PersistentMenu.from_dict, raw["content"]
    else:
        read = READERS[sample["target"]].from_dict
    assert refused(read, raw) == REFUSED[sample["id"]]


def test_mentioning_everyone_is_refused_for_a_user_only() -> None:
    everyone = next(s for s in DATA["invalid"] if s["id"] == "mention-all-to-user")
    content = messages.parse(everyone["payload"]["content"])
    with pytest.raises(InvalidMessage, match="except in a channel"):
        content.check_for_user()


def test_every_invalid_sample_is_judged() -> None:
    assert set(REFUSED) | ELSEWHERE == {sample["id"] for sample in DATA["invalid"]}


PIECES = [
    pytest.param(name, sample, id=f"{name}-{size}")
    for name, samples in DATA["flexComponents"].items()
    for size, sample in samples.items()
    if isinstance(sample, dict)
]
FLEX: dict[str, type[Any]] = {
    "text": flex.Text,
    "span": flex.Span,
    "button": flex.Button,
    "image": flex.Image,
    "icon": flex.Icon,
    "separator": flex.Separator,
    "filler": flex.Filler,
    "box": flex.Box,
    "bubble": flex.Bubble,
    "carousel": flex.Carousel,
}


@pytest.mark.parametrize(("name", "sample"), PIECES)
def test_flex_pieces_round_trip_unchanged(name: str, sample: dict[str, Any]) -> None:
    assert FLEX[name].from_dict(sample).to_dict() == sample


@pytest.mark.parametrize(
    ("read", "sample"),
    [
        (bots.Bot, DATA["resources"]["bot"]["createMinimal"]),
        (bots.Bot, DATA["resources"]["bot"]["createMaximal"]),
        (bots.BotChanges, DATA["resources"]["bot"]["patchMinimal"]),
        (bots.BotDomain, DATA["resources"]["botDomain"]["minimal"]),
        (bots.BotDomain, DATA["resources"]["botDomain"]["maximal"]),
        (bots.DomainMember, DATA["resources"]["botDomainMember"]["minimal"]),
        (bots.NewChannel, DATA["resources"]["channel"]["minimal"]),
        (bots.NewChannel, DATA["resources"]["channel"]["maximal"]),
        (bots.NewAttachment, DATA["resources"]["attachment"]["maximal"]),
        (bots.PersistentMenu, DATA["resources"]["persistentmenu"]["minimal"]["content"]),
        (bots.PersistentMenu, DATA["resources"]["persistentmenu"]["maximal"]["content"]),
        (bots.RichMenu, DATA["resources"]["richmenu"]["minimal"]),
        (bots.RichMenu, DATA["resources"]["richmenu"]["maximal"]),
        (bots.RichMenuImage, DATA["resources"]["richmenu"]["imageMinimal"]),
        (bots.RichMenuImage, DATA["resources"]["richmenu"]["imageMaximal"]),
        (messages.QuickReply, DATA["quickReply"]["minimal"]),
        (messages.QuickReply, DATA["quickReply"]["maximal"]),
    ],
)
def test_other_resources_round_trip_unchanged(read: Any, sample: dict[str, Any]) -> None:
    assert read.from_dict(sample).to_dict() == sample


ACTIONS: dict[str, type[messages.Action]] = {
    "postback": messages.PostbackAction,
    "message": messages.MessageAction,
    "uri": messages.UriAction,
    "camera": messages.CameraAction,
    "cameraRoll": messages.CameraRollAction,
    "location": messages.LocationAction,
    "copy": messages.CopyAction,
}


@pytest.mark.parametrize("kind", ACTIONS)
def test_actions_round_trip_and_stand_where_the_table_says(kind: str) -> None:
    samples = DATA["actions"][kind]
    for name, sample in samples.items():
        if isinstance(sample, dict):
            assert ACTIONS[kind].from_dict(sample).to_dict() == sample, name
    usable = {
        {
            "quickReply": "quick_reply",
            "richmenu": "rich_menu",
            "persistentmenu": "persistent_menu",
        }.get(position, position)
        for position in samples["usableIn"]
    }
    positions = set(messages.Position) - {"carousel_default", "flex"}
    assert {p for p in positions if kind in messages.POSITIONS[p].types} == usable
