"""Decide, render, deliver, with one result per person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from naverworks_notify.alerts import Alert
from naverworks_notify.catalog import CATALOG, Catalog
from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.errors import DeliveryUnknown, Gone, NaverWorksError, NotFound
from naverworks_notify.logs import logger_of
from naverworks_notify.notifier._address import MarksMissing, Members, find_block, note_missing
from naverworks_notify.notifier._async_gather import off_loop, run_bounded
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.notifier._digests import DigestBuffer, may_be_told_later
from naverworks_notify.notifier._outcome import held_by_time, kept_back, result_of, unmatched, whole
from naverworks_notify.notifier._plan import Form, Plan, Planned, Planner
from naverworks_notify.notifier._report import Report, Result
from naverworks_notify.notifier._state import DeliveryState, MemoryState
from naverworks_notify.notifier._status import Status
from naverworks_notify.policy import (
    DigestWindow,
    History,
    Person,
    Policy,
    Reason,
    RecruitingPolicy,
)

if TYPE_CHECKING:
    from naverworks_notify.client import AsyncClient

__all__ = ["AsyncNotifier"]

_REACHED = (Status.SENT, Status.UNKNOWN)
_log = logger_of("notifier")


class AsyncNotifier:
    """Tells the right people: decides, renders, and sends side by side within the rate budget.

    Every person gets a result. A refusal or a failure for one never stops the others; an error of
    the program itself is raised, after the others were served. A repeated event is not sent to the
    same person twice, as long as the `state` remembers. Safe to share between threads and tasks;
    it opens nothing of its own, so there is nothing to close but the client.

    Interrupting a call leaves the sends under way claimed: nobody knows whether they arrived, and a
    repeat of the event skips them.

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
        concurrency: int = 8,
        form: Form = "rich",
        fallback_locale: str = "ko",
        state: DeliveryState | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            works: The client to send with; its rate budget sets the pace.
            policy: Who gets what; the documented rules by default.
            catalog: How alerts are worded; the 26 documented entries by default.
            members: The directory's answer to who is who. Without it people are reached by
                `works_user_id`, else by e-mail.
            concurrency: How many sends may be under way at once, at least 1.
            form: `rich` for cards, `plain` for texts and buttons.
            fallback_locale: Language where neither the person nor the alert names one.
            state: What was delivered to whom; in memory by default.
            clock: Where `now` comes from.

        Raises:
            ValueError: `concurrency` is below 1, or `form` is another word.
        """
        if concurrency < 1:
            raise ValueError("concurrency must be at least 1.")
        policy = RecruitingPolicy() if policy is None else policy
        self._works = works
        self._planner = Planner(
            policy=policy,
            catalog=CATALOG if catalog is None else catalog,
            members=members,
            form=form,
            fallback_locale=fallback_locale,
        )
        self._concurrency = concurrency
        self._state: DeliveryState = MemoryState() if state is None else state
        self._clock: Clock = SystemClock() if clock is None else clock
        self._digests = DigestBuffer.for_policy(policy)

    def plan(
        self,
        alert: Alert,
        people: Iterable[Person],
        *,
        now: datetime | None = None,
        history: History | None = None,
    ) -> tuple[Delivery, ...]:
        """Decide and render, and return the messages without sending or remembering anything.

        A deferred message has `not_before` set. Hand the deliveries to any queue and call
        `deliver` where they come out. People who get no message are not in the answer, and events
        that wait for a digest are not collected: only `notify` does that. Does no IO but reading
        the state.

        Args:
            alert: What happened.
            people: Everyone who might be concerned.
            now: The moment to decide for; the clock's by default.
            history: What happened before, for rules that look at it.
        """
        moment = now or self._clock.now()
        delivered = self._digests.waiting(alert.event_id) | dict(
            self._state.delivered(alert.event_id)
        )
        return self._planner.plan(
            alert, people, now=moment, delivered=delivered, history=history
        ).deliveries

    async def notify(
        self,
        alert: Alert,
        people: Iterable[Person],
        *,
        now: datetime | None = None,
        history: History | None = None,
    ) -> Report:
        """Decide, render and send; return one result per person, in the order of the people.

        An alert of which the policy says `digest` is collected in memory until `close_digests`.

        Args:
            alert: What happened.
            people: Everyone who might be concerned, each id once.
            now: The moment to decide for; the clock's by default.
            history: What happened before, for rules that look at it.

        Raises:
            InvalidValue: The people or the alert do not fit together, for example a repeated id.
        """
        moment = now or self._clock.now()
        delivered = await self._delivered(alert.event_id)
        plan = self._planner.plan(alert, people, now=moment, delivered=delivered, history=history)
        return await self._carry_out(plan, now=now, alert=alert)

    async def deliver(self, delivery: Delivery, *, now: datetime | None = None) -> Result:
        """Send one delivery, unless it is too late, too early, or was sent already.

        Past `expires_at` the result is suppressed (`expired`); before `not_before` it is deferred;
        if the members know by now that the user is blocked or gone, unmatched; if this notifier's
        state knows the event for the person, suppressed (`duplicate_event`).

        Args:
            delivery: The message.
            now: The present moment; the clock's by default.
        """
        moment = now or self._clock.now()
        held = held_by_time(delivery, moment)
        if held is not None:
            return held
        # A queue may have held it for hours, in which the directory changed.
        blocked = find_block(delivery, self._planner.members)
        if blocked is not None:
            return unmatched(delivery, blocked)
        return await self._deliver(delivery, at=moment)

    async def close_digests(
        self,
        people: Iterable[Person],
        *,
        now: datetime | None = None,
        until: datetime | None = None,
        history: History | None = None,
    ) -> Report:
        """Close digest windows and send what they hold, one message per person and posting.

        Call it every minute or so with `until` set to the present moment, or once at the end
        without it. A digest outside the person's receive window is deferred: it stays collected
        and goes with a later call. One that failed stays too, unless trying again cannot help.

        Args:
            people: Where the recipients are looked up; who is not among them is in `missing`.
            now: The moment to decide for; the clock's by default.
            until: Close only windows that have ended by then; all of them by default.
            history: What happened before, for rules that look at it.

        Returns:
            A report with one result per closed window, in the order of their ends.
        """
        by_id = {person.id: person for person in people}
        windows = self._digests.close(until=until, order=tuple(by_id))
        try:
            told = await run_bounded(
                partial(self._tell_window, people=by_id, now=now, history=history),
                windows,
                concurrency=self._concurrency,
            )
        finally:
            # Whatever happens, an evaluation that was not told goes on waiting.
            self._digests.put_back(windows)
        return Report(
            results=tuple(result for result in whole(told) if result is not None),
            missing=tuple(
                dict.fromkeys(
                    window.person_id for window in windows if window.person_id not in by_id
                )
            ),
        )

    async def _tell_window(
        self,
        window: DigestWindow,
        *,
        people: Mapping[str, Person],
        now: datetime | None,
        history: History | None,
    ) -> Result | None:
        person = people.get(window.person_id)
        if person is None:
            self._digests.settle(window)
            return None
        moment = now or self._clock.now()
        alert = window.alert
        delivered = await self._delivered(alert.event_id)
        plan = self._planner.plan(
            alert, (person,), now=moment, delivered=delivered, history=history
        )
        (result,) = (await self._carry_out(plan, now=now)).results
        if result.status in _REACHED:
            for item in window.items:
                await self._keep(item.alert.event_id, item.person_id, at=moment)
        if not may_be_told_later(result.status, result.error):
            self._digests.settle(window)
        return result

    async def _carry_out(
        self, plan: Plan, *, now: datetime | None, alert: Alert | None = None
    ) -> Report:
        sent = iter(
            whole(
                await run_bounded(
                    partial(self._deliver_planned, now=now),
                    [one for one in plan.planned if one.status is None],
                    concurrency=self._concurrency,
                )
            )
        )
        results = []
        for one in plan.planned:
            if one.status is None:
                results.append(next(sent))
            elif one.status is Status.DIGESTED and alert is not None:
                results.append(self._collect(one, alert))
            else:
                results.append(result_of(one, one.status))
        return Report(results=tuple(results), missing=plan.missing)

    def _collect(self, planned: Planned, alert: Alert) -> Result:
        if self._digests.add(planned.person_id, alert):
            return result_of(planned, Status.DIGESTED)
        return kept_back(planned.decision, Reason.DUPLICATE_EVENT)

    async def _deliver_planned(self, planned: Planned, *, now: datetime | None) -> Result:
        assert planned.delivery is not None
        moment = now or self._clock.now()
        held = held_by_time(planned.delivery, moment)
        return await self._deliver(planned.delivery, at=moment) if held is None else held

    async def _deliver(self, delivery: Delivery, *, at: datetime) -> Result:
        if not await self._claim(delivery, at=at):
            return kept_back(delivery.decision, Reason.DUPLICATE_EVENT, delivery)
        try:
            status, error = await self._send(delivery)
        except Exception:
            # A mistake in a program, ours or the caller's: raised, but the claim must not stay.
            await self._release(delivery)
            raise
        if status is Status.FAILED:
            await self._release(delivery)
        else:
            await self._keep(delivery.event_id, delivery.person_id, at=at)
        _log.debug("%s for %s: %s", delivery.event_id, delivery.person_id, status)
        return Result(
            person_id=delivery.person_id,
            status=status,
            decision=delivery.decision,
            delivery=delivery,
            error=error,
        )

    async def _send(self, delivery: Delivery) -> tuple[Status, NaverWorksError | None]:
        try:
            await self._works.messages.send_to_user(delivery.user_id, delivery.content)
        except DeliveryUnknown as error:
            return Status.UNKNOWN, error
        except (NotFound, Gone) as error:
            await self._note_if_gone(delivery)
            return Status.FAILED, error
        except NaverWorksError as error:
            return Status.FAILED, error
        return Status.SENT, None

    async def _note_if_gone(self, delivery: Delivery) -> None:
        members = self._planner.members
        if not isinstance(members, MarksMissing):
            return
        # The answer to a send is the same where the bot is gone: taken for an answer about the
        # user, one wrong bot id would block everybody.
        try:
            await self._works.users.get(delivery.user_id)
        except (NotFound, Gone):
            note_missing(members, delivery)
        except NaverWorksError as error:
            _log.debug("%s: not marked as missing: %s", delivery.person_id, type(error).__name__)

    async def _delivered(self, event_id: str) -> Mapping[str, datetime]:
        ask = partial(self._state.delivered, event_id)
        known = await off_loop(ask) if self._state.blocking else ask()
        return self._digests.waiting(event_id) | dict(known)

    async def _claim(self, delivery: Delivery, *, at: datetime) -> bool:
        claim = partial(
            self._state.claim,
            delivery.event_id,
            delivery.person_id,
            at=at,
            seen=delivery.previous_at,
        )
        return await off_loop(claim) if self._state.blocking else claim()

    async def _keep(self, event_id: str, person_id: str, *, at: datetime) -> None:
        keep = partial(self._state.keep, event_id, person_id, at=at)
        await off_loop(keep) if self._state.blocking else keep()

    async def _release(self, delivery: Delivery) -> None:
        release = partial(self._state.release, delivery.event_id, delivery.person_id)
        await off_loop(release) if self._state.blocking else release()
