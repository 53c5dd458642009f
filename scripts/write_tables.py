"""Write what the docs have from data, tables and a JSON schema, so that no page says otherwise.

    python scripts/write_tables.py            write what differs
    python scripts/write_tables.py --check    exit 1 and tell what differs

A table stands between `<!-- table: name -->` and `<!-- end of table -->`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from naverworks_notify.operations import ENDPOINTS, HINTS, Limit
from naverworks_notify.retry import SEMANTICS, Failure, Repeat, Treatment
from naverworks_notify.schemas import NAMES, json_schema

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = (
    "en/guide/client.md",
    "ko/guide/client.md",
    "en/guide/sending.md",
    "ko/guide/sending.md",
    "reference/operations.md",
)
SCHEMAS = DOCS / "assets" / "schemas"
BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)

TOLD = {
    Failure.CONNECT: ("cannot connect (refused, DNS, timeout)", "연결 실패(거부, DNS, 시간 초과)"),
    Failure.TLS: ("TLS handshake", "TLS 핸드셰이크 실패"),
    Failure.POOL: ("no connection free in time", "남는 연결 없음"),
    Failure.RESET_BEFORE_SENT: ("reset before the request was sent", "요청을 보내기 전에 끊김"),
    Failure.WRITE: ("failed while sending", "보내는 도중 실패"),
    Failure.READ_TIMEOUT: ("read timeout", "응답 시간 초과"),
    Failure.RESET_AFTER_SENT: ("reset after the request was sent", "요청을 보낸 뒤 끊김"),
    Failure.REDIRECT: ("redirect", "리다이렉트"),
    Failure.OTHER_STATUS: ("other 4xx", "그 밖의 4xx"),
    Failure.OTHER_SERVER_ERROR: ("other 5xx", "그 밖의 5xx"),
    Failure.MALFORMED: ("answer is not JSON", "JSON이 아닌 응답"),
    Failure.TRUNCATED: ("answer broke off", "도중에 끊긴 응답"),
    Failure.OVERSIZED: ("answer too long", "너무 긴 응답"),
}
REPEATS = {
    Repeat.NEVER: ("", ""),
    Repeat.ALWAYS: ("repeated, then ", "재시도 후 "),
    Repeat.AT_LEAST_ONCE: ("", ""),
    Repeat.NEW_TOKEN: ("once more with a new token, then ", "새 토큰으로 한 번 더, 그 후 "),
}


def _cell(treatment: Treatment, language: int) -> str:
    if treatment.raises is None:
        return ("done", "성공으로 처리")[language]
    text = f"{REPEATS[treatment.repeat][language]}`{treatment.raises}`"
    if treatment.repeat is Repeat.AT_LEAST_ONCE:
        text += ("; repeated first with `at_least_once`", "; `at_least_once`이면 먼저 재시도")[
            language
        ]
    return text


def semantics(language: int) -> list[str]:
    """Return the table of what is repeated and what is raised."""
    lines = [
        ("| | Reads | Sends | Changes |", "| | 조회 | 메시지 전송 | 변경 |")[language],
        "| --- | --- | --- | --- |",
    ]
    for failure, row in SEMANTICS.items():
        told = TOLD.get(failure, (failure.value, failure.value))[language]
        cells = " | ".join(_cell(row[effect], language) for effect in ("read", "send", "manage"))
        lines.append(f"| {told} | {cells} |")
    return lines


def endpoints(language: int) -> list[str]:
    """Return the table of endpoints."""
    lines = [
        (
            "| Method | Endpoint | Scope, any of | Success |",
            "| 메서드 | API | scope(하나) | 성공 |",
        )[language],
        "| --- | --- | --- | --- |",
    ]
    undocumented = ("not documented", "문서에 없음")[language]
    for row in ENDPOINTS.values():
        scopes = ", ".join(f"`{scope}`" for scope in sorted(row.scopes)) or undocumented
        room = (" (10 a minute)", " (분당 10회)")[language] if row.limit is Limit.ROOM else ""
        codes = ", ".join(map(str, row.success))
        lines.append(
            f"| `{row.name}`{room} | [{row.method} `{row.template}`]({row.source}) "
            f"| {scopes} | {codes} |"
        )
    return lines


def hints(language: int) -> list[str]:
    """Return the table of what to do about an error."""
    lines = [("| Status | What to do |", "| 상태 | 할 일 |")[language], "| --- | --- |"]
    about = {
        "": "",
        "too_long": (" (too long)", " (너무 김)")[language],
        "read": (" (reads)", " (조회)")[language],
        "bot": (" (bots)", " (Bot)")[language],
        "user": (" (users)", " (사용자)")[language],
    }
    for (status, kind), hint in HINTS.items():
        lines.append(f"| {status}{about[kind]} | {(hint.en, hint.ko)[language]} |")
    return lines


TABLES: dict[str, Callable[[int], list[str]]] = {
    "endpoints": endpoints,
    "hints": hints,
    "semantics": semantics,
}


def page(text: str, language: int) -> str:
    """Return a page with its tables written anew."""

    def fill(match: re.Match[str]) -> str:
        return match[1] + "\n" + "\n".join(TABLES[match[2]](language)) + "\n\n" + match[3]

    return BLOCK.sub(fill, text)


def schemas() -> dict[Path, str]:
    """Return the JSON Schemas as files, for editors and for programs in other languages."""
    return {
        SCHEMAS / f"{name}.schema.json": json.dumps(json_schema(name), indent=2, ensure_ascii=False)
        + "\n"
        for name in NAMES
    }


def main() -> int:
    """Write or check; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, tell what differs")
    check = parser.parse_args().check
    texts = schemas()
    for name in PAGES:
        text = (DOCS / name).read_text(encoding="utf-8")
        texts[DOCS / name] = page(text, int(name.startswith("ko/")))
    drifted = 0
    for path, wanted in texts.items():
        if path.exists() and path.read_text(encoding="utf-8") == wanted:
            continue
        drifted += 1
        print(f"{path.relative_to(DOCS)} {'differs' if check else 'written'}")
        if not check:
            path.write_text(wanted, encoding="utf-8")
    return 1 if drifted and check else 0


if __name__ == "__main__":
    sys.exit(main())
