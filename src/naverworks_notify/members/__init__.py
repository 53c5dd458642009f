"""Which NAVER WORKS user each of the app's people is, found by syncing the organisation."""

from naverworks_notify.directory import MatchReason
from naverworks_notify.members._async import AsyncMembers
from naverworks_notify.members._directory import Directory, ExternalKeyOf
from naverworks_notify.members._json_store import JsonMemberStore
from naverworks_notify.members._member import Member, MemberStatus
from naverworks_notify.members._report import (
    PersonMatch,
    SyncProgress,
    SyncRefused,
    SyncReport,
)
from naverworks_notify.members._sources import AsyncUserSource, UserSource
from naverworks_notify.members._sql_store import SqlMemberStore
from naverworks_notify.members._stores import (
    MemberStore,
    MemberStoreError,
    MemoryMemberStore,
    Saving,
    Stamp,
)
from naverworks_notify.members._sync import Members
from naverworks_notify.members._walk import Changes

__all__ = [
    "AsyncMembers",
    "AsyncUserSource",
    "Changes",
    "Directory",
    "ExternalKeyOf",
    "JsonMemberStore",
    "MatchReason",
    "Member",
    "MemberStatus",
    "MemberStore",
    "MemberStoreError",
    "Members",
    "MemoryMemberStore",
    "PersonMatch",
    "Saving",
    "SqlMemberStore",
    "Stamp",
    "SyncProgress",
    "SyncRefused",
    "SyncReport",
    "UserSource",
]
