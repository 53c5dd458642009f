"""Decisions for people to read: as a sentence, as a matrix, as a rehearsal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from attrs import evolve, field, fields, frozen

from naverworks_notify.alerts import (
    ENTRIES,
    EVENTS,
    Alert,
    Audience,
    entries_of,
    from_dict,
    normalize_locale,
)
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.policy._decision import Decision, Outcome, Reason, Verdict
from naverworks_notify.policy._history import History
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._protocols import Policy
from naverworks_notify.policy._roles import OrgRole, PostingRole

__all__ = ["Column", "Simulation", "Table", "explain", "sample_alerts", "simulate_with", "table_of"]

_REASONS: dict[str, Mapping[str, str]] = {
    "en": {
        Reason.ASSIGNED: "the event is assigned to this person",
        Reason.POSTING_MANAGER: "this person is in charge of the posting",
        Reason.ADDRESSED: "the event is addressed to this person",
        Reason.REMOVED: "this person was taken off the panel",
        Reason.DELEGATE: "this person stands in for someone who is away",
        Reason.DIGEST_WINDOW: "completed document evaluations are reported together",
        Reason.POSTING_MEMBER: "a member of a posting gets no alerts about that posting",
        Reason.NO_POSTING_ROLE: "this person has no role on the posting",
        Reason.NOT_ASSIGNED: "the event is not assigned to this person",
        Reason.NOT_ADDRESSED: "the event is not addressed to this person",
        Reason.INACTIVE: "this person is not active",
        Reason.ACTOR_EXCLUDED: "this person caused the event",
        Reason.EXPIRED: "a reminder is of no use once the interview has started",
        Reason.DUPLICATE_EVENT: "this person has already been told of this event",
        Reason.SUPERSEDED: "the interview was cancelled",
        Reason.COLLAPSED: "several changes of one interview become one alert",
        Reason.DELEGATED: "this person is away and someone stands in",
        Reason.MUTED: "this kind of alert is switched off",
        Reason.SNOOZED: "this person asked for quiet",
        Reason.QUIET_DAY: "it is a quiet day",
        Reason.DEFERRED_QUIET_DAY: "it is a quiet day",
        Reason.OUTSIDE_RECEIVE_WINDOW: "it is outside this person's receive window",
        Reason.DEFERRED_RECEIVE_WINDOW: "it is outside this person's receive window",
        Reason.HOURLY_CAP: "this person got as many alerts as one hour allows",
        Reason.NO_ADDRESS: "no NAVER WORKS address of this person is known",
    },
    "ko": {
        Reason.ASSIGNED: "이 일의 담당자입니다",
        Reason.POSTING_MANAGER: "이 공고를 담당하는 관리자 또는 매니저입니다",
        Reason.ADDRESSED: "이 알림의 대상으로 직접 지정되었습니다",
        Reason.REMOVED: "면접관에서 제외되었습니다",
        Reason.DELEGATE: "자리를 비운 구성원의 알림을 대신 받습니다",
        Reason.DIGEST_WINDOW: "서류 평가 완료 알림은 모아서 한 번에 보냅니다",
        Reason.POSTING_MEMBER: "공고 멤버에게는 공고 관련 알림을 보내지 않습니다",
        Reason.NO_POSTING_ROLE: "이 공고에서 맡은 역할이 없습니다",
        Reason.NOT_ASSIGNED: "이 일의 담당자가 아닙니다",
        Reason.NOT_ADDRESSED: "이 알림의 대상으로 지정되지 않았습니다",
        Reason.INACTIVE: "비활성 상태인 구성원입니다",
        Reason.ACTOR_EXCLUDED: "본인이 한 일입니다",
        Reason.EXPIRED: "면접이 시작된 뒤에는 리마인더를 보내지 않습니다",
        Reason.DUPLICATE_EVENT: "같은 알림을 이미 받았습니다",
        Reason.SUPERSEDED: "면접이 취소되어 더는 필요 없는 알림입니다",
        Reason.COLLAPSED: "같은 면접의 변경 알림은 하나로 모아서 보냅니다",
        Reason.DELEGATED: "자리를 비운 동안에는 다른 구성원이 대신 받습니다",
        Reason.MUTED: "수신을 꺼 둔 알림입니다",
        Reason.SNOOZED: "알림을 잠시 꺼 둔 상태입니다",
        Reason.QUIET_DAY: "알림을 보내지 않는 날입니다",
        Reason.DEFERRED_QUIET_DAY: "알림을 보내지 않는 날입니다",
        Reason.OUTSIDE_RECEIVE_WINDOW: "알림 수신 시간이 아닙니다",
        Reason.DEFERRED_RECEIVE_WINDOW: "알림 수신 시간이 아닙니다",
        Reason.HOURLY_CAP: "한 시간 동안 받을 수 있는 알림 수를 모두 채웠습니다",
        Reason.NO_ADDRESS: "NAVER WORKS 주소를 알 수 없습니다",
    },
}
_OUTCOMES: dict[str, Mapping[Outcome, str]] = {
    "en": {
        Outcome.SEND: "Sent",
        Outcome.DEFER: "Held until {until}",
        Outcome.DIGEST: "Collected",
        Outcome.SUPPRESS: "Not sent",
    },
    "ko": {
        Outcome.SEND: "보냄",
        Outcome.DEFER: "{until}까지 보류",
        Outcome.DIGEST: "모음",
        Outcome.SUPPRESS: "보내지 않음",
    },
}
_WEEKDAYS = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "ko": tuple("월화수목금토일")}
_VARIANTS: dict[str, Mapping[Audience, str]] = {
    "en": {Audience.INTERVIEWER: "for interviewers", Audience.MANAGER: "for managers"},
    "ko": {Audience.INTERVIEWER: "면접관용", Audience.MANAGER: "채용 담당자용"},
}
_OWN_RULE = {
    "en": "decided by the rule “{rule}” ({reason})",
    "ko": "‘{rule}’ 규칙에 따른 결정입니다({reason})",
}


def explain(
    decision: Decision, *, locale: str = "ko", texts: Mapping[str, str] | None = None
) -> str:
    """Return one sentence that says what was decided and why.

    Args:
        decision: What to explain.
        locale: `ko` or `en`, in any usual spelling.
        texts: Sentences for reasons of the caller's own rules, by reason; they win over ours.

    Raises:
        InvalidValue: There are no sentences in that language.

    Examples:
        >>> from naverworks_notify.policy import Decision, Outcome, Reason
        >>> no = Decision("u-2", Outcome.SUPPRESS, None, Reason.POSTING_MEMBER, None, ())
        >>> explain(no, locale="en")
        'Not sent: a member of a posting gets no alerts about that posting.'
    """
    language = normalize_locale(locale)
    if language not in _REASONS:
        message = "must be ko or en; there are no explanations in other languages."
        raise InvalidValue(violations=(Violation("locale", "locale", message),))
    because = (texts or {}).get(decision.reason) or _REASONS[language].get(decision.reason)
    if because is None:
        rule = _last_word(decision)
        because = _OWN_RULE[language].format(rule=rule, reason=decision.reason)
    outcome = _OUTCOMES[language][decision.outcome].format(until=_moment(decision.until, language))
    return f"{outcome}: {because}.{_entry(decision, language)}"


def _last_word(decision: Decision) -> str:
    speaking = [step.rule for step in decision.trail if step.verdict is not Verdict.PASS]
    return speaking[-1] if speaking else decision.reason


def _entry(decision: Decision, language: str) -> str:
    if decision.catalog_id is None or decision.audience is None:
        return ""
    row = ENTRIES.get(decision.catalog_id)
    if row is None:
        label = decision.catalog_id
    else:
        label = row.korean_label if language == "ko" else row.english_label
    return f" ({label}, {_VARIANTS[language][decision.audience]})"


def _moment(until: datetime | None, language: str) -> str:
    if until is None:
        return ""
    weekday = _WEEKDAYS[language][until.weekday()]
    return f"{until:%Y-%m-%d} ({weekday}) {until:%H:%M} ({until:%Z})"


_AT = "2026-03-02T10:00:00+09:00"
_LATER = {"start_at": "2026-03-04T14:00:00+09:00", "end_at": "2026-03-04T15:00:00+09:00"}
_POSTING = {"id": "posting", "title": "-", "team": "team"}
_SOMEONE = {"id": "someone", "name": "-"}
_ITEM = {"candidate": _SOMEONE, "completed_at": _AT}

# Every payload field that some event demands; an event takes those it has.
_FIELDS: dict[str, Any] = {
    "posting": _POSTING,
    "candidate": _SOMEONE,
    "candidates": [_SOMEONE],
    "interview": {"id": "interview", "slot": _LATER},
    "author": _SOMEONE,
    "automation_name": "-",
    "action_summary": "-",
    "slots": [_LATER],
    "needs_confirmation": False,
    "evaluation_kind": "interview",
    "completed_at": _AT,
    "window": _LATER,
    "items": [_ITEM],
    "title": "-",
}
_REASONED = {"interview.interviewer_time_failed": {"reason": "other"}}


def sample_alerts(*, assignee_ids: tuple[str, ...] = ()) -> tuple[Alert, ...]:
    """Return one alert per event, in the order of the product's list."""
    return tuple(
        from_dict(
            {
                "type": event_type,
                "event_id": event_type,
                "occurred_at": _AT,
                "assignee_ids": list(assignee_ids),
                **{name: _FIELDS[name] for name in _FIELDS if name in _names(event)},
                **_REASONED.get(event_type, {}),
            }
        )
        for event_type, event in EVENTS.items()
    )


