"""The preview: every type shown, nothing of a message ever live that should not be."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from naverworks_notify import InvalidMessage, catalog, messages, preview
from naverworks_notify.catalog import samples
from naverworks_notify.messages import flex
from naverworks_notify.testing import strategies

DATA = json.loads((Path(__file__).parents[1] / "data" / "bot-payloads.json").read_text("utf-8"))
SAMPLES = [
    pytest.param(sample["content"], id=f"{kind}-{name}")
    for kind, samples in DATA["content"].items()
    for name, sample in samples.items()
    if isinstance(sample, dict) and "content" in sample
]
VOID = {"meta", "img", "path", "circle", "br", "link"}


class Reader(HTMLParser):
    """Collects tags and text, and minds that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


def hrefs(reader: Reader) -> list[str | None]:
    return [attrs["href"] for tag, attrs in reader.tags if tag == "a"]


@pytest.mark.parametrize("content", SAMPLES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_type_is_shown(content: dict[str, Any], theme: Any) -> None:
    reader = read(preview.render_html(content, theme=theme))
    assert ("div", f"nwp nwp-{theme}") in [(tag, a.get("class")) for tag, a in reader.tags]
    for key in ("text", "contentText", "linkText", "title", "address"):
        if isinstance(content.get(key), str):
            shown = re.sub(r'<m userId="([^"@]*)[^"]*">', r"@\1", content[key])
            assert shown in reader.text
    for action in content.get("actions", []):
        if isinstance(action, dict):
            assert action["label"] in reader.text
    assert not [tag for tag, _ in reader.tags if tag in ("script", "iframe", "img", "object")]


def test_a_page_holds_messages_in_order() -> None:
    html = preview.page(
        [messages.Text("첫째"), {"type": "text", "text": "둘째"}],
        title="채용 <알림>",
        sent_at=datetime(2026, 3, 2, 9, 5, tzinfo=UTC),
        sender=preview.Sender(name="봇 & 친구"),
    )
    reader = read(html)
    assert html.lstrip().startswith("<!doctype html>")
    assert reader.text.index("첫째") < reader.text.index("둘째")
    assert "봇 & 친구" in reader.text
    assert "채용 <알림>" in reader.text
    assert "09:05" in reader.text
    assert "default-src 'none'" in html
    assert read(preview.page(messages.Text("하나"))).text.count("하나") == 1


def test_fragments_can_share_one_stylesheet() -> None:
    bare = preview.render_html(messages.Text("x"), styled=False)
    assert "<style>" not in bare
    assert preview.stylesheet() in preview.render_html(messages.Text("x"))


def test_the_readers_language_is_used_where_the_message_has_it() -> None:
    content = messages.ButtonTemplate(
        "안녕",
        [messages.UriAction(label="보기", uri="https://a.example", i18n_labels={"en_US": "Open"})],
        i18n_content_texts={"en_US": "Hello"},
    )
    english = read(preview.render_html(content, language="en_US"))
    assert "Hello" in english.text
    assert "Open" in english.text
    assert "안녕" not in english.text
    assert "안녕" in read(preview.render_html(content, language="ja_JP")).text


def languages(html: str) -> list[str | None]:
    """Return the language of each message, the innermost that it is set in."""
    return [attrs.get("lang") for tag, attrs in read(html).tags if tag == "article"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("面接日程が確定しました。", "ja"),
        ("면접 일정이 확정되었습니다.", "ko"),
        ("The interview is confirmed. ・ー", "en"),
        ("バックエンドエンジニアの候補者は김하늘さんです", "ja"),
        ("佐藤 みほ 님의 면접 일정이 확정되었습니다", "ko"),
        ("김하늘: confirmed", "ko"),
        ("面接確定", "ja"),
        ("ｶﾀｶﾅ", "ja"),
        ("", "en"),
    ],
)
def test_a_language_is_told_by_its_letters(text: str, language: str) -> None:
    assert preview.language_of(text) == language


def test_a_text_without_such_letters_is_in_the_language_asked_for() -> None:
    assert preview.language_of("OK", "ko") == "ko"
    assert preview.language_of("面試確定", "zh") == "zh"
    assert preview.language_of("確定しました", "ko") == "ja"


@pytest.mark.parametrize("locale", ["ko", "en", "ja"])
@pytest.mark.parametrize("form", ["rich", "plain"])
def test_each_message_of_a_page_is_set_in_the_language_it_is_written_in(
    locale: str, form: Any
) -> None:
    contents = [
        catalog.render(
            samples.sample(entry.id, locale=locale),
            audience=entry.audience,
            locale=locale,
            form=form,
        )
        for entry in catalog.CATALOG.values()
    ]
    assert languages(preview.page(contents)) == [locale] * len(contents)
    for content in contents:
        assert languages(preview.render_html(content)) == [locale]
        assert f'lang="{locale}"' in preview.notification(content, styled=False)


def test_the_language_is_that_of_the_words_shown_not_of_those_for_other_readers() -> None:
    content = {
        "type": "text",
        "text": "안녕하세요",
        "i18nTexts": [{"language": "ja_JP", "text": "こんにちは。お元気ですか。"}],
    }
    assert languages(preview.render_html(content)) == ["ko"]
    assert languages(preview.render_html(content, language="ja_JP")) == ["ja"]
    # Not translated: a Japanese device shows Korean words, which break like Korean ones.
    assert languages(preview.render_html(messages.Text("안녕하세요"), language="ja_JP")) == ["ko"]


