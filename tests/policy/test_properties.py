"""Laws of a decision, over any people, any event and any options."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from people_in_a_past import History, RecruitingPolicy

from naverworks_notify.alerts import Audience, Relation, entries_of
from naverworks_notify.policy import (
    Outcome,
    Person,
    PolicyOptions,
    PostingRole,
    QuietDays,
    Reason,
    TeamRole,
    Verdict,
    effective_role,
)
from naverworks_notify.testing.strategies import (
    companies,
    instants,
    people,
    preferences,
)

IDS = [f"u-{i}" for i in range(17)]


def policies():
    """Return policies with any options."""
    catalog_ids = st.sampled_from(
        ["interviewer.interview.confirmed", "manager.interview.confirmed"]
    )
    switches = st.booleans()
    return st.builds(
        RecruitingPolicy,
        st.builds(
            PolicyOptions,
            include_org_admins=switches,
            direct_role_wins=switches,
            interviewer_first=switches,
            silence_addressed_members=switches,
            exclude_actor=switches,
            defer_outside_window=switches,
            duplicate_window=st.none() | st.just(timedelta(hours=1)),
            supersede_cancelled=switches,
            collapse_window=st.none() | st.just(timedelta(minutes=10)),
            hourly_cap=st.none() | st.integers(1, 3),
            quiet_days=st.none() | st.just(QuietDays(weekdays={5, 6})),
            critical=st.frozensets(catalog_ids),
            mandatory=st.frozensets(catalog_ids),
            defaults=st.none() | preferences(),
        ),
    )


@pytest.fixture(scope="module")
def events(alert, event_types):
    """Return a strategy of any event about any of the people."""

    @st.composite
    def draw_event(draw):
        assignees = draw(st.lists(st.sampled_from(IDS), max_size=5, unique=True))
        actor = draw(st.none() | st.sampled_from(IDS))
        return alert(draw(st.sampled_from(event_types)), *assignees, actor_id=actor)

    return draw_event()


@st.composite
def histories(draw):
    """Return some past: deliveries, snoozes, absences, around the moments of `instants`."""
    history = History()
    for person_id in draw(st.lists(st.sampled_from(IDS), max_size=4)):
        event = draw(st.sampled_from(["ev-1", "ev-2", "ev-3"]))
        history = history.deliver(person_id, event, at=draw(instants()))
    for person_id in draw(st.lists(st.sampled_from(IDS), max_size=2)):
        history = history.snooze(person_id, until=draw(instants()))
    for person_id in draw(st.lists(st.sampled_from(IDS), max_size=4)):
        start, end = sorted((draw(instants()), draw(instants())))
        delegate = draw(st.sampled_from(IDS))
        history = history.away(person_id, delegate_id=delegate, start=start, end=end)
    return history


def role(person, alert, *, direct_role_wins=False):
    if alert.posting is None:
        return None
    return effective_role(
        person.posting_roles.get(alert.posting.id),
        person.team_roles.get(alert.posting.team),
        direct_role_wins=direct_role_wins,
    )


def relation(alert, audience):
    return next(row.relation for row in entries_of(alert.type) if row.audience == audience)


@given(st.data(), companies(), policies(), instants(), histories())
def test_decisions_partition_the_people(events, data, company, rules, now, history):
    alert = data.draw(events)
    decisions = rules.decide(alert, company, now=now, history=history)
    assert [one.person_id for one in decisions] == [person.id for person in company]
    assert {one.event_id for one in decisions} <= {alert.event_id}


@given(st.data(), companies(), policies(), instants(), histories())
def test_a_posting_member_never_gets_a_posting_related_manager_alert(
    events, data, company, rules, now, history
):
    alert = data.draw(events)
    wins = rules.options.direct_role_wins
    for person, one in zip(
        company, rules.decide(alert, company, now=now, history=history), strict=True
    ):
        if (
            role(person, alert, direct_role_wins=wins) is PostingRole.JOB_MEMBER
            and one.audience is Audience.MANAGER
        ):
            assert relation(alert, Audience.MANAGER) is not Relation.POSTING


@given(st.data(), companies(), policies(), instants(), histories())
def test_the_posting_rule_takes_no_interviewers_alert_from_an_assignee(
    events, data, company, rules, now, history
):
    alert = data.draw(events)
    rows = entries_of(alert.type)
    assume(any(row.relation is Relation.ASSIGNED for row in rows))
    for one in rules.decide(alert, company, now=now, history=history):
        if one.person_id in alert.assignee_ids:
            assert one.reason not in (
                Reason.POSTING_MEMBER,
                Reason.NO_POSTING_ROLE,
                Reason.NOT_ASSIGNED,
            )
            assert one.audience is not None


@given(st.data(), companies(), instants())
def test_being_assigned_grants_nothing_where_only_managers_are_told(
    alert, event_types, data, company, now
):
    kinds = [
        kind
        for kind in event_types
        if {row.relation for row in entries_of(kind)} == {Relation.POSTING}
    ]
    kind = data.draw(st.sampled_from(kinds))
    rules = RecruitingPolicy()
    assert rules.decide(alert(kind, *IDS), company, now=now) == rules.decide(
        alert(kind), company, now=now
    )


@given(st.data(), companies(), policies(), instants())
def test_interviewers_of_the_interview_are_not_asked(alert, data, company, rules, now):
    kind = data.draw(st.sampled_from(["interview.confirmed", "interview.changed"]))
    assignees = data.draw(st.lists(st.sampled_from(IDS), max_size=5, unique=True))
    one = alert(kind, *assignees)
    named = [{"id": person_id, "name": "n"} for person_id in IDS]
    other = alert(kind, *assignees, interview={**one.to_dict()["interview"], "interviewers": named})
    assert rules.decide(one, company, now=now) == rules.decide(other, company, now=now)


@given(st.data(), companies(), policies(), instants(), histories())
def test_one_message_per_person_and_event(events, data, company, rules, now, history):
    alert = data.draw(events)
    first = rules.decide(alert, company, now=now, history=history)
    after = history.commit(alert, first, at=now)
    assert after == after.commit(alert, first, at=now)
    assert after == after.commit(alert, first, at=now - timedelta(days=1))
    again = rules.decide(alert, company, now=now, history=after)
    for before, one in zip(first, again, strict=True):
        if before.outcome in (Outcome.SEND, Outcome.DIGEST):
            assert one.outcome is Outcome.SUPPRESS
            assert one.reason == Reason.DUPLICATE_EVENT


@given(st.data(), companies(), policies(), instants(), people(ids=st.just("stranger")))
def test_one_more_person_changes_nobody_elses_decision(events, data, company, rules, now, stranger):
    alert = data.draw(events)
    at = data.draw(st.integers(0, len(company)))
    larger = (*company[:at], stranger, *company[at:])
    decisions = rules.decide(alert, larger, now=now)
    assert decisions[:at] + decisions[at + 1 :] == rules.decide(alert, company, now=now)


@given(st.data(), companies(), policies(), instants(), histories())
def test_permuting_people_permutes_decisions(events, data, company, rules, now, history):
    alert = data.draw(events)
    order = data.draw(st.permutations(range(len(company))))
    decisions = rules.decide(alert, company, now=now, history=history)
    shuffled = rules.decide(alert, [company[i] for i in order], now=now, history=history)
    assert shuffled == tuple(decisions[i] for i in order)


@given(st.data(), companies(), policies(), instants(), histories())
def test_the_same_question_has_the_same_answer(events, data, company, rules, now, history):
    alert = data.draw(events)
    untouched = evolve(history)
    first = rules.decide(alert, company, now=now, history=history)
    assert first == rules.decide(alert, company, now=now, history=history)
    assert history == untouched


@given(st.data(), companies(), policies(), instants(), histories())
def test_every_outcome_has_its_reason_its_moment_and_its_trail(
    events, data, company, rules, now, history
):
    alert = data.draw(events)
    known = set(Reason)
    codes = [rule.code for rule in rules.rules]
    for one in rules.decide(alert, company, now=now, history=history):
        assert one.reason in known
        assert (one.until is not None) is (one.outcome is Outcome.DEFER)
        if one.until is not None:
            assert one.until > now
        assert (one.audience is None) is (one.catalog_id is None)
        if one.outcome is not Outcome.SUPPRESS:
            assert one.audience is not None
        asked = [codes.index(step.rule) for step in one.trail]
        assert asked == sorted(set(asked))
        speaking = [step for step in one.trail if step.verdict is not Verdict.PASS]
        chosen = [step for step in speaking if step.verdict is Verdict.CHOOSE]
        assert len(chosen) == (one.audience is not None)
        ended = [step for step in speaking if step.verdict is not Verdict.CHOOSE]
        if one.outcome is Outcome.SEND:
            assert ended == []
        else:
            assert [step.verdict for step in ended] == [one.outcome.value]
            assert one.trail[-1] == ended[0]


@given(st.data(), companies(), policies(), instants(), histories())
def test_waiting_comes_to_an_end(events, data, company, rules, now, history):
    alert = data.draw(events)
    for person in company:
        moment = now
        for _ in range(12):
            (one,) = rules.decide(alert, [person], now=moment, history=history)
            if one.until is None:
                break
            assert one.until > moment
            moment = one.until
        else:
            pytest.fail("still deferred after a dozen times")


@given(companies(), policies(), instants())
def test_muting_one_variant_never_brings_the_other(alert, company, rules, now):
    event = alert("interview.confirmed", *IDS)
    plain = rules.decide(event, company, now=now)
    for person, before in zip(company, plain, strict=True):
        if before.outcome is Outcome.SEND:
            wishes = evolve(person.preferences, muted={before.catalog_id})
            (after,) = rules.decide(event, [evolve(person, preferences=wishes)], now=now)
            assert after.audience is before.audience
            assert after.reason in (Reason.MUTED, before.reason)


@pytest.mark.parametrize(
    ("posting_role", "team_role"),
    list(itertools.product((None, *PostingRole), (None, *TeamRole))),
)
def test_someone_who_stands_in_gains_no_posting_alert_as_a_member(
    alert, now, posting_role, team_role
):
    away = Person(id="u-1", name="n", posting_roles={"p-1": "job_admin"})
    standing_in = Person(
        id="u-2",
        name="n",
        posting_roles={} if posting_role is None else {"p-1": posting_role},
        team_roles={} if team_role is None else {"t-1": team_role},
    )
    history = History().away("u-1", delegate_id="u-2", start=now, end=now + timedelta(days=1))
    event = alert("evaluation.completed")
    theirs, mine = RecruitingPolicy().decide(event, [away, standing_in], now=now, history=history)
    effective = role(standing_in, event)
    if effective is PostingRole.JOB_MEMBER:
        assert (theirs.outcome, mine.reason) == ("send", "posting_member")
    else:
        assert (theirs.reason, mine.outcome) == ("delegated", "send")
        assert mine.reason == ("delegate" if effective is None else "posting_manager")
