"""Text of strangers reaches a terminal, an error and a log without its controls."""

from __future__ import annotations

import unicodedata

import pytest

import naverworks_notify as nw
from naverworks_notify import Violation
from naverworks_notify.printable import printable

CONTROLS = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029",
    "\ufeff",
    "\ud800",
]


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_a_control_is_spelt_out(control):
    told = printable(f"김{control}하늘")
    assert control not in told
    assert told.startswith("김\\")
    assert told.endswith("하늘")
    assert printable(told) == told


@pytest.mark.parametrize(
    "text",
    [
        "김하늘 (백엔드 엔지니어)",
        "佐藤　健太（バックエンド）",  # with the ideographic space
        "👩‍💻 👍🏽 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇰🇷",  # joiner, skin, variation selector, tags, flag
        "می‌خواهم",
        "naïve café №1 – “quoted” … €",
    ],
)
def test_words_and_emoji_stay(text):
    assert printable(text) is text or printable(text) == text


def test_line_feeds_stay_where_asked():
    assert printable("a\nb\r\x1b[2Jc", lines=True) == "a\nb\\r\\x1b[2Jc"


def test_no_character_that_is_left_belongs_to_a_control_category():
    left = [c for c in map(chr, range(0x110000)) if printable(c) == c]
    assert not [c for c in left if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    bidi = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert not [c for c in left if unicodedata.bidirectional(c) in bidi]


def test_a_violation_and_every_error_of_ours_are_printable():
    hostile = "\x1b]0;owned\x07\x9b2J\u202egnp\n"
    violation = Violation(f"a.{hostile}", "unknown_key", f"{hostile} is not a known key.")
    for told in (
        str(violation),
        repr(violation),
        str(nw.InvalidAlert(f"The alert of {hostile}", violations=(violation,))),
        str(nw.NaverWorksError(hostile)),
        str(nw.AuthError(hostile, code="x")),
    ):
        assert not set(told) & set(CONTROLS)


def test_an_unknown_key_of_an_alert_and_of_a_message_is_printable():
    hostile = "\x1b[2J\u202eyek"
    with pytest.raises(nw.InvalidAlert) as alert:
        nw.alerts.from_dict({"type": "interview.confirmed", hostile: 1})
    with pytest.raises(nw.InvalidPerson) as person:
        nw.policy.person_from_dict({"id": "u-1", "posting_roles": {hostile: "x"}, hostile: 1})
    with pytest.raises(nw.InvalidMessage) as message:
        nw.messages.parse({"type": "text", "text": "x", hostile: 1})
    for raised in (alert, person, message):
        assert not set(str(raised.value)) & set(CONTROLS)
        assert any("\\x1b[2J\\u202eyek" in one.path for one in raised.value.violations)
