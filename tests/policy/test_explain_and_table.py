"""What people read of a decision: a sentence, a matrix, a rehearsal."""

from __future__ import annotations

import string
from datetime import datetime, timedelta

import pytest
from attrs import evolve

from naverworks_notify import InvalidValue, policy
from naverworks_notify.errors import Violation
from naverworks_notify.policy import (
    Decision,
    Outcome,
    Person,
    PolicyOptions,
    Reason,
    RecruitingPolicy,
    Step,
    Verdict,
    explain,
    relation,
)

AT = datetime.fromisoformat("2026-03-02T18:00:00+09:00")


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence_of_its_own(locale, reason):
    one = Decision("u", Outcome.SUPPRESS, None, reason, None, ())
    sentence = explain(one, locale=locale)
    assert sentence.endswith(".")
    assert f"({reason.value})" not in sentence  # the form for reasons without a sentence
    assert any(letter in string.ascii_letters for letter in sentence[:4]) is (locale == "en")


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        (
            "en",
            "Sent: the event is assigned to this person. (Interview confirmed, for interviewers)",
        ),
        ("ko_KR", "보냄: 이 일의 담당자입니다. (면접 일정 확정, 면접관용)"),
    ],
)
def test_a_message(alert, interviewer, now, locale, sentence):
    (one,) = policy.decide(alert("interview.confirmed", "u-1"), [interviewer], now=now)
    assert explain(one, locale=locale) == sentence
    assert RecruitingPolicy().explain(one, locale=locale) == sentence


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        (
            "en",
            (
                "Held until 2026-03-02 (Mon) 18:00 (UTC+09:00): it is outside this person's receive window. "
                "(Work reminder, for managers)"
            ),
        ),
        (
            "ko",
            (
                "2026-03-02 (월) 18:00 (UTC+09:00)까지 보류: 알림 수신 시간이 아닙니다."
                " (업무 리마인더, 채용 담당자용)"
            ),
        ),
    ],
)
def test_a_deferral(locale, sentence):
    one = Decision(
        "u",
        Outcome.DEFER,
        "manager",
        Reason.DEFERRED_RECEIVE_WINDOW,
        AT,
        (),
        "e",
        "manager.task.reminder",
    )
    assert explain(one, locale=locale) == sentence


def test_a_reason_of_the_callers_own():
    trail = (Step("on_call", Verdict.CHOOSE), Step("weekend", Verdict.SUPPRESS))
    one = Decision("u", Outcome.SUPPRESS, "manager", "weekend_off", None, trail, "e", "manager.own")
    assert explain(one, locale="en") == (
        "Not sent: decided by the rule “weekend” (weekend_off). (manager.own, for managers)"
    )
    assert explain(one) == (
        "보내지 않음: ‘weekend’ 규칙에 따른 결정입니다(weekend_off). (manager.own, 채용 담당자용)"
    )
    texts = {"weekend_off": "nobody is told at the weekend"}
    assert explain(one, locale="en", texts=texts).startswith("Not sent: nobody is told")
    rules = RecruitingPolicy()
    assert rules.explain(one, locale="en", texts=texts) == explain(one, locale="en", texts=texts)
    assert rules.explain(one) == explain(one)
    nothing = Decision("u", Outcome.SUPPRESS, None, "mystery", None, ())
    assert explain(nothing, locale="en") == "Not sent: decided by the rule “mystery” (mystery)."


@pytest.mark.parametrize(
    "before",
    [[], [Step("assigned", Verdict.PASS)], [Step("on_call", Verdict.CHOOSE)] * 2],
)
def test_the_rule_that_spoke_last_is_named(before):
    trail = (*before, Step("weekend", Verdict.SUPPRESS))
    one = Decision("u", Outcome.SUPPRESS, None, "off", None, trail)
    assert explain(one, locale="en") == "Not sent: decided by the rule “weekend” (off)."


@pytest.mark.parametrize("locale", ["ja", "fr", ""])
def test_there_are_two_languages(locale):
    with pytest.raises(InvalidValue) as caught:
        explain(Decision("u", Outcome.SEND, None, "assigned", None, ()), locale=locale)
    if locale == "ja":
        message = "must be ko or en; there are no explanations in other languages."
        assert caught.value.violations == (Violation("locale", "locale", message),)
    else:
        assert [one.path for one in caught.value.violations] == ["locale"]


@pytest.mark.parametrize(
    ("audience", "catalog_id"), [(None, "manager.task.reminder"), ("manager", None)]
)
def test_half_a_variant_is_not_named(audience, catalog_id):
    one = Decision("u", Outcome.SUPPRESS, audience, "muted", None, (), "e", catalog_id)
    assert explain(one, locale="en") == "Not sent: this kind of alert is switched off."


# --- the matrix ---


def cell(table, event_type, key):
    row = [alert.type for alert in table.alerts].index(event_type)
    column = [column.key for column in table.columns].index(key)
    one = table.cells[row][column]
    return one.outcome, one.reason


def test_the_matrix_asks_the_rules(event_types):
    table = policy.table()
    assert sorted(alert.type for alert in table.alerts) == sorted(event_types)
    assert cell(table, "interview.confirmed", "job_member") == ("suppress", "posting_member")
    assert cell(table, "interview.confirmed", "job_member_assigned") == ("send", "assigned")
    assert cell(table, "evaluation.completed", "org_admin") == ("suppress", "no_posting_role")
    with_admins = RecruitingPolicy(PolicyOptions(include_org_admins=True)).table()
    assert cell(with_admins, "evaluation.completed", "org_admin") == ("send", "posting_manager")
    dropped = RecruitingPolicy().drop("assigned").table()
    assert cell(dropped, "interview.confirmed", "nobody_assigned") == (
        "suppress",
        "no_posting_role",
    )


