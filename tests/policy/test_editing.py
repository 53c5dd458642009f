"""A policy is a visible tuple of rules that callers change; what does not fit is refused."""

from __future__ import annotations

import pickle
import re

import pytest
from attrs import evolve

from naverworks_notify import InvalidAlert, InvalidValue
from naverworks_notify.alerts import (
    ENTRIES,
    Alert,
    Audience,
    EntryInfo,
    Relation,
    Timing,
    Vocabulary,
)
from naverworks_notify.policy import (
    Person,
    PolicyOptions,
    QuietDays,
    RecruitingPolicy,
    RuleKind,
    choose,
    gate,
    relation,
    rules,
    suppress,
)

CODES = [
    "addressed",
    "assigned",
    "delegate",
    "posting_manager",
    "posting_member",
    "unrelated",
    "inactive",
    "expired",
    "duplicate_event",
    "muted",
    "delegated",
    "digest_window",
    "receive_window",
    "snoozed",
]


@relation("on_call")
def on_call(context, person):
    """Whoever is on call hears of everything."""
    del context
    return choose(Audience.MANAGER, "on_call") if person.id == "u-1" else None


@gate("quiet")
def quiet(context, person, variant, *, who="u-1"):
    """Nobody disturbs one person."""
    del context, variant
    return suppress("quiet") if person.id == who else None


def codes(policy):
    return [rule.code for rule in policy.rules]


def reason(policy, alert, person, now):
    return policy.decide(alert, [person], now=now)[0].reason


def test_the_default_rules_in_their_order():
    assert codes(RecruitingPolicy()) == CODES
    assert RecruitingPolicy().rules == rules.recruiting_rules(PolicyOptions())


def test_options_that_are_on_bring_their_rules():
    everything = PolicyOptions(
        include_org_admins=True,
        interviewer_first=False,
        silence_addressed_members=True,
        exclude_actor=True,
        supersede_cancelled=True,
        collapse_window=PolicyOptions().digest_length,
        hourly_cap=3,
        quiet_days=QuietDays(weekdays={6}),
    )
    assert codes(RecruitingPolicy(everything)) == [
        "addressed_posting_member",
        "addressed",
        "posting_manager",
        "org_admin",
        "delegate",
        "assigned",
        "posting_member",
        "unrelated",
        "inactive",
        "actor_excluded",
        "expired",
        "superseded",
        "duplicate_event",
        "muted",
        "delegated",
        "digest_window",
        "changes_collapsed",
        "quiet_day",
        "receive_window",
        "snoozed",
        "hourly_cap",
    ]


def test_every_rule_says_what_it_does():
    for name in rules.__all__:
        rule = getattr(rules, name)
        if name != "recruiting_rules":
            assert rule.code == name
            assert rule.doc.endswith((".", ";"))
            # On what it rests: a public page, or nothing but our own choice.
            assert re.search(r"https://\S+|\bNot documented\b", rule.function.__doc__), name


def test_a_relation_of_the_callers_own(alert, interviewer, now):
    happened = alert("evaluation.completed")
    policy = RecruitingPolicy().insert(on_call)
    assert codes(policy) == ["on_call", *CODES]
    (one,) = policy.decide(happened, [interviewer], now=now)
    assert (one.outcome, one.reason, one.audience) == ("send", "on_call", "manager")
    assert one.trail[0] == ("on_call", "choose")


def test_a_gate_of_the_callers_own(alert, interviewer, now):
    happened = alert("interview.confirmed", "u-1")
    policy = RecruitingPolicy().insert(quiet)
    assert codes(policy) == [*CODES, "quiet"]
    assert reason(policy, happened, interviewer, now) == "quiet"
    other = RecruitingPolicy().insert(quiet.using(who="u-2"))
    assert reason(other, happened, interviewer, now) == "assigned"
    assert quiet.using(who="u-2").doc == quiet.doc == "Nobody disturbs one person."


def test_a_rule_goes_next_to_another():
    policy = RecruitingPolicy()
    assert codes(policy.insert(quiet, before="expired"))[6:9] == ["inactive", "quiet", "expired"]
    assert codes(policy.insert(quiet, after="expired"))[6:9] == ["inactive", "expired", "quiet"]
    assert codes(policy.insert(on_call, after="assigned"))[:3] == [
        "addressed",
        "assigned",
        "on_call",
    ]
    assert codes(policy) == CODES


