"""The rules of the recruiting policy: one small named function each.

Relation rules find what ties a person to an alert; gates are asked after that. The order in which
`RecruitingPolicy` asks them is `recruiting_rules`.
"""

from __future__ import annotations

from naverworks_notify.policy.rules._moment import quiet_day, receive_window
from naverworks_notify.policy.rules._order import recruiting_rules
from naverworks_notify.policy.rules._past import (
    changes_collapsed,
    delegated,
    duplicate_event,
    hourly_cap,
    snoozed,
    superseded,
)
from naverworks_notify.policy.rules._relations import (
    addressed,
    addressed_posting_member,
    assigned,
    delegate,
    org_admin,
    posting_manager,
    posting_member,
    unrelated,
)
from naverworks_notify.policy.rules._standing import (
    actor_excluded,
    digest_window,
    expired,
    inactive,
    muted,
)

__all__ = [
    "actor_excluded",
    "addressed",
    "addressed_posting_member",
    "assigned",
    "changes_collapsed",
    "delegate",
    "delegated",
    "digest_window",
    "duplicate_event",
    "expired",
    "hourly_cap",
    "inactive",
    "muted",
    "org_admin",
    "posting_manager",
    "posting_member",
    "quiet_day",
    "receive_window",
    "recruiting_rules",
    "snoozed",
    "superseded",
    "unrelated",
]
