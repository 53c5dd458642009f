"""`naverworks-notify preview`: messages and alerts as NAVER WORKS shows them, in HTML."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from naverworks_notify.alerts import (
    Alert,
    Audience,
    entries_of,
    from_dict,
)
from naverworks_notify.catalog import render
from naverworks_notify.cli._exit import Exit, Refused, UsageError
from naverworks_notify.cli._files import NotReadable, items_of, load_json
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._options import (
    FormName,
    as_json_flag,
    existing_file,
    form_option,
    helped,
)
from naverworks_notify.cli._output import sides, write_json
from naverworks_notify.messages import Content, parse
from naverworks_notify.notifier import Form
from naverworks_notify.policy import DigestItem, close_digests
from naverworks_notify.printable import printable
from naverworks_notify.private_files import write

__all__ = ["preview"]


def preview(
    file: Annotated[
        Path,
        helped(
            "JSON, or JSON lines with one value a line: message contents, alerts, or lines of"
            " `notify --json`.",
            "JSON, 또는 한 줄에 값 하나씩 쓴 JSON: 메시지 내용, 알림, `notify --json`의 출력.",
        ),
    ],
    /,
    *,
    out: Annotated[
        Path | None,
        helped(
            "Write the page here, for you alone to read (mode 0600), not to stdout.",
            "표준 출력 대신 이 파일에 씁니다. 나만 읽을 수 있습니다(권한 0600).",
        ),
    ] = None,
    audience: Annotated[
        Literal["interviewer", "manager"] | None,
        helped("Only this variant of alerts; both by default.", "이 대상의 알림만. 기본은 둘 다."),
    ] = None,
    locale: Annotated[
        Literal["ko", "en", "ja"],
        helped("Language to render alerts in.", "알림 메시지의 언어."),
    ] = "ko",
    form: Annotated[FormName, form_option()] = "rich",
    theme: Annotated[
        Literal["light", "dark"], helped("Look of the client.", "앱의 밝은 화면 또는 어두운 화면.")
    ] = "light",
    as_json: Annotated[bool, as_json_flag()] = False,
) -> int:
    """Show messages, or the messages of alerts, as one HTML page. No network, no account."""
    from naverworks_notify.preview import page  # noqa: PLC0415 - loads the template engine

    existing_file(file, flag="FILE")
    if out is not None and not out.absolute().parent.is_dir():
        folder = out.absolute().parent
        raise UsageError(
            tr(f"--out: there is no folder {folder}.", f"--out: 폴더가 없습니다: {folder}")
        )
    contents = [
        content
        for value in _values(file)
        for content in _contents(value, file, audience=audience, locale=locale, form=form)
    ]
    if not contents:
        raise Refused(tr(f"{file} holds no message.", f"{file}: 메시지가 없습니다."))
    html = page(contents, title=file.stem, theme=theme)
    if out is not None:
        write(out, html.encode())
        count = len(contents)
        told = tr(f"{count} messages written to {out}", f"메시지 {count}개를 {out} 파일에 썼습니다")
        sides().print(told, soft_wrap=True, markup=False)
    if as_json:
        told_json: dict[str, Any] = {"messages": len(contents)}
        write_json(told_json | ({"html": html} if out is None else {"file": str(out)}))
    elif out is None:
        # A file keeps every character; a terminal would obey some.
        sys.stdout.write((printable(html, lines=True) if sys.stdout.isatty() else html) + "\n")
    return Exit.DONE


def _values(path: Path) -> Iterator[Any]:
    try:
        whole = load_json(path)
    except NotReadable as error:
        found = []
        try:
            found = list(items_of(path))
        except NotReadable as spread:
            raise Refused(f"{path}: {spread}") from None
        if len(found) <= 1:
            raise Refused(f"{path}: {error}") from None
        for item in found:
            if item.trouble is not None:
                raise Refused(f"{path}:{item.line}: {item.trouble}") from None
            yield item.value
    else:
        yield from whole if isinstance(whole, list) else (whole,)


def _contents(
    value: Any, path: Path, *, audience: str | None, locale: str, form: Form
) -> Iterator[Content]:
    if not isinstance(value, dict):
        raise Refused(
            tr(
                f"{path} holds something that is neither a message nor an alert.",
                f"{path}: 메시지도 알림도 아닌 것이 들어 있습니다.",
            )
        )
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
    # What is collected is never told by itself: show the digest that holds it.
    if alert.traits.digest is None:
        return alert
    (window,), _ = close_digests((DigestItem("-", alert),))
    return window.alert
