"""The plain form: a text that any client shows, with buttons under it when there are links."""

from __future__ import annotations

from collections.abc import Mapping

from naverworks_notify.catalog._brief import Brief, Row
from naverworks_notify.catalog._clean import cut
from naverworks_notify.catalog._style import Style
from naverworks_notify.messages import ButtonTemplate, Content, Language, Text, UriAction

__all__ = ["plain"]

# https://developers.worksmobile.com/kr/docs/bot-send-text and bot-send-button.
_BREAK = "\n"
_LONGEST_TEXT, _LONGEST_WITH_BUTTONS = 2000, 1000


def plain(brief: Brief, others: Mapping[Language, Brief], style: Style) -> Content:
    """Return the plain form of a brief, in one language or with others beside it."""
    if not brief.buttons:
        return Text(
            _written(brief, style, _LONGEST_TEXT),
            i18n_texts={
                language: _written(other, style, _LONGEST_TEXT)
                for language, other in others.items()
            }
            or None,
        )
    return ButtonTemplate(
        _written(brief, style, _LONGEST_WITH_BUTTONS),
        tuple(
            UriAction(
                label=button.label,
                uri=button.url,
                i18n_labels={
                    language: other.buttons[index].label for language, other in others.items()
                }
                or None,
            )
            for index, button in enumerate(brief.buttons)
        ),
        i18n_content_texts={
            language: _written(other, style, _LONGEST_WITH_BUTTONS)
            for language, other in others.items()
        }
        or None,
    )


def _written(brief: Brief, style: Style, limit: int) -> str:
    heading = f"[{brief.title}]" if style.bot_name is None else f"[{style.bot_name}] {brief.title}"
    facts = "\n".join(_row(row) for row in brief.rows)
    return cut(f"{heading}\n{brief.sentence}\n\n{facts}".rstrip(), limit)


def _row(row: Row) -> str:
    if row.before:
        return f"{row.label}: {row.before} → {' '.join(row.lines)}"
    if len(row.lines) == 1:
        return f"{row.label}:{_BREAK if _BREAK in row.lines[0] else ' '}{row.lines[0]}"
    return "\n".join((f"{row.label}:", *(f"- {line}" for line in row.lines)))
