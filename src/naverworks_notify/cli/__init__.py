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
        return _main(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        # Before the language of the run is known; later ones are met where it is.
        sys.stderr.write("Interrupted.\n")
        return 130


def _main(argv: Sequence[str]) -> int:
    from naverworks_notify.errors import MissingExtra  # noqa: PLC0415 - nothing before main()
    from naverworks_notify.extras import needs  # noqa: PLC0415

    try:
        with needs("cli", "The command line"):
            from naverworks_notify.cli._app import run  # noqa: PLC0415 - loads the extra
    except MissingExtra as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return run(argv)
