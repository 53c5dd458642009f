"""Values of the Directory API: members, groups, units and their names."""

from __future__ import annotations

from naverworks_notify.directory._match import Match, MatchReason, MatchStatus
from naverworks_notify.directory._read import Answer, read_answer
from naverworks_notify.directory._units import (
    Group,
    GroupMember,
    Level,
    OrgUnit,
    OrgUnitMember,
    Position,
    UserType,
    read_group,
    read_group_member,
    read_level,
    read_org_unit,
    read_org_unit_member,
    read_position,
    read_user_type,
)
from naverworks_notify.directory._users import (
    ExternalKey,
    LeaveOfAbsence,
    LocalizedName,
    Organization,
    OrgUnitPost,
    User,
    UserName,
    read_external_key,
    read_user,
    user_from_wire,
)

__all__ = [
    "Answer",
    "ExternalKey",
    "Group",
    "GroupMember",
    "LeaveOfAbsence",
    "Level",
    "LocalizedName",
    "Match",
    "MatchReason",
    "MatchStatus",
    "OrgUnit",
    "OrgUnitMember",
    "OrgUnitPost",
    "Organization",
    "Position",
    "User",
    "UserName",
    "UserType",
    "read_answer",
    "read_external_key",
    "read_group",
    "read_group_member",
    "read_level",
    "read_org_unit",
    "read_org_unit_member",
    "read_position",
    "read_user",
    "read_user_type",
    "user_from_wire",
]
