"""Wrong usage in plain words: what was given, what fits instead, and the command's own help."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

from cyclopts import CoercionError, CycloptsError, MissingArgumentError, UnknownCommandError
from cyclopts.exceptions import RepeatArgumentError, UnknownOptionError, UnusedCliTokensError

from naverworks_notify.cli._exit import UsageError
from naverworks_notify.cli._language import tr

__all__ = ["did_you_mean", "explained"]

_PROGRAM = "naverworks-notify"


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return a sentence that names the nearest of the known words, or nothing."""
    near = difflib.get_close_matches(given, tuple(known), n=1, cutoff=0.6)
    return tr(f" Did you mean {near[0]}?", f" 혹시 {near[0]}인가요?") if near else ""


def explained(error: CycloptsError) -> UsageError:
    """Return wrong usage as a sentence with the help of the command in hand."""
    command = " ".join([_PROGRAM, *(error.command_chain or ())])
    return UsageError(_sentence(error), remedy=f"{command} --help")


def _sentence(error: CycloptsError) -> str:
    for kind, say in _SAID.items():
        if isinstance(error, kind):
            return str(say(error))
    # Rare; the framework's own words, without what it says to programmers.
    return str(error).strip().splitlines()[-1]


def _unknown_command(error: UnknownCommandError) -> str:
    given = (error.unused_tokens or ["?"])[0]
    known = [name for name in (error.app or ()) if not name.startswith("-")]
    listed = ", ".join(known)
    return tr(f"There is no command {given}.", f"{given} 명령은 없습니다.") + (
        did_you_mean(given, known) or tr(f" There are: {listed}.", f" 쓸 수 있는 명령: {listed}.")
    )


def _unknown_option(error: UnknownOptionError) -> str:
    given = error.token.keyword or error.token.value
    known = [name for one in error.argument_collection if one.parse for name in one.names]
    return tr(f"There is no option {given}.", f"{given} 옵션은 없습니다.") + did_you_mean(
        given, known
    )


def _repeated(error: RepeatArgumentError) -> str:
    name = error.token.keyword or ""
    return tr(f"{name} may be given once.", f"{name} 옵션은 한 번만 쓸 수 있습니다.")


def _left_over(error: UnusedCliTokensError) -> str:
    left = " ".join(error.unused_tokens or ())
    return tr(f"Nothing takes «{left}».", f"«{left}» 값을 받는 곳이 없습니다.")


def _missing(error: MissingArgumentError) -> str:
    argument: Any = error.argument
    name = error.keyword or _name_of(argument)
    strays = [
        token
        for token in error.unused_tokens or ()
        if token.startswith("--") and token not in argument.names
    ]
    for stray in strays:
        if near := did_you_mean(stray, [name]):
            return tr(f"There is no option {stray}.", f"{stray} 옵션은 없습니다.") + near
    count, _ = argument.token_count()
    if error.keyword or any(token.keyword for token in argument.tokens):
        return tr(f"{name} needs a value.", f"{name} 옵션에 값이 필요합니다.")
    if count == 0:
        return tr(f"{name} is required.", f"{name} 옵션이 필요합니다.")
    return tr(f"{name} is missing.", f"{name} 값이 없습니다.")


def _wrong_value(error: CoercionError) -> str:
    token = error.token
    given = "" if token is None else token.value
    name = _name_of(error.argument) if token is None or not token.keyword else token.keyword
    kind: Any = error.target_type
    if get_origin(kind) is Literal:
        choices = [str(one) for one in get_args(kind)]
        listed = ", ".join(choices)
        return tr(
            f"{name} takes one of {listed}, not «{given}».",
            f"{name}에는 {listed} 중 하나를 쓰세요. 받은 값: {given}.",
        ) + did_you_mean(given, choices)
    if kind is int:
        return tr(
            f"{name} takes a whole number, not «{given}».",
            f"{name}에는 정수를 쓰세요. 받은 값: {given}.",
        )
    if kind is bool:
        return tr(
            f"{name} takes no value, or true or false; not «{given}».",
            f"{name}에는 값을 쓰지 않거나 true, false를 쓰세요. 받은 값: {given}.",
        )
    return tr(f"{name} cannot be «{given}».", f"{name}에 쓸 수 없는 값입니다: {given}.")


def _name_of(argument: Any) -> str:
    if argument is None:
        return "?"
    name = str(argument.name)
    return name if name.startswith("--") else name.lstrip("-").upper()


_SAID: Mapping[type[CycloptsError], Callable[[Any], str]] = {
    UnknownCommandError: _unknown_command,
    UnknownOptionError: _unknown_option,
    CoercionError: _wrong_value,
    RepeatArgumentError: _repeated,
    MissingArgumentError: _missing,
    UnusedCliTokensError: _left_over,
}
