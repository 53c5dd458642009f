"""The notifier's shell: it asks for people, sends, and hands the rest to the machine."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NoReturn, TypeVar

from naverworks_notify.alerts import Alert, Vocabulary
from naverworks_notify.catalog import CATALOG, Catalog
from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.errors import Gone, InvalidValue, NaverWorksError, NotFound, Violation
from naverworks_notify.logs import logger_of
from naverworks_notify.notifier._address import MarksMissing, Members, note_missing
from naverworks_notify.notifier._async_work import AsyncAskForPeople, AsyncWork
from naverworks_notify.notifier._attempt import Attempt, Gate, stopped
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.notifier._ledger import Key, Ledger, LedgerError, Row, State
from naverworks_notify.notifier._machine import Due, Machine, Prepared
from naverworks_notify.notifier._memory_ledger import MemoryLedger
from naverworks_notify.notifier._plan import (
    Case,
    Engine,
    People,
    check_alert,
    check_people,
)
from naverworks_notify.notifier._result import Plan, Report, Result, Status
from naverworks_notify.policy import (
    Person,
    Policy,
    Reason,
    RecruitingPolicy,
)

if TYPE_CHECKING:
    from naverworks_notify.client import AsyncClient

__all__ = ["AsyncNotifier"]

R = TypeVar("R")

_log = logger_of("notifier")

# Beyond the time that a send may take: the process that was sending must have ended by then.
_GRACE = timedelta(seconds=30)
_DEFAULT_TIMEOUT_S = 10.0


class AsyncNotifier:
    """Tells the right people: decides, renders, and sends side by side within the rate budget.

    Every person gets a result, and what fails for one never stops the others. What somebody has,
    what waits and what happened stands in the `ledger`: a repeated event reaches nobody twice, and
    what waits goes with a later `run_due`. Safe to share between threads and tasks; it closes
    neither the client nor the ledger.

    A call that is interrupted begins no further send, waits for those under way, and ends. Whoever
    was not sent to is sent to by the next `notify` of the event, or by `run_due`.

    Examples:
        >>> import asyncio
        >>> from naverworks_notify import alerts, client
        >>> from naverworks_notify.testing import Simulator
        >>> simulator = Simulator(users=["doyoon@example.com"])
        >>> works = client.AsyncClient(
        ...     simulator.account, bot_id=simulator.bot_id, transport=simulator.transport()
        ... )
        >>> mention = alerts.TeamChatMentioned(
        ...     event_id="ev-1",
        ...     occurred_at=datetime.fromisoformat("2026-03-02T10:00:00+09:00"),
        ...     candidate=alerts.Candidate(id="c-1", name="김하늘"),
        ...     author=alerts.Person(id="u-9", name="박서연"),
        ...     assignee_ids=("u-2",),
        ... )
        >>> people = [Person(id="u-2", name="이도윤", email="doyoon@example.com")]
        >>> async def main():
        ...     report = await AsyncNotifier(works).notify(mention, people)
        ...     await works.aclose()
        ...     return [(result.person_id, str(result.status)) for result in report.results]
        >>> asyncio.run(main())
        [('u-2', 'sent')]
    """

    def __init__(
        self,
        works: AsyncClient,
        *,
        policy: Policy | None = None,
        catalog: Catalog | None = None,
        members: Members | None = None,
        people: AsyncAskForPeople | None = None,
        ledger: Ledger | None = None,
        concurrency: int = 8,
        form: str = "rich",
        fallback_locale: str = "ko",
        vocabulary: Vocabulary | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            works: The client to send with; its rate budget sets the pace.
            policy: Who gets what; the documented rules by default.
            catalog: How alerts are worded; the 26 documented entries by default.
            members: The directory's answer to who is who. Without it people are reached by
                `works_user_id`, else by e-mail.
            people: Whom to ask for the people of an alert: an object with `people_for(alert)`, or
                a function. Asked where none are given, and again when something is due.
            ledger: Who has what, and what waits; in memory by default.
            concurrency: How many sends may be under way at once, whatever calls they are of; at
                least 1.
            form: `rich` for cards, `plain` for texts and buttons, or a form that the catalog has
                been given by `with_layout`.
            fallback_locale: Language where neither the person nor the alert names one.
            vocabulary: The types of alerts that are known, with your own: for the rules by default,
                and to read alerts back from the ledger.
            clock: Where `now` comes from.

        Raises:
            InvalidValue: `concurrency` is below 1, or the catalog has no such form.
        """
        catalog = CATALOG if catalog is None else catalog
        _check_options(concurrency, form, catalog)
        self._works = works
        self._people = people
        self._ledger = _ledger_or_memory(ledger)
        self._clock: Clock = SystemClock() if clock is None else clock
        self._members = members
        options = getattr(works, "options", None)
        timeout_s = getattr(options, "timeout", _DEFAULT_TIMEOUT_S)
        self._machine = Machine(
            Engine(
                policy=_policy_for(vocabulary) if policy is None else policy,
                catalog=catalog,
                members=members,
                form=form,
                fallback_locale=fallback_locale,
            ),
            self._ledger,
            clock=self._clock,
            guarantee=str(getattr(options, "guarantee", "at_most_once")),
            patience=timedelta(seconds=timeout_s) + _GRACE,
            vocabulary=vocabulary,
        )
        self._work = AsyncWork(concurrency=concurrency, blocking=self._ledger.blocking)
        self._tells_before = _takes_before_send(works)

    async def plan(
        self,
        alert: Alert,
        people: Iterable[Person] | None = None,
        *,
        now: datetime | None = None,
    ) -> Plan:
        """Decide and render; return the messages and everybody else, and send nothing.

        Nothing is remembered either. Does no IO but reading the ledger, and asking for people.

        Args:
            alert: What happened.
            people: Everyone who might be concerned; asked of `people=` by default.
            now: The moment to decide for; the clock's by default.

        Raises:
            InvalidAlert: It is no alert, or its id is that of an event of another type.
            InvalidPerson: One of the people is none, or two have one id.
        """
        moment = self._moment(now)
        given = await self._people_for(check_alert(alert), people)
        prepared = await self._call(
            partial(self._machine.prepare, alert, given, now=moment, is_rehearsal=True)
        )
        to_send = [case for case in prepared.cases if case.status is None]
        results = tuple(case.result() for case in prepared.cases if case.status is not None)
        _raise_bugs(prepared.cases, Report(results=results, missing=prepared.missing))
        return Plan(
            deliveries=tuple(case.delivery for case in to_send if case.delivery is not None),
            results=results,
            missing=prepared.missing,
        )

    async def notify(
        self,
        alert: Alert,
        people: Iterable[Person] | None = None,
        *,
        now: datetime | None = None,
    ) -> Report:
        """Decide, render and send; return one result per person, in the order of the people.

        Whom the policy makes wait is decided on anew by `run_due`; what is told together, such as
        document evaluations, is collected for it.

        Args:
            alert: What happened.
            people: Everyone who might be concerned, each id once; asked of `people=` by default.
            now: The moment to decide for; the clock's by default.

        Raises:
            TypeError: No people are given, and there is no `people=` to ask.
            InvalidAlert: It is no alert, or its id is that of an event of another type.
            InvalidPerson: One of the people is none, or two have one id.
            LedgerError: The ledger could not be read or written.
            Exception: Whatever code of the application raised for somebody, after the others were
                served, or a ledger of the application's own raised. Either carries the report of
                those who were served as its `report`.
        """
        moment = self._moment(now)
        given = await self._people_for(check_alert(alert), people)
        prepared = Prepared()
        try:
            prepared = await self._call(partial(self._machine.prepare, alert, given, now=moment))
            await self._send_all([prepared])
        except Exception as error:
            _attach(error, Report(results=_results_of(prepared.cases), missing=prepared.missing))
            raise
        return await self._report_on(prepared.cases, missing=prepared.missing)

    async def run_due(self, *, now: datetime | None = None, close_windows: bool = False) -> Report:
        """Handle what waits and is due by now; return one result per event and person.

        Decides anew, with the people of this moment, on what was put off or failed in passing;
        merges changes of one interview; closes digest windows that are over; and tells of sends
        whose process ended before it knew their outcome. Call it when `Report.next_due` has come,
        or every minute or so; several processes may.

        Args:
            now: The moment to decide for; the clock's by default.
            close_windows: Whether to close digest windows that are still open as well, as at the
                end of a batch.

        Raises:
            LedgerError: The ledger could not be read or written.
            Exception: Whatever code of the application raised for somebody, after the others were
                served. Either carries the report of those who were, as its `report`.
        """
        moment = self._moment(now)
        results: list[Result] = []
        cases: list[Case] = []
        missing: dict[str, None] = {}
        handled: set[Key] = set()
        bugs: list[Exception] = []
        try:
            results += await self._call(partial(self._machine.end_stale, moment))
            close = partial(self._machine.close_windows, moment, all_of_them=close_windows)
            results += await self._call(close)
            pages = self._machine.collect(moment, handled, each_window=close_windows)
            while (page := await self._call(partial(next, pages, None))) is not None:
                events, lost = page
                results += lost
                some: list[Prepared] = []
                for due in events:
                    handled.update(row.key for row in due.rows)
                    handled.update(row.key for rows in due.absorbs.values() for row in rows)
                    try:
                        some.append(await self._prepare_due(due, now=moment))
                    except LedgerError:
                        raise
                    except Exception as bug:  # noqa: BLE001 - raised when the others are served
                        bugs.append(bug)
                cases += [case for prepared in some for case in prepared.cases]
                missing.update(dict.fromkeys(who for one in some for who in one.missing))
                await self._send_all(some)
        except BaseException as error:
            _attach(error, Report(results=(*results, *_results_of(cases)), missing=tuple(missing)))
            raise
        return await self._report_on(
            cases, missing=tuple(missing), more=results, bugs=bugs, with_absorbed=True
        )

    async def deliver(self, delivery: Delivery, *, now: datetime | None = None) -> Result:
        """Send one delivery that came out of a queue of yours, unless it must not go any more.

        Past `expires_at` the result is suppressed (`expired`); before `not_before` it is deferred;
        if the members know by now that the user is blocked or gone, unmatched; if the ledger knows
        that the person has the event, suppressed (`duplicate_event`). What it cannot notice is
        whatever else changed since it was planned: see `Delivery`.

        Args:
            delivery: The message.
            now: The present moment; the clock's by default.
        """
        moment = self._moment(now)
        if not isinstance(delivery, Delivery):
            message = f"must be a Delivery, not {type(delivery).__name__}; from_dict reads one."
            raise InvalidValue(violations=(Violation("delivery", "type", message),))
        admitted = await self._call(partial(self._machine.admit, delivery, now=moment))
        if isinstance(admitted, Case):
            _raise_bugs([admitted], Report(results=(admitted.result(),)))
            return admitted.result()
        case = admitted.case
        await self._send_all([Prepared(cases=[case], attempts={admitted.row.key: admitted})])
        _raise_bugs([case], Report(results=(case.result(),)))
        return case.result()

    async def list(
        self,
        *,
        state: State | str | None = None,
        event_id: str | None = None,
        person_id: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Row, ...]:
        """Return where events stand for people, the latest change first.

        Args:
            state: Only rows in this state, for example `unknown`.
            event_id: Only those of one event.
            person_id: Only those of one person.
            since: Only those changed from this moment on.
            limit: At most so many.

        Raises:
            InvalidValue: There is no such state.
        """
        if state is not None and state not in set(State):
            message = f"must be one of {', '.join(State)}."
            raise InvalidValue(violations=(Violation("state", "enum", message),))
        return await self._call(
            partial(
                self._ledger.find,
                state=state,
                event_id=event_id,
                person_id=person_id,
                since=since,
                limit=limit,
            )
        )

    async def resend(
        self,
        event_id: str,
        person_id: str,
        even_if_unknown: bool = False,  # noqa: FBT001, FBT002 - the name says it at the call
        *,
        now: datetime | None = None,
    ) -> Report:
        """Send an event to a person once more: one that failed, waits, or is unknown.

        It is decided anew, and sent before this returns.

        Args:
            event_id: The event.
            person_id: The person.
            even_if_unknown: Whether to send what may have arrived already.
            now: The moment to decide for; the clock's by default.

        Raises:
            InvalidValue: There is no such delivery, it was sent, or its content is not kept any
                more.
        """
        moment = self._moment(now)
        find = partial(
            self._machine.to_resend, event_id, person_id, even_if_unknown=even_if_unknown
        )
        prepared = await self._prepare_due(await self._call(find), now=moment)
        await self._send_all([prepared])
        return await self._report_on(prepared.cases, missing=prepared.missing)

    async def settle(
        self, event_id: str, person_id: str, *, as_: str, now: datetime | None = None
    ) -> Row:
        """Note what became of a send of unknown outcome, as an operator found out.

        Args:
            event_id: The event.
            person_id: The person.
            as_: `sent` or `failed`. What failed may be sent again.
            now: When; the clock's present moment by default.

        Raises:
            InvalidValue: There is no such delivery, or its outcome is known.
        """
        moment = self._moment(now)
        return await self._call(
            partial(self._machine.settle, event_id, person_id, as_=as_, now=moment)
        )

    async def prune(self, *, before: datetime, sparing: Collection[str] = ()) -> int:
        """Forget what was finished before a moment; return how many pairs that were.

        An event that comes again after it was forgotten is sent again. What waits stays.

        Args:
            before: The moment.
            sparing: Events that may still come again and are kept, however old.
        """
        moment = _aware("before", before)
        return await self._call(partial(self._ledger.prune, moment, sparing=sparing))

    async def forget_person(self, person_id: str) -> int:
        """Make nameless what the ledger, and the members, keep of a person; return how many rows.

        Nothing more is sent of what waits for them. Whoever is handed in later is served anew.

        Args:
            person_id: The person, in your own ids.
        """
        changed = await self._call(partial(self._ledger.forget_person, person_id))
        forget = getattr(self._members, "forget_person", None)
        if forget is not None:
            await self._work.result_of(forget(person_id))
        return changed

    async def _prepare_due(self, due: Due, *, now: datetime) -> Prepared:
        people: People | None = None
        if self._people is not None:
            people = check_people(await self._work.ask(self._people, due.alert))
        return await self._call(partial(self._machine.prepare_due, due, people, now=now))

    async def _people_for(self, alert: Alert, people: Iterable[Person] | None) -> People:
        if people is not None:
            return check_people(people)
        if self._people is None:
            raise TypeError("Give the people of the alert, or a people= to ask for them.")
        try:
            found = await self._work.ask(self._people, alert)
        except Exception as error:
            _attach(error, Report())
            raise
        return check_people(found)

    async def _send_all(self, prepared: Collection[Prepared]) -> None:
        attempts = [attempt for one in prepared for attempt in one.attempts.values()]
        cases = [case for one in prepared for case in one.cases]
        try:
            await self._work.side_by_side(self._send, attempts)
        except BaseException as error:
            for case in cases:
                if case.status is None:
                    case.end(Status.FAILED, error=stopped())
            self._machine.release(attempt.row.key for attempt in attempts)
            _attach(error, Report(results=_results_of(cases)))
            raise

    async def _send(self, attempt: Attempt, gate: Gate) -> None:
        delivery = attempt.delivery
        before = partial(self._begin, attempt, gate)
        error: Exception | None = None
        try:
            if self._tells_before:
                await self._works.messages.send_to_user(
                    delivery.user_id, delivery.content, before_send=before
                )
            else:
                await before()
                await self._works.messages.send_to_user(delivery.user_id, delivery.content)
        except Exception as caught:  # noqa: BLE001 - told in the result, and raised afterwards
            error = caught
        except BaseException:
            await self._conclude(attempt, attempt.interrupt())
            raise
        row = attempt.outcome(error)
        if isinstance(error, (NotFound, Gone)):
            await self._note_if_gone(attempt)
        await self._conclude(attempt, row)
        _log.debug("%s: %s", delivery.event_id, attempt.case.status)

    async def _begin(self, attempt: Attempt, gate: Gate) -> None:
        """Write down that the message is about to leave: what stands here decides who sends it."""
        gate.enter(attempt)
        intent = attempt.intent()
        attempt.begin(await self._call(partial(self._machine.start, intent)))

    async def _conclude(self, attempt: Attempt, row: Row | None) -> None:
        try:
            await self._call(self._machine.conclude(attempt, row))
        except LedgerError as error:
            # The message is where it is, whether that can be written down or not.
            attempt.case.error = attempt.case.error or error

    async def _note_if_gone(self, attempt: Attempt) -> None:
        members, delivery = self._members, attempt.delivery
        if not isinstance(members, MarksMissing):
            return
        # The answer to a send is the same where the bot is gone: taken for an answer about the
        # user, one wrong bot id would block everybody.
        try:
            await self._works.users.get(delivery.user_id)
        except (NotFound, Gone):
            try:
                note_missing(members, delivery)
            except Exception as bug:  # noqa: BLE001 - raised when the others are served
                attempt.case.bug = bug
        except NaverWorksError as error:
            _log.debug("Not marked as missing: %s", type(error).__name__)

    async def _report_on(
        self,
        cases: Collection[Case],
        *,
        missing: tuple[str, ...],
        more: Collection[Result] = (),
        bugs: Collection[Exception] = (),
        with_absorbed: bool = False,
    ) -> Report:
        next_due: datetime | None = None
        with suppress(LedgerError):
            next_due = await self._call(self._ledger.next_due)
        report = Report(
            results=(*more, *_results_of(cases, with_absorbed=with_absorbed)),
            missing=missing,
            next_due=next_due,
        )
        _raise_bugs(cases, report, bugs)
        return report

    async def _call(self, work: Callable[[], R]) -> R:
        return await self._work.off_loop(work)

    def _moment(self, now: datetime | None) -> datetime:
        return self._clock.now() if now is None else _aware("now", now)


