"""Who gets what, as a matrix: made by asking the policy, never written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import evolve, frozen

from naverworks_notify.alerts import Alert, Audience, entries_of, normalize_locale
from naverworks_notify.policy._decision import Decision, Outcome
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._protocols import Policy
from naverworks_notify.policy._roles import OrgRole, PostingRole
from naverworks_notify.policy._samples import SAMPLE_POSTING_ID, sample_alerts

__all__ = ["Column", "Table", "table_of"]


@frozen
class Column:
    """The kind of person a column asks about.

    Attributes:
        key: Its name in CSV.
        korean: Its heading in Korean.
        english: Its heading in English.
        person: Someone of that kind.
        is_assignee: Whether the event is personally about them.
    """

    key: str
    korean: str
    english: str
    person: Person
    is_assignee: bool


def _column(
    key: str,
    korean: str,
    english: str,
    *,
    posting_role: PostingRole | None = None,
    org_role: OrgRole = OrgRole.INTERVIEWER,
    is_assignee: bool = False,
) -> Column:
    roles = {} if posting_role is None else {SAMPLE_POSTING_ID: posting_role}
    person = Person(id=key, name=key, org_role=org_role, posting_roles=roles)
    return Column(key, korean, english, person, is_assignee)


_COLUMNS = (
    _column("job_admin", "공고 관리자", "job admin", posting_role=PostingRole.JOB_ADMIN),
    _column("job_manager", "공고 매니저", "job manager", posting_role=PostingRole.JOB_MANAGER),
    _column("job_member", "공고 멤버", "job member", posting_role=PostingRole.JOB_MEMBER),
    _column(
        "org_admin", "조직 관리자, 공고 역할 없음", "org admin, no role", org_role=OrgRole.ADMIN
    ),
    _column("nobody", "공고 역할 없음", "no role"),
    _column(
        "job_admin_assigned",
        "공고 관리자, 담당",
        "job admin, assigned",
        posting_role=PostingRole.JOB_ADMIN,
        is_assignee=True,
    ),
    _column(
        "job_manager_assigned",
        "공고 매니저, 담당",
        "job manager, assigned",
        posting_role=PostingRole.JOB_MANAGER,
        is_assignee=True,
    ),
    _column(
        "job_member_assigned",
        "공고 멤버, 담당",
        "job member, assigned",
        posting_role=PostingRole.JOB_MEMBER,
        is_assignee=True,
    ),
    _column("assigned", "공고 역할 없음, 담당", "no role, assigned", is_assignee=True),
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
    rows = entries_of(alert.type)
    if not rows:
        return alert.type
    return rows[0].korean_label if language == "ko" else rows[0].english_label


def table_of(policy: Policy, alerts: Iterable[Alert] | None = None) -> Table:
    """Return who gets what under a policy, found out by asking it."""
    asked = (
        sample_alerts(assignee_ids=_ASSIGNEES)
        if alerts is None
        else tuple(evolve(alert, assignee_ids=_ASSIGNEES) for alert in alerts)
    )
    people = [column.person for column in _COLUMNS]
    return Table(
        _COLUMNS,
        asked,
        tuple(policy.decide(alert, people, now=_moment_of(alert)) for alert in asked),
    )


def _moment_of(alert: Alert) -> datetime:
    return alert.occurred_at + timedelta(seconds=1)