def test_a_rule_takes_the_place_of_another(alert, interviewer, now):
    policy = RecruitingPolicy().replace("muted", quiet)
    assert codes(policy) == [code if code != "muted" else "quiet" for code in CODES]
    assert reason(policy, alert("interview.confirmed", "u-1"), interviewer, now) == "quiet"


def test_rules_are_dropped(alert, now, member):
    policy = RecruitingPolicy().drop("posting_member", "snoozed")
    assert codes(policy) == [c for c in CODES if c not in ("posting_member", "snoozed")]
    assert reason(policy, alert("evaluation.completed"), member, now) == "no_posting_role"


def test_rules_are_reordered(alert, interviewer, now):
    order = [*CODES[:6], "muted", *(code for code in CODES[6:] if code != "muted")]
    policy = RecruitingPolicy().reorder(*order)
    assert codes(policy) == order
    (one,) = policy.decide(alert("interview.confirmed", "u-1"), [interviewer], now=now)
    assert one.trail[2] == ("muted", "pass")


def test_without_any_rule_nobody_is_concerned(alert, interviewer, now):
    (one,) = RecruitingPolicy(rules=()).decide(
        alert("interview.confirmed", "u-1"), [interviewer], now=now
    )
    assert (one.outcome, one.reason, one.trail) == ("suppress", "not_assigned", ())


def test_when_no_relation_speaks_nobody_is_concerned(alert, interviewer, now):
    policy = RecruitingPolicy(rules=[rules.assigned, rules.inactive])
    (one,) = policy.decide(alert("interview.confirmed"), [interviewer], now=now)
    assert (one.outcome, one.reason, one.audience) == ("suppress", "not_assigned", None)
    assert one.trail == (("assigned", "pass"),)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda policy: policy.insert(rules.muted), "unique"),
        (lambda policy: policy.insert(quiet, before="assigned"), "order"),
        (lambda policy: policy.insert(on_call, after="muted"), "order"),
        (lambda policy: policy.insert(quiet, before="nothing"), "unknown_rule"),
        (lambda policy: policy.insert(quiet, after="nothing"), "unknown_rule"),
        (lambda policy: policy.replace("nothing", quiet), "unknown_rule"),
        (lambda policy: policy.drop("nothing"), "unknown_rule"),
        (lambda policy: policy.reorder(*CODES[1:]), "complete"),
        (lambda policy: policy.reorder(*CODES, "nothing"), "unknown_rule"),
        (lambda policy: policy.reorder(*reversed(CODES)), "order"),
    ],
)
def test_what_does_not_fit_is_refused(change, rule):
    with pytest.raises(InvalidValue) as caught:
        change(RecruitingPolicy())
    assert {violation.rule for violation in caught.value.violations} == {rule}


@pytest.mark.parametrize(
    ("change", "violation"),
    [
        (
            lambda: RecruitingPolicy(rules=[rules.muted, rules.muted]),
            ("rules[1]", "unique", "'muted' is already the code of another rule."),
        ),
        (
            lambda: RecruitingPolicy(rules=[rules.assigned, rules.muted, rules.delegate]),
            ("rules[2]", "order", "'delegate' finds relations; put it before every gate."),
        ),
    ],
)
def test_what_does_not_fit_is_named(change, violation):
    with pytest.raises(InvalidValue, match=r"^The rules do not fit together: ") as caught:
        change()
    assert [(v.path, v.rule, v.message) for v in caught.value.violations] == [violation]


def test_a_rule_that_is_not_there_is_told_those_that_are():
    with pytest.raises(InvalidValue) as caught:
        RecruitingPolicy(rules=[rules.assigned, rules.muted]).drop("nothing")
    message = "'nothing' is not a rule of this policy; it has assigned, muted."
    assert [(v.path, v.rule, v.message) for v in caught.value.violations] == [
        ("code", "unknown_rule", message)
    ]


