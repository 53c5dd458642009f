"""Until when does an alert wait, and is it of use then?"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from naverworks_notify.policy._decision import Reason
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import Ruling, defer, suppress
from naverworks_notify.policy._situation import Situation

__all__ = ["is_of_use", "next_reachable", "wait"]

_YEAR = timedelta(days=366)


def wait(situation: Situation, person: Person, reason: str, *, until: datetime) -> Ruling:
    """Hold an alert until a moment, and on until the person may be disturbed.

    What would be of no use by then does not wait: a reminder of an interview that will have started
    is dropped at once.
    """
    moment = next_reachable(situation, person, until) or until
    if not is_of_use(situation, moment):
        return suppress(Reason.EXPIRED)
    return defer(reason, until=moment)


def is_of_use(situation: Situation, moment: datetime) -> bool:
    """Tell whether the alert still says something at that moment."""
    return situation.expiry is None or moment < situation.expiry


def next_reachable(situation: Situation, person: Person, start: datetime) -> datetime | None:
    """Return the first moment that is in the person's window and on no quiet day, within a year.

    None where there is no such moment, also because the calendar ends before it, in year 9999.
    """
    try:
        return _search(situation, person, start)
    except OverflowError:
        return None


def _search(situation: Situation, person: Person, start: datetime) -> datetime | None:
    window, quiet = situation.options.window_of(person), situation.options.quiet_days
    zone = situation.options.zone_of(person)
    moment = start.astimezone(zone)
    last = datetime.max.replace(tzinfo=zone)
    limit = moment + min(_YEAR, last - moment)
    while moment < limit:
        if quiet is not None and quiet.covers(moment.date()):
            tomorrow = datetime.combine(moment.date() + timedelta(days=1), time.min, tzinfo=zone)
            # By way of UTC: where the clock skips midnight, the day begins later.
            moment = tomorrow.astimezone(UTC).astimezone(zone)
        elif window is not None and not window.is_open(moment):
            moment = window.next_open(moment)
        else:
            return moment
    return None
