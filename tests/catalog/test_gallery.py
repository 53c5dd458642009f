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


@pytest.mark.parametrize("entry", [*ENTRIES][:2])
def test_what_is_drawn_is_the_rendered_sample(gallery, entry) -> None:
    drawn = gallery.html_of(gallery.CATALOG[entry], "ko")
    assert gallery.CATALOG[entry].korean_label in drawn
    assert drawn in gallery.sheet_of("ko")
