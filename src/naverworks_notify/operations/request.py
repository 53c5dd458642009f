"""Calls of endpoints by method and path, for those that this package does not know yet."""

from __future__ import annotations

import json as json_text
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn, TypeAlias
from uuid import UUID

from attrs import evolve

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.operations._operation import (
    Effect,
    Endpoint,
    Operation,
    json_content,
    positive_id,
    segment,
    user_segment,
)
from naverworks_notify.operations._table import ENDPOINTS
from naverworks_notify.validation import Violations, join_path
from naverworks_notify.wire import Response

__all__ = ["JSON", "Query", "request"]

JSON: TypeAlias = "dict[str, Any] | list[Any] | str | int | float"
"""A JSON value other than null; true and false are integers too."""

Query: TypeAlias = "Mapping[str, str | int | bool | Sequence[str | int | bool] | None]"
"""Query parameters; a sequence repeats its name, None leaves it out."""

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_LITERAL = re.compile(r"[A-Za-z0-9._-]+")
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_DEEPEST = 100
_MOST_BITS = 64
_MOST_SEGMENTS = 32
# What is sent to an address of its own, not to a path of the API.
_ELSEWHERE = frozenset({"attachments.put"})


def request(
    method: str,
    path: str,
    *,
    values: Mapping[str, str | int | UUID] | None = None,
    query: Query | None = None,
    json: JSON | None = None,
    bot_id: int | None = None,
) -> Operation[Any]:
    """Call any endpoint.

    Where the path is one of the table of endpoints, whatever its placeholders are called, the call
    is that operation: its limits, scopes and effect apply. Any other is a read for `GET`, else a
    management call, which is never repeated once its bytes have left.

    Args:
        method: GET, POST, PUT, PATCH or DELETE.
        path: Path below the API's base. What differs from call to call stands in braces:
            `/bots/{botId}/things/{id}`.
        values: What stands for the names in braces.
        query: Query parameters.
        json: Body, or None for none.
        bot_id: What stands for `{botId}` where `values` do not name it.

    Raises:
        InvalidValue: At least one argument cannot be; all violations are told.
    """
    violations = Violations()
    asked: Any = method
    verb = asked.upper() if isinstance(asked, str) else ""
    if verb not in _METHODS:
        violations.add("method", "enum", f"must be one of {', '.join(_METHODS)}.")
    raw, encoded = _segments(path, values, bot_id, violations)
    pairs = _pairs(query, violations)
    content = None
    if json is not None:
        if verb == "GET":
            violations.add("json", "no_body", "must not be given with GET; use query=.")
        content = _content(json, violations)
    violations.raise_as(InvalidValue, "This request is refused")
    endpoint, bot = _endpoint(verb, path, raw)
    return Operation(
        endpoint=endpoint,
        path="/" + "/".join(encoded),
        query=pairs,
        content=content,
        decode=_decode,
        resource=bot,
    )


def _segments(
    path: object,
    values: Mapping[str, str | int | UUID] | None,
    bot_id: int | None,
    violations: Violations,
) -> tuple[list[str], list[str]]:
    """Return the path's segments with the values in place: as they are, and encoded."""
    if not isinstance(path, str) or not path.startswith("/") or path.count("/") > _MOST_SEGMENTS:
        violations.add("path", "path", 'must be a path such as "/bots/{botId}/things/{id}".')
        return [], []
    given: dict[str, Any] = {}
    if values is None or isinstance(values, Mapping):
        given.update(values or {})
    else:
        violations.add("values", "type", "must be a mapping of names to ids.")
    if bot_id is not None:
        given.setdefault("botId", bot_id)
    raw: list[str] = []
    encoded: list[str] = []
    names: set[str] = set()
    for part in path[1:].split("/"):
        placeholder = _PLACEHOLDER.fullmatch(part)
        if placeholder is not None:
            name = placeholder[1]
            names.add(name)
            try:
                value, segment_of_it = _value(name, given.get(name))
            except InvalidValue as error:
                violations.add_from(join_path("values", name), error)
            else:
                raw.append(value)
                encoded.append(segment_of_it)
        elif _LITERAL.fullmatch(part) and part.strip("."):
            raw.append(part)
            encoded.append(part)
        else:
            violations.add(
                "path",
                "path",
                "must consist of letters, digits, and . _ - between its slashes; what else there "
                "is to say stands in braces there, and in values= or query=.",
            )
    for name in sorted(str(name) for name in given if name not in names and name != "botId"):
        violations.add(join_path("values", name), "unknown_key", "is not named in the path.")
    return raw, encoded


