"""Does this alert reach this person, at this moment? Every rule but those that read the history.

Where a rule names no other source it obeys the guide of the product's NAVER WORKS alerts,
https://guide.roundhr.com/setting/integrations/notifications/naver_works, seen 2026-11.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from naverworks_notify.policy._decision import Reason
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import Context, Ruling, Variant, collect, defer, gate, suppress

__all__ = [
    "actor_excluded",
    "digest_window",
    "expired",
    "inactive",
    "is_of_use",
    "muted",
    "next_reachable",
    "quiet_day",
    "receive_window",
    "wait",
]

_YEAR = timedelta(days=366)


def wait(context: Context, person: Person, reason: str, *, until: datetime) -> Ruling:
    """Hold an alert until a moment, and on until the person may be disturbed.

    What would be of no use by then does not wait: a reminder of an interview that will have started
    is dropped at once.
    """
    moment = next_reachable(context, person, until) or until
    if not is_of_use(context, moment):
        return suppress(Reason.EXPIRED)
    return defer(reason, until=moment)


def is_of_use(context: Context, moment: datetime) -> bool:
    """Tell whether the alert still says something at that moment."""
    return context.expiry is None or moment < context.expiry


def next_reachable(context: Context, person: Person, start: datetime) -> datetime | None:
    """Return the first moment that is in the person's window and on no quiet day, within a year.

    None where there is no such moment, also because the calendar ends before it, in year 9999.
    """
    try:
        return _search(context, person, start)
    except OverflowError:
        return None


def _search(context: Context, person: Person, start: datetime) -> datetime | None:
    window, quiet = context.options.window_of(person), context.options.quiet_days
    zone = context.options.zone_of(person)
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


@gate("inactive")
def inactive(context: Context, person: Person, variant: Variant) -> Ruling | None:  # noqa: ARG001
    """Someone who left or is not synchronised gets nothing.

    «구성원 동기화»: only synchronised members of the organisation get alerts
    (https://guide.roundhr.com/setting/integrations/notifications/naver_works).
    """
    return None if person.active else suppress(Reason.INACTIVE)


@gate("actor_excluded", when=lambda s: s.alert.actor_id is not None)
def actor_excluded(context: Context, person: Person, variant: Variant) -> Ruling | None:  # noqa: ARG001
    """Do not tell people what they did themselves. Not documented; off by default."""
    if context.alert.actor_id == person.id:
        return suppress(Reason.ACTOR_EXCLUDED)
    return None


@gate("expired", when=lambda s: s.expiry is not None)
def expired(context: Context, person: Person, variant: Variant) -> Ruling | None:  # noqa: ARG001
    """An interview reminder is of no use once the interview has started.

    Not documented. So says its class (`Traits.expires`), as any other may. Rules that make alerts
    wait give this reason too, when the alert will have expired by then.
    """
    return None if is_of_use(context, context.now) else suppress(Reason.EXPIRED)


@gate("muted")
def muted(context: Context, person: Person, variant: Variant) -> Ruling | None:
    """Types and variants that a person, or else the tenant, switched off.

    The variant was chosen before: muting one does not bring the other. Mandatory and critical
    alerts pass. Source: https://guide.roundhr.com/setting/profile/notification (type can be
    personalised).
    """
    if variant.is_critical or variant.is_mandatory:
        return None
    own = person.preferences
    if variant.catalog_id in own.muted or variant.audience in own.muted_audiences:
        return suppress(Reason.MUTED)
    defaults = context.options.defaults
    if (
        defaults is not None
        and variant.catalog_id not in own.wanted
        and (variant.catalog_id in defaults.muted or variant.audience in defaults.muted_audiences)
    ):
        return suppress(Reason.MUTED)
    return None


@gate("digest_window", when=lambda s: s.alert.traits.digest is not None)
def digest_window(context: Context, person: Person, variant: Variant) -> Ruling | None:  # noqa: ARG001
    """«서류 평가 알림 (1시간 기준)»: document evaluations are collected for an hour.

    So is every alert whose class names a digest (`Traits.digest`).
    Source: https://guide.roundhr.com/setting/integrations/notifications/naver_works.
    Not held back outside the receive window: the digest itself waits for it.
    """
    return collect(Reason.DIGEST_WINDOW)


@gate("quiet_day", when=lambda s: s.options.quiet_days is not None)
def quiet_day(context: Context, person: Person, variant: Variant) -> Ruling | None:
    """Nobody is disturbed on quiet days, counted in the person's own zone.

    Not documented; off by default. The digest waits, everything else is dropped or, with
    `defer_outside_window`, waits too.
    """
    quiet = context.options.quiet_days
    if quiet is None or variant.is_critical:
        return None
    zone = context.options.zone_of(person)
    if not quiet.covers(context.now.astimezone(zone).date()):
        return None
    until = next_reachable(context, person, context.now) if _waits(context) else None
    if until is None:
        return suppress(Reason.QUIET_DAY)
    return wait(context, person, Reason.DEFERRED_QUIET_DAY, until=until)


@gate("receive_window")
def receive_window(context: Context, person: Person, variant: Variant) -> Ruling | None:
    """Outside 알림 수신 시간 an alert is not delivered; the digest is late rather than lost.

    Source: https://guide.roundhr.com/setting/profile/notification. Whether messengers are covered
    is not said; read so because the wording is general. With `defer_outside_window` everything
    waits for the window.
    """
    window = context.options.window_of(person)
    if window is None or variant.is_critical or window.is_open(context.now):
        return None
    until = next_reachable(context, person, context.now) if _waits(context) else None
    if until is None:
        return suppress(Reason.OUTSIDE_RECEIVE_WINDOW)
    return wait(context, person, Reason.DEFERRED_RECEIVE_WINDOW, until=until)


def _waits(context: Context) -> bool:
    own = context.alert.traits.window
    return context.options.defer_outside_window if own is None else own == "wait"