def _ledger_or_memory(ledger: Ledger | None) -> Ledger:
    return MemoryLedger() if ledger is None else ledger


def _check_options(concurrency: object, form: object, catalog: Catalog) -> None:
    violations = []
    if not isinstance(concurrency, int) or isinstance(concurrency, bool) or concurrency < 1:
        violations.append(Violation("concurrency", "range", "must be a whole number, at least 1."))
    forms = getattr(catalog, "layouts", {"rich": None, "plain": None})
    if form not in tuple(forms):
        violations.append(Violation("form", "enum", f"must be one of {', '.join(forms)}."))
    if violations:
        raise InvalidValue(violations=tuple(violations))


def _aware(path: str, moment: datetime) -> datetime:
    given: object = moment
    if not isinstance(given, datetime) or given.utcoffset() is None:
        message = "must be a datetime with an offset, such as datetime.now(UTC)."
        raise InvalidValue(violations=(Violation(path, "aware_datetime", message),))
    return moment


def _policy_for(vocabulary: Vocabulary | None) -> Policy:
    return RecruitingPolicy() if vocabulary is None else RecruitingPolicy(vocabulary=vocabulary)


def _takes_before_send(works: object) -> bool:
    send = getattr(getattr(works, "messages", None), "send_to_user", None)
    try:
        parameters = inspect.signature(send).parameters.values()  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return True
    return any(one.name == "before_send" or one.kind is one.VAR_KEYWORD for one in parameters)


