"""Whether a caller's own adapters keep their duties: for the caller's tests."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import uuid4

from attrs import evolve, frozen

from naverworks_notify.alerts import (
    Alert,
    ApplicantMessageReceived,
    Candidate,
    Posting,
    TeamChatMentioned,
)
from naverworks_notify.alerts import Person as Named
from naverworks_notify.notifier import DeliveryState
from naverworks_notify.policy import (
    AsyncPeopleSource,
    AsyncPreferenceStore,
    PeopleSource,
    Person,
    Preferences,
    PreferenceStore,
    ReceiveWindow,
    with_preferences,
)

__all__ = [
    "BrokenDuty",
    "check_async_people_source",
    "check_async_preference_store",
    "check_delivery_state",
    "check_people_source",
    "check_preference_store",
]

_AT = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)
_LATER = _AT + timedelta(hours=1)
_THREADS = 8
_COMPARED = ("name", "email", "org_role", "posting_roles", "team_roles", "preferences", "active")


@frozen
class BrokenDuty:
    """A duty that an adapter does not keep.

    Attributes:
        duty: Which one, in a word.
        told: What was expected and what came, as a sentence.
        must: Whether it is a duty, or only advice.
    """

    duty: str
    told: str
    must: bool = True

    def __str__(self) -> str:
        return f"{self.duty}: {self.told}"


# A check asks by yielding calls, and is sent their answers; so the same check serves both worlds.
_Check: TypeAlias = Generator[Callable[[], Any], Any, None]


def check_people_source(
    source: PeopleSource,
    *,
    add: Callable[[Person], object],
    add_elsewhere: Callable[[Person], object] | None = None,
    preferences: PreferenceStore | None = None,
    new_id: Callable[[], str] | None = None,
) -> tuple[BrokenDuty, ...]:
    """Return the duties that a people source does not keep; an empty tuple when all is well.

    Adds a small company by way of `add` and asks for the people of some alerts. Run it in a test
    whose database is thrown away.

    Args:
        source: The adapter.
        add: Puts a person with roles and preferences where the source reads.
        add_elsewhere: Puts a person into another tenant, with roles on the same ids.
        preferences: The store that holds the preferences, where the source does not return them.
        new_id: Makes ids of people, postings and teams; UUIDs by default.

    Examples:
        >>> people = []
        >>> class Everybody:
        ...     def people_for(self, alert):
        ...         return people
        >>> for broken in check_people_source(Everybody(), add=people.append):
        ...     print(broken.duty, broken.must)
        unconcerned False
        unconcerned False
        unconcerned False
    """
    found: list[BrokenDuty] = []
    _run(
        _people_check(
            source,
            add=add,
            add_elsewhere=add_elsewhere,
            preferences=preferences,
            new_id=new_id or _uuid,
            found=found,
        )
    )
    return tuple(found)


async def check_async_people_source(
    source: AsyncPeopleSource,
    *,
    add: Callable[[Person], object],
    add_elsewhere: Callable[[Person], object] | None = None,
    preferences: AsyncPreferenceStore | None = None,
    new_id: Callable[[], str] | None = None,
) -> tuple[BrokenDuty, ...]:
    """Do what `check_people_source` does; `add` and `add_elsewhere` may be coroutine functions."""
    found: list[BrokenDuty] = []
    await _run_async(
        _people_check(
            source,
            add=add,
            add_elsewhere=add_elsewhere,
            preferences=preferences,
            new_id=new_id or _uuid,
            found=found,
        )
    )
    return tuple(found)


def check_preference_store(
    store: PreferenceStore,
    *,
    person_ids: tuple[str, str],
) -> tuple[BrokenDuty, ...]:
    """Return the duties that a preference store does not keep; an empty tuple when all is well.

    Args:
        store: The adapter.
        person_ids: Two people whom the store may know, and who have chosen nothing yet.

    Examples:
        >>> class Forgetful:
        ...     def load(self, person_ids):
        ...         return {}
        ...     def save(self, person_id, preferences):
        ...         pass
        >>> [broken.duty for broken in check_preference_store(Forgetful(), person_ids=("a", "b"))]
        ['keeps_exactly', 'replaces']
    """
    found: list[BrokenDuty] = []
    _run(_preference_check(store, person_ids, found))
    return tuple(found)


async def check_async_preference_store(
    store: AsyncPreferenceStore, *, person_ids: tuple[str, str]
) -> tuple[BrokenDuty, ...]:
    """Do what `check_preference_store` does, for an event loop."""
    found: list[BrokenDuty] = []
    await _run_async(_preference_check(store, person_ids, found))
    return tuple(found)


def check_delivery_state(
    state: DeliveryState, *, threads: int = _THREADS
) -> tuple[BrokenDuty, ...]:
    """Return the duties that a delivery state does not keep; an empty tuple when all is well.

    Args:
        state: The adapter; ids of events and people are UUIDs.
        threads: How many threads try to claim one pair at the same moment; 0 where the test's
            database knows one thread only.

    Examples:
        >>> from naverworks_notify.notifier import MemoryState
        >>> check_delivery_state(MemoryState())
        ()
    """
    return tuple(_state_check(state, threads))


def _uuid() -> str:
    return str(uuid4())


def _run(check: _Check) -> None:
    answer = None
    try:
        while True:
            answer = check.send(answer)()
    except StopIteration:
        return


async def _run_async(check: _Check) -> None:
    answer = None
    try:
        while True:
            answer = check.send(answer)()
            if inspect.isawaitable(answer):
                answer = await answer
    except StopIteration:
        return


class _Company:
    """People around one posting and its team, and one who has nothing to do with them."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self.posting, self.other_posting, self.team, self.other_team = (new_id() for _ in range(4))
        self.nobody = new_id()

        def person(name: str, **extra: Any) -> Person:
            one = new_id()
            return Person(id=one, name=name, email=f"{one}@example.com", **extra)

        chosen = Preferences(
            receive_window=ReceiveWindow(start="09:00", end="18:30", tz="Asia/Seoul"),
            muted={"manager.interview.reminder"},
            locale="en",
        )
        self.assignee = person("assignee without a role")
        self.absent_assignee = person("assignee who left", active=False)
        self.everything = person(
            "assignee with a role on the posting and in its team, and others elsewhere",
            org_role="admin",
            posting_roles={self.posting: "job_member", self.other_posting: "job_admin"},
            team_roles={self.team: "team_admin", self.other_team: "team_member"},
            preferences=chosen,
        )
        self.on_posting = person(
            "role on the posting", org_role="manager", posting_roles={self.posting: "job_manager"}
        )
        self.left = person(
            "role on the posting, left", active=False, posting_roles={self.posting: "job_admin"}
        )
        self.in_team = person("role in the team", team_roles={self.team: "team_member"})
        self.stranger = person(
            "roles elsewhere",
            posting_roles={self.other_posting: "job_admin"},
            team_roles={self.other_team: "team_admin"},
        )
        self.assigned = (self.assignee, self.absent_assignee, self.everything)
        self.on_it = (self.on_posting, self.left)
        self.all = (*self.assigned, *self.on_it, self.in_team, self.stranger)
        self.of_another_tenant = person(
            "of another tenant",
            posting_roles={self.posting: "job_manager"},
            team_roles={self.team: "team_admin"},
        )

    def alerts(self) -> Iterator[tuple[str, Alert, tuple[Person, ...]]]:
        """Yield alerts with a word for each, and who must be among their people."""
        about = {
            "occurred_at": _AT,
            "candidate": Candidate(id="c-1", name="김하늘"),
            "assignee_ids": tuple(one.id for one in self.assigned),
        }
        for told, team, people in (
            ("a posting of a team", self.team, (*self.assigned, *self.on_it, self.in_team)),
            ("a posting without a team", None, (*self.assigned, *self.on_it)),
        ):
            posting = Posting(id=self.posting, title="백엔드 엔지니어", team=team)
            yield (
                told,
                ApplicantMessageReceived(event_id=_uuid(), posting=posting, **about),  # type: ignore[arg-type]
                people,
            )
        author = Named(id=self.nobody, name="박서연")
        about["assignee_ids"] = (self.assignee.id, self.nobody)
        yield (
            "no posting, and an assignee whom nobody knows",
            TeamChatMentioned(event_id=_uuid(), author=author, **about),  # type: ignore[arg-type]
            (self.assignee,),
        )


