"""The organisation in one JSON file."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.members._member import Member, MemberStatus
from naverworks_notify.members._stores import Saving, Stamp, read_moment
from naverworks_notify.private_files import claim, make_folder, read, replacing

__all__ = ["JsonMemberStore"]

_VERSION = 1
_OWNER_ONLY = 0o600
_LONGEST_HEAD = 1024


class JsonMemberStore:
    """Keeps the organisation in a JSON file that only this user may read (mode 0600).

    Written to a temporary file and renamed into place, under a lock file beside it (`filelock`,
    which ends with the process that holds it); reading needs no lock. Each member stands on a line
    of its own, so that a large file is read and written piece by piece. For a local disk. Safe to
    share between threads and processes.

    Examples:
        >>> import tempfile
        >>> store = JsonMemberStore(Path(tempfile.mkdtemp()) / "my-app" / "members.json")
        >>> list(store.load())
        []

    Args:
        path: The file; `~` is expanded, missing folders are made (mode 0700).
        lock_timeout: How long to wait for the lock while another process writes.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        lock_timeout: timedelta = timedelta(seconds=60),
    ) -> None:
        self._path = Path(path).expanduser()
        self._timeout_s = lock_timeout.total_seconds()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._path)!r})"

    def stamp(self) -> Stamp | None:
        """Return which state is kept, or None; reads one line.

        Raises:
            InvalidValue: The file is not one of ours.
        """
        try:
            with read(self._path) as file:
                return self._read_head(file)
        except FileNotFoundError:
            return None

    def load(self) -> Iterator[Member]:
        """Return the members saved last.

        Raises:
            InvalidValue: The file is not one of ours, or damaged.
        """
        try:
            file = read(self._path)
        except FileNotFoundError:
            return
        with file:
            self._read_head(file)
            number = 1
            for number, line in enumerate(file, start=2):
                text = line.strip()
                if text == b"]}":
                    return
                try:
                    member = _from_dict(json.loads(text.removesuffix(b",")))
                except (ValueError, KeyError, TypeError, RecursionError) as error:
                    raise self._refused(f"line {number}", "is damaged.") from error
                yield member
            raise self._refused(f"line {number}", "is the last one, and the end is missing.")

    def save(self, saving: Saving) -> bool:
        """Write the file anew, unless another process has written it meanwhile.

        Raises:
            OSError: It cannot be written; `TimeoutError` when another holds the lock for too long.
            InvalidValue: The file is not one of ours.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415 - needed for writing alone

        make_folder(self._path.parent)
        beside = Path(f"{self._path}.lock")
        claim(beside, follow=False)
        lock = FileLock(beside, timeout=self._timeout_s, mode=_OWNER_ONLY)
        try:
            lock.acquire()
        except Timeout:
            raise TimeoutError(
                "another process holds the member file's lock for too long"
            ) from None
        try:
            kept = self.stamp()
            if (kept and kept.revision) != saving.replaces:
                return False
            self._write(saving)
            return True
        finally:
            lock.release()

    def _write(self, saving: Saving) -> None:
        with replacing(self._path, alone=True) as raw:
            file = io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
            stamp = saving.stamp
            head = {
                "version": _VERSION,
                "revision": stamp.revision,
                "synced_at": stamp.synced_at and stamp.synced_at.isoformat(),
            }
            file.write(json.dumps(head)[:-1] + ', "members": [')
            separator = "\n"
            for member in saving.members:
                file.write(separator + json.dumps(_to_dict(member), separators=(",", ":")))
                separator = ",\n"
            file.write("\n]}\n")
            file.detach()

    def _read_head(self, file: IO[bytes]) -> Stamp:
        try:
            head = json.loads(file.readline(_LONGEST_HEAD).rstrip() + b"]}")
            moment = head["synced_at"]
            stamp = Stamp(
                revision=str(head["revision"]),
                synced_at=None if moment is None else read_moment(moment),
            )
            is_ours = head["version"] == _VERSION
        except (ValueError, KeyError, TypeError, RecursionError):
            stamp, is_ours = None, False
        if stamp is None or not is_ours:
            raise self._refused("line 1", "is not that of a member file of this version.")
        return stamp

    def _refused(self, path: str, message: str) -> InvalidValue:
        return InvalidValue(
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
        name: read_moment(raw[name])
        for name in ("leave_start", "leave_end", "missing_since")
        if name in raw
    }
    return Member(
        user_id=str(raw["user_id"]),
        addresses=tuple(bytes.fromhex(address) for address in raw["addresses"]),
        external_key=bytes.fromhex(raw["external_key"]) if "external_key" in raw else None,
        status=MemberStatus(raw.get("status", "active")),
        on_leave=bool(raw.get("on_leave", False)),
        **moments,
    )
