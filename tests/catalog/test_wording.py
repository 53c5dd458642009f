"""A caller's own wording: plain names in braces and nothing else, whichever way a text comes in."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify import InvalidValue, messages
from naverworks_notify.alerts import Alert
from naverworks_notify.catalog import CATALOG, Brief, Catalog, Writer
from naverworks_notify.catalog._texts import _placeholders
from naverworks_notify.catalog.samples import sample

CONFIRMED = "interviewer.interview.confirmed"
SENTENCE = f"{CONFIRMED}.sentence"

HOSTILE = [
    "{candidate:>50000000}",
    "{candidate:>1}",
    "{candidate!r}",
    "{candidate!s:>9}",
    "{candidate.__class__}",
    "{candidate[0]}",
    "{candidate.__init__.__globals__}",
    "{candidate:{candidate}}",
    "{}",
    "{0}",
    "{candidate",
    "candidate}",
    "{candi{{date}",
    "{candi}}{{date}",
    "}{{}",
    "{candidate}}",
    "{{candidate}",
    "{ candidate }",
    "{candidate }",
    "",
    "   ",
    "\n",
    "\u200b",
    "\u3000\u2060",
    "확정\ud800",
    None,
    7,
    b"bytes",
]


def offer(alert: Alert, pen: Writer) -> Brief:
    return Brief(title=pen.own("title"), sentence=pen.own("sentence", candidate="김하늘"))


OWN = evolve(CATALOG[CONFIRMED], describe=offer, version=2)

WAYS = {
    "with_texts": lambda key, text: CATALOG.with_texts("ko", {key: text}),
    "with_texts, a second time": lambda key, text: CATALOG.with_texts(
        "ko", {key: "{candidate}"}
    ).with_texts("ko", {key: text}),
    "another spelling of the language": lambda key, text: CATALOG.with_texts("ko_KR", {key: text}),
    "another language": lambda key, text: CATALOG.with_texts("en", {key: text}),
    "Catalog(texts=)": lambda key, text: Catalog(texts={"ko": {key: text}}),
    "Catalog(texts=), spelt otherwise": lambda key, text: Catalog(texts={"ja-JP": {key: text}}),
    "evolve": lambda key, text: evolve(CATALOG, texts={"ko": {key: text}}),
    "with_entry": lambda key, text: CATALOG.with_entry(OWN, texts={"ko": {key: text}}),
    "with_entry, then with_texts": lambda key, text: CATALOG.with_entry(
        OWN, texts={"ko": {key: "{candidate}"}}
    ).with_texts("ko", {key: text}),
    "Catalog(entries=, texts=)": lambda key, text: Catalog(
        entries={CONFIRMED: OWN}, texts={"ko": {key: text}}
    ),
}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@ways
@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_more_than_a_plain_name_is_refused_at_once(way, text):
    with pytest.raises(InvalidValue) as raised:
        way(SENTENCE, text)
    assert [one.path for one in raised.value.violations] == [SENTENCE]


@ways
def test_a_plain_name_and_a_written_brace_are_fine(way):
    catalog = way(SENTENCE, "{{{candidate}}} 님, 확정!")
    told = catalog.describe(sample(CONFIRMED), audience="interviewer", locale="ko")
    if SENTENCE in catalog.texts.get("ko", {}):
        assert told.sentence == "{김하늘} 님, 확정!"


@pytest.mark.parametrize(
    "way", [WAYS[name] for name in WAYS if "entr" not in name], ids=lambda way: ""
)
def test_a_name_that_nothing_fills_is_refused_at_once(way):
    with pytest.raises(InvalidValue, match=r"uses \{salary\}; its placeholders are"):
        way(SENTENCE, "{salary}")
    with pytest.raises(InvalidValue, match="is not the id of a text"):
        way(f"{CONFIRMED}.sentense", "text")


def test_an_own_entry_fills_its_own_names_and_only_those_of_others_are_checked():
    mine = CATALOG.with_entry(
        OWN, texts={"ko": {f"{CONFIRMED}.own": "{anything}", "shared": "{x}"}}
    )
    with pytest.raises(InvalidValue, match="its placeholders are"):
        mine.with_texts("ko", {"manager.interview.confirmed.sentence": "{anything}"})
    with pytest.raises(InvalidValue, match="is not the id of a text"):
        mine.with_texts("ko", {"shered": "x"})
    unfilled = mine.with_texts("ko", {SENTENCE: "{salary}"})
    with pytest.raises(InvalidValue, match=r"\{salary\}, which its entry does not fill"):
        unfilled.render(sample(CONFIRMED), audience="interviewer")


def test_a_count_that_an_own_entry_does_not_fill_is_told():
    def counted(_: Alert, write: Writer) -> Brief:
        return Brief(title="t", sentence=write.count("mine", 2))

    entry = evolve(OWN, describe=counted)
    mine = CATALOG.with_entry(entry, texts={"ko": {"mine": "{count}건, {salary}"}})
    with pytest.raises(InvalidValue, match=r"\{salary\}, which its entry does not fill"):
        mine.describe(sample(CONFIRMED), audience="interviewer", locale="ko")


def test_an_entry_that_goes_takes_its_texts_along():
    own = evolve(OWN, info=evolve(OWN.info, id="interviewer.own"))
    mine = CATALOG.with_entry(
        own,
        texts={"ko": {"interviewer.own.title": "제목", "shared": "x", SENTENCE: "{candidate}"}},
    )
    assert mine.without("interviewer.own").texts == {"ko": {SENTENCE: "{candidate}"}}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Catalog(texts={"xx": {SENTENCE: "text"}}),
        lambda: Catalog(texts={"ko": "text"}),
        lambda: Catalog(texts="text"),
        lambda: CATALOG.with_layout("short", "no function"),
        lambda: CATALOG.with_layout("", lambda *_: None),
        lambda: Catalog(layouts={"rich": None}),
        lambda: CATALOG.with_links("https://ats.example.com"),
        lambda: CATALOG.with_style("dark"),
        lambda: CATALOG.with_entry(evolve(OWN, describe="no function")),
        lambda: Catalog(entries={"another.id": OWN}),
    ],
)
def test_a_part_of_another_kind_is_refused_at_once(make):
    with pytest.raises(InvalidValue):
        make()


def test_what_an_own_layout_or_entry_returns_is_looked_at():
    layout = CATALOG.with_layout("plain", lambda brief, *_: brief.sentence)
    with pytest.raises(InvalidValue, match="content of a message"):
        layout.render(sample(CONFIRMED), audience="interviewer", form="plain")
    entry = CATALOG.with_entry(evolve(OWN, describe=lambda *_: messages.Text("확정")))
    with pytest.raises(InvalidValue, match="must return a Brief"):
        entry.render(sample(CONFIRMED), audience="interviewer")


@given(st.text(alphabet="{}a[].!:0_ 가", max_size=12) | st.text(alphabet="{}a", max_size=12))
def test_what_passes_costs_no_more_than_its_length(text):
    used = _placeholders(text)
    if used is None:
        return
    filled = text.format_map(dict.fromkeys(used, "x" * 10))
    assert len(filled) <= len(text) * 10
    found = list(Formatter().parse(text))
    assert {name for _, name, _, _ in found if name is not None} == used
    assert not any(spec or conversion for _, _, spec, conversion in found)
    assert all(re.fullmatch(r"[^\W\d]\w*", name) for name in used)
