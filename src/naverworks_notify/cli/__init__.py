"""The command line: `naverworks-notify demo`, `doctor`, `notify` and the others.

One module per command; `main` is the entry point. Needs the extra `cli`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 refused or failed, 2 wrong usage.

    Args:
        argv: The arguments without the program's name; those of the process by default.
    """
    try:
        from naverworks_notify.cli._app import run  # noqa: PLC0415 - tells what is missing first
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"cyclopts", "rich"}:
            raise
        sys.stderr.write(
            f"error: The command line needs the package {error.name}, which is not installed.\n"
            '  → pip install "naverworks-notify[cli]"\n'
        )
        return 1
    return run(sys.argv[1:] if argv is None else argv)
