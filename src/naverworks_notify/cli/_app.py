"""The commands put together, and how each of their ends becomes an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from naverworks_notify.cli._exit import Exit, Refused, UsageError
from naverworks_notify.cli._output import set_up_streams, sides, tell_error
from naverworks_notify.errors import NaverWorksError

__all__ = ["build", "run"]


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - when asked for

    try:
        return version("naverworks-notify")
    except PackageNotFoundError:
        return "run from its source, not installed"


# By import path: a command's module, and what it needs, loads only when the command is called.
_COMMANDS = {
    "demo": ("_demo:demo", "Play a recruiting day through a simulator of the service."),
    "doctor": ("_doctor:doctor", "Check account, key, clock, token, scopes and bot."),
    "simulate": ("_simulate:simulate", "Run the simulator on a port, with a web inbox."),
    "catalog": ("_catalog:catalog", "List every alert this package words."),
    "schema": ("_schema:schema", "Print the JSON Schema of alerts, people or options."),
    "preview": ("_preview:preview", "Show messages and alerts as NAVER WORKS shows them."),
    "send": ("_send:send", "Send one text message to one user."),
    "notify": ("_notify:notify", "Decide who gets each alert, render it, and send it."),
}


def build(called: str | None) -> App:
    """Return the application.

    Args:
        called: The command that is about to be run: it tells its help from its docstring, the
            others, which are not loaded, theirs in one line.
    """
    app = App(
        name="naverworks-notify",
        help="Notifications through a NAVER WORKS bot: try them, check them, send them.",
        version=_version,
    )
    for place, (name, (home, line)) in enumerate(_COMMANDS.items()):
        app.command(
            f"naverworks_notify.cli.{home}",
            name=name,
            help=None if name == called else line,
            sort_key=place,
        )
    members = App(
        name="members",
        help="Match the app's people with the organisation's members.",
        sort_key=len(_COMMANDS),
    )
    members.command("naverworks_notify.cli._members_sync:sync", name="sync")
    app.command(members)
    return app


def run(argv: Sequence[str]) -> int:
    """Run a command and return its exit status."""
    set_up_streams()
    as_json = "--json" in argv
    app = build(argv[0] if argv else None)
    status = Exit.REFUSED
    try:
        ended = app(
            list(argv), exit_on_error=False, print_error=False, result_action="return_value"
        )
        status = Exit.DONE if ended is None else Exit(ended)
    except CycloptsError as error:
        tell_error(UsageError(str(error), remedy="naverworks-notify COMMAND --help"))
        status = Exit.USAGE
    except UsageError as error:
        tell_error(error)
        status = Exit.USAGE
    except (Refused, NaverWorksError) as error:
        tell_error(error, as_json=as_json)
    except KeyboardInterrupt:
        sides().print("Interrupted.")
        status = Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone, as `| head` does. Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = Exit.DONE
    except OSError as error:
        tell_error(Refused(_file_trouble(error)), as_json=as_json)
    return status


def _file_trouble(error: OSError) -> str:
    what = error.strerror or type(error).__name__
    return f"{error.filename}: {what}." if error.filename else f"{what}."
