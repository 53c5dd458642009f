"""Input meant to break the reader: always a named error, never another exception."""

from __future__ import annotations

import json
import pickle
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naverworks_notify import InvalidMessage, messages
from naverworks_notify.messages import flex


def broken(raw: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidMessage) as caught:
        messages.parse(raw)
    str(caught.value).encode()  # the text of the error can always be shown
    return [(found.path, found.rule) for found in caught.value.violations]


@pytest.mark.parametrize("raw", [None, [], "text", 5, True, {}, {"type": None}, {"type": ["text"]}])
def test_no_content_at_all(raw: Any) -> None:
    assert broken(raw)


@pytest.mark.parametrize("kind", ["", "Text", "texts", "template", "\ud800", "text "])
def test_unknown_types(kind: str) -> None:
    assert broken({"type": kind}) == [("type", "enum")]


def test_keys_that_are_not_strings() -> None:
    raw = {"type": "text", "text": "x", 5: 1, None: 2, ("a",): 3, "\ud800": 4, 2.5: 6}
    found = broken(raw)
    assert [rule for _, rule in found] == ["unknown_key"] * 5
    assert broken({"type": "text", "text": "x", "i18nTexts": [{5: 1}]})[-1] == (
        "i18nTexts[0].5",
        "unknown_key",
    )


@pytest.mark.parametrize("value", ["\ud800", "가\udfff", "😀\ud83d"])
def test_lone_surrogates_are_named(value: str) -> None:
    assert broken({"type": "text", "text": value}) == [("text", "encoding")]
    with pytest.raises(InvalidMessage, match="lone surrogate"):
        messages.Text(value)
    with pytest.raises(InvalidMessage, match="lone surrogate"):
        flex.Text(value)
    bubble = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": value}]}
    raw = {"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": bubble}}
    assert broken(raw) == [("contents.body.contents[0].text", "encoding")]
    assert ("link", "encoding") in broken(
        {"type": "link", "contentText": "x", "linkText": "x", "link": f"https://a.example/{value}"}
    )


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (float("nan"), "finite"),
        (float("inf"), "finite"),
        (float("-inf"), "finite"),
        (10**400, "finite"),
        (True, "type"),
        (False, "type"),
        ("37.5", "type"),
        (None, "null"),
        ([], "type"),
    ],
)
def test_latitudes_that_are_no_numbers(value: Any, rule: str) -> None:
    raw = {"type": "location", "title": "x", "address": "x", "latitude": value, "longitude": 0}
    assert broken(raw) == [("latitude", rule)]
    if value is not None:
        with pytest.raises(InvalidMessage):
            messages.Location(title="x", address="x", latitude=value, longitude=0)


@pytest.mark.parametrize("value", [0, 1, 1.0, "true", None, []])
def test_flags_that_are_no_booleans(value: Any) -> None:
    text = {"type": "text", "text": "x", "wrap": value}
    body = {"type": "box", "layout": "vertical", "contents": [text]}
    raw = {"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": body}}
    assert [path for path, _ in broken(raw)] == ["contents.body.contents[0].wrap"]


def nested(depth: int) -> dict[str, Any]:
    box: dict[str, Any] = {"type": "text", "text": "x"}
    for _ in range(depth):
        box = {"type": "box", "layout": "vertical", "contents": [box]}
    return {"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": box}}


def test_boxes_nest_a_hundred_deep_and_no_deeper() -> None:
    content = messages.parse(nested(100))
    assert content.to_dict() == nested(100)
    assert pickle.loads(pickle.dumps(content)) == content  # noqa: S301 - our own bytes
    assert hash(content) == hash(messages.parse(nested(100)))
    for depth in (101, 500, 20_000):
        found = broken(nested(depth))
        assert [rule for _, rule in found if rule != "max_bytes"] == ["max_depth"]


def test_boxes_built_too_deep_are_refused() -> None:
    for depth in (101, 3000):
        box = flex.Box("vertical", [flex.Text("x")])
        for _ in range(depth - 1):
            box = flex.Box("vertical", [box])
        with pytest.raises(InvalidMessage, match="nested deeper than 100"):
            flex.Bubble(body=box)


def test_a_box_that_holds_itself_is_refused() -> None:
    box: dict[str, Any] = {"type": "box", "layout": "vertical"}
    box["contents"] = [box, box, box]
    raw = {"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": box}}
    assert [rule for _, rule in broken(raw)] == ["max_depth"]


@pytest.mark.parametrize("key", ["text", "i18nTexts", "quickReply"])
def test_deep_rubbish_where_something_else_belongs(key: str) -> None:
    deep: Any = []
    for _ in range(50_000):
        deep = [deep]
    raw = {"type": "text", "text": "x", key: deep}
    assert broken(raw)
    while deep:  # take it apart, so that freeing it does not recurse
        deep = deep.pop()


def test_a_message_of_a_thousand_faults_tells_them_all() -> None:
    items = [{"action": {"type": "uri", "label": "가" * 21, "uri": "ftp://x"}}] * 500
    found = broken({"type": "text", "text": "x", "quickReply": {"items": items}})
    assert len(found) == 1001