def test_the_matrix_of_given_alerts(alert):
    table = RecruitingPolicy().table([alert("task.reminder", posting=None)])
    assert [one.type for one in table.alerts] == ["task.reminder"]
    assert cell(table, "task.reminder", "nobody_assigned") == ("send", "addressed")


def test_the_matrix_as_markdown():
    lines = policy.table().to_markdown(locale="en").splitlines()
    assert lines[0].startswith("| Alert | job admin | job manager | job member |")
    assert set(lines[1]) <= set("| -")
    assert lines[2] == (
        "| Document review requested `document_review.requested` | – | – | – | – | – "
        "| interviewer | interviewer | interviewer | interviewer |"
    )
    assert len(lines) == 2 + 21
    assert any("| manager (digest) |" in line for line in lines)
    korean = policy.table().to_markdown()
    assert "| 서류 검토 요청 `document_review.requested` | – |" in korean
    assert "담당자 (모음)" in korean
    assert str(policy.table()) == korean
    assert policy.table().to_markdown(locale="ja") == policy.table().to_markdown(locale="en")


def test_the_heads_of_the_matrix_are_in_the_readers_language():
    assert policy.table().to_markdown().splitlines()[0] == (
        "| 알림 | 공고 관리자 | 공고 매니저 | 공고 멤버 | 조직 관리자, 공고 역할 없음 | 공고 역할 없음 "
        "| 공고 관리자, 담당 | 공고 매니저, 담당 | 공고 멤버, 담당 | 공고 역할 없음, 담당 |"
    )


def test_what_is_dropped_is_not_in_the_matrix(alert):
    id_ = "interviewer.interview.confirmed"
    muting = PolicyOptions(defaults=policy.Preferences(muted={id_}))
    table = RecruitingPolicy(muting).table([alert("interview.confirmed")])
    assert cell(table, "interview.confirmed", "nobody_assigned") == ("suppress", "muted")
    assert "interviewer" not in table.to_markdown(locale="en")


def test_the_default_policy_is_asked_about_the_given_alerts(alert):
    assert [one.type for one in policy.table([alert("task.reminder")]).alerts] == ["task.reminder"]


def test_a_torn_matrix_is_not_shown(alert):
    whole = policy.table([alert("task.reminder")])
    rows, columns = evolve(whole, cells=()), evolve(whole, cells=(whole.cells[0][:-1],))
    for show in (rows.to_markdown, rows.to_csv, columns.to_csv):
        with pytest.raises(ValueError, match="zip"):
            show()


def test_the_matrix_marks_what_is_held(alert):
    held = RecruitingPolicy(PolicyOptions(collapse_window=timedelta(hours=1))).table(
        [alert("interview.changed")]
    )
    assert "manager (held)" in held.to_markdown(locale="en")
    assert "담당자 (보류)" in held.to_markdown()


def test_the_matrix_as_csv():
    lines = policy.table().to_csv().splitlines()
    assert lines[0] == "event_type,person,outcome,audience,reason"
    assert "interview.confirmed,job_member,suppress,,posting_member" in lines
    assert "interview.confirmed,job_admin,send,manager,posting_manager" in lines
    assert len(lines) == 1 + 21 * 9


def test_a_row_of_an_alert_type_of_the_callers_own_has_its_type_as_label(alert, now):
    class OfferSigned(type(alert("task.reminder")).__mro__[1]):
        """An offer was signed."""

        type = "offer.signed"

    @relation("nobody")
    def nobody(context, person):
        """A rule that might know the type."""
        del context, person

    happened = OfferSigned(event_id="e", occurred_at=now)
    table = RecruitingPolicy().insert(nobody).table([happened])
    assert "| `offer.signed` | – |" in table.to_markdown()


# --- the rehearsal ---


def test_who_would_get_this(alert, interviewer, manager, member, now):
    company = (interviewer, manager, member, Person(id="u-4", name="정가람"))
    happened = alert("interview.confirmed", "u-1")
    rehearsal = policy.simulate(happened, company, now=now)
    assert rehearsal.alert is happened
    assert rehearsal.decisions == policy.decide(happened, company, now=now)
    assert rehearsal.recipients == (interviewer, manager)
    assert rehearsal.counts == {
        "assigned": 1,
        "posting_manager": 1,
        "posting_member": 1,
        "no_posting_role": 1,
    }
    assert rehearsal.lines(locale="en")[2] == (
        "최지우: Not sent: a member of a posting gets no alerts about that posting."
    )
    assert rehearsal.lines()[3] == "정가람: 보내지 않음: 이 공고에서 맡은 역할이 없습니다."


def test_a_rehearsal_reads_the_past(alert, interviewer, now):
    happened = alert("interview.confirmed", "u-1")
    past = policy.History().deliver("u-1", "ev-1", at=now)
    rehearsal = policy.simulate(happened, [interviewer], now=now, history=past)
    assert rehearsal.counts == {"duplicate_event": 1}
    assert rehearsal.recipients == ()


def test_a_rehearsal_has_a_decision_for_everybody(alert, interviewer, now):
    torn = policy.Simulation(alert("task.reminder"), (interviewer,), ())
    for read in (lambda: torn.recipients, torn.lines):
        with pytest.raises(ValueError, match="zip"):
            read()
