"""The organisation in one JSON file."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, TextIO

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.members._member import Member, MemberStatus
from naverworks_notify.members._stores import Saving

__all__ = ["JsonMemberStore"]

_VERSION = 1


class JsonMemberStore:
    """Keeps the organisation in a JSON file that only this user may read (mode 0600).

    Written to a temporary file and renamed into place. Each member stands on a line of its own,
    so that a large file is read and written piece by piece. For one process at a time; several
    may read.

    Examples:
        >>> store = JsonMemberStore("~/.local/state/my-app/members.json")  # doctest: +SKIP

    Args:
        path: The file; `~` is expanded, missing folders are made (mode 0700).
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path).expanduser()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._path)!r})"

    def synced_at(self) -> datetime | None:
        """Return the time of the last complete walk, or None.

        Raises:
            InvalidValue: The file is not one of ours.
        """
        try:
            with self._path.open(encoding="utf-8") as file:
                return self._read_head(file)
        except FileNotFoundError:
            return None

    def load(self) -> Iterator[Member]:
        """Return the members saved last.

        Raises:
            InvalidValue: The file is not one of ours, or damaged.
        """
        try:
            file = self._path.open(encoding="utf-8")
        except FileNotFoundError:
            return
        with file:
            self._read_head(file)
            number = 1
            for number, line in enumerate(file, start=2):
                text = line.strip()
                if text == "]}":
                    return
                try:
                    yield _from_dict(json.loads(text.removesuffix(",")))
                except (ValueError, KeyError, TypeError):
                    self._refuse(f"line {number}", "is damaged.")
            self._refuse(f"line {number}", "is the last one, and the end is missing.")

    def save(self, saving: Saving) -> None:
        """Write the file anew.

        Raises:
            OSError: It cannot be written.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp creates with mode 0600, and the rename keeps that whatever was there before.
        descriptor, temporary = tempfile.mkstemp(
            dir=self._path.parent, prefix=f".{self._path.name}."
        )
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                synced_at = saving.synced_at and saving.synced_at.isoformat()
                head = {"version": _VERSION, "synced_at": synced_at}
                file.write(json.dumps(head)[:-1] + ', "members": [')
                separator = "\n"
                for member in saving.members:
                    file.write(separator + json.dumps(_to_dict(member), separators=(",", ":")))
                    separator = ",\n"
                file.write("\n]}\n")
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise

    def _read_head(self, file: TextIO) -> datetime | None:
        try:
            head = json.loads(file.readline().rstrip() + "]}")
            version, synced_at = head["version"], head["synced_at"]
            moment = None if synced_at is None else datetime.fromisoformat(synced_at)
        except (ValueError, KeyError, TypeError):
            version, moment = None, None
        if version != _VERSION:
            self._refuse("line 1", "is not that of a member file of this version.")
        return moment

    def _refuse(self, path: str, message: str) -> NoReturn:
        raise InvalidValue(
            "The member file cannot be read; delete it, and the next sync makes it anew",
            violations=(Violation(path, "member_file", message),),
        )


def _to_dict(member: Member) -> dict[str, Any]:
    found: dict[str, Any] = {
        "user_id": member.user_id,
        "addresses": [address.hex() for address in member.addresses],
    }
    if member.external_key is not None:
        found["external_key"] = member.external_key.hex()
    if member.status is not MemberStatus.ACTIVE:
        found["status"] = member.status.value
    if member.on_leave:
        found["on_leave"] = True
    for name in ("leave_start", "leave_end", "missing_since"):
        moment = getattr(member, name)
        if moment is not None:
            found[name] = moment.isoformat()
    return found


def _from_dict(raw: dict[str, Any]) -> Member:
    moments = {
        name: datetime.fromisoformat(raw[name])
        for name in ("leave_start", "leave_end", "missing_since")
        if name in raw
    }
    return Member(
        user_id=raw["user_id"],
        addresses=tuple(bytes.fromhex(address) for address in raw["addresses"]),
        external_key=bytes.fromhex(raw["external_key"]) if "external_key" in raw else None,
        status=MemberStatus(raw.get("status", "active")),
        on_leave=raw.get("on_leave", False),
        **moments,
    )
