"""Where a command's words go: results to stdout, everything else to stderr."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment

from naverworks_notify.cli._facts import told
from naverworks_notify.cli._language import tr
from naverworks_notify.errors import InvalidValue
from naverworks_notify.printable import printable

__all__ = [
    "hush",
    "results",
    "set_up_streams",
    "sides",
    "speaking_through",
    "tell_error",
    "tell_warning",
    "told",
    "write_json",
]

_USUAL_WIDTH = 80

# What a progress bar is drawn on; others write through it, so that they do not tear it.
_in_use: list[Console] = []


def set_up_streams() -> None:
    """Write UTF-8 with plain newlines, whatever the machine's code page is.

    PYTHONIOENCODING is respected where it is set. What an encoding lacks, and a lone surrogate,
    which JSON allows in its input, goes out as an escape.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started the command
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    wanted = os.environ.get("PYTHONIOENCODING", "")
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        encoding = stream.encoding if wanted.partition(":")[0] else "utf-8"
        errors = stream.errors if wanted.partition(":")[2] else "backslashreplace"
        stream.reconfigure(encoding=encoding, errors=errors, newline="\n")


def hush() -> None:
    """Write to nowhere from now on: whoever read the output has gone. Python would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
            continue
        with contextlib.suppress(OSError, ValueError):
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def write_json(value: Mapping[str, Any]) -> None:
    """Write one JSON object as one line on stdout, at once.

    A control in it, and what the encoding of stdout lacks, is written as JSON's escape of it: the
    value stays, and no terminal obeys it.
    """
    text = json.dumps(value, ensure_ascii=not _is_unicode(sys.stdout.encoding))
    sys.stdout.write("".join(map(_escaped, text)) if printable(text) != text else text)
    sys.stdout.write("\n")
    sys.stdout.flush()


def _is_unicode(encoding: str | None) -> bool:
    return (encoding or "utf-8").lower().replace("-", "").replace("_", "").startswith("utf")


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

    def on_broken_pipe(self) -> NoReturn:
        # rich would end the process here; how a command ends is decided in one place.
        raise BrokenPipeError


def _console(*, stderr: bool = False) -> Console:
    # Some terminals say that they have no columns, when they do not know how many.
    width = _USUAL_WIDTH if os.environ.get("COLUMNS") == "0" else None
    if os.environ.get("NO_COLOR"):
        # rich would still write bold and move the cursor (https://no-color.org).
        return _Rim(
            stderr=stderr, highlight=False, width=width, color_system=None, force_terminal=False
        )
    return _Rim(stderr=stderr, highlight=False, width=width)


def results() -> Console:
    """Return the console for results."""
    return _console()


def sides() -> Console:
    """Return the console for progress, warnings and errors."""
    return _in_use[-1] if _in_use else _console(stderr=True)


class speaking_through:  # noqa: N801 - used as a function
    """Has everything beside the results written through one console while a bar is drawn on it."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> None:
        _in_use.append(self._console)

    def __exit__(self, *_: object) -> None:
        _in_use.remove(self._console)


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
    _tell(f"[bold red]{tr('error', '오류')}:[/]", message, steps)


def tell_warning(message: str, *steps: str) -> None:
    """Tell what does not end the command, but should be looked at."""
    _tell(f"[yellow]{tr('warning', '경고')}:[/]", message, steps)


def _tell(mark: str, message: str, steps: Iterable[str]) -> None:
    console = sides()
    console.print(f"{mark} {escape(message)}", soft_wrap=True)
    for step in steps:
        console.print(f"  [dim]→[/] {escape(step)}", soft_wrap=True)