def test_errors_show_no_part_of_the_message() -> None:
    secret = "비밀 secret"
    raw = {
        "type": "button_template",
        "contentText": secret * 500,
        "actions": [{"type": "uri", "label": secret * 5, "uri": secret}],
    }
    with pytest.raises(InvalidMessage) as caught:
        messages.parse(raw)
    assert "secret" not in str(caught.value)
    assert "secret" not in repr(caught.value.violations)
    with pytest.raises(InvalidMessage) as caught:
        messages.Carousel([messages.CarouselColumn(secret, [])], image_size=secret)
    assert "secret" not in str(caught.value)


def test_constructors_refuse_wrong_types_by_name() -> None:
    wrong: Any = 5
    for build in (
        lambda: messages.Text(wrong),
        lambda: messages.Text("x", i18n_texts=wrong),
        lambda: messages.Text("x", i18n_texts=[wrong]),
        lambda: messages.Text("x", i18n_texts="en_US"),
        lambda: messages.Text("x", quick_reply={"items": []}),
        lambda: messages.ButtonTemplate("x", wrong),
        lambda: messages.ButtonTemplate("x", [{"type": "uri"}]),
        lambda: messages.ButtonTemplate("x", [messages.Text("x")]),
        lambda: messages.ListTemplate(elements=[messages.ListElement("x")], actions=[wrong]),
        lambda: messages.Carousel(wrong),
        lambda: messages.Flex("x", wrong),
        lambda: messages.Flex("x", messages.Text("x")),
        lambda: flex.Box("vertical", wrong),
        lambda: flex.Box("vertical", [messages.Text("x")]),
        lambda: flex.Box(wrong, [flex.Text("x")]),
        lambda: flex.Bubble(body=flex.Image("https://a.example/a.png")),
        lambda: flex.Bubble(styles=wrong),
    ):
        with pytest.raises(InvalidMessage):
            build()


def test_values_cannot_be_changed_through_what_they_give() -> None:
    text = messages.ButtonTemplate("x", [messages.UriAction(label="a", uri="https://a.example")])
    raw = text.to_dict()
    raw["actions"][0]["label"] = "changed"
    raw["actions"].append("more")
    assert text.to_dict()["actions"] == [{"type": "uri", "label": "a", "uri": "https://a.example"}]
    given = {"type": "text", "text": "x", "i18nTexts": [{"language": "ko_KR", "text": "가"}]}
    parsed = messages.parse(given)
    given["i18nTexts"][0]["text"] = "changed"  # type: ignore[index]
    assert parsed.to_dict()["i18nTexts"] == [{"language": "ko_KR", "text": "가"}]
    with pytest.raises(AttributeError):
        parsed.text = "y"  # type: ignore[attr-defined]


class Padding(StrEnum):
    """A caller's own enum: a str, but not exactly one."""

    LARGE = "lg"


def test_enums_that_are_strings_are_taken_as_strings() -> None:
    box = flex.Box("vertical", [flex.Text('<m userId="a">')], padding_all=Padding.LARGE)
    content = messages.Flex("x", flex.Bubble(body=box))
    assert content.mentions == ("a",)
    assert content.size == messages.parse(content.to_dict()).size  # type: ignore[attr-defined]
    assert json.loads(json.dumps(content.to_dict())) == content.to_dict()
    variants = {messages.Language.EN_US: "x"}
    assert messages.Text("가", i18n_texts=variants) == messages.Text(
        "가", i18n_texts={"en_US": "x"}
    )


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(
        ["text", "box", "bubble", "uri", "flex", "vertical", "https://a.example/a.png", "ko_KR"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "text",
                    "contents",
                    "action",
                    "actions",
                    "label",
                    "uri",
                    "layout",
                    "body",
                    "styles",
                    "columns",
                    "elements",
                    "i18nTexts",
                    "language",
                    "items",
                    "quickReply",
                    "altText",
                    "title",
                    "size",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


def read(raw: Any) -> messages.Content | None:
    """Read a content; None when it was refused by name. Any other exception is a failure."""
    try:
        return messages.parse(raw)
    except InvalidMessage as error:
        str(error).encode()
        return None if error.violations else pytest.fail("refused without saying why")


@settings(max_examples=200)
@given(st.sampled_from(sorted(messages.CONTENT_TYPES)), JSON)
def test_any_json_is_read_or_refused_by_name(kind: str, raw: Any) -> None:
    content = {**raw, "type": kind} if isinstance(raw, dict) else raw
    parsed = read(content)
    if parsed is not None:
        assert parsed.to_dict() == content
        json.dumps(content, ensure_ascii=False).encode()


@settings(max_examples=200)
@given(JSON)
def test_any_flex_is_read_or_refused_by_name(contents: Any) -> None:
    raw = {"type": "flex", "altText": "x", "contents": contents}
    parsed = read(raw)
    assert parsed is None or parsed.to_dict() == raw
