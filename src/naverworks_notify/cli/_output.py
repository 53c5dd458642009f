"""Where a command's words go: results to stdout, everything else to stderr."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment

from naverworks_notify.errors import (
    BudgetExhausted,
    Hint,
    InvalidMessage,
    InvalidResponse,
    InvalidValue,
    NaverWorksError,
    TransportError,
)
from naverworks_notify.printable import printable

__all__ = ["results", "set_up_streams", "sides", "tell_error", "told", "write_json"]

# For errors that carry no hint of their own.
_STEPS: Mapping[type[NaverWorksError], str] = {
    TransportError: (
        "Check the network, a proxy if there is one, and NAVERWORKS_API_URL and NAVERWORKS_AUTH_URL"
        " if they are set."
    ),
    BudgetExhausted: "Try again later; another program may be using up the same rate limit.",
    InvalidResponse: "Check that NAVERWORKS_API_URL and NAVERWORKS_AUTH_URL name the service.",
    InvalidMessage: "Change the message; nothing was sent.",
}


def set_up_streams() -> None:
    """Write UTF-8 with plain newlines, whatever the machine's code page is.

    A lone surrogate, which JSON allows in its input, goes out as the escape it came in as.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def write_json(value: Mapping[str, Any]) -> None:
    """Write one JSON object as one line on stdout, at once.

    A control in it is written as JSON's escape of it: the value stays, and no terminal obeys it.
    """
    text = json.dumps(value, ensure_ascii=False)
    sys.stdout.write("".join(map(_escaped, text)) if printable(text) != text else text)
    sys.stdout.write("\n")
    sys.stdout.flush()


def _escaped(character: str) -> str:
    # All of them stand in the basic plane, where four digits tell a character.
    return character if printable(character) == character else f"\\u{ord(character):04x}"


class _Rim(Console):
    """A console that obeys its own styles, and nothing that stands in the words of others."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(printable(segment.text, lines=True), segment.style)


def results() -> Console:
    """Return the console for results."""
    return _Rim(highlight=False, soft_wrap=False)


def sides() -> Console:
    """Return the console for progress, warnings and errors."""
    return _Rim(stderr=True, highlight=False)


def told(error: BaseException) -> tuple[str, tuple[str, ...]]:
    """Return an error as one sentence, and the next steps it names."""
    hint = getattr(error, "hint", None)
    text = str(error)
    if isinstance(hint, Hint):
        return text.removesuffix(str(hint)).strip(), (hint.en, hint.ko)
    remedy = getattr(error, "remedy", "")
    if remedy:
        return text, (remedy,)
    for kind, step in _STEPS.items():
        if isinstance(error, kind):
            return text, (step,)
    if "NAVERWORKS_" in text:
        return text, ("naverworks-notify doctor tells what is missing in the set-up.",)
    return text, ()


def error_object(error: BaseException) -> dict[str, Any]:
    """Return an error as JSON, in the form of a bad line without a line."""
    message, steps = told(error)
    path = ""
    if isinstance(error, InvalidValue) and error.violations:
        path = error.violations[0].path
    return {
        "error": {
            "line": None,
            "path": path,
            "message": message,
            "type": type(error).__name__,
            "next": list(steps),
        }
    }


def tell_error(error: BaseException, *, as_json: bool = False) -> None:
    """Tell an expected error: a sentence and what to do, never a traceback."""
    message, steps = told(error)
    if as_json:
        write_json(error_object(error))
    console = sides()
    console.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)
    for step in steps:
        console.print(f"  [dim]→[/] {escape(step)}", soft_wrap=True)
