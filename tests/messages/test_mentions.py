"""Mentions: counted, the same in every language, and harmless in text that people typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify import InvalidMessage, messages
from naverworks_notify.messages import flex

TAG = messages.mention("mina@example.com")


def broken(build: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidMessage) as caught:
        build()  # type: ignore[operator]
    return [(found.path, found.rule) for found in caught.value.violations]


def uri() -> messages.UriAction:
    return messages.UriAction(label="보기", uri="https://ats.example.com")


def test_a_mention_names_a_user() -> None:
    assert TAG == '<m userId="mina@example.com">'
    assert messages.mentioned_users(f"{TAG} 님, {TAG}") == ("mina@example.com",) * 2
    assert messages.Text(f"{TAG} 확인").mentions == ("mina@example.com",)
    assert messages.Text("<m userId> m").mentions == ()


@pytest.mark.parametrize("user", ["", 'a"b', "a<b", "a>b", "a\nb"])
def test_an_id_that_would_end_the_tag_is_refused(user: str) -> None:
    with pytest.raises(ValueError, match="must not be empty nor hold"):
        messages.mention(user)


def test_repeats_count_up_to_fifty() -> None:
    assert len(messages.Text(TAG * 50).mentions) == 50
    assert broken(lambda: messages.Text(TAG * 51)) == [("text", "mentions")]
    assert broken(lambda: messages.ButtonTemplate('<m userId="a">' * 51, [uri()])) == [
        ("contentText", "mentions")
    ]
    assert broken(lambda: messages.Link('<m userId="a">' * 51, "x", "https://a.example")) == [
        ("contentText", "mentions")
    ]


def test_flex_counts_texts_and_spans_of_the_whole_message() -> None:
    def card(texts: int, spans: int) -> messages.Flex:
        body = flex.Box(
            "vertical",
            [flex.Text(TAG * texts), flex.Text(contents=[flex.Span(TAG)] * spans)],
        )
        bubble = flex.Bubble(body=body)
        return messages.Flex("x", flex.Carousel([bubble, bubble]))

    assert len(card(20, 5).mentions) == 50
    assert broken(lambda: card(20, 6)) == [("contents", "mentions")]
    assert (
        messages.Flex("x", flex.Bubble(body=flex.Box("vertical", [flex.Text("x")]))).mentions == ()
    )


def test_fields_without_mentions_do_not_count() -> None:
    assert messages.Location(title=TAG, address=TAG, latitude=0, longitude=0).mentions == ()
    flexed = messages.Flex(TAG, flex.Bubble(body=flex.Box("vertical", [flex.Text("x")])))
    assert flexed.mentions == ()


@pytest.mark.parametrize(
    ("base", "variant", "same"),
    [
        ('<m userId="a"> <m userId="b">', '<m userId="b"><m userId="a">', True),
        ('<m userId="a">', '<m userId="a"><m userId="a">', True),
        ('<m userId="a">', "x", False),
        ("x", '<m userId="a">', False),
        ('<m userId="a">', '<m userId="b">', False),
    ],
)
def test_every_language_mentions_the_same_users(base: str, variant: str, same: bool) -> None:
    builds = {
        "i18nTexts[0].text": lambda: messages.Text(base, i18n_texts={"en_US": variant}),
        "i18nContentTexts[0].contentText": lambda: messages.ButtonTemplate(
            base, [uri()], i18n_content_texts={"en_US": variant}
        ),
    }
    for path, build in builds.items():
        if same:
            build()
        else:
            assert broken(build) == [(path, "same_mentions")]


@pytest.mark.parametrize(
    "text",
    [
        '<m userId="all">',
        "<m userId='all'>",
        "<M USERID=all>",
        '<  m userId="all">',
        '<\u200bm userId="all">',
        '<\nm\nuserId="all">',
        "</m>",
        '<<m userId="all">',
        "끝 <",
        "<\u2060",
    ],
)
def test_anything_like_a_tag_is_defused(text: str) -> None:
    safe = messages.escape_mentions(text)
    assert not re.search(r"<[^\w＜]*m\b", safe, re.IGNORECASE)
    assert not safe.rstrip("\u2060").endswith("<")
    assert len(safe) == len(text)
    assert messages.Text(safe).mentions == ()


@pytest.mark.parametrize(
    "text", ["3 < 5", "a<b", "<mina>", "<메모>", "I <3 U", "<b>m</b>", "x > m"]
)
def test_other_signs_stay(text: str) -> None:
    assert messages.escape_mentions(text) == text


@given(st.text(st.sampled_from('<>mM userId="all\u200b\n가/'), max_size=40), st.text(max_size=8))
def test_no_mention_survives_whatever_it_is_joined_to(text: str, rest: str) -> None:
    safe = messages.defuse(text)
    assert messages.defuse(safe) == safe
    joined = safe + messages.defuse('m userId="all">') + messages.defuse(rest)
    assert messages.mentioned_users(joined) == ()
    assert safe.replace("＜", "<") == text.replace("＜", "<")


def test_everyone_can_only_be_mentioned_in_a_channel() -> None:
    everyone = messages.mention("all")
    body = flex.Box("vertical", [flex.Text(everyone)])
    for path, content in {
        "text": messages.Text(everyone),
        "contentText": messages.Link(everyone, "x", "https://a.example"),
        "contents": messages.Flex("x", flex.Bubble(body=body)),
    }.items():
        assert content.mentions_everyone
        assert broken(content.check_for_user) == [(path, "channel_only")]
    assert broken(messages.ButtonTemplate(everyone, [uri()]).check_for_user) == [
        ("contentText", "channel_only")
    ]
    messages.Text(f"{TAG} <m userId=all>").check_for_user()
    messages.Sticker("1", "2").check_for_user()
