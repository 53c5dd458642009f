"""Each rule by values: whom it stops, whom it lets through, and what it leaves in the trail."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from people_in_a_past import History, RecruitingPolicy

from naverworks_notify import InvalidAlert, InvalidPerson, InvalidValue, alerts, policy
from naverworks_notify.policy import (
    Absence,
    Decision,
    Outcome,
    Person,
    PolicyOptions,
    Preferences,
    QuietDays,
    ReceiveWindow,
)

EVENING = Preferences(receive_window=ReceiveWindow(start="18:00", end="21:00"))


def one(alert, person, now, *, history=None, **options):
    """Return the decision about one person, as (outcome, reason)."""
    rules = RecruitingPolicy(PolicyOptions(**options))
    (decision,) = rules.decide(alert, [person], now=now, history=history)
    return decision.outcome, decision.reason


def prefer(person, **preferences):
    return evolve(person, preferences=Preferences(**preferences))


# --- relations ---


def test_the_whole_decision_of_an_assignee(alert, interviewer, now):
    (decision,) = policy.decide(alert("interview.confirmed", "u-1"), [interviewer], now=now)
    assert decision == Decision(
        person_id="u-1",
        outcome=Outcome.SEND,
        audience=alerts.Audience.INTERVIEWER,
        reason="assigned",
        until=None,
        trail=(
            ("addressed", "pass"),
            ("assigned", "choose"),
            ("inactive", "pass"),
            ("expired", "pass"),
            ("duplicate_event", "pass"),
            ("muted", "pass"),
            ("delegated", "pass"),
            ("digest_window", "pass"),
            ("receive_window", "pass"),
            ("snoozed", "pass"),
        ),
        event_id="ev-1",
        catalog_id="interviewer.interview.confirmed",
    )


def test_the_whole_decision_of_a_posting_member(alert, member, now):
    (decision,) = policy.decide(alert("interview.confirmed", "u-1"), [member], now=now)
    assert decision == Decision(
        person_id="u-3",
        outcome=Outcome.SUPPRESS,
        audience=None,
        reason="posting_member",
        until=None,
        trail=(
            ("addressed", "pass"),
            ("assigned", "pass"),
            ("delegate", "pass"),
            ("posting_manager", "pass"),
            ("posting_member", "suppress"),
        ),
        event_id="ev-1",
        catalog_id=None,
    )


def test_the_whole_decision_outside_a_window(alert, manager, now):
    someone = evolve(manager, preferences=EVENING)
    (decision,) = RecruitingPolicy(PolicyOptions(defer_outside_window=True)).decide(
        alert("interview.confirmed"), [someone], now=now
    )
    assert decision.trail[-1] == ("receive_window", "defer")
    assert (decision.audience, decision.catalog_id) == ("manager", "manager.interview.confirmed")
    assert decision.until == datetime.fromisoformat("2026-03-02T18:00:00+09:00")


def test_until_equals_the_same_moment_elsewhere_also_in_a_repeated_hour(alert, manager):
    window = ReceiveWindow(start="01:00", end="02:00", tz="America/New_York")
    someone = evolve(manager, preferences=Preferences(receive_window=window))
    (decision,) = RecruitingPolicy(PolicyOptions(defer_outside_window=True)).decide(
        alert("interview.confirmed"), [someone], now=datetime(2026, 10, 31, 16, tzinfo=UTC)
    )
    assert decision.until == datetime(2026, 11, 1, 5, tzinfo=UTC)
    assert decision.until.isoformat() == "2026-11-01T01:00:00-04:00"
    assert type(decision.until.tzinfo) is timezone
    assert pickle.loads(pickle.dumps(decision)) == decision  # noqa: S301 - our own bytes


def test_a_snooze_in_a_repeated_hour_ends_at_its_moment(alert, manager, now):
    quiet = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=1)
    (decision,) = policy.decide(
        alert("interview.confirmed"),
        [evolve(manager, snoozed_until=quiet)],
        now=now,
    )
    assert decision.until == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert decision.until.fold == 0


@pytest.mark.parametrize("until", [None, datetime(2026, 3, 2)])  # noqa: DTZ001 - naive on purpose
def test_a_rule_that_defers_to_no_moment_is_named(alert, manager, now, until):
    @policy.gate("vague")
    def vague(_situation, _person, _variant):
        return policy.Ruling(policy.Verdict.DEFER, "later", until=until)

    with pytest.raises(InvalidValue, match="'vague' deferred without an aware moment"):
        RecruitingPolicy().insert(vague).decide(alert("interview.confirmed"), [manager], now=now)


def test_a_trail_ends_with_the_rule_that_ended_the_matter(alert, interviewer, now):
    gone = evolve(interviewer, active=False)
    (decision,) = policy.decide(alert("interview.confirmed", gone.id), [gone], now=now)
    assert decision.trail == (
        ("addressed", "pass"),
        ("assigned", "choose"),
        ("inactive", "suppress"),
    )


def test_equal_trails_are_one_object(alert, now):
    crowd = [Person(id=f"u-{i}", name="n") for i in range(3)]
    first, second, third = policy.decide(alert("interview.confirmed", "u-2"), crowd, now=now)
    assert first.trail is second.trail
    assert first.trail[0] is second.trail[0] is third.trail[0]


@pytest.mark.parametrize(
    ("org_role", "posting_roles", "on", "off"),
    [
        ("admin", {}, "posting_manager", "no_posting_role"),
        ("manager", {}, "no_posting_role", "no_posting_role"),
        ("admin", {"p-1": "job_member"}, "posting_member", "posting_member"),
        ("admin", {"p-2": "job_member"}, "posting_manager", "no_posting_role"),
    ],
)
def test_organisation_admins_are_included_on_request(alert, now, org_role, posting_roles, on, off):
    person = Person(id="u", name="n", org_role=org_role, posting_roles=posting_roles)
    happened = alert("evaluation.completed")
    assert one(happened, person, now)[1] == off
    assert one(happened, person, now, include_org_admins=True)[1] == on


def test_including_admins_brings_them_no_assigned_or_addressed_alert(alert, now):
    admin = Person(id="u", name="n", org_role="admin")
    for kind, reason in (
        ("document_review.requested", "not_assigned"),
        ("team_chat.mentioned", "not_addressed"),
    ):
        assert one(alert(kind), admin, now, include_org_admins=True)[1] == reason


def test_a_direct_role_can_be_made_to_win(alert, now):
    person = Person(
        id="u", name="n", posting_roles={"p-1": "job_member"}, team_roles={"t-1": "team_admin"}
    )
    happened = alert("evaluation.completed")
    assert one(happened, person, now)[1] == "posting_manager"
    assert one(happened, person, now, direct_role_wins=True)[1] == "posting_member"


def test_a_team_role_needs_the_posting_to_be_the_teams(alert, now):
    person = Person(id="u", name="n", team_roles={"t-1": "team_admin"})
    other = {"posting": {"id": "p-1", "title": "t", "team": "t-2"}}
    nobody = {"posting": {"id": "p-1", "title": "t"}}
    assert one(alert("evaluation.completed"), person, now)[1] == "posting_manager"
    assert one(alert("evaluation.completed", **other), person, now)[1] == "no_posting_role"
    assert one(alert("evaluation.completed", **nobody), person, now)[1] == "no_posting_role"


def test_the_managers_variant_can_come_first(alert, manager, now):
    happened = alert("interview.confirmed", manager.id)
    assert one(happened, manager, now)[1] == "assigned"
    assert one(happened, manager, now, interviewer_first=False)[1] == "posting_manager"
    only = alert("document_review.requested", manager.id)
    assert one(only, manager, now, interviewer_first=False)[1] == "assigned"


@pytest.mark.parametrize("kind", ["team_chat.mentioned", "automation.approval_requested"])
@pytest.mark.parametrize(
    ("role", "audience"),
    [
        ("job_admin", "manager"),
        ("job_manager", "manager"),
        ("job_member", "interviewer"),
        (None, "interviewer"),
    ],
)
def test_the_role_of_an_addressee_chooses_the_variant(alert, now, kind, role, audience):
    person = Person(id="u", name="n", posting_roles={"p-1": role} if role else {})
    (decision,) = policy.decide(alert(kind, "u"), [person], now=now)
    assert (decision.outcome, decision.reason) == ("send", "addressed")
    assert (decision.audience, decision.catalog_id) == (audience, f"{audience}.{kind}")


@pytest.mark.parametrize("kind", ["team_chat.mentioned", "automation.approval_requested"])
def test_without_a_posting_an_addressee_gets_the_interviewers_variant(alert, now, manager, kind):
    (decision,) = policy.decide(alert(kind, manager.id, posting=None), [manager], now=now)
    assert (decision.outcome, decision.audience) == ("send", "interviewer")


def test_a_task_reminder_has_one_variant(alert, now, interviewer, member):
    for person in (interviewer, member):
        for posting in ({}, {"posting": None}):
            (decision,) = policy.decide(
                alert("task.reminder", person.id, **posting), [person], now=now
            )
            assert (decision.audience, decision.reason) == ("manager", "addressed")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("team_chat.mentioned", "posting_member"),
        ("automation.approval_requested", "posting_member"),
        ("task.reminder", "addressed"),
        ("interview.confirmed", "assigned"),
    ],
)
def test_the_conservative_reading_keeps_mentions_from_posting_members(
    alert, now, member, manager, kind, reason
):
    happened = alert(kind, member.id, manager.id)
    assert one(happened, member, now, silence_addressed_members=True)[1] == reason
    assert one(happened, member, now)[1] != "posting_member"
    assert one(happened, manager, now, silence_addressed_members=True)[0] == "send"


def test_the_conservative_reading_changes_nothing_for_who_is_not_addressed(alert, now, member):
    happened = alert("team_chat.mentioned")
    assert one(happened, member, now, silence_addressed_members=True)[1] == "not_addressed"


def test_interviewers_named_in_the_interview_are_not_recipients(alert, now):
    named = Person(id="u-0", name="이도윤")
    assert one(alert("interview.confirmed"), named, now)[1] == "no_posting_role"


# --- gates ---


def test_inactive_people_get_nothing(alert, interviewer, now):
    gone = evolve(interviewer, active=False)
    happened = alert("interview.confirmed", gone.id)
    assert one(happened, gone, now) == ("suppress", "inactive")
    assert one(alert("interview.confirmed"), gone, now)[1] == "no_posting_role"


def test_the_actor_is_left_out_on_request(alert, interviewer, now):
    mine = alert("interview.confirmed", interviewer.id, actor_id=interviewer.id)
    assert one(mine, interviewer, now) == ("send", "assigned")
    assert one(mine, interviewer, now, exclude_actor=True) == ("suppress", "actor_excluded")
    theirs = alert("interview.confirmed", interviewer.id, actor_id="someone")
    assert one(theirs, interviewer, now, exclude_actor=True)[0] == "send"


@pytest.mark.parametrize(
    ("kind", "early", "outcome"),
    [
        ("interview.reminder", timedelta(microseconds=1), ("send", "assigned")),
        ("interview.reminder", timedelta(0), ("suppress", "expired")),
        ("interview.reminder", timedelta(hours=-1), ("suppress", "expired")),
        ("interview.confirmed", timedelta(hours=-1), ("send", "assigned")),
    ],
)
def test_a_reminder_expires_when_the_interview_starts(alert, interviewer, kind, early, outcome):
    happened = alert(kind, interviewer.id)
    now = happened.interview.slot.start_at - early
    assert one(happened, interviewer, now) == outcome


def test_an_event_reaches_a_person_once(alert, interviewer, now):
    happened = alert("interview.confirmed", interviewer.id)
    history = History().deliver(interviewer.id, "ev-1", at=now - timedelta(hours=2))
    assert one(happened, interviewer, now, history=history) == ("suppress", "duplicate_event")
    other = alert("interview.confirmed", interviewer.id, event_id="ev-2")
    assert one(other, interviewer, now, history=history)[0] == "send"
    for hours, outcome in ((3, "suppress"), (2, "send"), (1, "send")):
        again = one(
            happened,
            interviewer,
            now,
            history=history,
            duplicate_window=timedelta(hours=hours),
        )
        assert again[0] == outcome


def test_a_repeat_after_the_window_opens_the_window_anew(alert, interviewer, now):
    happened = alert("interview.confirmed", interviewer.id)
    rules = RecruitingPolicy(PolicyOptions(duplicate_window=timedelta(hours=2)))
    history, told = History(), []
    for hours in range(6):
        moment = now + timedelta(hours=hours)
        decisions = rules.decide(happened, [interviewer], now=moment, history=history)
        history = history.commit(happened, decisions, at=moment)
        told.append(str(decisions[0].outcome))
    assert told == ["send", "suppress"] * 3


def test_a_late_report_of_an_older_delivery_moves_nothing(now):
    history = History().deliver("u-1", "ev-1", at=now)
    assert history.deliver("u-1", "ev-1", at=now - timedelta(hours=1)) == history
    assert history.deliver_all("ev-1", {}) == history
    times = {"u-1": now + timedelta(hours=1), "u-2": now}
    later = history.deliver_all("ev-1", times)
    assert {who: later.delivered_at(who, "ev-1") for who in times} == times


def test_types_are_muted_by_catalog_id(alert, interviewer, now):
    happened = alert("interview.confirmed", interviewer.id)
    mine = prefer(interviewer, muted={"interviewer.interview.confirmed"})
    other = prefer(interviewer, muted={"manager.interview.confirmed"})
    assert one(happened, mine, now) == ("suppress", "muted")
    assert one(happened, other, now) == ("send", "assigned")


def test_a_muted_variant_does_not_bring_the_other(alert, manager, now):
    happened = alert("interview.confirmed", manager.id)
    someone = prefer(manager, muted={"interviewer.interview.confirmed"})
    (decision,) = policy.decide(happened, [someone], now=now)
    assert (decision.reason, decision.audience) == ("muted", "interviewer")


def test_whole_variants_are_muted(alert, manager, now):
    someone = prefer(manager, muted_audiences={"manager"})
    assert one(alert("evaluation.completed"), someone, now)[1] == "muted"
    assert one(alert("interview.confirmed", someone.id), someone, now)[1] == "assigned"


def test_document_evaluations_are_collected(alert, manager, now):
    happened = alert("document_evaluation.completed")
    assert one(happened, manager, now) == ("digest", "digest_window")
    late = evolve(manager, preferences=EVENING)
    (decision,) = policy.decide(happened, [late], now=now)
    assert (decision.outcome, decision.until) == ("digest", None)
    assert decision.catalog_id == "manager.document_evaluation.completed_digest"
    deaf = prefer(manager, muted={"manager.document_evaluation.completed_digest"})
    assert one(happened, deaf, now) == ("suppress", "muted")


def test_the_digest_itself_waits_for_the_window(alert, manager, now):
    digest = alert("document_evaluation.completed_digest")
    assert one(digest, manager, now) == ("send", "posting_manager")
    late = evolve(manager, preferences=EVENING)
    assert one(digest, late, now) == ("defer", "deferred_receive_window")
    assert one(digest, late, now + timedelta(hours=8)) == ("send", "posting_manager")


def test_outside_the_window_alerts_are_dropped_or_wait(alert, interviewer, now):
    happened = alert("interview.confirmed", interviewer.id)
    someone = evolve(interviewer, preferences=EVENING)
    assert one(happened, someone, now) == ("suppress", "outside_receive_window")
    assert one(happened, someone, now, defer_outside_window=True) == (
        "defer",
        "deferred_receive_window",
    )
    inside = now + timedelta(hours=8)
    assert one(happened, someone, inside) == ("send", "assigned")


@pytest.mark.parametrize("listed", [True, False])
def test_critical_alerts_pass_windows_mutes_quiet_days_snoozes_and_caps(
    alert, interviewer, now, listed
):
    happened = alert("interview.cancelled", interviewer.id)
    someone = prefer(
        interviewer,
        muted={"interviewer.interview.cancelled"},
        receive_window=EVENING.receive_window,
    )
    history = (
        History()
        .snooze(someone.id, until=now + timedelta(hours=1))
        .deliver(someone.id, "before", at=now - timedelta(minutes=1))
    )
    outcome = one(
        happened,
        someone,
        now,
        history=history,
        hourly_cap=1,
        quiet_days=QuietDays(weekdays={0}),
        critical={"interviewer.interview.cancelled"} if listed else {"manager.interview.cancelled"},
    )
    assert outcome == (("send", "assigned") if listed else ("suppress", "muted"))


@pytest.mark.parametrize(
    ("options", "setting", "reason"),
    [
        ({}, {"receive_window": EVENING.receive_window}, "outside_receive_window"),
        ({"quiet_days": QuietDays(weekdays={0})}, {}, "quiet_day"),
        ({"hourly_cap": 1}, {}, "hourly_cap"),
    ],
)
def test_each_gate_a_critical_alert_passes(alert, interviewer, now, options, setting, reason):
    happened = alert("interview.cancelled", interviewer.id)
    someone = prefer(interviewer, **setting)
    history = History().deliver(someone.id, "before", at=now)
    assert one(happened, someone, now, history=history, **options)[1] == reason
    critical = {"interviewer.interview.cancelled"}
    passed = one(happened, someone, now, history=history, critical=critical, **options)
    assert passed == ("send", "assigned")


def test_mandatory_alerts_pass_mutes_and_nothing_else(alert, interviewer, now):
    happened = alert("interview.cancelled", interviewer.id)
    mandatory = {"interviewer.interview.cancelled"}
    deaf = prefer(interviewer, muted=mandatory)
    assert one(happened, deaf, now, mandatory=mandatory) == ("send", "assigned")
    late = prefer(interviewer, muted=mandatory, receive_window=EVENING.receive_window)
    assert one(happened, late, now, mandatory=mandatory)[1] == "outside_receive_window"


def test_tenant_defaults_stand_under_personal_preferences(alert, interviewer, now):
    happened = alert("interview.confirmed", interviewer.id)
    entry = "interviewer.interview.confirmed"
    mutes = {"defaults": Preferences(muted={entry})}
    assert one(happened, interviewer, now, **mutes)[1] == "muted"
    assert one(happened, prefer(interviewer, wanted={entry}), now, **mutes)[0] == "send"
    assert one(happened, interviewer, now, mandatory={entry}, **mutes)[0] == "send"
    audience = {"defaults": Preferences(muted_audiences={"interviewer"})}
    assert one(happened, interviewer, now, **audience)[1] == "muted"
    assert one(happened, prefer(interviewer, wanted={entry}), now, **audience)[0] == "send"
    both = prefer(interviewer, wanted={entry}, muted={entry})
    assert one(happened, both, now, **mutes)[1] == "muted"


def test_the_tenants_window_counts_for_who_has_none(alert, interviewer, now):
    happened = alert("interview.confirmed", interviewer.id)
    tenant = {"defaults": EVENING}
    assert one(happened, interviewer, now, **tenant)[1] == "outside_receive_window"
    all_day = prefer(interviewer, receive_window=ReceiveWindow(start="00:00", end="24:00"))
    assert one(happened, all_day, now, **tenant)[0] == "send"


# --- quiet days ---


def test_quiet_days_are_counted_in_the_persons_zone(alert, interviewer):
    happened = alert("interview.confirmed", interviewer.id)
    options = {"quiet_days": QuietDays(dates={date(2026, 3, 1)})}
    in_seoul, in_new_york = (
        prefer(interviewer, receive_window=ReceiveWindow(start="00:00", end="24:00", tz=tz))
        for tz in ("Asia/Seoul", "America/New_York")
    )
    now = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)  # midnight of 2 March in Seoul
    assert one(happened, in_seoul, now, **options)[0] == "send"
    assert one(happened, interviewer, now, **options)[0] == "send"
    assert one(happened, in_new_york, now, **options) == ("suppress", "quiet_day")
    before = now - timedelta(microseconds=1)
    assert one(happened, interviewer, before, **options) == ("suppress", "quiet_day")


def test_what_waits_for_a_window_waits_for_a_day_that_is_not_quiet(alert, interviewer, now):
    happened = alert("interview.confirmed", interviewer.id)
    holidays = QuietDays(
        weekdays={0}, dates={date(2026, 3, 3)}, calendar=lambda day: day == date(2026, 3, 4)
    )
    someone = evolve(interviewer, preferences=EVENING)
    (decision,) = RecruitingPolicy(
        PolicyOptions(quiet_days=holidays, defer_outside_window=True)
    ).decide(happened, [someone], now=now)
    assert (decision.outcome, decision.reason) == ("defer", "deferred_quiet_day")
    assert decision.until.isoformat() == "2026-03-05T18:00:00+09:00"


def test_a_window_that_opens_on_a_quiet_day_opens_the_day_after(alert, interviewer):
    happened = alert("interview.confirmed", interviewer.id)
    someone = evolve(interviewer, preferences=EVENING)
    (decision,) = RecruitingPolicy(
        PolicyOptions(quiet_days=QuietDays(weekdays={1}), defer_outside_window=True)
    ).decide(happened, [someone], now=datetime.fromisoformat("2026-03-02T22:00:00+09:00"))
    assert decision.reason == "deferred_receive_window"
    assert decision.until.isoformat() == "2026-03-04T18:00:00+09:00"


def test_without_a_window_a_quiet_day_ends_at_midnight(alert, manager, now):
    (decision,) = RecruitingPolicy(PolicyOptions(quiet_days=QuietDays(weekdays={0}))).decide(
        alert("document_evaluation.completed_digest"), [manager], now=now
    )
    assert (decision.outcome, decision.reason) == ("defer", "deferred_quiet_day")
    assert decision.until.isoformat() == "2026-03-03T00:00:00+09:00"


def test_a_calendar_that_never_ends_suppresses(alert, interviewer, now):
    outcome = one(
        alert("interview.confirmed", interviewer.id),
        interviewer,
        now,
        quiet_days=QuietDays(calendar=lambda _day: True),
        defer_outside_window=True,
    )
    assert outcome == ("suppress", "quiet_day")


def test_the_next_day_is_looked_for_on_the_persons_calendar(alert, manager):
    now = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)  # Monday morning in Seoul
    (decision,) = RecruitingPolicy(PolicyOptions(quiet_days=QuietDays(weekdays={0}))).decide(
        alert("document_evaluation.completed_digest"), [manager], now=now
    )
    assert decision.until.isoformat() == "2026-03-03T00:00:00+09:00"


@pytest.mark.parametrize(
    ("weekdays", "rule", "message"),
    [
        ({7}, "enum", "must be from 0 (Monday) to 6 (Sunday), not 7."),
        ({-1}, "enum", "must be from 0 (Monday) to 6 (Sunday), not -1."),
        (set(range(7)), "max_items", "must leave a day on which people can be reached."),
    ],
)
def test_weekdays_that_cannot_be(weekdays, rule, message):
    with pytest.raises(InvalidValue) as caught:
        QuietDays(weekdays=weekdays)
    assert [(v.path, v.rule, v.message) for v in caught.value.violations] == [
        ("weekdays", rule, message)
    ]


# --- what is asked of the caller ---


def test_a_naive_now_is_refused(alert, interviewer):
    with pytest.raises(InvalidValue) as caught:
        policy.decide(
            alert("interview.confirmed"),
            [interviewer],
            now=datetime(2026, 3, 2),  # noqa: DTZ001 - that is the point
        )
    assert [(v.path, v.rule, v.message) for v in caught.value.violations] == [
        ("now", "aware_datetime", "must be aware, such as datetime.now(UTC).")
    ]


def test_two_people_with_one_id_are_refused(alert, interviewer, manager, now):
    with pytest.raises(InvalidPerson) as caught:
        policy.decide(alert("interview.confirmed"), [interviewer, manager, interviewer], now=now)
    assert [(v.path, v.rule, v.message) for v in caught.value.violations] == [
        ("people[2].id", "unique", "'u-1' is the id of another person too.")
    ]


def test_nobody_is_fine(alert, now):
    assert policy.decide(alert("interview.confirmed"), iter(()), now=now) == ()


# --- taken off a panel ---


def test_who_was_taken_off_a_panel_is_told_so(alert, now):
    happened = evolve(alert("interview.changed", "u-1"), removed_ids=("u-8", "u-9"))
    removed = Person(id="u-8", name="n")
    both = Person(id="u-9", name="n", posting_roles={"p-1": "job_manager"})
    stayed = Person(id="u-1", name="n")
    policy = RecruitingPolicy()
    first, second, third = policy.decide(happened, [removed, both, stayed], now=now)
    for one in (first, second):
        assert (one.outcome, one.reason, one.audience) == ("send", "removed", "interviewer")
        assert one.catalog_id == "interviewer.interview.cancelled"
    assert (third.reason, third.catalog_id) == ("assigned", "interviewer.interview.changed")
    manager_first = RecruitingPolicy(PolicyOptions(interviewer_first=False))
    (other,) = manager_first.decide(happened, [both], now=now)
    assert (other.reason, other.catalog_id) == ("posting_manager", "manager.interview.changed")


def test_being_taken_off_can_be_muted_and_is_not_gathered(alert, now):
    happened = evolve(alert("interview.changed"), removed_ids=("u-8",))
    gathering = RecruitingPolicy(PolicyOptions(collapse_window=timedelta(hours=1)))
    (one,) = gathering.decide(happened, [Person(id="u-8")], now=now)
    assert (one.outcome, one.reason) == ("send", "removed")
    muted = Preferences(muted={"interviewer.interview.cancelled"})
    (one,) = gathering.decide(happened, [Person(id="u-8", preferences=muted)], now=now)
    assert one.reason == "muted"


def test_nobody_is_taken_off_in_the_place_of_another(alert, now):
    happened = evolve(alert("interview.changed"), removed_ids=("u-8",))
    away = Absence("u-7", now - timedelta(days=1), now + timedelta(days=1))
    people = [Person(id="u-8", away=away), Person(id="u-7")]
    first, second = RecruitingPolicy().decide(happened, people, now=now)
    assert (first.reason, second.outcome) == ("removed", "suppress")


@pytest.mark.parametrize("given", [{}, None, "x", []])
def test_what_is_no_alert_is_refused(interviewer, now, given):
    with pytest.raises(InvalidAlert, match="must be an alert, not"):
        policy.decide(given, [interviewer], now=now)


@pytest.mark.parametrize(
    ("people", "path"),
    [
        ([{"id": "u-1"}], "people[0]"),
        ([None], "people[0]"),
        (None, "people"),
        (5, "people"),
        ("u-1", "people"),
        ({"u-1": None}, "people"),
    ],
)
def test_what_are_no_people_is_refused(alert, now, people, path):
    with pytest.raises(InvalidPerson) as refused:
        policy.decide(alert("interview.confirmed"), people, now=now)
    assert [one.path for one in refused.value.violations] == [path]


def test_people_may_come_one_by_one(alert, interviewer, now):
    happened = alert("interview.confirmed")
    assert len(policy.decide(happened, iter([interviewer]), now=now)) == 1
