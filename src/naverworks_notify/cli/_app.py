"""The commands put together, and how each of their ends becomes an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from naverworks_notify.cli._exit import Exit, Refused, UsageError
from naverworks_notify.cli._output import set_up_streams, tell_error
from naverworks_notify.errors import NaverWorksError

__all__ = ["app", "run"]


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - read only when asked for

    return version("naverworks-notify")


app = App(
    name="naverworks-notify",
    help="Notifications through a NAVER WORKS bot: try them, check them, send them.",
    version=_version,
)

# By import path: a command's module, and what it needs, loads only when the command is called.
_COMMANDS = {
    "demo": "_demo:demo",
    "doctor": "_doctor:doctor",
    "simulate": "_simulate:simulate",
    "catalog": "_catalog:catalog",
    "preview": "_preview:preview",
    "send": "_send:send",
    "notify": "_notify:notify",
    "members": "_members:members",
}
for _name, _home in _COMMANDS.items():
    app.command(f"naverworks_notify.cli.{_home}", name=_name)


def run(argv: Sequence[str]) -> int:
    """Run a command and return its exit status."""
    set_up_streams()
    as_json = "--json" in argv
    try:
        ended = app(
            list(argv), exit_on_error=False, print_error=False, result_action="return_value"
        )
    except CycloptsError as error:
        tell_error(UsageError(str(error), remedy="naverworks-notify COMMAND --help"))
        return Exit.USAGE
    except UsageError as error:
        tell_error(error)
        return Exit.USAGE
    except (Refused, NaverWorksError) as error:
        tell_error(error, as_json=as_json)
        return Exit.REFUSED
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone, as `| head` does. Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    return Exit.DONE if ended is None else int(ended)