def _people_check(
    source: PeopleSource | AsyncPeopleSource,
    *,
    add: Callable[[Person], object],
    add_elsewhere: Callable[[Person], object] | None,
    preferences: PreferenceStore | AsyncPreferenceStore | None,
    new_id: Callable[[], str],
    found: list[BrokenDuty],
) -> _Check:
    company = _Company(new_id)
    for person in company.all:
        yield lambda person=person: add(person)  # type: ignore[misc]
    if add_elsewhere is not None:
        yield lambda: add_elsewhere(company.of_another_tenant)
    for told, alert, expected in company.alerts():
        people = tuple((yield lambda alert=alert: source.people_for(alert)))  # type: ignore[misc]
        if preferences is not None:
            ids = [person.id for person in people]
            kept = yield lambda ids=ids: preferences.load(ids)  # type: ignore[misc]
            people = with_preferences(people, kept)
        found.extend(_judged(told, company, people, expected))


def _judged(
    told: str, company: _Company, people: tuple[Person, ...], expected: tuple[Person, ...]
) -> Iterator[BrokenDuty]:
    given = {person.id: person for person in people}
    names = {person.id: person.name for person in (*company.all, company.of_another_tenant)}
    for one, person in given.items():
        times = sum(other.id == one for other in people)
        if times > 1:
            yield BrokenDuty("once", f"{told}: «{names.get(one, one)}» came {times} times.")
        if one == company.of_another_tenant.id:
            yield BrokenDuty("own_tenant", f"{told}: «{person.name}» came.")
        elif one not in names:
            yield BrokenDuty("invented", f"{told}: {one!r} came, whom nobody added.")
        elif one == company.stranger.id:
            yield BrokenDuty("unconcerned", f"{told}: «{names[one]}» came.", must=False)
    for person in expected:
        back = given.get(person.id)
        if back is None:
            duty = "brings_everybody" if person.active else "brings_who_left"
            yield BrokenDuty(duty, f"{told}: «{person.name}» is missing.")
            continue
        differing = [name for name in _COMPARED if getattr(back, name) != getattr(person, name)]
        if differing:
            members = ", ".join(differing)
            yield BrokenDuty(
                "fills_in_everything", f"{told}: «{person.name}» came back with another {members}."
            )