def _names(event: type[Alert]) -> set[str]:
    return {attribute.name for attribute in fields(event) if attribute.init}


@frozen(kw_only=True)
class Column:
    """The kind of person a column asks about.

    Attributes:
        key: Its name in CSV.
        korean: Its heading in Korean.
        english: Its heading in English.
        org_role: The role in the organisation.
        posting_role: The effective role on the posting, given directly or by a team.
        is_assignee: Whether the event is personally about them.
    """

    key: str
    korean: str
    english: str
    org_role: OrgRole = OrgRole.INTERVIEWER
    posting_role: PostingRole | None = None
    is_assignee: bool = False

    def person_for(self, alert: Alert) -> Person:
        """Return someone of that kind."""
        roles = (
            {}
            if self.posting_role is None or alert.posting is None
            else {alert.posting.id: self.posting_role}
        )
        return Person(id=self.key, name=self.key, org_role=self.org_role, posting_roles=roles)


_ROLES = (
    Column(
        key="job_admin",
        korean="공고 관리자",
        english="job admin",
        posting_role=PostingRole.JOB_ADMIN,
    ),
    Column(
        key="job_manager",
        korean="공고 매니저",
        english="job manager",
        posting_role=PostingRole.JOB_MANAGER,
    ),
    Column(
        key="job_member",
        korean="공고 멤버",
        english="job member",
        posting_role=PostingRole.JOB_MEMBER,
    ),
    Column(
        key="org_admin",
        korean="조직 관리자, 공고 역할 없음",
        english="org admin, no role",
        org_role=OrgRole.ADMIN,
    ),
    Column(key="nobody", korean="공고 역할 없음", english="no role"),
)
_COLUMNS = _ROLES + tuple(
    evolve(
        role,
        key=f"{role.key}_assigned",
        korean=f"{role.korean}, 담당",
        english=f"{role.english}, assigned",
        is_assignee=True,
    )
    for role in _ROLES
    if role.org_role is not OrgRole.ADMIN
)
_ASSIGNEES = tuple(column.key for column in _COLUMNS if column.is_assignee)
_WORDS = {
    "ko": {"alert": "알림", Audience.INTERVIEWER: "면접관", Audience.MANAGER: "담당자", "": "–"},
    "en": {"alert": "Alert", Audience.INTERVIEWER: "interviewer", Audience.MANAGER: "manager", "": "–"},
}  # fmt: skip
_MARKS = {
    "ko": {Outcome.DIGEST: " (모음)", Outcome.DEFER: " (보류)"},
    "en": {Outcome.DIGEST: " (digest)", Outcome.DEFER: " (held)"},
}


