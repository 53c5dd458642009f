"""The page on an app that is no recruiting product: short, and the same code in both languages."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def blocks(language: str) -> list[str]:
    text = (DOCS / language / "guide" / "on-call.md").read_text("utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_the_app_fits_on_a_screen_and_uses_public_names_only() -> None:
    app, *_ = blocks("en")
    assert len(app.splitlines()) <= 60
    assert not re.search(r"\._|import _", app)


def test_both_languages_show_the_same_code() -> None:
    assert blocks("en") == blocks("ko")
