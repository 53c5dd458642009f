"""The card: two forms that agree, whatever the texts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from naverworks_notify import InvalidMessage, messages
from naverworks_notify.messages import Card, Change, LinkButton, Row
from naverworks_notify.testing import strategies

CARD = (
    Card(title="면접 일정이 변경되었습니다", eyebrow="채용 알림", subtitle="백엔드 · 1차 면접")
    .row("지원자", "김하늘")
    .change("일시", "3월 3일(화) 10:00", "3월 4일(수) 14:00")
    .note_below("회의실이 바뀌었습니다.")
    .button("면접 보기", "https://ats.example.com/i/1")
    .button("참석하기", "https://meet.example.com/x")
)


def walk(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in walk(item)]
    if isinstance(value, list):
        return [text for item in value for text in walk(item)]
    return [value] if isinstance(value, str) else []


def test_both_forms_tell_the_same() -> None:
    shown = walk(CARD.flex().to_dict())
    told = CARD.plain().to_dict()
    for text in (
        "면접 일정이 변경되었습니다",
        "김하늘",
        "3월 3일(화) 10:00",
        "회의실이 바뀌었습니다.",
    ):
        assert text in shown
        assert text in told["contentText"]
    assert "→ 3월 4일(수) 14:00" in shown
    assert "→ 3월 4일(수) 14:00" in told["contentText"]
    assert told["actions"] == [
        {"type": "uri", "label": "면접 보기", "uri": "https://ats.example.com/i/1"},
        {"type": "uri", "label": "참석하기", "uri": "https://meet.example.com/x"},
    ]
    assert CARD.flex().alt_text == "면접 일정이 변경되었습니다 · 백엔드 · 1차 면접"


def test_without_buttons_the_plain_form_is_a_text() -> None:
    card = Card(title="알림").row("지원자", "김하늘")
    assert card.plain() == messages.Text("알림\n\n지원자: 김하늘")
    bubble = card.flex().to_dict()["contents"]
    assert "footer" not in bubble


def test_what_is_missing_leaves_no_trace() -> None:
    card = Card(title="알림").row("장소", None).row("메모", "").note_below(None).button("x", None)
    assert card == Card(title="알림")
    assert Card(title="알림").change("일시", None, "오늘").rows == (Row("일시", "오늘"),)
    assert Card(title="알림").change("일시", "오늘", "오늘").rows == (Row("일시", "오늘"),)
    assert Card(title="알림").change("일시", "어제", "오늘").rows == (
        Change("일시", "어제", "오늘"),
    )


def test_size_is_measured_in_the_documented_unit() -> None:
    bubble = CARD.flex().to_dict()["contents"]
    text = json.dumps(bubble, ensure_ascii=False, separators=(",", ":"))
    assert CARD.size == CARD.flex().size == len(text.encode())


def test_the_accent_colours_the_first_button() -> None:
    card = Card(title="x", eyebrow="y", accent="#C2362B").button("a", "https://a.example")
    assert (
        card.button("b", "https://b.example")
        .flex()
        .to_dict()["contents"]["footer"]["contents"][0]["color"]
        == "#C2362B"
    )
    with pytest.raises(InvalidMessage, match="accent"):
        Card(title="x", accent="green")


def test_the_device_picks_the_language() -> None:
    english = (
        Card(title="Interview changed")
        .row("Candidate", "Kim")
        .button("Open", "https://ats.example.com/i/1")
    )
    plain = CARD.plain(translations={"en_US": english}).to_dict()
    assert plain["i18nContentTexts"] == [
        {"language": "en_US", "contentText": "Interview changed\n\nCandidate: Kim"}
    ]
    assert plain["actions"][0]["i18nLabels"] == [{"language": "en_US", "label": "Open"}]
    assert "i18nLabels" not in plain["actions"][1]
    rich = CARD.flex(translations={"en_US": english}).to_dict()
    assert rich["i18nAltTexts"] == [{"language": "en_US", "altText": "Interview changed"}]


def test_too_many_parts_and_no_title_are_refused() -> None:
    with pytest.raises(InvalidMessage) as caught:
        Card(
            title="",
            rows=[Row("a", "b")] * 17,  # type: ignore[arg-type]
            buttons=[LinkButton("a", "https://a.example")] * 6,  # type: ignore[arg-type]
        )
    assert [found.path for found in caught.value.violations] == ["title", "rows", "buttons"]


def test_a_link_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidMessage, match="must start with https"):
        Card(title="x").button("a", "javascript:alert(1)").flex()


def test_huge_texts_are_cut_to_fit() -> None:
    family = "👨‍👩‍👧‍👦"
    card = Card(
        title=family * 2000,
        eyebrow="가" * 10_000,
        subtitle='<m userId="all">' * 1000,
        rows=tuple(Row("라벨" * 500, "값\x01" * 5000) for _ in range(16)),
        note="긴 글\n" * 5000,
        buttons=tuple(LinkButton("버튼" * 99, "https://a.example/" + "a" * 980) for _ in range(5)),
        alt=family * 2000,
    )
    rich, plain = card.flex(), card.plain()
    assert rich.size < messages.CARD_BYTES
    assert len(rich.alt_text) <= 400
    assert rich.alt_text.endswith(f"{family}…")
    assert rich.mentions == plain.mentions == ()
    assert isinstance(plain, messages.ButtonTemplate)
    assert len(plain.content_text) <= 1000
    assert all(len(action.label or "") <= 20 for action in plain.actions)


@settings(max_examples=60, deadline=None)
@given(strategies.cards())
def test_any_card_makes_two_valid_messages(card: Card) -> None:
    rich, plain = card.flex(), card.plain()
    assert messages.parse(rich.to_dict()) == rich
    assert messages.parse(plain.to_dict()) == plain
    assert rich.size < messages.CARD_BYTES or sum(len(b.url) for b in card.buttons) > 2000
    assert rich.mentions == plain.mentions == ()


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("한글 이름", 4, "한글…"),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 8, "👨‍👩‍👧‍👦…"),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 7, "…"),
        ("e\u0301e\u0301", 3, "e\u0301…"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", 5, "\u1112\u1161\u11ab…"),
        ("🇰🇷🇯🇵", 3, "🇰🇷…"),
        ("x", 1, "x"),
        ("xy", 1, "…"),
        ("a\r\nb", 3, "a…"),
    ],
)
def test_cuts_between_graphemes(text: str, limit: int, cut: str) -> None:
    assert messages.shorten(text, limit) == cut


def test_addresses_alone_can_exceed_what_is_aimed_at() -> None:
    long = "https://a.example/" + "가" * 980
    card = Card(title="x", buttons=tuple(LinkButton(str(n), long) for n in range(5)))
    rich = card.flex()
    assert messages.CARD_BYTES < rich.size <= 30 * 1024
    assert [action.uri for action in _actions(card)] == [long] * 5


def _actions(card: Card) -> list[messages.UriAction]:
    plain = card.plain()
    assert isinstance(plain, messages.ButtonTemplate)
    return [action for action in plain.actions if isinstance(action, messages.UriAction)]


def test_plain_text_is_cut_only_when_squeezing_does_not_help() -> None:
    rows = tuple(Row(f"항목 {n}", "가" * 400) for n in range(16))
    told = Card(title="제목", rows=rows).plain_text(300)
    assert len(told) <= 300
    assert told.startswith("제목\n\n항목 0: ")
    assert Card(title="제목", rows=rows).plain_text(40).endswith("…")


def test_bad_news_colours_the_eyebrow_and_what_matters_is_bold() -> None:
    card = Card(title="x", eyebrow="y", eyebrow_color="#C2362B").row("a", "b", strong=True)
    heading, _, rows = card.row("c", "d").flex().contents.to_dict()["body"]["contents"]
    assert heading["contents"][0]["color"] == "#C2362B"
    values = [row["contents"][1] for row in rows["contents"]]
    assert [value.get("weight") for value in values] == ["bold", None]


def test_a_change_keeps_its_line_breaks_in_the_card_only() -> None:
    card = Card(title="x").change("when", "Mon\n10:00", "Tue\n11:00")
    change = card.flex().contents.to_dict()["body"]["contents"][2]["contents"][0]["contents"][1]
    assert [part["text"] for part in change["contents"]] == ["Mon\n10:00", "→ Tue\n11:00"]
    assert card.plain().text.endswith("when: Mon 10:00\n→ Tue 11:00")
