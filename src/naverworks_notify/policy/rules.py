"""The rules: one small function each. Relation rules first, then gates, in the order asked.

Where a rule names no other source it obeys the guide of the product's NAVER WORKS alerts,
https://guide.roundhr.com/setting/integrations/notifications/naver_works, seen 2026-11.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from naverworks_notify.alerts import Audience
from naverworks_notify.policy._decision import Reason
from naverworks_notify.policy._history import subject_of
from naverworks_notify.policy._options import PolicyOptions
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._roles import OrgRole, PostingRole
from naverworks_notify.policy._rule import (
    Rule,
    Ruling,
    choose,
    collect,
    defer,
    gate,
    relation,
    suppress,
)
from naverworks_notify.policy._situation import Notice, Situation

__all__ = [
    "actor_excluded",
    "addressed",
    "addressed_posting_member",
    "assigned",
    "changes_collapsed",
    "delegate",
    "delegated",
    "digest_window",
    "duplicate_event",
    "expired",
    "hourly_cap",
    "inactive",
    "muted",
    "posting_manager",
    "posting_member",
    "quiet_day",
    "receive_window",
    "recruiting_rules",
    "snoozed",
    "superseded",
    "unrelated",
]

_CHANGED = "interview.changed"
_CANCELLED = "interview.cancelled"
_REMINDER = "interview.reminder"
_DOCUMENT_EVALUATED = "document_evaluation.completed"
_DIGEST = "document_evaluation.completed_digest"
_MADE_MOOT_BY_CANCELLATION = frozenset({"interview.confirmed", _CHANGED, _REMINDER})


# Made once: these three are most of what is ever said.
_NO_POSTING_ROLE = suppress(Reason.NO_POSTING_ROLE)
_NOT_ADDRESSED = suppress(Reason.NOT_ADDRESSED)
_NOT_ASSIGNED = suppress(Reason.NOT_ASSIGNED)
_JOB_MEMBER = PostingRole.JOB_MEMBER


# --- relation rules: is this person concerned, and by which variant? ---


@relation(
    "addressed_posting_member",
    when=lambda s: s.is_addressed and Audience.INTERVIEWER in s.entries,
)
def addressed_posting_member(situation: Situation, person: Person) -> Ruling | None:
    """Keep mentions and approvals from a 공고 멤버: the conservative reading, off by default.

    Not documented. Against it: a mention exists to reach a chosen teammate, and the team chat is
    open from 공고 멤버 up (https://guide.roundhr.com/candidate/detail_info/teamchat).
    """
    if situation.is_assignee(person) and situation.role_of(person) is _JOB_MEMBER:
        return suppress(Reason.POSTING_MEMBER)
    return None


@relation("addressed", when=lambda s: s.is_addressed)
def addressed(situation: Situation, person: Person) -> Ruling | None:
    """Mentions, approvals and work reminders go to their addressees, whatever their roles.

    Those in charge of the posting get the manager variant, everybody else the interviewer's; the
    list of the guide names both without saying which is whose.
    """
    if situation.is_assignee(person):
        return choose(situation.variant_for_addressee(person), Reason.ADDRESSED)
    return None


@relation("assigned", when=lambda s: s.is_assigned)
def assigned(situation: Situation, person: Person) -> Ruling | None:
    """면접관 alerts go to the people the event is assigned to; no role is asked.

    An evaluator may well be an organisation admin
    (https://api-docs.roundhr.com/round-api/api-reference/feedback/candidate-scores-show).
    """
    if situation.is_assignee(person):
        return choose(Audience.INTERVIEWER, Reason.ASSIGNED)
    return None


@relation("posting_manager", when=lambda s: s.is_posting_related)
def posting_manager(situation: Situation, person: Person) -> Ruling | None:
    """채용 관리자/매니저 alerts go to the 공고 관리자 and 공고 매니저 of that posting.

    «내가 담당한 공고» (https://guide.roundhr.com/setting/profile/notification): an organisation
    admin without a role on the posting is not copied, unless `include_org_admins` is on.
    """
    role = situation.role_of(person)
    if role is None:
        if situation.options.include_org_admins and person.org_role is OrgRole.ADMIN:
            return choose(Audience.MANAGER, Reason.POSTING_MANAGER)
        return None
    if role is _JOB_MEMBER:
        return None
    return choose(Audience.MANAGER, Reason.POSTING_MANAGER)


@relation("delegate", when=lambda s: bool(s.history.absences))
def delegate(situation: Situation, person: Person) -> Ruling | None:
    """Whoever stands in for someone away gets what that person would have got.

    Not documented; acts only on absences in the history that is passed in.
    """
    for absent in situation.absent_ones_of(person):
        audience = situation.concern(situation, absent)
        if audience is not None:
            if situation.is_addressed:
                audience = situation.variant_for_addressee(person)
            return choose(audience, Reason.DELEGATE)
    return None


@relation("posting_member", when=lambda s: s.is_posting_related)
def posting_member(situation: Situation, person: Person) -> Ruling | None:
    """«공고 멤버에게는 공고 관련 알림을 전송하지 않습니다», whatever their organisation role.

    Stands in the guide's section on 채용 관리자/매니저, so it takes nothing from assignees.
    """
    if situation.role_of(person) is _JOB_MEMBER:
        return suppress(Reason.POSTING_MEMBER)
    return None


@relation("unrelated")
def unrelated(situation: Situation, person: Person) -> Ruling | None:  # noqa: ARG001
    """Nothing ties this person to the alert; say what would have."""
    if situation.is_posting_related:
        return _NO_POSTING_ROLE
    if situation.is_addressed:
        return _NOT_ADDRESSED
    return _NOT_ASSIGNED


# --- gates: does it reach them, and now? ---


@gate("inactive")
def inactive(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """Someone who left or is not synchronised gets nothing.

    «구성원 동기화»: only synchronised members of the organisation get alerts.
    """
    return None if person.active else suppress(Reason.INACTIVE)


@gate("actor_excluded", when=lambda s: s.alert.actor_id is not None)
def actor_excluded(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """Do not tell people what they did themselves. Not documented; off by default."""
    if situation.alert.actor_id == person.id:
        return suppress(Reason.ACTOR_EXCLUDED)
    return None


@gate("expired", when=lambda s: s.alert.type == _REMINDER)
def expired(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """An interview reminder is of no use once the interview has started."""
    interview = situation.alert.interview
    if interview is not None and interview.slot.start_at <= situation.now:
        return suppress(Reason.EXPIRED)
    return None


@gate("superseded", when=lambda s: s.alert.type in _MADE_MOOT_BY_CANCELLATION)
def superseded(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """A cancellation makes moot what happened to the same interview before it.

    Not documented; looks at the events in the history that is passed in.
    """
    alert = situation.alert
    for other in situation.history.occurrences.get(subject_of(alert) or "", ()):
        if other.type == _CANCELLED and other.occurred_at >= alert.occurred_at:
            return suppress(Reason.SUPERSEDED)
    return None


@gate("duplicate_event")
def duplicate_event(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """One event reaches one person once, however often it is handed in.

    With `duplicate_window`, an event may come again when it was delivered longer ago than that.
    """
    delivered = situation.history.delivered_at(person.id, situation.alert.event_id)
    if delivered is None:
        return None
    window = situation.options.duplicate_window
    if window is not None and situation.now - delivered >= window:
        return None
    return suppress(Reason.DUPLICATE_EVENT)


@gate("delegated", when=lambda s: bool(s.history.absences))
def delegated(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """Someone away gets nothing while another person stands in for them."""
    if situation.stand_in_for(person) is not None:
        return suppress(Reason.DELEGATED)
    return None


@gate("muted")
def muted(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """Types and variants that a person, or else the tenant, switched off.

    The variant was chosen before: muting one does not bring the other. Mandatory and critical
    alerts pass. Source: https://guide.roundhr.com/setting/profile/notification (type can be
    personalised).
    """
    if notice.is_critical or notice.is_mandatory:
        return None
    own = person.preferences
    if notice.catalog_id in own.muted or notice.audience in own.muted_audiences:
        return suppress(Reason.MUTED)
    defaults = situation.options.defaults
    if (
        defaults is not None
        and notice.catalog_id not in own.wanted
        and (notice.catalog_id in defaults.muted or notice.audience in defaults.muted_audiences)
    ):
        return suppress(Reason.MUTED)
    return None


@gate("digest_window", when=lambda s: s.alert.type == _DOCUMENT_EVALUATED)
def digest_window(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """«서류 평가 알림 (1시간 기준)»: document evaluations are collected for an hour.

    Not held back outside the receive window: the digest itself waits for it.
    """
    return collect(Reason.DIGEST_WINDOW)


@gate("changes_collapsed", when=lambda s: s.alert.type == _CHANGED)
def changes_collapsed(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """Several changes of one interview within `collapse_window` become one alert.

    Each change waits until the window that the first one opened closes; decided anew then, all but
    the last are superseded. `merge_changes` gives the last one the first one's old time.
    """
    window, alert = situation.options.collapse_window, situation.alert
    if window is None or notice.is_critical:
        return None
    opened = alert.occurred_at
    for other in situation.history.occurrences.get(subject_of(alert) or "", ()):
        if other.event_id == alert.event_id or other.type != _CHANGED:
            continue
        if situation.history.delivered_at(person.id, other.event_id) is not None:
            continue
        if _comes_after(other.occurred_at, other.event_id, alert.occurred_at, alert.event_id):
            return suppress(Reason.COLLAPSED)
        if alert.occurred_at - other.occurred_at < window:
            opened = min(opened, other.occurred_at)
    until = opened + window
    return defer(Reason.COLLAPSED, until=until) if situation.now < until else None


def _comes_after(at: datetime, event_id: str, than_at: datetime, than_id: str) -> bool:
    return (at, event_id) > (than_at, than_id)


@gate("snoozed", when=lambda s: bool(s.history.snoozes))
def snoozed(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """Someone who asked for quiet until a moment is told then.

    Not documented; acts only on snoozes in the history that is passed in.
    """
    until = situation.history.snoozes.get(person.id)
    if until is None or until <= situation.now or notice.is_critical:
        return None
    return defer(Reason.SNOOZED, until=until)


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
    until = _next_reachable(situation, person) if _waits(situation) else None
    if until is None:
        return suppress(Reason.QUIET_DAY)
    return defer(Reason.DEFERRED_QUIET_DAY, until=until)


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
    until = _next_reachable(situation, person) if _waits(situation) else None
    if until is None:
        return suppress(Reason.OUTSIDE_RECEIVE_WINDOW)
    return defer(Reason.DEFERRED_RECEIVE_WINDOW, until=until)


@gate("hourly_cap", when=lambda s: s.options.hourly_cap is not None)
def hourly_cap(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """At most `hourly_cap` alerts an hour and person; the next one waits for its turn.

    Not documented; off by default. Reads deliveries in the history; committing them counts.
    """
    cap = situation.options.hourly_cap
    if cap is None or notice.is_critical:
        return None
    hour = timedelta(hours=1)
    recent = sorted(
        at
        for at in situation.history.deliveries.get(person.id, {}).values()
        if situation.now - hour < at <= situation.now
    )
    if len(recent) < cap:
        return None
    return defer(Reason.HOURLY_CAP, until=recent[-cap] + hour)


def _waits(situation: Situation) -> bool:
    return situation.options.defer_outside_window or situation.alert.type == _DIGEST


def _next_reachable(situation: Situation, person: Person) -> datetime | None:
    """Return the next moment that is in the person's window and on no quiet day, within a year."""
    window, quiet = situation.options.window_of(person), situation.options.quiet_days
    zone = situation.options.zone_of(person)
    moment = situation.now.astimezone(zone)
    limit = moment + timedelta(days=366)
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


def recruiting_rules(options: PolicyOptions) -> tuple[Rule, ...]:
    """Return the rules of `RecruitingPolicy` in the order they are asked.

    An option that is off leaves its rule out, so a trail shows only rules that can act.
    """
    wanted: list[tuple[Rule, bool]] = [
        (addressed_posting_member, options.silence_addressed_members),
        (addressed, True),
        (assigned, options.interviewer_first),
        (posting_manager, True),
        (assigned, not options.interviewer_first),
        (delegate, True),
        (posting_member, True),
        (unrelated, True),
        (inactive, True),
        (actor_excluded, options.exclude_actor),
        (expired, True),
        (superseded, options.supersede_cancelled),
        (duplicate_event, True),
        (delegated, True),
        (muted, True),
        (digest_window, True),
        (changes_collapsed, options.collapse_window is not None),
        (snoozed, True),
        (quiet_day, options.quiet_days is not None),
        (receive_window, True),
        (hourly_cap, options.hourly_cap is not None),
    ]
    return tuple(rule for rule, is_on in wanted if is_on)
