"""The laws: reading what a value gives returns the value, for every kind of value."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from naverworks_notify import InvalidMessage, messages
from naverworks_notify.messages import flex
from naverworks_notify.testing import strategies

MODEST = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

KINDS = {
    "text": strategies.texts,
    "sticker": strategies.stickers,
    "image": strategies.images,
    "file": strategies.files,
    "link": strategies.links,
    "audio": strategies.audios,
    "video": strategies.videos,
    "location": strategies.locations,
    "button_template": strategies.button_templates,
    "list_template": strategies.list_templates,
    "carousel": strategies.carousels,
    "image_carousel": strategies.image_carousels,
    "flex": strategies.flexes,
}


def test_there_is_a_strategy_for_every_type() -> None:
    assert set(KINDS) == set(messages.CONTENT_TYPES)


@pytest.mark.parametrize("kind", KINDS)
def test_parse_undoes_to_dict(kind: str) -> None:
    @MODEST
    @given(KINDS[kind]())
    def law(content: messages.Content) -> None:
        raw = content.to_dict()
        parsed = messages.parse(json.loads(json.dumps(raw)))
        assert parsed == content
        assert type(parsed) is messages.CONTENT_TYPES[kind]
        assert parsed.to_dict() == raw

    law()


@MODEST
@given(strategies.contents())
def test_contents_are_values(content: messages.Content) -> None:
    assert hash(content) == hash(messages.parse(content.to_dict()))
    assert pickle.loads(pickle.dumps(content)) == content  # noqa: S301 - our own bytes
    assert copy.deepcopy(content) == content
    assert attrs.evolve(content) == content


@pytest.mark.parametrize("position", messages.Position)
def test_actions_fit_their_place(position: messages.Position) -> None:
    drawn = strategies.actions(position)

    @MODEST
    @given(drawn)
    def law(action: messages.Action) -> None:
        assert action.type in messages.POSITIONS[position].types
        assert type(action).from_dict(action.to_dict()) == action

    law()


@pytest.mark.parametrize("position", messages.Position)
def test_all_kinds_of_a_place_are_drawn(position: messages.Position) -> None:
    for kind in messages.POSITIONS[position].types:
        found = find(
            strategies.actions(position),
            lambda action, kind=kind: action.type == kind,
            settings=settings(phases=[Phase.generate], max_examples=200, database=None),
        )
        assert found.type == kind


@MODEST
@given(strategies.quick_replies())
def test_quick_replies_round_trip(reply: messages.QuickReply) -> None:
    assert messages.QuickReply.from_dict(reply.to_dict()) == reply


@MODEST
@given(strategies.boxes() | strategies.bubbles())
def test_flex_pieces_round_trip(piece: flex.Box | flex.Bubble) -> None:
    assert type(piece).from_dict(piece.to_dict()) == piece


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.contents(), st.data())
def test_one_undocumented_key_anywhere_is_found(content: messages.Content, data: Any) -> None:
    raw = content.to_dict()
    places: list[tuple[str, dict[str, Any]]] = []

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            places.append((path, value))
            for key, item in value.items():
                walk(item, f"{path}.{key}" if path else key)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                walk(item, f"{path}[{at}]")

    walk(raw, "")
    path, place = data.draw(st.sampled_from(places))
    place["replyToken"] = "x"
    with pytest.raises(InvalidMessage) as caught:
        messages.parse(raw)
    assert [found.path for found in caught.value.violations if found.rule == "unknown_key"] == [
        f"{path}.replyToken" if path else "replyToken"
    ]


@MODEST
@given(strategies.bubbles())
def test_the_quick_bound_on_the_size_is_a_bound(bubble: flex.Bubble) -> None:
    size = len(json.dumps(bubble.to_dict(), ensure_ascii=False, separators=(",", ":")).encode())
    assert bubble.size == size
    assert bubble.fits(size)
    assert not bubble.fits(size - 1)
    bare = flex.Bubble(
        **{name: getattr(bubble, name) for name in ("header", "hero", "body", "footer", "styles")}
    )
    assert bare.__dict__["_bound"] >= bare.size


@given(st.text(st.sampled_from('"\\\x00\n\x1f가😀a'), min_size=1, max_size=200))
def test_escapes_count_toward_the_size(text: str) -> None:
    bubble = flex.Bubble(body=flex.Box("vertical", [flex.Text(text, wrap=True)]))
    packed = json.dumps(bubble.to_dict(), ensure_ascii=False, separators=(",", ":"))
    assert bubble.__dict__["_bound"] >= bubble.size == len(packed.encode())


@MODEST
@given(strategies.boxes())
def test_replacing_a_member_equals_building_anew(box: flex.Box) -> None:
    assert box.replaced(spacing="xxl") == attrs.evolve(box, spacing="xxl")
    assert box.replaced(spacing="xxl").to_dict() == attrs.evolve(box, spacing="xxl").to_dict()
    assert box.replaced(spacing=None).to_dict() == attrs.evolve(box, spacing=None).to_dict()
    with pytest.raises(InvalidMessage, match=r"^Box is not valid: spacing: must be one of"):
        box.replaced(spacing="huge")
    with pytest.raises(InvalidMessage, match="contents: is required"):
        box.replaced(contents=None)