def test_japanese_breaks_between_letters_and_korean_between_words() -> None:
    rules = dict(re.findall(r"^([^{@\n]+)\{(.*)\}$", preview.stylesheet(), re.MULTILINE))
    assert "word-break:keep-all" in rules[".nwp,.nwp-message"]
    assert "word-break:normal" in rules[".nwp:lang(ja),.nwp-message:lang(ja)"]


def test_only_web_addresses_become_links() -> None:
    text = messages.Text("see https://a.example/x?y=1&z=2 or javascript:alert(1) http://b.example")
    assert hrefs(read(preview.render_html(text))) == [
        "https://a.example/x?y=1&z=2",
        "http://b.example",
    ]
    quick = messages.QuickReply(
        [messages.QuickReplyItem(messages.MessageAction(label="javascript:x", text="x"))]
    )
    assert hrefs(read(preview.render_html(messages.Text("x", quick_reply=quick)))) == []


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</style><script>alert(1)</script>",
        "{{ 7 * 7 }}{% raw %}",
        "&lt;b&gt;",
        "' onmouseover='alert(1)",
    ],
)
def test_markup_in_a_message_is_only_text(payload: str) -> None:
    short = payload[:20]
    action = messages.MessageAction(label=short, text=payload)
    contents: list[messages.Content] = [
        messages.Text(payload),
        messages.Link(payload, payload, "https://a.example"),
        messages.Location(title=payload, address=payload, latitude=0, longitude=0),
        messages.ButtonTemplate(payload, [action]),
        messages.ListTemplate([messages.ListElement(payload, payload, action=action)]),
        messages.Carousel([messages.CarouselColumn(text=payload, title=payload, actions=[action])]),
        messages.Sticker(payload, payload),
        messages.File(file_id=payload),
        messages.Card(title=payload, rows=[messages.Row(payload, payload)]).flex(),
    ]
    for content in contents:
        reader = read(preview.render_html(content))
        assert not {tag for tag, _ in reader.tags} & {"script", "img", "b"}
        assert not [a for _, a in reader.tags if any(name.startswith("on") for name in a)]
        assert short in reader.text or isinstance(content, messages.File)


def test_pictures_are_fetched_only_when_asked_for() -> None:
    image = messages.Image(
        preview_image_url="https://a.example/s.png", original_content_url="https://a.example/b.png"
    )
    assert "<img" not in preview.render_html(image)
    shown = read(preview.render_html(image, images=True))
    assert [a["src"] for tag, a in shown.tags if tag == "img"] == ["https://a.example/s.png"]


def test_flex_members_become_css() -> None:
    bubble = flex.Bubble(
        size_name="kilo",
        body=flex.Box(
            "horizontal",
            [
                flex.Text("왼쪽", size="xl", weight="bold", color="#C2362B", flex=2),
                flex.Text("오른쪽", margin="lg", align="end", wrap=True, max_lines=2),
            ],
            spacing="sm",
            padding_all="7px",
            corner_radius="md",
            background_color="#F5F6F8",
        ),
    )
    html = preview.render_html(messages.Flex("x", bubble))
    for css in (
        "width:260px",
        "flex-direction:row",
        "padding:7px",
        "border-radius:8px",
        "background-color:#F5F6F8",
        "font-size:22px",
        "font-weight:700",
        "color:#C2362B",
        "flex:2 2 0",
        "margin-inline-start:12px",
        "text-align:end",
        "-webkit-line-clamp:2",
    ):
        assert css in html


def test_json_that_is_no_message_is_refused() -> None:
    with pytest.raises(InvalidMessage):
        preview.render_html({"type": "text"})


def test_the_deepest_boxes_can_be_shown() -> None:
    box = flex.Box("vertical", [flex.Text("바닥")])
    for _ in range(99):
        box = flex.Box("vertical", [box])
    assert "바닥" in preview.render_html(messages.Flex("x", flex.Bubble(body=box)))


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(strategies.contents())
def test_any_content_gives_well_formed_html(content: messages.Content) -> None:
    reader = read(preview.render_html(content, images=True))
    for tag, attrs in reader.tags:
        assert tag not in ("script", "iframe", "object", "embed")
        assert not [name for name in attrs if name.startswith("on")]
        for name in ("href", "src"):
            assert (attrs.get(name) or "https://").lower().startswith(("http://", "https://"))
        assert "url(" not in (attrs.get("style") or "")


def test_a_push_says_what_the_lock_screen_says() -> None:
    pushes = {
        "면접이 확정되었습니다": messages.Card(title="면접이 확정되었습니다").flex(),
        "@mina 확인": messages.Text('<m userId="mina@example.com"> 확인'),
        "@All 확인": messages.Text('<m userId="all"> 확인'),
        "<b>본사</b>": messages.Location(
            title="<b>본사</b>", address="서울", latitude=0, longitude=0
        ),
        "사진": messages.Image(file_id="kr1"),
        "김하늘": messages.ListTemplate([messages.ListElement("김하늘")]),
        "지원자": messages.Carousel(
            [
                messages.CarouselColumn(
                    text="지원자", actions=[messages.UriAction(label="x", uri="https://a.example")]
                )
            ]
        ),
    }
    for told, content in pushes.items():
        reader = read(preview.notification(content, theme="dark"))
        assert told in reader.text
        assert "채용 알림" in reader.text
    flexed = messages.Card(title="가").flex(translations={"en_US": messages.Card(title="A")})
    assert "A" in read(preview.notification(flexed, language="en_US")).text
    assert preview.notification(flexed, styled=False).startswith("<div")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.contents())
def test_any_content_has_a_push(content: messages.Content) -> None:
    reader = read(preview.notification(content, styled=False))
    assert not {tag for tag, _ in reader.tags} & {"script", "img", "a"}
