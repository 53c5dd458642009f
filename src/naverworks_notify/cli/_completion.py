"""`naverworks-notify completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._options import as_json_flag, helped
from naverworks_notify.cli._output import write_json

__all__ = ["completion"]


def completion(
    shell: Annotated[
        Literal["bash", "zsh", "fish"],
        helped("The shell to write for.", "스크립트를 쓸 셸."),
    ],
    /,
    *,
    as_json: Annotated[bool, as_json_flag()] = False,
) -> int:
    """Print a script that completes commands and options in a shell."""
    from naverworks_notify.cli._app import PROGRAM, build  # noqa: PLC0415 - which loads this

    script = build().generate_completion(prog_name=PROGRAM, shell=shell)
    if as_json:
        write_json({"shell": shell, "script": script})
    else:
        sys.stdout.write(script)
    return Exit.DONE