def test_options_of_another_kind_are_refused():
    with pytest.raises(InvalidValue) as caught:
        RecruitingPolicy({"hourly_cap": 1})
    assert [(v.path, v.rule, v.message) for v in caught.value.violations] == [
        ("options", "type", "must be PolicyOptions.")
    ]


def test_a_refused_order_names_the_rules_there_are():
    with pytest.raises(InvalidValue) as caught:
        RecruitingPolicy(rules=[rules.assigned, rules.muted]).reorder("muted")
    (violation,) = caught.value.violations
    assert violation.path == "codes"
    assert violation.message == "must name every rule once: assigned, muted."


def test_a_rule_that_says_what_its_kind_cannot_say_is_named(alert, interviewer, now):
    @relation("collects")
    def collects(context, person):
        del context, person
        return rules.digest_window.function(None, None, None)

    @gate("chooses")
    def chooses(context, person, variant):
        del context, person, variant
        return choose(Audience.MANAGER, "r")

    happened = alert("interview.confirmed", "u-1")
    for rule in (collects, chooses):
        with pytest.raises(InvalidValue, match=f"'{rule.code}' answered"):
            RecruitingPolicy().insert(rule).decide(happened, [interviewer], now=now)


def test_people_in_a_row_who_are_told_different_things(alert, now):
    @relation("first")
    def first(context, person):
        del context
        return suppress(person.name) if person.name in ("a", "b") else None

    @relation("second")
    def second(context, person):
        del context, person
        return suppress("a")

    policy = RecruitingPolicy(rules=[first, second])
    crowd = [Person(id=str(i), name=name) for i, name in enumerate("aabbcca")]
    decisions = policy.decide(alert("interview.confirmed"), crowd, now=now)
    one, two = (("first", "suppress"),), (("first", "pass"), ("second", "suppress"))
    assert [(decision.reason, decision.trail) for decision in decisions] == [
        ("a", one),
        ("a", one),
        ("b", one),
        ("b", one),
        ("a", two),
        ("a", two),
        ("a", one),
    ]


def test_a_variant_that_the_event_does_not_have_is_named_all_the_same(alert, interviewer, now):
    happened = alert("document_review.requested")
    (one,) = RecruitingPolicy().insert(on_call).decide(happened, [interviewer], now=now)
    assert one.catalog_id == "manager.document_review.requested"


def test_a_rule_can_be_asked_once_per_alert(alert, interviewer, now):
    asked = []

    @gate("counted", when=lambda context: context.alert.type == "interview.changed")
    def counted(context, person, variant):
        del context, variant
        asked.append(person.id)

    @relation("looked_for", when=lambda context: context.alert.type == "interview.changed")
    def looked_for(context, person):
        del context
        asked.append(f"relation {person.id}")

    policy = RecruitingPolicy().insert(counted).insert(looked_for)
    (one,) = policy.decide(alert("interview.confirmed", "u-1"), [interviewer], now=now)
    assert (asked, one.trail[-1]) == ([], ("counted", "pass"))
    policy.decide(alert("interview.changed", "u-1"), [interviewer], now=now)
    assert asked == ["relation u-1", "u-1"]


def test_a_rule_can_leave_people_without_a_tie_unasked(alert, now):
    asked = []

    @relation("noted", ties_only=True)
    def noted(context, person):
        del context
        asked.append(person.id)

    crowd = [
        Person(id="assignee", name="n"),
        Person(id="role", name="n", posting_roles={"p-1": "job_member"}),
        Person(id="team", name="n", team_roles={"t-1": "team_member"}),
        Person(id="elsewhere", name="n", posting_roles={"p-2": "job_admin"}),
        Person(id="stranger", name="n"),
    ]
    decisions = (
        RecruitingPolicy()
        .insert(noted)
        .decide(alert("interview.confirmed", "assignee"), crowd, now=now)
    )
    assert asked == ["assignee", "role", "team"]
    assert {one.trail[0] for one in decisions} == {("noted", "pass")}


def test_kinds_of_rules():
    assert {rule.kind for rule in RecruitingPolicy().rules[:6]} == {RuleKind.RELATION}
    assert {rule.kind for rule in RecruitingPolicy().rules[6:]} == {RuleKind.GATE}


