"""`naverworks-notify preview`: messages and alerts as NAVER WORKS shows them, in HTML."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from naverworks_notify.alerts import (
    Alert,
    Audience,
    DocumentEvaluationCompleted,
    entries_of,
    from_dict,
)
from naverworks_notify.catalog import render
from naverworks_notify.cli._exit import Exit, Refused, UsageError
from naverworks_notify.cli._options import AsJson, FormName, existing_file
from naverworks_notify.cli._output import sides, write_json
from naverworks_notify.cli._reading import NotJson, load_json, read_lines
from naverworks_notify.messages import Content, parse
from naverworks_notify.notifier import Form
from naverworks_notify.policy import DigestItem, close_digests
from naverworks_notify.printable import printable
from naverworks_notify.private_files import write

__all__ = ["preview"]


def preview(
    file: Annotated[
        Path,
        Parameter(
            help="JSON, or JSONL with one value a line: message contents, alerts, or lines of"
            " `notify --json`."
        ),
    ],
    /,
    *,
    out: Annotated[
        Path | None,
        Parameter(help="Write the page here, for you alone to read (mode 0600), not to stdout."),
    ] = None,
    audience: Annotated[
        Literal["interviewer", "manager"] | None,
        Parameter(help="Only this variant of alerts; both by default."),
    ] = None,
    locale: Annotated[
        Literal["ko", "en", "ja"], Parameter(help="Language to render alerts in.")
    ] = "ko",
    form: FormName = "rich",
    theme: Annotated[Literal["light", "dark"], Parameter(help="Look of the client.")] = "light",
    as_json: AsJson = False,
) -> int:
    """Show messages, or the messages of alerts, as one HTML page. No network, no account."""
    from naverworks_notify.preview import page  # noqa: PLC0415 - loads the template engine

    existing_file(file, flag="FILE")
    if out is not None and not out.absolute().parent.is_dir():
        raise UsageError(f"--out: there is no folder {out.absolute().parent}.")
    contents = [
        content
        for value in _values(file)
        for content in _contents(value, file, audience=audience, locale=locale, form=form)
    ]
    if not contents:
        raise Refused(f"{file} holds no message.")
    html = page(contents, title=file.stem, theme=theme)
    if out is not None:
        write(out, html.encode())
        sides().print(f"{len(contents)} messages written to {out}", soft_wrap=True)
    if as_json:
        told: dict[str, Any] = {"messages": len(contents)}
        write_json(told | ({"html": html} if out is None else {"file": str(out)}))
    elif out is None:
        # A file keeps every character; a terminal would obey some.
        sys.stdout.write((printable(html, lines=True) if sys.stdout.isatty() else html) + "\n")
    return Exit.DONE


def _values(path: Path) -> Iterator[Any]:
    try:
        whole = load_json(path.read_bytes())
    except NotJson as error:
        lines = list(read_lines(path))
        if len(lines) <= 1:
            raise Refused(f"{path} {error}") from None
        for number, line in lines:
            try:
                yield load_json(line)
            except NotJson as bad:
                raise Refused(f"{path}:{number} {bad}") from None
    else:
        yield from whole if isinstance(whole, list) else (whole,)


def _contents(
    value: Any, path: Path, *, audience: str | None, locale: str, form: Form
) -> Iterator[Content]:
    if not isinstance(value, dict):
        raise Refused(f"{path} holds something that is neither a message nor an alert.")
    if "event_id" in value and "content" in value:
        if value["content"] is not None:
            yield parse(value["content"])
    elif "error" in value:
        return
    elif "event_id" in value:
        alert = _shown(from_dict(value))
        for entry in entries_of(alert.type):
            if audience in (None, entry.audience):
                yield render(alert, audience=Audience(entry.audience), locale=locale, form=form)
    else:
        yield parse(value)


def _shown(alert: Alert) -> Alert:
    # One evaluation is never told by itself: show the digest that holds it.
    if not isinstance(alert, DocumentEvaluationCompleted):
        return alert
    (window,), _ = close_digests((DigestItem("-", alert),))
    return window.alert
