"""Syncing the organisation, and finding people in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from functools import partial

from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.directory import Match, MatchReason, MatchStatus
from naverworks_notify.errors import Gone, InvalidValue, NotFound, Violation
from naverworks_notify.logs import logger_of
from naverworks_notify.members._blocking import call_async
from naverworks_notify.members._directory import (
    EXTERNAL_KEY_PREFIX,
    Directory,
    ExternalKeyOf,
    own_id,
)
from naverworks_notify.members._kept import Kept
from naverworks_notify.members._member import address_hash, key_hash, member_of
from naverworks_notify.members._report import SyncProgress, SyncRefused, SyncReport, report_on
from naverworks_notify.members._sources import AsyncUserSource
from naverworks_notify.members._stores import MemberStore, MemoryMemberStore
from naverworks_notify.members._walk import Changes, Walk
from naverworks_notify.policy import Person

__all__ = ["AsyncMembers"]

_log = logger_of("members")

_PROGRESS_EVERY = 100
# What a registered key cannot hold: https://developers.worksmobile.com/en/docs/directory
_NOT_IN_KEYS = frozenset("%\\#/?")
_LONGEST_KEY = 100


class AsyncMembers:
    """The organisation's users, and which of them the app's people are.

    `sync` walks the whole directory and takes the result over only when the walk is complete and
    plausible; until then, and for ever after a walk that was cut off, everything stays as it was.
    `lookup` answers from memory. Give this object to a `Notifier` as `members=`: people whom the
    directory blocks are then never called.

    Safe to share between threads, tasks and, with a store for them, processes. Of two syncs at
    once the second builds on the first, and takes nobody for absent whom that one saw. A sync may
    be repeated safely.

    Examples:
        >>> members = AsyncMembers()
        >>> members.lookup(Person(id="u-2", name="이도윤", email="doyoon@example.com")).reason
        <MatchReason.NEVER_SYNCED: 'never_synced'>

    Args:
        store: Where the organisation is kept between processes; default in memory only.
        skip_on_leave: Block people on a leave of absence; by default they get messages.
        external_key: Which external key a person has in the directory; default their own id.
        grace: How long a user whom walks do not show any more stays matched. One walk that lacks
            a user is a signal, no proof: lists shift while they are read.
        max_lost: The share (0 to 1) of users reached so far that one sync may lose; above it
            `SyncRefused` is raised. A single user may always be lost.
        clock: Where time comes from.

    Raises:
        InvalidValue: An option is out of its range.
    """

    def __init__(
        self,
        store: MemberStore | None = None,
        *,
        skip_on_leave: bool = False,
        external_key: ExternalKeyOf = own_id,
        grace: timedelta = timedelta(days=2),
        max_lost: float = 0.2,
        clock: Clock | None = None,
    ) -> None:
        if not 0 <= max_lost <= 1:
            raise InvalidValue(violations=(Violation("max_lost", "range", "must be 0 to 1."),))
        if grace < timedelta(0):
            raise InvalidValue(violations=(Violation("grace", "range", "must not be negative."),))
        self._store: MemberStore = MemoryMemberStore() if store is None else store
        self._skip_on_leave = skip_on_leave
        self._external_key = external_key
        self._grace = grace
        self._max_lost = max_lost
        self._clock: Clock = SystemClock() if clock is None else clock
        self._kept = Kept(self._store)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} users, store={self._store!r})"

    def __len__(self) -> int:
        return len(self.directory)

    @property
    def directory(self) -> Directory:
        """The users known now; never changes, a sync puts another one in its place."""
        return self._kept.directory

    async def load(self) -> None:
        """Read what the store keeps, if another process has changed it; else cheap.

        For processes that look people up while another one syncs; `sync` and `find` do it by
        themselves.

        Raises:
            InvalidValue: The store's content is damaged.
            MemberStoreError: The store cannot be read.
        """
        await call_async(self._kept.refresh)

    async def sync(
        self,
        works: AsyncUserSource,
        people: Iterable[Person] = (),
        *,
        domain_ids: Iterable[int] | None = None,
        force: bool = False,
        progress: Callable[[SyncProgress], None] | None = None,
    ) -> SyncReport:
        """Walk the directory, take the result over, and tell who of the people is who.

        Makes one call for 100 users and domain (https://developers.worksmobile.com/en/docs/user-list).

        Args:
            works: The client; its token needs `user.read` or `directory.read`.
            people: The app's people; asked once, in order, after the walk.
            domain_ids: The domains to walk; default the one of the authorisation.
            force: Take the result over even if it loses more than `max_lost`.
            progress: Told about every hundred users, and at the end.

        Raises:
            InvalidValue: `domain_ids` is empty, or the store's content is damaged.
            SyncRefused: The walk would lose too many; nothing was changed.
            MemberStoreError: The store could not be read or written; nothing was changed.
            NaverWorksError: A call failed; nothing was changed.
        """
        domains = (None,) if domain_ids is None else tuple(domain_ids)
        if not domains:
            raise InvalidValue(
                violations=(Violation("domain_ids", "required", "must name at least one domain."),)
            )
        await self.load()
        expected = len(self) or None
        walk = Walk(self.directory)
        vanished = frozenset(self._kept.vanished)
        for domain_id in domains:
            async for user in works.users.list(domain_id=domain_id):
                walk.add(user)
                if progress is not None and len(walk) % _PROGRESS_EVERY == 0:
                    progress(SyncProgress(users=len(walk), expected=expected))
        users = len(walk)
        if progress is not None:
            progress(SyncProgress(users=users, expected=expected))
        now = self._clock.now()
        before, changes = await call_async(
            self._kept.change, partial(self._finish, walk, now=now, force=force)
        )
        del walk
        self._kept.unmark(vanished)
        _log.info(
            "Synced %d users: %d added, %d changed, %d missing, %d dropped.",
            users,
            len(changes.added),
            len(changes.changed),
            len(changes.missing),
            len(changes.dropped),
        )
        return report_on(
            (
                (person.id, self._look(person, before, vanished), self.lookup(person))
                for person in people
            ),
            synced_at=now,
            users=users,
            changes=changes,
        )

    def lookup(self, person: Person, /) -> Match:
        """Return which user a person is, from memory: some microseconds, no IO.

        Before the first `sync` or `load` everyone is unmatched.
        """
        return self._look(person, self.directory, self._kept.vanished)

    async def find(self, works: AsyncUserSource, person: Person, /) -> Match:
        """Ask the service for one person, without a walk, and remember whom it shows.

        For someone who is new since the last sync, in one or two calls: by `works_user_id` where
        there is one, else by e-mail, and by external key if that gives nobody. The service need not
        find a user by every address, so before anybody is given up whom the directory knows, that
        user is asked for by resource id; one who is gone is as after `mark_missing`.

        Returns:
            What `lookup` gives from then on.

        Raises:
            InvalidValue: The person's address cannot stand in a request (`../`), or the store's
                content is damaged.
            NaverWorksError: A call failed, other than for a user that does not exist, or the
                store could not be read or written.
        """
        await self.load()
        for name, owning in self._names_of(person):
            if await self._ask(works, name, owning):
                break
            known = self.lookup(person).user_id
            if known is not None and await self._ask(works, known, None):
                match = self.lookup(person)
                if match.user_id == known:
                    return match
        match = self.lookup(person)
        if match.reason == MatchReason.NEVER_SYNCED:
            return Match(MatchStatus.UNMATCHED, None, MatchReason.NO_SUCH_USER)
        return match

    def mark_missing(self, user_id: str, /) -> None:
        """Note that the service does not know a user any more, as a send has just found.

        For this process the person is unmatched (`vanished`) from now on, until a walk or `find`
        shows the user.
        """
        self._kept.vanished.add(user_id)

    def _look(self, person: Person, directory: Directory, vanished: Collection[str]) -> Match:
        return directory.lookup(
            person,
            now=self._clock.now(),
            skip_on_leave=self._skip_on_leave,
            external_key=self._external_key,
            vanished=vanished,
        )

    def _finish(
        self, walk: Walk, before: Directory, *, now: datetime, force: bool
    ) -> tuple[Directory, Changes]:
        lost, share = walk.lost_share(before)
        if not force and lost > 1 and share > self._max_lost:
            raise SyncRefused(lost=lost, share=share, allowed=self._max_lost, users=len(walk))
        return walk.finish(before, now=now, grace=self._grace)

    async def _ask(self, works: AsyncUserSource, user_id: str, owning: bytes | None) -> bool:
        try:
            member = member_of(await works.users.get(user_id))
        except (NotFound, Gone):
            if owning is None:
                self.mark_missing(user_id)
            return False
        await call_async(self._kept.remember, member, owning)
        return True

    def _names_of(self, person: Person) -> tuple[tuple[str, bytes | None], ...]:
        if person.works_user_id is not None:
            return ((person.works_user_id, None),)
        names: list[tuple[str, bytes | None]] = []
        if person.email is not None:
            # The service keeps addresses in lower case.
            names.append((person.email.strip().lower(), address_hash(person.email)))
        key = self._external_key(person)
        if key and len(key) <= _LONGEST_KEY and not _NOT_IN_KEYS.intersection(key):
            names.append((EXTERNAL_KEY_PREFIX + key, key_hash(key)))
        return tuple(names)