@frozen
class Table:
    """A matrix of decisions: a row per alert, a column per kind of person.

    Attributes:
        columns: The kinds of people.
        alerts: The alerts that were asked about.
        cells: For each alert, one decision per column.
    """

    columns: tuple[Column, ...]
    alerts: tuple[Alert, ...]
    cells: tuple[tuple[Decision, ...], ...]

    def to_markdown(self, *, locale: str = "ko") -> str:
        """Return the matrix as a Markdown table; a cell names the variant that person gets."""
        language = "ko" if normalize_locale(locale) == "ko" else "en"
        heads = [
            _WORDS[language]["alert"],
            *(column.korean if language == "ko" else column.english for column in self.columns),
        ]
        lines = [heads, ["---"] * len(heads)]
        for alert, row in zip(self.alerts, self.cells, strict=True):
            lines.append([_label(alert, language), *(_show(one, language) for one in row)])
        return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"

    def to_csv(self) -> str:
        """Return the matrix as CSV: event, column, outcome, audience, reason."""
        # Codes only: none of them holds a comma or a quote.
        lines = ["event_type,person,outcome,audience,reason"]
        for alert, row in zip(self.alerts, self.cells, strict=True):
            lines += [
                ",".join((alert.type, column.key, one.outcome, one.audience or "", one.reason))
                for column, one in zip(self.columns, row, strict=True)
            ]
        return "\n".join(lines) + "\n"

    def __str__(self) -> str:
        return self.to_markdown()


