"""Is this a moment to disturb this person?

Where a rule names no other source it obeys the guide of the product's NAVER WORKS alerts,
https://guide.roundhr.com/setting/integrations/notifications/naver_works, seen 2026-11.
"""

from __future__ import annotations

from naverworks_notify.policy._decision import Reason
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import Ruling, gate, suppress
from naverworks_notify.policy._situation import Notice, Situation
from naverworks_notify.policy.rules._waiting import next_reachable, wait

__all__ = [
    "quiet_day",
    "receive_window",
]


@gate("quiet_day", when=lambda s: s.options.quiet_days is not None)
def quiet_day(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """Nobody is disturbed on quiet days, counted in the person's own zone.

    Not documented; off by default. The digest waits, everything else is dropped or, with
    `defer_outside_window`, waits too.
    """
    quiet = situation.options.quiet_days
    if quiet is None or notice.is_critical:
        return None
    zone = situation.options.zone_of(person)
    if not quiet.covers(situation.now.astimezone(zone).date()):
        return None
    until = next_reachable(situation, person, situation.now) if _waits(situation) else None
    if until is None:
        return suppress(Reason.QUIET_DAY)
    return wait(situation, person, Reason.DEFERRED_QUIET_DAY, until=until)


@gate("receive_window")
def receive_window(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """Outside 알림 수신 시간 an alert is not delivered; the digest is late rather than lost.

    Source: https://guide.roundhr.com/setting/profile/notification. Whether messengers are covered
    is not said; read so because the wording is general. With `defer_outside_window` everything
    waits for the window.
    """
    window = situation.options.window_of(person)
    if window is None or notice.is_critical or window.is_open(situation.now):
        return None
    until = next_reachable(situation, person, situation.now) if _waits(situation) else None
    if until is None:
        return suppress(Reason.OUTSIDE_RECEIVE_WINDOW)
    return wait(situation, person, Reason.DEFERRED_RECEIVE_WINDOW, until=until)


def _waits(situation: Situation) -> bool:
    own = situation.alert.traits.window
    return situation.options.defer_outside_window if own is None else own == "wait"
