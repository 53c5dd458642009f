"""The message catalogs: complete, used, equal in their placeholders, and good Korean."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import polib
import pytest

import naverworks_notify.catalog
from naverworks_notify import InvalidValue
from naverworks_notify.alerts import ENTRIES, LOCALES
from naverworks_notify.catalog import CATALOG, Detail, Style
from naverworks_notify.catalog._dates import Dates
from naverworks_notify.catalog._texts import Texts

LOCALE = Path(naverworks_notify.catalog.__file__).with_name("locale")


def read(locale: str) -> dict[str, tuple[str, ...]]:
    """Message id → its texts: one, or one a plural form."""
    path = LOCALE / locale / "LC_MESSAGES" / "naverworks_notify.po"
    return {
        entry.msgid: tuple(entry.msgstr_plural.values()) or (entry.msgstr,)
        for entry in polib.pofile(str(path), check_for_duplicates=True)
    }


MESSAGES = {locale: read(locale) for locale in LOCALES}
KOREAN = [(key, text) for key, texts in MESSAGES["ko"].items() for text in texts]
ALL = [
    (locale, key, text)
    for locale, messages in MESSAGES.items()
    for key, texts in messages.items()
    for text in texts
]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_every_text(locale) -> None:
    assert MESSAGES[locale].keys() == MESSAGES["ko"].keys()
    assert all(text for texts in MESSAGES[locale].values() for text in texts)


@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_is_a_translators_guess(locale) -> None:
    path = LOCALE / locale / "LC_MESSAGES" / "naverworks_notify.po"
    file = polib.pofile(str(path))
    assert [entry.msgid for entry in file if entry.fuzzy or entry.obsolete] == []


@pytest.mark.parametrize("key", MESSAGES["ko"])
def test_placeholders_are_the_same_in_every_language(key) -> None:
    wanted = placeholders(MESSAGES["ko"][key][0])
    if key in ("date", "date_this_year"):
        # Each language writes a date with its own parts of the same set.
        wanted = {"year", "month", "day", "day_number", "month_name", "weekday"}
        assert all(placeholders(MESSAGES[locale][key][0]) <= wanted for locale in LOCALES)
        assert all("weekday" in placeholders(MESSAGES[locale][key][0]) for locale in LOCALES)
        return
    for locale in LOCALES:
        assert [placeholders(text) for text in MESSAGES[locale][key]] == [wanted] * len(
            MESSAGES[locale][key]
        )


@pytest.mark.parametrize(("locale", "key", "text"), ALL)
def test_a_placeholder_is_a_plain_name(locale, key, text) -> None:
    for _, name, spec, conversion in Formatter().parse(text):
        assert name is None or (name.isidentifier() and not spec and conversion is None)


class Recording(Texts):
    """Texts that remember which of them were asked for."""

    def __init__(self, locale: str) -> None:
        super().__init__(locale, {})
        self.asked: set[str] = set()

    def template(self, key: str) -> str:
        self.asked.add(key)
        return super().template(key)

    def count(self, key: str, number: int) -> str:
        self.asked.add(key)
        return super().count(key, number)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_used_and_every_used_text_exists(locale, every_shape) -> None:
    catalog = CATALOG.with_style(Style(details=set(Detail)))
    texts = Recording(locale)
    catalog._texts[locale] = texts
    zone = catalog.style.zone
    catalog._dates[locale, zone, None] = Dates(texts, catalog.style.zone_info)
    for entry, alert in every_shape:
        catalog.render(alert, audience=CATALOG[entry].audience, locale=locale, form="plain")
    assert texts.asked == MESSAGES[locale].keys()


# Counting words read the same after every number; particles do not after every name.
COUNTERS = "명|건|일|시간|분|회|차"


@pytest.mark.parametrize(("key", "text"), KOREAN)
def test_no_particle_follows_a_placeholder(key, text) -> None:
    after = re.findall(r"\}[」』”’\"')\]]*([가-힣]+)", text)
    assert [word for word in after if not re.match(rf"(?:{COUNTERS})", word)] == []


def test_the_particle_check_finds_particles() -> None:
    for wrong in ("{name}을 보세요", "「{name}」은", "‘{name}’을", "{name}이", "({name})로 이동"):
        assert re.findall(r"\}[」』”’\"')\]]*([가-힣]+)", wrong), wrong


@pytest.mark.parametrize(("key", "text"), [pair for pair in KOREAN if ".sentence" in pair[0]])
def test_korean_sentences_are_polite_and_end(key, text) -> None:
    assert re.search(r"(?:니다|세요)\.$", text)


# The label column of a card on a phone, in sizes of its font: five wide letters fit, one more breaks.
LABEL_WIDTH = 5.0
# Advance widths of Noto Sans in hundredths, rounded; all other letters count as wide.
LETTERS = {
    20: " ", 30: "fijlI,.'", 40: "rt", 45: "s", 50: "cvxyz", 55: "aegkFJLXY", 60: "bdhnopquAESTVZ",
    65: "BCKPR", 70: "DGNU", 75: "HOQ", 80: "wM", 90: "W", 95: "m",
}  # fmt: skip
WIDTHS = {letter: units / 100 for units, letters in LETTERS.items() for letter in letters}


def width(text: str) -> float:
    return sum(WIDTHS.get(letter, 1.0) for letter in text)


def test_the_width_check_finds_what_a_phone_broke() -> None:
    assert all(width(text) <= LABEL_WIDTH for text in ("メッセージ", "Applicants", "Submitted"))
    broken = ("Completed", "Assignment", "Requested by", "参加可能日時", "면접 가능 기간")
    assert all(width(text) > LABEL_WIDTH for text in broken)


@pytest.mark.parametrize(("locale", "key", "text"), ALL)
def test_texts_fit_where_they_stand(locale, key, text) -> None:
    if re.search(r"\.button\b|^join$", key):
        assert len(text) <= 20
    if key.startswith("label."):
        assert width(text) <= LABEL_WIDTH
    assert text == text.strip()
    assert "<" not in text


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_titles_are_the_documented_labels(entry) -> None:
    assert MESSAGES["ko"][f"{entry.id}.title"] == (entry.korean_label,)
    assert MESSAGES["en"][f"{entry.id}.title"] == (entry.english_label,)


def test_the_compiled_catalogs_say_what_their_sources_say(script, capsys, monkeypatch) -> None:
    module = script("compile_catalogs")
    monkeypatch.setattr("sys.argv", ["compile_catalogs.py", "--check"])
    assert module.main() == 0, capsys.readouterr().out


def test_a_missing_text_is_an_error_not_its_id() -> None:
    with pytest.raises(InvalidValue, match="nothing: has no text"):
        Texts("en", {}).template("nothing")