def _show(decision: Decision, language: str) -> str:
    if decision.audience is None or decision.outcome is Outcome.SUPPRESS:
        return _WORDS[language][""]
    return _WORDS[language][decision.audience] + _MARKS[language].get(decision.outcome, "")


def _label(alert: Alert, language: str) -> str:
    rows = entries_of(alert.type) or alert.entries
    if not rows:
        return f"`{alert.type}`"
    label = rows[0].korean_label if language == "ko" else rows[0].english_label
    return f"{label} `{alert.type}`"


def table_of(policy: Policy, alerts: Iterable[Alert] | None = None) -> Table:
    """Return who gets what under a policy, found out by asking it."""
    asked = (
        sample_alerts(assignee_ids=_ASSIGNEES)
        if alerts is None
        else tuple(evolve(alert, assignee_ids=_ASSIGNEES) for alert in alerts)
    )
    return Table(
        _COLUMNS,
        asked,
        tuple(
            policy.decide(
                alert, [column.person_for(alert) for column in _COLUMNS], now=alert.occurred_at
            )
            for alert in asked
        ),
    )


@frozen
class Simulation:
    """What would happen to one alert.

    Attributes:
        alert: What would be decided on.
        people: Everybody it was asked for.
        decisions: One per person, in their order.
    """

    alert: Alert = field(repr=False)
    people: tuple[Person, ...] = field(repr=False)
    decisions: tuple[Decision, ...]

    @property
    def recipients(self) -> tuple[Person, ...]:
        """The people who would get a message at once."""
        return tuple(
            person
            for person, decision in zip(self.people, self.decisions, strict=True)
            if decision.outcome is Outcome.SEND
        )

    @property
    def counts(self) -> Mapping[str, int]:
        """How many people there are per reason, the most frequent first."""
        return dict(Counter(str(decision.reason) for decision in self.decisions).most_common())

    def lines(self, *, locale: str = "ko") -> tuple[str, ...]:
        """Return one sentence per person, each beginning with the name."""
        return tuple(
            f"{person.name}: {explain(decision, locale=locale)}"
            for person, decision in zip(self.people, self.decisions, strict=True)
        )


def simulate_with(
    policy: Policy,
    alert: Alert,
    people: Iterable[Person],
    *,
    now: datetime,
    history: History | None = None,
) -> Simulation:
    """Return what a policy would decide."""
    everybody = tuple(people)
    return Simulation(alert, everybody, policy.decide(alert, everybody, now=now, history=history))
