"""Who gets what, as a matrix: made by asking the policy, never written by hand."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from naverworks_notify.alerts import Alert, Audience, entries_of, normalize_locale
from naverworks_notify.policy._decision import Decision, Outcome
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._protocols import Policy
from naverworks_notify.policy._roles import OrgRole, PostingRole
from naverworks_notify.policy._samples import sample_alerts

__all__ = ["Column", "Table", "table_of"]


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
