"""The rich form: one design of flex card for every alert.

A title and the sentence on top, labelled facts below a line, buttons at the bottom. What changed
stands under what it was, which is struck through.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from naverworks_notify.catalog._brief import Brief, Row
from naverworks_notify.catalog._clean import cut
from naverworks_notify.catalog._style import Style
from naverworks_notify.messages import Content, Flex, Language, UriAction, flex

__all__ = ["card"]

_LONGEST_ALT_TEXT = 400  # https://developers.worksmobile.com/kr/docs/bot-send-flex
# The Korean page says 30 KB for a bubble, the Japanese one 15 KB; the smaller of both in decimal.
# https://developers.worksmobile.com/jp/docs/bot-send-flex-bubble
_MOST_BYTES = 15_000
# What a line is cut to when a card is too large, one after the other.
_SHORTER = (60, 30, 12)
_INK, _GREY, _LINE = "#1F2328", "#6B7280", "#E5E7EB"


def card(brief: Brief, others: Mapping[Language, Brief], style: Style) -> Content:
    """Return the card of a brief. Other languages go where a card has room: the altText."""
    bubble = _bubble(brief, style)
    for limit in _SHORTER:
        if bubble.size <= _MOST_BYTES:
            break
        bubble = _bubble(_shortened(brief, limit), style)
    return Flex(
        _alt_text(brief, style),
        bubble,
        i18n_alt_texts={language: _alt_text(other, style) for language, other in others.items()}
        or None,
    )


def _bubble(brief: Brief, style: Style) -> flex.Bubble:
    sentence = flex.Text(brief.sentence, weight="bold", wrap=True, color=_INK, margin="sm")
    return flex.Bubble(
        body=flex.Box("vertical", (*_heading(brief, style), sentence, *_facts(brief))),
        footer=_footer(brief, style),
    )


def _shortened(brief: Brief, limit: int) -> Brief:
    rows = tuple(
        evolve(
            row, lines=tuple(cut(line, limit) for line in row.lines), before=cut(row.before, limit)
        )
        for row in brief.rows
    )
    return evolve(brief, rows=rows)


def _alt_text(brief: Brief, style: Style) -> str:
    text = brief.alt_text
    return cut(f"[{style.bot_name}] {text}" if style.bot_name else text, _LONGEST_ALT_TEXT)


def _heading(brief: Brief, style: Style) -> tuple[flex.Component, ...]:
    title = flex.Text(
        brief.title, size="sm", weight="bold", wrap=True, color=style.color(brief.tone)
    )
    if style.bot_name is None:
        return (title,)
    return (flex.Text(style.bot_name, size="xs", color=_GREY, wrap=True), title)


def _facts(brief: Brief) -> tuple[flex.Component, ...]:
    if not brief.rows:
        return ()
    rows = tuple(_row(row) for row in brief.rows)
    return (
        flex.Separator(margin="lg", color=_LINE),
        flex.Box("vertical", rows, spacing="sm", margin="lg"),
    )


def _row(row: Row) -> flex.Box:
    label = flex.Text(row.label, size="sm", color=_GREY, wrap=True, flex=3)
    weight = "bold" if row.strong else None
    if len(row.lines) == 1 and not row.before:
        fact: flex.Component = flex.Text(
            row.lines[0], size="sm", color=_INK, weight=weight, wrap=True, flex=7
        )
        return flex.Box("horizontal", (label, fact))
    lines = [flex.Text(line, size="sm", color=_INK, weight=weight, wrap=True) for line in row.lines]
    if row.before:
        struck = flex.Text(row.before, size="sm", color=_GREY, decoration="line-through", wrap=True)
        lines.insert(0, struck)
    return flex.Box("horizontal", (label, flex.Box("vertical", tuple(lines), flex=7)))


def _footer(brief: Brief, style: Style) -> flex.Box | None:
    if not brief.buttons:
        return None
    first, *rest = brief.buttons
    color = style.color(brief.tone)
    return flex.Box(
        "vertical",
        (
            flex.Button(
                UriAction(label=first.label, uri=first.url),
                style="primary",
                height="sm",
                color=color,
            ),
            *(
                flex.Button(UriAction(label=button.label, uri=button.url), height="sm", color=color)
                for button in rest
            ),
        ),
        spacing="sm",
    )
