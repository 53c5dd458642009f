"""Is this person concerned, and by which variant?

Where a rule names no other source it obeys the guide of the product's NAVER WORKS alerts,
https://guide.roundhr.com/setting/integrations/notifications/naver_works, seen 2026-11.
"""

from __future__ import annotations

from naverworks_notify.alerts import Audience
from naverworks_notify.policy._decision import Reason
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._roles import OrgRole, PostingRole
from naverworks_notify.policy._rule import Context, Ruling, choose, relation, suppress

__all__ = [
    "addressed",
    "addressed_posting_member",
    "assigned",
    "delegate",
    "org_admin",
    "posting_manager",
    "posting_member",
    "unrelated",
]

# Made once: these are most of what is ever said.
_NO_POSTING_ROLE = suppress(Reason.NO_POSTING_ROLE)
_NOT_ADDRESSED = suppress(Reason.NOT_ADDRESSED)
_NOT_ASSIGNED = suppress(Reason.NOT_ASSIGNED)
_POSTING_MEMBER = suppress(Reason.POSTING_MEMBER)


@relation(
    "addressed_posting_member",
    when=lambda s: s.is_addressed and Audience.INTERVIEWER in s.entries,
    ties_only=True,
)
def addressed_posting_member(context: Context, person: Person) -> Ruling | None:
    """Keep mentions and approvals from a 공고 멤버: the conservative reading, off by default.

    Not documented. Against it: a mention exists to reach a chosen teammate, and the team chat is
    open from 공고 멤버 up (https://guide.roundhr.com/candidate/detail_info/teamchat).
    """
    if context.is_assignee(person) and context.role_of(person) is PostingRole.JOB_MEMBER:
        return _POSTING_MEMBER
    return None


@relation("addressed", when=lambda s: s.is_addressed, ties_only=True)
def addressed(context: Context, person: Person) -> Ruling | None:
    """Mentions, approvals and work reminders go to their addressees, whatever their roles.

    Source: https://guide.roundhr.com/setting/integrations/notifications/naver_works.
    It names both variants without saying which is whose: those in charge of the posting get the
    manager's, everybody else the interviewer's.
    """
    if context.is_assignee(person):
        return choose(context.variant_for_addressee(person), Reason.ADDRESSED)
    return None


@relation("assigned", when=lambda s: s.is_assigned, ties_only=True)
def assigned(context: Context, person: Person) -> Ruling | None:
    """면접관 alerts go to the people the event is assigned to; no role is asked.

    Source: https://guide.roundhr.com/setting/integrations/notifications/naver_works.
    An evaluator may well be an organisation admin
    (https://api-docs.roundhr.com/round-api/api-reference/feedback/candidate-scores-show).
    Who was taken off the panel is told that the interview is cancelled for them (not documented).
    """
    if context.is_removed(person):
        return choose(Audience.INTERVIEWER, Reason.REMOVED)
    if context.is_assignee(person):
        return choose(Audience.INTERVIEWER, Reason.ASSIGNED)
    return None


@relation("posting_manager", when=lambda s: s.is_posting_related, ties_only=True)
def posting_manager(context: Context, person: Person) -> Ruling | None:
    """채용 관리자/매니저 alerts go to the 공고 관리자 and 공고 매니저 of that posting.

    «내가 담당한 공고» (https://guide.roundhr.com/setting/profile/notification).
    """
    if context.is_in_charge(person):
        return choose(Audience.MANAGER, Reason.POSTING_MANAGER)
    return None


@relation("org_admin", when=lambda s: s.is_posting_related)
def org_admin(context: Context, person: Person) -> Ruling | None:
    """An organisation 관리자 without a role on the posting is in charge of it too; off by default.

    Not documented. A role as 공고 멤버 still counts: they get nothing.
    """
    if person.org_role is OrgRole.ADMIN and context.role_of(person) is None:
        return choose(Audience.MANAGER, Reason.POSTING_MANAGER)
    return None


@relation("delegate", when=lambda s: bool(s.delegations.variants))
def delegate(context: Context, person: Person) -> Ruling | None:
    """Whoever stands in for someone away gets what that person would have got.

    Not documented; acts on `Person.away`. Where several are away in a row, the first who is there stands in. Someone concerned themselves gets one message; the
    interviewer's comes first here too.
    """
    audience = context.delegations.variants.get(person.id)
    return None if audience is None else choose(audience, Reason.DELEGATE)


@relation("posting_member", when=lambda s: s.is_posting_related, ties_only=True)
def posting_member(context: Context, person: Person) -> Ruling | None:
    """«공고 멤버에게는 공고 관련 알림을 전송하지 않습니다», whatever their organisation role.

    Source: https://guide.roundhr.com/setting/integrations/notifications/naver_works.
    It stands in the section on 채용 관리자/매니저, so it takes nothing from assignees.
    """
    if context.role_of(person) is PostingRole.JOB_MEMBER:
        return _POSTING_MEMBER
    return None


@relation("unrelated")
def unrelated(context: Context, person: Person) -> Ruling | None:  # noqa: ARG001
    """Nothing ties this person to the alert; say what would have.

    Source: https://guide.roundhr.com/setting/integrations/notifications/naver_works,
    which names for each alert the people it goes to, and nobody else.
    """
    if context.is_posting_related:
        return _NO_POSTING_ROLE
    if context.is_addressed:
        return _NOT_ADDRESSED
    return _NOT_ASSIGNED
