"""Write the sync modules from the async ones, so that no logic lives twice.

    python scripts/generate_sync.py            write what differs
    python scripts/generate_sync.py --check    exit 1 and tell what differs

Tokens are replaced, nothing is understood: what cannot be said in both worlds by these rules
lives in a module of its own that is written by hand for both.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "src" / "naverworks_notify"

FOLDERS = (("client/_async", "client/_sync"),)
"""Every module of the first is generated into the second."""

MODULES = (
    ("auth/_async_tokens.py", "auth/_sync_tokens.py"),
    ("members/_async.py", "members/_sync.py"),
    ("notifier/_async.py", "notifier/_sync.py"),
    ("tenants/_async.py", "tenants/_sync.py"),
)
"""Single modules; one that does not exist is passed over."""

DROPPED = frozenset({"async", "await"})
NAMES = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aclose": "close",
    "aiter": "iter",
    "anext": "next",
    "asynccontextmanager": "contextmanager",
    "AsyncExitStack": "ExitStack",
    "StopAsyncIteration": "StopIteration",
}
PROSE = (
    (r"\basync (with|for|def)\b", r"\1"),
    (r"\bawait ", ""),
    (r">>> import asyncio\n\s*", ""),
    (r"\basyncio\.run\((\w+\(.*?\))\)", r"\1"),
    (r"\baclose\b", "close"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\b_async\b", "_sync"),
    (r"\b(\w+)_async\b", r"\1"),
)
"""What is replaced in docstrings, comments and other strings."""


def name_of(name: str) -> str:
    """Return the sync name for an async one."""
    if name in NAMES:
        return NAMES[name]
    bare = name.lstrip("_")
    marks = name[: len(name) - len(bare)]
    if bare.startswith("Async") and bare[5:6].isupper():
        return marks + bare[5:]
    if bare == "async" or bare.startswith("async_"):
        return f"{marks}sync{bare[5:]}" if marks else name
    if bare.endswith("_async"):
        # `_gather_async` is a module with a twin by hand, `wait_async` a method with one.
        return marks + bare.removesuffix("_async") + ("_sync" if marks else "")
    return name


def translate(source: str, origin: str) -> str:
    """Return the sync text of an async module."""
    lines: list[str] = []
    row, column = 1, 0
    text = source.splitlines(keepends=True)
    dropping = False
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind, value, (start_row, start_column), (end_row, end_column), _ = token
        gap = _between(text, (row, column), (start_row, start_column))
        if dropping:
            gap = gap.removeprefix(" ")
            dropping = False
        lines.append(gap)
        row, column = end_row, end_column
        if kind == tokenize.NAME and value in DROPPED:
            dropping = True
            continue
        if kind == tokenize.NAME:
            value = name_of(value)
        elif kind in {tokenize.STRING, tokenize.COMMENT}:
            for pattern, replacement in PROSE:
                value = re.sub(pattern, replacement, value)
        lines.append(value)
    body = "".join(lines)
    head, _, rest = body.partition("\n")
    note = f"# Generated from {origin} by scripts/generate_sync.py; change that one.\n"
    return f"{note}{head}\n{rest}"


def _between(text: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        line = text[start[0] - 1] if start[0] <= len(text) else ""
        return line[start[1] : end[1]]
    parts = [text[start[0] - 1][start[1] :]]
    parts += text[start[0] : end[0] - 1]
    if end[0] <= len(text):
        parts.append(text[end[0] - 1][: end[1]])
    return "".join(parts)


def tidy(source: str, target: Path) -> str:
    """Sort imports and format, as for every other module."""
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        [
            *ruff,
            "check",
            "--select",
            "I,F401,UP028",
            "--fix",
            "--unsafe-fixes",
            "--quiet",
            "--stdin-filename",
            target,
            "-",
        ],
        [*ruff, "format", "--quiet", "--stdin-filename", target, "-"],
    ):
        done = subprocess.run(
            [str(part) for part in command],
            input=source,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if not done.stdout:
            raise SystemExit(f"{target}: {done.stderr}")
        source = done.stdout
    return source


def pairs() -> list[tuple[Path, Path]]:
    """Return the async and the sync path of every module."""
    found: list[tuple[Path, Path]] = []
    for origin, target in FOLDERS:
        found += [
            (path, ROOT / target / path.name) for path in sorted((ROOT / origin).glob("*.py"))
        ]
    found += [(ROOT / origin, ROOT / target) for origin, target in MODULES]
    return [(origin, target) for origin, target in found if origin.exists()]


def main() -> int:
    """Write or check; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, tell what differs")
    parser.add_argument("only", nargs="*", help="only async modules whose path holds one of these")
    arguments = parser.parse_args()
    drifted = 0
    expected: set[Path] = set()
    for origin, target in pairs():
        expected.add(target)
        name = origin.relative_to(ROOT).as_posix()
        if arguments.only and not any(part in name for part in arguments.only):
            continue
        wanted = tidy(translate(origin.read_text(encoding="utf-8"), name), target)
        if target.exists() and target.read_text(encoding="utf-8") == wanted:
            continue
        drifted += 1
        print(f"{target.relative_to(ROOT)} {'differs' if arguments.check else 'written'}")
        if not arguments.check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(wanted, encoding="utf-8")
    for _, folder in FOLDERS:
        for stale in sorted(set((ROOT / folder).glob("*.py")) - expected):
            drifted += 1
            print(f"{stale.relative_to(ROOT)} has no async module")
    return 1 if drifted and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
