"""Text that people typed, made safe."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naverworks_notify.catalog._payload import one_line, prose
from naverworks_notify.messages import mentioned_users
from naverworks_notify.testing.strategies import hostile_texts


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("김하늘", "김하늘"),
        ("  김\t하늘\n", "김 하늘"),
        ("a\r\nb\u2028c\x85d\x0be", "a b c d e"),
        ("\u202eabc\u202c", "abc"),
        ("a\u200bb\ufeffc\u2060d\x00e\x1b[31m", "abcde[31m"),
        ('<m userId="all">', '＜m userId="all">'),
        ("3 < 5", "3 < 5"),
        ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"),
        ("نام‌ها", "نام‌ها"),
        ("\u200b\u202e", ""),
    ],
)
def test_one_line(text, line) -> None:
    assert one_line(text, 40) == line


def test_a_link_in_a_name_is_not_live() -> None:
    for text in ("https://evil.example/x", "javascript://x", "WWW.evil.example"):
        line = one_line(text, 60)
        assert text not in line
        assert line.replace("\u2060", "") == text


def test_prose_keeps_its_lines_and_its_links_only_on_demand() -> None:
    text = "첫째 줄 \r\n\n\n  둘째\u2028https://docs.example.com/a"
    assert prose(text, 200, links=True) == "첫째 줄\n둘째\nhttps://docs.example.com/a"
    assert "https://docs" not in prose(text, 200)


def test_prose_shows_only_the_first_lines() -> None:
    written = prose("\n".join("abcdefghijkl"), 200)
    assert written.split("\n") == [*"abcdefgh", "…"]


@given(hostile_texts(), st.integers(1, 200))
@settings(deadline=None)
def test_cleaned_text_is_short_and_mentions_nobody(text, limit) -> None:
    line = one_line(text, limit)
    assert "\n" not in line
    assert line == line.strip()
    for written in (line, prose(text, limit), prose(text, limit, links=True)):
        assert mentioned_users(written + '"all">') == mentioned_users(written) == ()
        assert len(written) <= 2 * limit


@pytest.mark.parametrize(
    "text", ["(" * 119 + "<", "()" * 59 + "<", "a " * 59 + "<", "(-" * 59 + "<"]
)
def test_no_name_is_cleaned_in_every_possible_way(text) -> None:
    # Where it were, that would take years, and the test's own timeout would end it.
    assert one_line(text, 120) == text.replace("<", "＜")
