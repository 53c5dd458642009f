"""The three axes of roles, and the one role they come to on a posting.

Source: https://guide.roundhr.com/setting (organisation and posting roles) and
https://guide.roundhr.com/setting/organization/teams (team roles), seen 2026-11.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["OrgRole", "PostingRole", "TeamRole", "effective_role"]


class OrgRole(StrEnum):
    """Role in the organisation (조직 역할), chosen when a member is invited.

    It decides nothing about a posting: an organisation 관리자 who has no role on a posting gets
    none of its manager alerts, unless `PolicyOptions.include_org_admins` says otherwise.
    """

    ADMIN = "admin"
    MANAGER = "manager"
    INTERVIEWER = "interviewer"


class PostingRole(StrEnum):
    """Role on one job posting (공고 역할): 공고 관리자, 공고 매니저, 공고 멤버."""

    JOB_ADMIN = "job_admin"
    JOB_MANAGER = "job_manager"
    JOB_MEMBER = "job_member"


class TeamRole(StrEnum):
    """Role in a team that owns postings (팀): 팀 관리자, 팀 매니저, 팀 멤버."""

    TEAM_ADMIN = "team_admin"
    TEAM_MANAGER = "team_manager"
    TEAM_MEMBER = "team_member"


# Keyed by plain text too: a StrEnum hashes and compares as its value.
_TEAM_GIVES = {
    TeamRole.TEAM_ADMIN: PostingRole.JOB_ADMIN,
    TeamRole.TEAM_MANAGER: PostingRole.JOB_MANAGER,
    TeamRole.TEAM_MEMBER: PostingRole.JOB_MEMBER,
}
_HIGHEST_FIRST = tuple(PostingRole)


def effective_role(
    direct: PostingRole | None, team: TeamRole | None, *, direct_role_wins: bool = False
) -> PostingRole | None:
    """Return the role that counts on a posting, or None when there is none.

    Args:
        direct: The role given on the posting itself.
        team: The role in the team that owns the posting; it maps one to one.
        direct_role_wins: Let the direct role stand even where the team's is higher.

    Not documented by the product; chosen because the roles form one ladder of rights, and a person
    may do on a posting what the higher of the two allows.
    """
    inherited = None if team is None else _TEAM_GIVES[team]
    if direct is None:
        return inherited
    if inherited is None or direct_role_wins:
        return direct
    return min(direct, inherited, key=_HIGHEST_FIRST.index)