def _preference_check(
    store: PreferenceStore | AsyncPreferenceStore,
    person_ids: tuple[str, str],
    found: list[BrokenDuty],
) -> _Check:
    mine, other = person_ids
    unknown = _uuid()

    def loaded(ids: Iterable[str]) -> Callable[[], Any]:
        return lambda: store.load(iter(tuple(ids)))

    def saved(preferences: Preferences) -> Callable[[], Any]:
        return lambda: store.save(mine, preferences)

    def expect(duty: str, kept: Mapping[str, Preferences], wanted: Preferences) -> None:
        if kept.get(mine, Preferences()) != wanted:
            found.append(BrokenDuty(duty, f"{wanted.to_dict()} was saved and did not come back."))
        if kept.get(other, Preferences()) != Preferences():
            found.append(BrokenDuty("own_only", "one person's settings became another one's."))
        if unknown in kept:
            found.append(BrokenDuty("leaves_out_unknown", "an id came back that nobody knows."))

    everything = Preferences(
        receive_window=ReceiveWindow(start="22:00", end="06:30", tz="America/New_York"),
        muted={"interviewer.interview.reminder", "manager.interview.confirmed"},
        muted_audiences={"manager"},
        wanted={"interviewer.interview.changed"},
        locale="ja",
    )
    ids = (mine, other, unknown)
    expect("starts_empty", (yield loaded(ids)), Preferences())
    yield saved(everything)
    expect("keeps_exactly", (yield loaded(ids)), everything)
    fewer = evolve(Preferences(), locale="en")
    yield saved(fewer)
    expect("replaces", (yield loaded(ids)), fewer)
    yield saved(Preferences())
    expect("clears", (yield loaded(ids)), Preferences())
    if (yield loaded(())):
        found.append(BrokenDuty("answers_the_question", "nobody was asked for, somebody came."))


def _state_check(state: DeliveryState, threads: int) -> Iterator[BrokenDuty]:
    event, mine, other = _uuid(), _uuid(), _uuid()

    def told(duty: str, why: str, *, holds: bool) -> Iterator[BrokenDuty]:
        if not holds:
            yield BrokenDuty(duty, why)

    def claim(who: str, *, seen: datetime | None = None, of: str = event) -> bool:
        return state.claim(of, who, at=_LATER if seen else _AT, seen=seen)

    yield from told("empty", "an unheard-of event is known.", holds=state.delivered(event) == {})
    yield from told("claims", "a free pair could not be claimed.", holds=claim(mine))
    yield from told("claims_once", "a pair was claimed twice.", holds=not claim(mine))
    yield from told(
        "pairs", "a claim blocked another pair.", holds=claim(other) and claim(mine, of=_uuid())
    )
    yield from told(
        "tells_since_when",
        "delivered() gives other people or moments than were claimed; moments are aware, and exact"
        " to the microsecond.",
        holds=state.delivered(event) == {mine: _AT, other: _AT},
    )
    state.release(event, other)
    yield from told("releases", "a released pair could not be claimed again.", holds=claim(other))
    state.keep(event, mine, at=_LATER)
    yield from told(
        "keeps",
        "a kept pair was claimed, or its moment was lost.",
        holds=not claim(mine) and state.delivered(event).get(mine) == _LATER,
    )
    yield from told(
        "repeats_as_seen",
        "with `seen`, the pair that stands at exactly that moment gives way, and no other.",
        holds=not claim(mine, seen=_AT) and claim(mine, seen=_LATER),
    )
    state.release(event, mine)
    yield from told(
        "repeats_when_free", "with `seen`, a free pair is claimable.", holds=claim(mine, seen=_AT)
    )
    won = _winners(state, threads)
    yield from told("atomic", f"{won} threads won one claim.", holds=won == min(threads, 1))


def _winners(state: DeliveryState, threads: int) -> int:
    event, won = _uuid(), []
    start = threading.Barrier(threads) if threads else None

    def race() -> None:
        assert start is not None
        start.wait()
        won.append(state.claim(event, event, at=_AT))

    running = [threading.Thread(target=race) for _ in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return sum(won)
