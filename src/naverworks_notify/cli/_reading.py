"""Reading the files of the `notify` command, with every mistake told by its place."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from naverworks_notify import alerts, policy
from naverworks_notify.errors import InvalidPerson, InvalidValue, Violation
from naverworks_notify.validation import join_path

__all__ = ["BadLine", "load_json", "read_alerts", "read_lines", "read_people", "read_policy"]

_BOM = b"\xef\xbb\xbf"


@frozen(kw_only=True)
class BadLine:
    """A line, or a file, that holds nothing usable.

    Attributes:
        line: Its number, from 1; None for a mistake that has no line.
        path: Where in it, empty for the whole.
        message: What is wrong.
    """

    line: int | None
    path: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"error": {"line": self.line, "path": self.path, "message": self.message}}


class NotJson(Exception):  # noqa: N818 - what the bytes are
    """Bytes that are not JSON (or TOML); the message says why, `line` where."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def load_json(raw: bytes) -> Any:
    """Return the value of JSON in UTF-8.

    Raises:
        NotJson: It is something else.
    """
    try:
        return json.loads(raw.removeprefix(_BOM).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotJson(f"is not UTF-8 at byte {error.start + 1}.") from None
    except json.JSONDecodeError as error:
        raise NotJson(
            f"is not JSON: {error.msg} at column {error.colno}.", line=error.lineno
        ) from None
    except (RecursionError, ValueError):
        # Nested too deep, or a number of thousands of digits.
        raise NotJson("is not JSON of a usable size.") from None


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers from 1."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.removeprefix(_BOM).strip():
                yield number, line


def read_alerts(path: Path) -> Iterator[alerts.Alert | BadLine]:
    """Yield the alert of every line that is not blank, or what is wrong with the line."""
    for number, line in read_lines(path):
        try:
            yield alerts.from_dict(load_json(line))
        except NotJson as error:
            yield BadLine(line=number, path="", message=f"The line {error}")
        except InvalidValue as error:
            where, message = _first(error.violations, str(error))
            yield BadLine(line=number, path=where, message=message)


def read_people(path: Path) -> tuple[policy.Person, ...] | BadLine:
    """Return the people of a file, or the first thing that is wrong with it."""
    try:
        raw = load_json(path.read_bytes())
    except NotJson as error:
        return BadLine(line=error.line, path="", message=f"The people file {error}")
    if not isinstance(raw, list):
        return BadLine(line=None, path="", message="The people file must be an array of people.")
    people: list[policy.Person] = []
    seen: dict[str, int] = {}
    for index, item in enumerate(raw):
        try:
            person = policy.person_from_dict(item)
        except InvalidPerson as error:
            where, message = _first(error.violations, str(error))
            return _bad_person(index, where, message)
        if person.id in seen:
            return _bad_person(
                index, "id", f"is also the id of person [{seen[person.id]}]; ids must be unique."
            )
        seen[person.id] = index
        people.append(person)
    return tuple(people)


def read_policy(path: Path) -> policy.RecruitingPolicy | BadLine:
    """Return the documented rules with the options of a TOML or JSON file, or what is wrong."""
    try:
        raw = (_load_toml if path.suffix.lower() == ".toml" else load_json)(path.read_bytes())
        return policy.RecruitingPolicy(policy.PolicyOptions.from_dict(raw))
    except NotJson as error:
        return BadLine(line=error.line, path="", message=f"The policy file {error}")
    except InvalidValue as error:
        where, message = _first(error.violations, str(error))
        return BadLine(line=None, path=where, message=f"In the policy file: {message}")


def _load_toml(raw: bytes) -> Any:
    try:
        return tomllib.loads(raw.removeprefix(_BOM).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotJson(f"is not UTF-8 at byte {error.start + 1}.") from None
    except (RecursionError, ValueError) as error:
        raise NotJson(f"is not TOML: {error}.") from None


def _bad_person(index: int, where: str, message: str) -> BadLine:
    place = join_path("", index)
    return BadLine(
        line=None,
        path=join_path(place, where) if where else place,
        message=f"In the people file: {message}",
    )


def _first(violations: tuple[Violation, ...], whole: str) -> tuple[str, str]:
    if not violations:
        return "", whole
    first, *others = violations
    message = first.message
    if others:
        message += " Also: " + "; ".join(str(other).rstrip(".") for other in others) + "."
    return first.path, message
