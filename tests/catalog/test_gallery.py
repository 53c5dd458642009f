"""The gallery of the docs shows every entry in every language; drawing it needs a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from naverworks_notify.alerts import ENTRIES, LOCALES

PAGES = ("en", "ko")


@pytest.fixture(scope="session")
def gallery(script):
    return script("draw_gallery")


@pytest.mark.parametrize("language", PAGES)
def test_the_pages_are_as_the_script_writes_them(gallery, language) -> None:
    page = gallery.DOCS / language / "gallery.md"
    assert page.read_text("utf-8") == gallery.page_of(language)


@pytest.mark.parametrize("language", PAGES)
def test_every_entry_is_on_the_page_in_every_language(gallery, language) -> None:
    page = gallery.DOCS / language / "gallery.md"
    text = page.read_text("utf-8")
    for entry in ENTRIES:
        assert f"`{entry}`" in text
        for locale in LOCALES:
            assert f"(../assets/gallery/{entry}.{locale}.png)" in text


def test_every_picture_exists_and_none_is_left_over(gallery) -> None:
    wanted = {f"{entry}.{locale}.png" for entry in ENTRIES for locale in LOCALES}
    assert {picture.name for picture in Path(gallery.PICTURES).glob("*.png")} == wanted
    for name in wanted:
        assert (gallery.PICTURES / name).read_bytes().startswith(b"\x89PNG\r\n")


def test_no_picture_is_older_than_what_it_shows(gallery) -> None:
    assert gallery.stale() == [], "draw them anew: nox -s gallery"


def test_a_picture_of_other_words_or_another_style_is_stale(gallery, monkeypatch) -> None:
    told = gallery.html_of
    monkeypatch.setattr(
        gallery,
        "html_of",
        lambda entry, locale: (
            told(entry, locale).replace("면접", "인터뷰")
            if entry.id == "interviewer.interview.confirmed"
            else told(entry, locale)
        ),
    )
    assert gallery.stale() == ["interviewer.interview.confirmed.ko.png"]
    monkeypatch.setattr(gallery, "WIDTH", gallery.WIDTH + 1)
    assert len(gallery.stale()) == len(ENTRIES) * len(LOCALES)


def test_checking_tells_what_is_stale_and_writes_nothing(gallery, monkeypatch, capsys) -> None:
    before = gallery.DIGESTS.read_bytes()
    assert gallery.main(["--check"]) == 0
    monkeypatch.setattr(gallery, "SCALE", 3)
    assert gallery.main(["--check"]) == 1
    assert "manager.task.reminder.ja.png" in capsys.readouterr().out
    assert gallery.DIGESTS.read_bytes() == before


@pytest.mark.parametrize("entry", [*ENTRIES][:2])
def test_what_is_drawn_is_the_rendered_sample(gallery, entry) -> None:
    drawn = gallery.html_of(gallery.CATALOG[entry], "ko")
    assert gallery.CATALOG[entry].korean_label in drawn
    assert drawn in gallery.sheet_of("ko")