def _value(name: str, value: object) -> tuple[str, str]:
    """Return what stands for a name in the path: as it is, and encoded."""
    told = ""
    if value is None and name == "botId":
        told = "is required: give bot_id to the client, or set NAVERWORKS_BOT_ID."
    elif value is None:
        told = "is required, as the path names it."
    elif not isinstance(value, (str, UUID)) and type(value) is not int:
        told = f"must be a string or an integer, not {type(value).__name__}."
    if told:
        rule = "required" if value is None else "type"
        raise InvalidValue(violations=(Violation("", rule, told),))
    text = str(positive_id(value, "") if isinstance(value, int) else value)
    return text, user_segment(text, "") if name == "userId" else segment(text, "")


def _pairs(query: object, violations: Violations) -> tuple[tuple[str, str], ...]:
    if query is None:
        return ()
    if not isinstance(query, Mapping):
        violations.add("query", "type", "must be a mapping of names to values.")
        return ()
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if not isinstance(name, str) or not name or not _is_text(name):
            violations.add("query", "type", "must have names that are not empty.")
            continue
        some = value if isinstance(value, (list, tuple)) else (value,)
        for one in some:
            if one is None and some is not value:
                continue
            if isinstance(one, bool):
                pairs.append((name, "true" if one else "false"))
            elif type(one) is int or (isinstance(one, str) and _is_text(one)):
                pairs.append((name, str(one)))
            else:
                told = "must be text, an integer, true or false, or a list of these."
                violations.add(join_path("query", name), "type", told)
    return tuple(pairs)


def _is_text(value: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _content(value: object, violations: Violations) -> bytes | None:
    found = tuple(_faults(value, "json", _DEEPEST))
    for fault in found:
        violations.add(fault.path, fault.rule, fault.message)
    return None if found else json_content(value)


def _faults(value: object, path: str, left: int) -> Iterator[Violation]:
    """Find what is no JSON."""
    if not left:
        yield Violation(path, "max_depth", f"must not be nested deeper than {_DEEPEST}.")
    elif isinstance(value, dict):
        for key, member in value.items():
            if isinstance(key, str) and _is_text(key):
                yield from _faults(member, join_path(path, key), left - 1)
            else:
                yield Violation(path, "type", "must have keys that are text.")
    elif isinstance(value, (list, tuple)):
        for at, item in enumerate(value):
            yield from _faults(item, join_path(path, at), left - 1)
    else:
        told = _fault_of_scalar(value)
        if told is not None:
            yield Violation(path, *told)


def _fault_of_scalar(value: object) -> tuple[str, str] | None:
    if isinstance(value, str):
        if not _is_text(value):
            return "encoding", "holds a lone surrogate, which UTF-8 cannot carry."
    elif isinstance(value, float):
        if not math.isfinite(value):
            return "finite", "must be a finite number."
    elif isinstance(value, int):
        if value.bit_length() > _MOST_BITS:
            return "range", f"must be an integer of at most {_MOST_BITS} bits."
    elif value is not None:
        return "type", f"must be JSON, not {type(value).__name__}."
    return None


def _endpoint(method: str, path: str, raw: Sequence[str]) -> tuple[Endpoint, int | None]:
    """Return what is known of the endpoint, and the bot that its path names."""
    known = max(
        (row for row in ENDPOINTS.values() if _is_at(row, method, raw)),
        key=lambda row: -row.template.count("{"),
        default=None,
    )
    if known is None:
        return Endpoint(
            name=f"{method} {_PLACEHOLDER.sub('{}', path)}",
            method=method,
            template=path,
            scopes=(),
            success=(),
            effect=Effect.READ if method == "GET" else Effect.MANAGE,
            source="",
        ), None
    parts = known.template[1:].split("/")
    bot = raw[parts.index("{botId}")] if "{botId}" in parts else ""
    # What is a success elsewhere, such as the redirect to a file, is not one here.
    return evolve(known, success=()), int(bot) if bot.isascii() and bot.isdigit() else None


def _is_at(row: Endpoint, method: str, raw: Sequence[str]) -> bool:
    parts = row.template[1:].split("/")
    return (
        row.method == method
        and row.name not in _ELSEWHERE
        and len(parts) == len(raw)
        and all(part == one or part.startswith("{") for part, one in zip(parts, raw, strict=True))
    )


def _decode(response: Response) -> Any:
    if not response.content.strip():
        return None
    return json_text.loads(response.content, parse_constant=_refuse)


def _refuse(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
