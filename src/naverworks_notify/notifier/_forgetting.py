"""Making nameless what is kept of one person; pure, shared by the ledgers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import attrs

from naverworks_notify.notifier._ledger import HAS_IT, AlertRecord, Row, State

__all__ = ["FORGOTTEN", "nameless_record", "nameless_row", "pseudonym"]

FORGOTTEN = "forgotten"
"""Reason of a row that stands for somebody who was forgotten."""

_NO_NAME = "—"
# Taking every single letter out of a text would leave nothing of it.
_SHORTEST_NAME = 2


def pseudonym(person_id: str, key: bytes) -> str:
    """Return what stands for a forgotten person: the same each time, and of no use without key."""
    digest = hashlib.blake2b(person_id.encode("utf-8", "surrogatepass"), key=key, digest_size=16)
    return f"{FORGOTTEN}:{digest.hexdigest()}"


def nameless_row(row: Row, stands_for: str) -> Row:
    """Return a person's row without the person; what waited is called off."""
    has_it = row.state in HAS_IT or (row.state is State.DIGESTED and row.told_in is not None)
    return attrs.evolve(
        row,
        person_id=stands_for,
        state=row.state if has_it else State.CANCELLED,
        reason=row.reason if has_it else FORGOTTEN,
        due=None,
        error=None,
        needs_alert=False,
        person=None,
    )


def nameless_record(record: AlertRecord, person_id: str, stands_for: str) -> AlertRecord:
    """Return an event that tells neither the id nor the name of a person."""
    occurrence = record.occurrence
    if occurrence is not None:
        occurrence = attrs.evolve(
            occurrence,
            assignee_ids=(
                stands_for if one == person_id else one for one in occurrence.assignee_ids
            ),
            actor_id=stands_for if occurrence.actor_id == person_id else occurrence.actor_id,
        )
    body = record.body
    if body is not None:
        names = sorted(_names_of(body, person_id), key=len, reverse=True)
        body = _without(body, person_id, stands_for, names)
    return attrs.evolve(record, occurrence=occurrence, body=body)


def _names_of(value: object, person_id: str) -> set[str]:
    found: set[str] = set()
    if isinstance(value, Mapping):
        name = value.get("name")
        if value.get("id") == person_id and isinstance(name, str):
            found.add(name)
        for one in value.values():
            found |= _names_of(one, person_id)
    elif isinstance(value, (list, tuple)):
        for one in value:
            found |= _names_of(one, person_id)
    return found


def _without(value: Any, person_id: str, stands_for: str, names: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _without(one, person_id, stands_for, names) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without(one, person_id, stands_for, names) for one in value]
    if not isinstance(value, str):
        return value
    if value == person_id:
        return stands_for
    for name in names:
        if value == name or len(name) >= _SHORTEST_NAME:
            value = value.replace(name, _NO_NAME)
    return value