def _results_of(cases: Iterable[Case], *, with_absorbed: bool = False) -> tuple[Result, ...]:
    results: list[Result] = []
    for case in cases:
        results.append(case.result())
        results += [
            Result(
                person_id=row.person_id,
                event_id=row.event_id,
                status=Status.SUPPRESSED,
                reason=Reason.COLLAPSED.value,
            )
            for row in (case.absorbs if with_absorbed else ())
            if row.state is not State.SUPPRESSED
        ]
    return tuple(results)


def _attach(error: BaseException, report: Report) -> None:
    # Whatever was raised on the way out, who was served must not be lost.
    if getattr(error, "report", None) is None:
        with suppress(AttributeError):
            error.report = report  # type: ignore[attr-defined]


def _raise_bugs(cases: Iterable[Case], report: Report, more: Collection[Exception] = ()) -> None:
    bugs = [*more, *(case.bug for case in cases if case.bug is not None)]
    if bugs:
        _raise(bugs, report)


def _raise(bugs: Collection[Exception], report: Report) -> NoReturn:
    first, *_others = bugs
    first.add_note(
        f"Code of the application failed {len(bugs)} times; the others were served, and a repeat"
        " of the event will not reach them twice. The whole report is this error's `report`."
    )
    with suppress(AttributeError):
        first.report = report  # type: ignore[attr-defined]
    raise first
