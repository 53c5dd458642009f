"""What nobody documents is kept where asked: where it was, as it was, and within bounds."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naverworks_notify import BadRequest, Client, InvalidMessage, InvalidValue, messages, preview
from naverworks_notify.messages import flex
from naverworks_notify.testing import Simulator, strategies

MOST = 30 * 1024
NEW = {"type": "new"}


def keep(raw: Any) -> messages.Content:
    return messages.parse(raw, undocumented="keep")


def broken(raw: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidMessage) as caught:
        keep(raw)
    str(caught.value).encode()
    return [(found.path, found.rule) for found in caught.value.violations]


def text(**more: Any) -> dict[str, Any]:
    return {"type": "text", "text": "x", **more}


def card(*contents: Any, **bubble: Any) -> dict[str, Any]:
    body = {"type": "box", "layout": "vertical", "contents": list(contents)}
    return {"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": body, **bubble}}


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


# Keys that are documented nowhere, so that none is mistaken for a documented one.
KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6).map(lambda key: f"_{key}")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=6)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def objects(raw: Any) -> Iterator[dict[str, Any]]:
    if isinstance(raw, dict):
        yield raw
    for item in raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ():
        yield from objects(item)


def inserted(raw: dict[str, Any], at: int, key: str, value: Any) -> None:
    before = list(raw.items())
    raw.clear()
    raw.update([*before[:at], (key, value), *before[at:]])


@settings(max_examples=150)
@given(strategies.contents(), st.data())
def test_whatever_is_added_anywhere_comes_out_where_it_went_in(
    content: messages.Content, data: st.DataObject
) -> None:
    raw = content.to_dict()
    places = list(objects(raw))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places))
        inserted(place, data.draw(st.integers(0, len(place))), data.draw(KEYS), data.draw(JSON))
    before = copy.deepcopy(raw)
    try:
        kept = keep(raw)
    except InvalidMessage as error:
        # A card can be at its size limit already.
        assert {found.rule for found in error.violations} == {"max_bytes"}  # noqa: PT017
        return
    assert json.dumps(kept.to_dict()) == json.dumps(before)
    assert raw == before
    assert keep(kept.to_dict()) == kept
    assert hash(keep(kept.to_dict())) == hash(kept)
    assert pickle.loads(pickle.dumps(kept)) == kept  # noqa: S301 - our own bytes
    assert copy.deepcopy(kept) == kept
    assert kept != content
    with pytest.raises(InvalidMessage) as caught:
        messages.parse(raw)
    assert {found.rule for found in caught.value.violations} == {"unknown_key"}


@given(strategies.contents())
def test_what_is_all_documented_reads_the_same_either_way(content: messages.Content) -> None:
    kept = keep(content.to_dict())
    assert kept == content
    assert hash(kept) == hash(content)
    assert messages.parse(kept.to_dict()) == content


@given(KEYS, st.dictionaries(KEYS, JSON, max_size=4))
def test_a_whole_type_that_nobody_documents_is_kept(kind: str, members: dict[str, Any]) -> None:
    raw = {**members, "type": kind}
    kept = keep(raw)
    assert isinstance(kept, messages.UndocumentedContent)
    assert kept.type == kind
    assert json.dumps(kept.to_dict()) == json.dumps(raw)
    assert keep(kept.to_dict()) == kept
    kept.check_for_user()
    piece = keep(card(raw, hero=raw, action=raw, footer={**raw, "contents": [raw]}))
    assert piece.to_dict() == card(raw, hero=raw, action=raw, footer={**raw, "contents": [raw]})
    assert keep(piece.to_dict()) == piece
    whole = {"type": "flex", "altText": "x", "contents": raw}
    assert keep(whole).to_dict() == whole
    carousel = {"type": "flex", "altText": "x", "contents": {"type": "carousel", "contents": [raw]}}
    assert keep(carousel).to_dict() == carousel


def test_an_action_of_an_unknown_type_is_kept_in_every_place() -> None:
    new = {"type": "datetimepicker", "label": "x" * 50, "data": "d", "mode": "date"}
    for raw in (
        {"type": "button_template", "contentText": "x", "actions": [new]},
        {"type": "carousel", "columns": [{"text": "x", "actions": [new], "defaultAction": new}]},
        {"type": "list_template", "elements": [{"title": "x", "action": new}], "actions": [[new]]},
        text(quickReply={"items": [{"action": new}]}),
        card({"type": "button", "action": new}),
    ):
        assert keep(raw).to_dict() == raw
        with pytest.raises(InvalidMessage):
            messages.parse(raw)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (text(text=""), ("text", "empty")),
        (text(text="가" * 2001), ("text", "max_length")),
        (text(text=None), ("text", "null")),
        (text(quickReply={"items": []}), ("quickReply.items", "min_items")),
        (text(i18nTexts=[{"language": "fr_FR", "text": "x"}]), ("i18nTexts[0].language", "enum")),
        ({"type": "poll", "quickReply": {}}, ("quickReply.items", "required")),
        (card({"type": "text", "text": "x", "size": "huge"}), None),
        (card({"type": "span", "text": "x"}), ("contents.body.contents[0].type", "enum")),
        (
            card({"type": "text", "text": "x"}, hero={"type": "text", "text": "x"}),
            ("contents.hero.type", "enum"),
        ),
        (card({"type": "text"}), ("contents.body.contents[0].text", "required")),
        (card({"layout": "vertical"}), ("contents.body.contents[0].type", "required")),
        (card({"type": ""}), ("contents.body.contents[0].type", "enum")),
        (card({"type": "text", "text": "x"}, size="deca"), ("contents.size", "enum")),
        (card({"type": "button", "action": {"type": "uri", "uri": "https://a.b"}}), None),
        ({"type": "flex", "altText": "x", "contents": {"type": "text"}}, ("contents.type", "enum")),
        (
            {
                "type": "button_template",
                "contentText": "x",
                "actions": [{"type": "camera", "label": "x"}],
            },
            ("actions[0].type", "position"),
        ),
    ],
)
def test_all_that_is_documented_is_checked_as_ever(
    raw: dict[str, Any], found: tuple[str, str] | None
) -> None:
    with pytest.raises(InvalidMessage) as strict:
        messages.parse(raw)
    rules = broken({**raw, "new": 1})
    if found is not None:
        assert found in rules
    if raw["type"] in messages.CONTENT_TYPES:
        assert rules == [(one.path, one.rule) for one in strict.value.violations]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (float("nan"), "finite"),
        (float("inf"), "finite"),
        (10**400, "finite"),
        ("\ud800", "encoding"),
        ({"\ud800": 1}, "encoding"),
        ({1: 1}, "key"),
        ({None: 1}, "key"),
        (b"bytes", "type"),
        ({1, 2}, "type"),
        (object(), "type"),
        (1j, "type"),
        (nested(33), "max_depth"),
        ("x" * MOST, "max_bytes"),
        (["x"] * MOST, "max_bytes"),
        ([0] * MOST, "max_bytes"),
        (["x" * 1000] * 10**6, "max_bytes"),
    ],
)
def test_what_is_no_json_or_too_much_is_named(value: Any, rule: str) -> None:
    for raw in (text(new=value), card(new=value), {"type": "new", "new": value}):
        assert {found for _, found in broken(raw)} == {rule}
        assert {found for _, found in broken({**raw, "more": [{"deeper": value}]})} == {rule}


def test_keys_that_are_no_text_are_named() -> None:
    assert {rule for _, rule in broken({"type": "text", "text": "x", 5: 1, None: 2})} == {"key"}
    assert broken(text(**{"\ud800": 1}))[0][1] == "encoding"


def test_depth_and_size_are_exact() -> None:
    assert keep(text(new=nested(32)))
    room = MOST - len('""')
    assert keep(text(new="x" * room))
    assert broken(text(new="x" * (room + 1))) == [("", "max_bytes")]
    assert broken(text(a="x" * (room // 2), b="가" * (room // 2)))


def test_a_value_that_holds_itself_ends() -> None:
    loop: dict[str, Any] = {}
    loop["a"] = loop["b"] = loop["c"] = [loop, loop]
    assert {rule for _, rule in broken(text(new=loop))} <= {"max_depth", "max_bytes"}


@pytest.mark.parametrize("key", ["uri", "url", "linkUri", "imageUrl", "altUri"])
@pytest.mark.parametrize(
    "value",
    ["javascript:alert(1)", "line://x", "", "www.example.com", "ftp://a.b", "https://", "tel:1"],
)
def test_links_lead_to_the_web(key: str, value: str) -> None:
    rules = {"scheme", "url", "empty"}
    found = broken(text(new={key: value}))
    assert found[0][0] == f"new.{key}"
    assert found[0][1] in rules
    for raw in (
        text(**{key: value}),
        text(new=[{key: value}]),
        text(new={key: [value]}),
        card({"type": "video", key: value}),
        {"type": "new", "deep": {"deeper": [{key: value}]}},
    ):
        assert {rule for _, rule in broken(raw)} <= rules
    for good in ("https://a.example/x", "http://a.example"):
        assert keep(text(new={key: good})).to_dict() == text(new={key: good})


def test_a_link_in_variants_leads_to_the_web_too() -> None:
    good = {"altUri": {"desktop": "https://a.example", "language": "ko_KR"}}
    assert keep(text(new=good))
    assert broken(text(new={"altUri": {"desktop": "line://x"}})) == [
        ("new.altUri.desktop", "scheme")
    ]


def test_other_keys_may_hold_any_text() -> None:
    assert keep(text(new={"curl": "x", "URL": "y", "note": "javascript:", "uris": ["z"]}))


def test_mentions_count_wherever_they_stand() -> None:
    everyone = '<m userId="all">'
    for raw in (
        text(new={"deep": [everyone]}),
        {"type": "poll", "question": everyone},
        card({"type": "marquee", "text": everyone}),
        card({"type": "text", "text": "x", "new": everyone}),
        card(new=everyone),
        {**card(), "new": everyone},
        text(quickReply={"items": [{"action": {"type": "new", "label": everyone}}]}),
        text(i18nTexts=[{"language": "ko_KR", "text": "x", "new": everyone}]),
        {"type": "flex", "altText": "x", "contents": {"type": "grid", "text": everyone}},
    ):
        content = keep(raw)
        assert content.mentions == ("all",)
        assert content.mentions_everyone
        with pytest.raises(InvalidMessage, match="except in a channel"):
            content.check_for_user()
    assert keep(text(new='<m userId="a">' * 50)).mentions == ("a",) * 50
    for raw in (text(new='<m userId="a">' * 51), text(text='<m userId="a">' * 26)):
        found = broken({**raw, "more": ['<m userId="b">' * 25]})
        assert found == [("", "mentions")]


def test_kept_values_cannot_be_changed_from_outside() -> None:
    given_in = text(new={"a": [1]})
    content = keep(given_in)
    given_in["new"]["a"].append(2)
    content.to_dict()["new"]["a"].append(3)
    content.undocumented["new"]["a"].append(4)
    assert content.to_dict() == text(new={"a": [1]})
    assert content.undocumented == {"new": {"a": [1]}}
    assert "[1]" not in repr(content)


def test_true_one_and_one_point_nought_are_three_things() -> None:
    variants = [keep(text(new=value)) for value in (True, 1, 1.0, "1", None)]
    assert len(set(variants)) == len(variants)
    assert keep(text(new={"a": 1, "b": 2})) == keep(text(new={"b": 2, "a": 1}))
    assert hash(keep(text(a=1, b=2))) == hash(keep(text(b=2, a=1)))


def test_a_copy_with_other_members_keeps_what_was_kept() -> None:
    content = keep(text(new=1))
    assert content.replaced(text="y").to_dict() == {"type": "text", "text": "y", "new": 1}


def test_a_member_that_there_is_not_cannot_be_replaced() -> None:
    with pytest.raises(InvalidMessage, match="words: is no member"):
        messages.Text("x").replaced(words="y")


def test_what_is_kept_can_be_looked_at() -> None:
    for raw in (LINE_CARD, {"type": "grid", "new": 1}, {"type": "carousel", "contents": [NEW]}):
        page = preview.page([keep({"type": "flex", "altText": "x", "contents": raw})])
        assert "<html" in page
    assert preview.page([keep({"type": "poll", "question": "x"}), keep(text(new=1))])


def test_a_kept_piece_can_be_built_into_another_card() -> None:
    hero = keep(card(hero={"type": "video", "url": "https://a.example/v"}))
    assert isinstance(hero, messages.Flex)
    built = messages.Flex("y", flex.Carousel([hero.contents]))  # type: ignore[list-item]
    bubble = built.to_dict()["contents"]["contents"][0]
    assert bubble["hero"] == {"type": "video", "url": "https://a.example/v"}


def test_the_size_of_a_card_counts_what_is_kept() -> None:
    half = [0.12345678901234567] * 700
    filled = card(*[{"type": "text", "text": "x" * 500}] * 30, new=half)
    assert len(json.dumps(filled["contents"], separators=(",", ":"))) < MOST
    assert keep(filled)
    over = card(*[{"type": "text", "text": "x" * 500}] * 40, new=half)
    assert broken(over) == [("contents", "max_bytes")]


@pytest.mark.parametrize("option", ["drop", "", None, True, "KEEP", ["keep"], 1])
def test_another_value_of_the_option_is_told(option: Any) -> None:
    for read, raw in ((messages.parse, text()), (messages.parse_request, {"content": text()})):
        with pytest.raises(InvalidValue) as caught:
            read(raw, undocumented=option)
        assert [found.path for found in caught.value.violations] == ["undocumented"]


def test_a_request_body_is_read_with_the_option_too() -> None:
    content = messages.parse_request({"content": text(new=1)}, undocumented="keep")
    assert content == keep(text(new=1))


# A card as LINE's flex editor makes it: members, a component and short forms of its own.
LINE_CARD = {
    "type": "bubble",
    "size": "mega",
    "hero": {
        "type": "video",
        "url": "https://static.example.com/room.mp4",
        "previewUrl": "https://static.example.com/room.png",
        "altContent": {"type": "image", "url": "https://static.example.com/room.png"},
        "aspectRatio": "20:13",
    },
    "body": {
        "type": "box",
        "layout": "vertical",
        "justifyContent": "space-between",
        "background": {
            "type": "linearGradient",
            "angle": "0deg",
            "startColor": "#00000000",
            "endColor": "#00000099",
        },
        "contents": [
            {
                "type": "text",
                "text": "Brown Cafe",
                "weight": "bold",
                "size": "xl",
                "adjustMode": "shrink-to-fit",
                "lineSpacing": "20px",
                "action": {
                    "type": "uri",
                    "uri": "http://linecorp.com/",
                    "altUri": {"desktop": "https://example.com"},
                },
            },
            {
                "type": "box",
                "layout": "baseline",
                "margin": "10px",
                "spacing": "sm",
                "contents": [
                    {"type": "icon", "url": "https://static.example.com/s.png", "scaling": True},
                    {"type": "text", "text": "4.0", "flex": 0, "margin": "md"},
                ],
            },
            {"type": "spacer", "size": "sm"},
        ],
    },
    "footer": {
        "type": "box",
        "layout": "vertical",
        "contents": [
            {
                "type": "button",
                "style": "link",
                "height": "sm",
                "adjustMode": "shrink-to-fit",
                "action": {"type": "uri", "label": "CALL", "uri": "https://line.me/"},
            },
            {"type": "box", "layout": "vertical", "contents": [], "margin": "sm"},
        ],
        "flex": 0,
    },
}


def test_a_card_made_in_lines_editor_is_kept_and_sent() -> None:
    raw = {"type": "flex", "altText": "x", "contents": LINE_CARD}
    content = keep(raw)
    assert json.dumps(content.to_dict()) == json.dumps(raw)
    sim = Simulator(users=["doyoon@example.com"])
    works = Client(sim.account, bot_id=sim.bot_id, transport=sim.transport())
    with works, pytest.raises(BadRequest):
        works.messages.send_to_user("doyoon@example.com", content)
    assert sim.sent == []


@pytest.mark.parametrize(
    ("raw", "rule", "told"),
    [
        ({"content": text()}, "envelope", r'parse\(raw\["content"\]\)'),
        ({"content": "text"}, "envelope", "inside content"),
        ({"botNo": 1, "accountId": "a", "content": text()}, "envelope", r"API 1\.0"),
        ({"botNo": 1, "roomId": "1", "content": text()}, "envelope", r"API 1\.0"),
        ({"to": "U1", "messages": [text()]}, "envelope", "LINE"),
        ({"replyToken": "r", "messages": [text()]}, "envelope", "LINE"),
        (json.dumps(text()), "type", r"json\.loads"),
        (json.dumps(text()).encode(), "type", r"json\.loads"),
        ([text()], "type", "one object"),
        ((text(),), "type", "one object"),
        (messages.Text("x"), "type", "already"),
        (LINE_CARD, "enum", "altText"),
        ({"type": "carousel", "contents": [LINE_CARD]}, "enum", "altText"),
        ({"type": "box", "layout": "vertical", "contents": []}, "enum", "altText"),
        (
            {"type": "message", "source": {}, "issuedTime": "x", "content": text()},
            "type",
            "callback",
        ),
    ],
)
@pytest.mark.parametrize("undocumented", ["refuse", "keep"])
def test_what_people_have_in_place_of_a_content_is_told(
    raw: Any, rule: str, told: str, undocumented: Any
) -> None:
    with pytest.raises(InvalidMessage, match=told) as caught:
        messages.parse(raw, undocumented)
    assert [found.rule for found in caught.value.violations] == [rule]


def test_what_alert_programs_send_is_accepted() -> None:
    """Rows 5 and 6 of what was seen in programs that run against the real service."""
    shown = {
        "type": "text",
        "text": "abc",
        "action": {"type": "uri", "label": "", "uri": "https://a.b"},
    }
    raw = card(shown, {**card()["contents"]["body"], "contents": [shown], "alignItems": "center"})
    raw["contents"]["body"]["separator"] = True
    raw["contents"]["footer"] = {**raw["contents"]["body"], "separator": False}
    assert messages.parse(raw).to_dict() == raw
    box = flex.Box("vertical", [flex.Text("x")], separator=True, align_items="flex-end")
    assert box.to_dict()["alignItems"] == "flex-end"
    for key, value in (("separator", "true"), ("alignItems", "middle"), ("justifyContent", "x")):
        raw["contents"]["body"][key] = value
        with pytest.raises(InvalidMessage):
            messages.parse(raw)
        raw["contents"]["body"].pop(key)
    button = {"type": "button", "action": {"type": "uri", "label": "", "uri": "https://a.b"}}
    with pytest.raises(InvalidMessage, match="label"):
        messages.parse(card(button))
