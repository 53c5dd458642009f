"""The organisation in this process, at one with a store that others write to as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from secrets import token_hex
from threading import Lock

from naverworks_notify.members._directory import Directory
from naverworks_notify.members._member import Member
from naverworks_notify.members._stores import MemberStore, MemberStoreError, Saving, Stamp
from naverworks_notify.members._walk import Changes

__all__ = ["Kept"]

_REVISION_BYTES = 8
# Each failed try means that another process has saved; that many in a row means a broken store.
_MOST_TRIES = 100


class Kept:
    """What is known of the organisation.

    Each change is worked out on top of the state that the store holds: if another process has saved
    meanwhile, its state is read and the change worked out anew. So nobody's change is lost, and
    what is stored always is one state that somebody has worked out, never a mix.

    Blocking, but for reading the attributes. Safe to share between threads.

    Attributes:
        directory: The users known now.
        vanished: Ids of users whom the service was found not to know any more.
    """

    __slots__ = ("_lock", "_revision", "_store", "directory", "vanished")

    def __init__(self, store: MemberStore) -> None:
        self._store = store
        self._lock = Lock()
        self._revision: str | None = None
        self.directory = Directory()
        self.vanished: set[str] = set()

    def refresh(self) -> None:
        """Read the store, if it holds another state than the one in memory."""
        with self._lock:
            self._read()

    def change(
        self, work: Callable[[Directory], tuple[Directory, Changes]]
    ) -> tuple[Directory, Changes]:
        """Save the directory that `work` makes of the newest one, and put it in its place.

        Returns:
            The directory before, and what `work` says has changed.
        """
        with self._lock:
            for _ in range(_MOST_TRIES):
                self._read()
                before = self.directory
                after, changes = work(before)
                if self._save(before, after, changes.dropped):
                    self.directory = after
                    return before, changes
        raise MemberStoreError(f"The store refused {_MOST_TRIES} saves in a row; it must be broken")

    def remember(self, member: Member, owning: bytes | None) -> None:
        """Add or replace one member, as the service has just shown them."""
        self.change(lambda before: (before.with_member(member, owning=owning), Changes()))
        self.vanished.discard(member.user_id)

    def unmark(self, user_ids: Iterable[str]) -> None:
        """Forget of users that they vanished, as far as the last walk has shown them."""
        for user_id in user_ids:
            member = self.directory.get(user_id)
            if member is not None and member.missing_since is None:
                self.vanished.discard(user_id)

    def _read(self) -> None:
        # The stamp first: if another process saves in between, the next look finds it outdated.
        stamp = self._store.stamp()
        revision = None if stamp is None else stamp.revision
        if revision == self._revision:
            return
        before = self.directory
        self.directory = Directory(
            # The very same object where nothing changed: both directories then take little memory.
            (before.same_or(member) for member in self._store.load()),
            synced_at=None if stamp is None else stamp.synced_at,
        )
        self._revision = revision
        if self.directory.synced_at != before.synced_at:
            self.unmark({*self.vanished})

    def _save(self, before: Directory, after: Directory, dropped: tuple[str, ...]) -> bool:
        changed = after.differing_from(before)
        if after.synced_at == before.synced_at and not changed:
            return True
        stamp = Stamp(revision=token_hex(_REVISION_BYTES), synced_at=after.synced_at)
        saved = self._store.save(
            Saving(
                stamp=stamp,
                replaces=self._revision,
                members=after,
                changed=changed,
                dropped=dropped,
            )
        )
        if saved:
            self._revision = stamp.revision
        return saved
