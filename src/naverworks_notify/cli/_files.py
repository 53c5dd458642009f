"""Files as people have them: which encoding and which kind it is, and how to make it readable."""

from __future__ import annotations

import codecs
import json
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from naverworks_notify.cli._language import tr

__all__ = ["Item", "NotReadable", "items_of", "load_json", "load_toml"]

_UTF8_BOM = codecs.BOM_UTF8
_BOMS: Mapping[bytes, str] = {
    # The longer ones first: the mark of UTF-32 begins with that of UTF-16.
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_SHORT_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_KINDS: Mapping[bytes, str] = {
    b"PK\x03\x04": "an Excel workbook or another ZIP file",
    b"\xd0\xcf\x11\xe0": "an Excel workbook of an old version",
    b"\x1f\x8b": "compressed by gzip",
    b"%PDF": "a PDF",
    b"SQLite format 3": "an SQLite database",
}
_KINDS_KO: Mapping[bytes, str] = {
    b"PK\x03\x04": "Excel 통합 문서 또는 ZIP 파일",
    b"\xd0\xcf\x11\xe0": "이전 버전의 Excel 통합 문서",
    b"\x1f\x8b": "gzip으로 압축한 파일",
    b"%PDF": "PDF",
    b"SQLite format 3": "SQLite 데이터베이스",
}
# Encodings without a mark, the letters of their languages by first and last, and the older encoding
# that has the letters which are in use: CP949 gives a meaning to nearly any two bytes.
_GUESSES: tuple[tuple[str, str, tuple[tuple[str, str], ...], str], ...] = (
    ("cp949", "CP949", (("가", "힣"),), "euc_kr"),
    ("shift_jis", "SHIFT_JIS", (("ぁ", "ヿ"), ("一", "鿿")), "shift_jis"),
    ("euc_jp", "EUC-JP", (("ぁ", "ヿ"), ("一", "鿿")), "euc_jp"),
)
_LOOKED_AT = 64 * 1024


class NotReadable(Exception):  # noqa: N818 - what the file is
    """A file, or a line of it, that is not what it should be.

    Attributes:
        line: Where, from 1; None for the file as a whole.
    """

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@frozen
class Item:
    """One JSON value of a file, or what is wrong with it.

    Attributes:
        line: The line that it begins on, from 1.
        value: The value.
        trouble: What is wrong, or None.
    """

    line: int
    value: Any = None
    trouble: str | None = None


def load_json(path: Path) -> Any:
    """Return the value of a JSON file.

    Raises:
        NotReadable: It is something else.
        OSError: It cannot be read.
    """
    raw = path.read_bytes()
    text = _decoded(raw, path)
    _refuse_csv(text, path, tr("an array of objects", "객체의 배열"))
    return _parsed(text)


def load_toml(path: Path) -> Any:
    """Return the value of a TOML file.

    Raises:
        NotReadable: It is something else.
        OSError: It cannot be read.
    """
    try:
        return tomllib.loads(_decoded(path.read_bytes(), path))
    except (RecursionError, ValueError) as error:
        raise NotReadable(tr(f"is not TOML: {error}.", f"TOML이 아닙니다: {error}.")) from None


def items_of(path: Path) -> Iterator[Item]:
    """Yield the values of a file of JSON lines, or of one JSON array.

    Raises:
        NotReadable: The file as a whole is something else: another encoding, CSV, JSON that is
            spread over lines. Told once, not once a line.
        OSError: It cannot be read.
    """
    raw = path.read_bytes()
    try:
        text = _decoded(raw, path)
    except NotReadable:
        lines = [line for line in raw.split(b"\n") if line.strip()]
        if sum(map(_is_utf8, lines)) * 2 < len(lines) or raw[:2] in _SHORT_BOMS:
            raise
        # Some lines of a file that is all right otherwise.
        for number, piece in enumerate(raw.split(b"\n"), start=1):
            if piece.strip():
                yield _item_of(number, piece, path)
        return
    start = len(text) - len(text.lstrip())
    if text.startswith("[", start):
        yield from _items_of_array(text, start)
        return
    _refuse_csv(text, path, tr("one alert a line", "한 줄에 알림 하나씩"))
    _refuse_spread(text, path)
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield Item(number, _parsed(line))
            except NotReadable as error:
                yield Item(number, trouble=str(error))


def _item_of(number: int, line: bytes, path: Path) -> Item:
    try:
        return Item(number, _parsed(_decoded(line, path)))
    except NotReadable as error:
        return Item(number, trouble=str(error))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _items_of_array(text: str, start: int) -> Iterator[Item]:
    decoder = json.JSONDecoder()
    at = _blank(text, start + 1)
    line, counted = 1, 0
    if text.startswith("]", at):
        at += 1
    else:
        while True:
            line, counted = line + text.count("\n", counted, at), at
            try:
                value, end = decoder.raw_decode(text, at)
            except json.JSONDecodeError as error:
                raise _broken_array(error) from None
            except (RecursionError, ValueError):
                raise NotReadable(_too_much(), line=line) from None
            yield Item(line, value)
            at = _blank(text, end)
            if text.startswith("]", at):
                at += 1
                break
            if not text.startswith(",", at):
                raise _broken_array(json.JSONDecodeError("Expecting ',' delimiter", text, at))
            at = _blank(text, at + 1)
    if text[at:].strip():
        raise _broken_array(json.JSONDecodeError("Extra data", text, _blank(text, at)))


def _broken_array(error: json.JSONDecodeError) -> NotReadable:
    return NotReadable(
        tr(
            f"holds an array that is no JSON from here on: {error.msg} at column {error.colno}.",
            f"배열이 여기부터 JSON이 아닙니다: {error.colno}번째 열, {error.msg}.",
        ),
        line=error.lineno,
    )


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise NotReadable(
            tr(
                f"is not JSON: {error.msg} at column {error.colno}.",
                f"JSON이 아닙니다: {error.colno}번째 열, {error.msg}.",
            ),
            line=error.lineno,
        ) from None
    except (RecursionError, ValueError):
        raise NotReadable(_too_much()) from None


def _too_much() -> str:
    # Nested too deep, or a number of thousands of digits.
    return tr("is not JSON of a usable size.", "너무 크거나 깊어서 읽을 수 없는 JSON입니다.")


def _decoded(raw: bytes, path: Path) -> str:
    for mark, name in _BOMS.items():
        if raw.startswith(mark):
            raise _in_encoding(name, path)
    for mark, kind in _KINDS.items():
        if raw.startswith(mark):
            raise NotReadable(
                tr(
                    f"is {kind}; JSON in UTF-8 is read.",
                    f"JSON이 아니라 {_KINDS_KO[mark]}입니다. UTF-8로 된 JSON을 읽습니다.",
                )
            )
    try:
        text = raw.removeprefix(_UTF8_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        guessed = _guessed(raw)
        if guessed is not None:
            raise _in_encoding(guessed, path) from None
        raise NotReadable(
            tr(
                f"is not UTF-8 at byte {error.start + 1}.",
                f"{error.start + 1}번째 바이트가 UTF-8이 아닙니다.",
            )
        ) from None
    if "\x00" in text[:_LOOKED_AT]:
        # Letters of UTF-16 without a mark, each beside a zero, are valid UTF-8.
        order = "UTF-16LE" if raw[1:2] == b"\x00" else "UTF-16BE"
        raise _in_encoding(order, path)
    return text


def _guessed(raw: bytes) -> str | None:
    """Return the encoding in which most of what is no ASCII is a letter of its language."""
    if raw[:_LOOKED_AT].count(0) > len(raw[:_LOOKED_AT]) // 8:
        return "UTF-16LE" if raw[1:2] == b"\x00" else "UTF-16BE"
    best: str | None = None
    most = 0.5
    for codec, name, ranges, common in _GUESSES:
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        others = [letter for letter in text if letter > "\x7f"]
        # EUC-KR spells a letter that it lacks in eight bytes.
        usual = [letter for letter in others if len(letter.encode(common, "ignore")) in {1, 2}]
        fitting = sum(any(first <= letter <= last for first, last in ranges) for letter in usual)
        share = fitting / len(others) if others else 0
        if share > most:
            best, most = name, share
    return best


def _in_encoding(name: str, path: Path) -> NotReadable:
    given = shlex.quote(str(path))
    made = shlex.quote(f"{path.with_suffix('')}.utf8{path.suffix}")
    command = f"iconv -f {name} -t UTF-8 {given} > {made}"
    return NotReadable(
        tr(
            f"looks like {name}, and UTF-8 is read. Convert it: {command}",
            f"{name} 인코딩으로 보이며, UTF-8만 읽습니다. 이렇게 변환하세요: {command}",
        )
    )


def _refuse_csv(text: str, path: Path, wanted: str) -> None:
    lines = [line for line in text[:_LOOKED_AT].splitlines() if line.strip()][:2]
    if not lines or lines[0].lstrip()[:1] in tuple('{["'):
        quoted = bool(lines) and lines[0].lstrip().startswith('"') and _separators(lines[0])
        if not quoted:
            return
    if path.suffix.lower() in {".csv", ".tsv"} or (
        len(lines) > 1 and (_separators(lines[0]) & _separators(lines[1]))
    ):
        raise NotReadable(
            tr(
                f"is CSV, which is not read. Export it as JSON: {wanted}.",
                f"CSV는 읽지 않습니다. JSON으로 내보내세요: {wanted}.",
            )
        )


def _separators(line: str) -> set[str]:
    return {separator for separator in ",;\t" if separator in line}


def _refuse_spread(text: str, path: Path) -> None:
    """Tell JSON that is spread over lines, or has commas between its lines, in one sentence."""
    at = _blank(text, 0)
    lines = [line.strip() for line in text[at:].split("\n") if line.strip()]
    if not lines:
        return
    given = shlex.quote(str(path))
    made = shlex.quote(f"{path.with_suffix('')}.lines{path.suffix}")
    if not _is_json(lines[0]):
        try:
            _, end = json.JSONDecoder().raw_decode(text, at)
        except (ValueError, RecursionError):
            pass
        else:
            if "\n" in text[at:end].strip():
                raise NotReadable(
                    tr(
                        "is JSON that is spread over several lines. Write one alert a line, or put"
                        f" them into one array: jq -c . {given} > {made}",
                        "한 값이 여러 줄에 걸친 JSON입니다. 한 줄에 알림 하나씩 쓰거나 배열 하나에"
                        f" 담으세요: jq -c . {given} > {made}",
                    )
                )
        if len(lines) > 1 and lines[0].endswith(",") and _is_json(lines[0][:-1]):
            raise NotReadable(
                tr(
                    "has commas between its lines: leave them out, or put [ before the first line"
                    " and ] after the last.",
                    "줄 사이에 쉼표가 있습니다. 쉼표를 빼거나 첫 줄 앞에 [, 마지막 줄 뒤에 ]를"
                    " 넣으세요.",
                )
            )


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
