"""Values of the Directory API: members, groups, units and their names."""

from __future__ import annotations

from naverworks_notify.directory._match import Match, MatchReason, MatchStatus
from naverworks_notify.directory._units import (
    Group,
    GroupMember,
    Level,
    OrgUnit,
    OrgUnitMember,
    Position,
    UserType,
)
from naverworks_notify.directory._users import (
    ExternalKey,
    LeaveOfAbsence,
    LocalizedName,
    Organization,
    OrgUnitPost,
    User,
    UserName,
    user_from_wire,
)

__all__ = [
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
    "user_from_wire",
]
