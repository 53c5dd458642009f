"""Draw the gallery of the docs: every catalog entry in every language, as a phone shows it.

    python scripts/draw_gallery.py            draws all pictures and writes the two pages
    python scripts/draw_gallery.py --pages    writes the pages only
    python scripts/draw_gallery.py --check    exits 1 and tells what is older than its message

Drawing needs headless Chromium and fonts with Korean and Japanese letters (on Debian: `chromium`
and `fonts-noto-cjk`), and Pillow; checking needs none of them. Pictures go to docs/assets/gallery,
with a digest of what each was drawn from, pages to docs/{en,ko}/gallery.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from naverworks_notify import preview
from naverworks_notify.alerts import LOCALES, Audience
from naverworks_notify.catalog import CATALOG, Entry
from naverworks_notify.catalog.samples import sample

DOCS = Path(__file__).parents[1] / "docs"
PICTURES = DOCS / "assets" / "gallery"
DIGESTS = PICTURES / "drawn-from.json"
# Chromium draws no page higher than 16 384 points.
WIDTH, HEIGHT, SCALE, COLUMNS = 372, 1000, 2, 6
BACKGROUND = (255, 255, 255)
COLOURS = 96
LANGUAGE_OF = {"ko": "ko_KR", "en": "en_US", "ja": "ja_JP"}
LANGUAGES = {"ko": "한국어", "en": "English", "ja": "日本語"}
SENDERS = {"ko": "채용 알림", "en": "Recruiting", "ja": "採用のお知らせ"}
TEXTS = {
    "en": {
        "title": "Gallery",
        "intro": "All 26 alerts in all three languages, drawn from the catalog by "
        "`nox -s gallery`. The pictures are close to what the client shows, not exact.",
        "interviewer": "For the people assigned",
        "manager": "For the posting's admins and managers, and for the people addressed",
    },
    "ko": {
        "title": "갤러리",
        "intro": "26개 알림을 세 가지 언어로 그린 모습입니다. `nox -s gallery`로 카탈로그에서 직접 그렸으며, "
        "실제 화면과 거의 같지만 완전히 같지는 않습니다.",
        "interviewer": "배정된 사람이 받는 알림",
        "manager": "공고 관리자·공고 매니저와 지정된 사람이 받는 알림",
    },
}


def picture_of(entry: Entry, locale: str) -> Path:
    """Return where the picture of one entry in one language stands."""
    return PICTURES / f"{entry.id}.{locale}.png"


def html_of(entry: Entry, locale: str) -> str:
    """Return one message as a piece of a page."""
    content = CATALOG.render(
        sample(entry.id, locale=locale), audience=entry.audience, locale=locale
    )
    sender = preview.Sender(name=SENDERS[locale])
    return preview.render_html(
        content, width=WIDTH - 24, sender=sender, language=LANGUAGE_OF[locale]
    )


def sheet_of(locale: str) -> str:
    """Return a page with all messages of a language, each in a cell of one size."""
    cells = "".join(f"<div>{html_of(entry, locale)}</div>" for entry in CATALOG.values())
    return (
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8"><style>'
        f"body{{margin:0;background:#fff;display:grid;grid-template-columns:repeat({COLUMNS},{WIDTH}px);"
        f"grid-auto-rows:{HEIGHT}px}}body>div{{padding:12px;overflow:hidden}}</style>{cells}"
    )


def digests() -> dict[str, str]:
    """Return for each picture a digest of all that decides how it looks, but browser and fonts."""
    measures = f"{WIDTH} {SCALE} {COLOURS} {BACKGROUND}\n"
    return {
        picture_of(entry, locale).name: hashlib.sha256(
            (measures + html_of(entry, locale)).encode()
        ).hexdigest()[:16]
        for entry in CATALOG.values()
        for locale in LOCALES
    }


def stale() -> list[str]:
    """Return the names of pictures that were drawn from something else, or not at all."""
    drawn = json.loads(DIGESTS.read_text("utf-8")) if DIGESTS.exists() else {}
    return [
        name
        for name, digest in digests().items()
        if drawn.get(name) != digest or not (PICTURES / name).exists()
    ]


def draw(browser: str, locale: str) -> None:
    """Take one screenshot of all messages of a language and cut it into pictures."""
    # Here, because writing the pages and testing them needs no Pillow.
    from PIL import Image, ImageChops  # noqa: PLC0415

    rows = -(-len(CATALOG) // COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        page.write_text(sheet_of(locale), "utf-8")
        subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                f"--user-data-dir={folder}/profile",
                f"--force-device-scale-factor={SCALE}",
                f"--window-size={WIDTH * COLUMNS},{HEIGHT * rows}",
                f"--screenshot={shot}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
        sheet = Image.open(shot).convert("RGB")
    width, height, margin = WIDTH * SCALE, HEIGHT * SCALE, 12 * SCALE
    for at, entry in enumerate(CATALOG.values()):
        left, top = at % COLUMNS * width, at // COLUMNS * height
        cell = sheet.crop((left, top, left + width, top + height))
        box = ImageChops.difference(cell, Image.new("RGB", cell.size, BACKGROUND)).getbbox()
        if box is None or box[3] + margin > height:
            raise SystemExit(f"{entry.id} in {locale} drew nothing, or more than its cell holds")
        picture = cell.crop((0, 0, width, box[3] + margin))
        picture.quantize(COLOURS).save(picture_of(entry, locale), optimize=True)


def page_of(language: str) -> str:
    """Return the gallery page in the language of the docs."""
    texts = TEXTS[language]
    lines = ["---", "hide:", "  - toc", "---", "", f"# {texts['title']}", "", texts["intro"], ""]
    for audience in Audience:
        lines += [f"## {texts[audience.value]}", ""]
        for entry in CATALOG.values():
            if entry.audience is not audience:
                continue
            label = entry.info.korean_label if language == "ko" else entry.info.english_label
            lines += [f"### {label}", "", f"`{entry.id}`", ""]
            lines += ['<div class="gallery" markdown>', ""]
            for locale, name in LANGUAGES.items():
                source = f"../assets/gallery/{picture_of(entry, locale).name}"
                lines += [
                    "<figure markdown>",
                    f"![{label} ({name})]({source}){{ loading=lazy }}",
                    f"<figcaption>{name}</figcaption>",
                    "</figure>",
                    "",
                ]
            lines += ["</div>", ""]
    return "\n".join(lines)


def stale_pages() -> Iterator[str]:
    """Yield the pages that are not as this script would write them."""
    for language in TEXTS:
        page = DOCS / language / "gallery.md"
        if page.read_text("utf-8") != page_of(language):
            yield f"{language}/gallery.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw what was asked for; return the exit status."""
    parser = argparse.ArgumentParser(description="Draw the gallery of the docs.")
    parser.add_argument("--pages", action="store_true", help="write the two pages only")
    parser.add_argument("--check", action="store_true", help="tell what is stale, write nothing")
    options = parser.parse_args(arguments)
    if options.check:
        found = [*stale_pages(), *stale()]
        for name in found:
            print(f"{name} is stale; nox -s gallery draws it anew")
        return 1 if found else 0
    for language in TEXTS:
        (DOCS / language / "gallery.md").write_text(page_of(language), "utf-8")
    if options.pages:
        return 0
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        print("Chromium is needed to draw; on Debian: apt-get install chromium fonts-noto-cjk")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    for locale in LOCALES:
        draw(browser, locale)
    DIGESTS.write_text(json.dumps(digests(), indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