# --- alert types of the caller's own ---


class OfferSigned(Alert):
    """An offer was signed."""

    type = "offer.signed"


def own_entry(audience, relation):
    return EntryInfo(
        id=f"{audience}.offer.signed",
        audience=Audience(audience),
        event_type="offer.signed",
        relation=relation,
        korean_label="오퍼 서명",
        english_label="Offer signed",
        trigger="An offer is signed.",
        timing=Timing.IMMEDIATE,
        fields=(),
    )


def test_an_alert_type_of_the_callers_own_follows_its_rows(alert, interviewer, manager, now):
    happened = OfferSigned(
        event_id="e", occurred_at=alert("evaluation.completed").occurred_at, assignee_ids=("u-1",)
    )
    with pytest.raises(InvalidAlert) as caught:
        RecruitingPolicy().decide(happened, [interviewer], now=now)
    assert [(one.path, one.rule, one.message) for one in caught.value.violations] == [
        (
            "type",
            "enum",
            "'offer.signed' has no entry; give the policy vocabulary=Vocabulary(OfferSigned).",
        )
    ]
    (one,) = RecruitingPolicy().insert(on_call).decide(happened, [interviewer], now=now)
    assert one.reason == "on_call"
    rows = {
        "assigned": [own_entry("interviewer", Relation.ASSIGNED)],
        "addressed": [own_entry("manager", Relation.ADDRESSED)],
    }
    for reason_, extra in rows.items():
        policy = RecruitingPolicy(extra_entries=extra)
        first, second = policy.decide(happened, [interviewer, manager], now=now)
        assert (first.reason, first.catalog_id) == (reason_, extra[0].id)
        assert second.reason == f"not_{reason_}"


def test_a_documented_event_gets_a_variant_more(alert, manager, now):
    happened = alert("document_review.requested")
    (one,) = RecruitingPolicy().decide(happened, [manager], now=now)
    assert one.outcome == "suppress"
    row = evolve(
        own_entry("manager", Relation.POSTING),
        id="manager.document_review.requested",
        event_type="document_review.requested",
    )
    (one,) = RecruitingPolicy(extra_entries=[row]).decide(happened, [manager], now=now)
    assert (one.outcome, one.catalog_id) == ("send", "manager.document_review.requested")


def test_documented_rows_are_not_overridden(alert, interviewer, now):
    row = ENTRIES["interviewer.interview.confirmed"]
    policy = RecruitingPolicy(extra_entries=[row])
    assert reason(policy, alert("interview.confirmed", "u-1"), interviewer, now) == "assigned"


# --- between processes ---


@relation("on_duty")
def on_duty(situation, person):
    """A rule of the application, at the top of its module."""
    del situation, person


@pytest.mark.parametrize(
    "policy",
    [
        RecruitingPolicy(),
        RecruitingPolicy(PolicyOptions(hourly_cap=3, include_org_admins=True)),
        RecruitingPolicy().insert(on_duty).insert(quiet).drop("muted"),
        RecruitingPolicy(vocabulary=Vocabulary(OfferSigned)),
        RecruitingPolicy(extra_entries=[own_entry("manager", Relation.ADDRESSED)]),
    ],
)
def test_a_policy_pickles(policy, alert, interviewer, now):
    other = pickle.loads(pickle.dumps(policy))  # noqa: S301 - our own bytes
    assert other == policy
    assert other.rules == policy.rules
    happened = alert("interview.confirmed", "u-1")
    assert other.decide(happened, [interviewer], now=now) == policy.decide(
        happened, [interviewer], now=now
    )


def test_a_rule_with_parameters_pickles(alert, interviewer, now):
    policy = RecruitingPolicy().insert(quiet.using(who="u-9"))
    other = pickle.loads(pickle.dumps(policy))  # noqa: S301 - our own bytes
    assert codes(other) == codes(policy)
    assert reason(other, alert("interview.confirmed", "u-1"), interviewer, now) == "assigned"


def test_a_rule_that_nothing_names_is_told():
    @gate("nameless")
    def nameless(situation, person, notice):
        del situation, person, notice

    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(RecruitingPolicy().insert(nameless))
