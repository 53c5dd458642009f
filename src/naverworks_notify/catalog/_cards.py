"""The two forms of a message, both made of the same card: what is told cannot differ.

Rich: a flex card with the kind of alert as a line above the sentence, labelled facts, buttons; what
changed stands under what it was. Plain: the same as text, with buttons under it.
"""

from __future__ import annotations

from collections.abc import Mapping

from naverworks_notify.catalog._brief import Brief, Line, Row, Style, Tone, folded
from naverworks_notify.messages import Card, Change, Content, Language, LinkButton
from naverworks_notify.messages import Row as CardRow

__all__ = ["plain_text", "rich_card"]


def rich_card(brief: Brief, others: Mapping[Language, Brief], style: Style) -> Content:
    """Return the card. Other languages go where a card has room for them: the altText."""
    rows = tuple([_narrow_row(row) for row in brief.rows])
    return _card(brief, style, rows).flex(translations=_cards(others, style))


def plain_text(brief: Brief, others: Mapping[Language, Brief], style: Style) -> Content:
    """Return a text, with buttons under it when there are links."""
    return _plain_card(brief, style).plain(translations=_cards(others, style))


def _cards(briefs: Mapping[Language, Brief], style: Style) -> dict[str, Card] | None:
    return {language: _plain_card(brief, style) for language, brief in briefs.items()} or None


def _plain_card(brief: Brief, style: Style) -> Card:
    return _card(brief, style, tuple([_row(row) for row in brief.rows]))


def _card(brief: Brief, style: Style, rows: tuple[CardRow | Change, ...]) -> Card:
    name = style.bot_name
    return Card(
        title=brief.sentence,
        eyebrow=f"{name} · {brief.title}" if name else brief.title,
        rows=rows,
        buttons=tuple([LinkButton(button.label, button.url) for button in brief.buttons]),
        accent=style.accent,
        eyebrow_color=style.warning if brief.tone is Tone.WARNING else None,
        alt=f"[{name}] {brief.alt_text}" if name else brief.alt_text,
    )


def _row(row: Row) -> CardRow | Change:
    lines = row.lines
    if row.before:
        return Change(row.label, str(row.before), ", ".join(map(str, lines)))
    told = str(lines[0]) if len(lines) == 1 else "\n".join([f"- {line}" for line in lines])
    return CardRow(row.label, told, row.strong)


def _narrow_row(row: Row) -> CardRow | Change:
    lines = row.lines
    # Lines that fold are told apart by space; in a list of names a line break does.
    gap = "\n\n" if isinstance(lines[0], Line) else "\n"
    told = folded(lines[0]) if len(lines) == 1 else gap.join(map(folded, lines))
    if row.before:
        return Change(row.label, folded(row.before), told)
    return CardRow(row.label, told, row.strong)
