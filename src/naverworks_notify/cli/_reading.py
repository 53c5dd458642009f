"""Reading the files of the `notify` command, with every mistake told by its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from naverworks_notify import alerts, policy
from naverworks_notify.cli._facts import message_of, sentence_of, told_violations
from naverworks_notify.cli._files import NotReadable, items_of, load_json, load_toml
from naverworks_notify.cli._language import tr
from naverworks_notify.errors import InvalidPerson, InvalidValue, Violation

__all__ = ["BadLine", "bad_line", "read_alerts", "read_people", "read_policy", "same_addresses"]


@frozen(kw_only=True)
class BadLine:
    """A line, or a file, that holds nothing usable.

    Attributes:
        line: Its number, from 1; None for a mistake that has no line.
        path: Where in it, empty for the whole.
        message: What is wrong.
        names_place: Whether the message begins with where it is, so that the path need not be told.
    """

    line: int | None
    path: str
    message: str
    names_place: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"error": {"line": self.line, "path": self.path, "message": self.message}}


def read_alerts(path: Path) -> Iterator[tuple[int | None, alerts.Alert | BadLine]]:
    """Yield the line of every alert, with the alert or with what is wrong with it.

    Where the file as a whole cannot be read, that alone is told: half a file is not handled.
    """
    try:
        for item in tuple(items_of(path)):
            if item.trouble is not None:
                told = tr(f"The line {item.trouble}", f"이 줄: {item.trouble}")
                yield item.line, BadLine(line=item.line, path="", message=told)
                continue
            try:
                read: alerts.Alert | BadLine = alerts.from_dict(item.value)
            except InvalidValue as error:
                read = bad_line(error, item.line)
            yield item.line, read
    except NotReadable as error:
        told = tr(f"The alerts file {error}", f"알림 파일: {error}")
        yield error.line, BadLine(line=error.line, path="", message=told)


def bad_line(error: InvalidValue, line: int | None) -> BadLine:
    """Return what is wrong with the alert of a line."""
    where, message = _first(error)
    return BadLine(line=line, path=where, message=message)


def read_people(path: Path) -> tuple[policy.Person, ...] | BadLine:
    """Return the people of a file, or the first thing that is wrong with it."""
    try:
        raw = load_json(path)
    except NotReadable as error:
        told = tr(f"The people file {error}", f"사람 파일: {error}")
        return BadLine(line=error.line, path="", message=told)
    if not isinstance(raw, list):
        return BadLine(
            line=None,
            path="",
            message=tr(
                "The people file must be an array of people.",
                "사람 파일은 사람의 배열이어야 합니다.",
            ),
        )
    people: list[policy.Person] = []
    seen: dict[str, int] = {}
    for index, item in enumerate(raw):
        try:
            person = policy.person_from_dict(item)
        except InvalidPerson as error:
            where, message = _first(error)
            return _bad_person(index, item, where, message)
        if person.id in seen:
            first = seen[person.id]
            return _bad_person(
                index,
                item,
                "id",
                tr(
                    f"is also the id of person [{first}]; ids must be unique.",
                    f"[{first}]번 사람의 id와 같습니다. id는 서로 달라야 합니다.",
                ),
            )
        seen[person.id] = index
        people.append(person)
    return tuple(people)


def same_addresses(people: Sequence[policy.Person]) -> list[tuple[str, ...]]:
    """Return the ids of those who would be written to at one and the same address."""
    sharing: dict[str, list[str]] = {}
    for person in people:
        for address in {person.works_user_id, person.email} - {None, ""}:
            sharing.setdefault(str(address).casefold(), []).append(person.id)
    return [tuple(ids) for ids in sharing.values() if len(ids) > 1]


def read_policy(path: Path) -> policy.RecruitingPolicy | BadLine:
    """Return the documented rules with the options of a TOML or JSON file, or what is wrong."""
    try:
        raw = (load_toml if path.suffix.lower() == ".toml" else load_json)(path)
        return policy.RecruitingPolicy(policy.PolicyOptions.from_dict(raw))
    except NotReadable as error:
        told = tr(f"The policy file {error}", f"정책 파일: {error}")
        return BadLine(line=error.line, path="", message=told)
    except InvalidValue as error:
        where, message = _first(error)
        told = tr(f"In the policy file: {message}", f"정책 파일: {message}")
        return BadLine(line=None, path=where, message=told)


def _bad_person(index: int, row: object, where: str, message: str) -> BadLine:
    below = f".{where}" if where and not where.startswith("[") else where
    whose = policy.RefusedPerson.of(index, row, ())
    told = f"{whose.place}{below}: {message}"
    return BadLine(line=None, path=f"[{index}]{below}", message=told, names_place=True)


def _first(error: InvalidValue) -> tuple[str, str]:
    violations: tuple[Violation, ...] = error.violations
    if not violations:
        return "", sentence_of(error)
    first, *others = violations
    message = message_of(first)
    if others:
        message += tr(" Also: ", " 그 밖에: ") + told_violations(tuple(others))
    return first.path, message
