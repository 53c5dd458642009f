"""The rules of the recruiting policy: one small named function each.

Relation rules find what ties a person to an alert; gates are asked after that. The order in which
`RecruitingPolicy` asks them is `recruiting_rules`.
"""

from __future__ import annotations

from naverworks_notify.alerts import DOCUMENTED, Vocabulary
from naverworks_notify.policy._options import PolicyOptions
from naverworks_notify.policy._rule import Rule
from naverworks_notify.policy.rules._gates import (
    actor_excluded,
    digest_window,
    expired,
    inactive,
    muted,
    quiet_day,
    receive_window,
)
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


def recruiting_rules(
    options: PolicyOptions, vocabulary: Vocabulary = DOCUMENTED
) -> tuple[Rule, ...]:
    """Return the rules of `RecruitingPolicy` in the order they are asked.

    An option that is off leaves its rule out, so a trail shows only rules that can act.

    Args:
        options: The switches.
        vocabulary: The types of alerts, some of which may make others moot.
    """
    first = options.interviewer_first
    wanted: list[tuple[Rule, bool]] = [
        (addressed_posting_member, options.silence_addressed_members),
        (addressed, True),
        (assigned, first),
        # Behind the variant that comes first, before the other.
        (delegate, first),
        (posting_manager, True),
        (org_admin, options.include_org_admins),
        (delegate, not first),
        (assigned, not first),
        (posting_member, True),
        (unrelated, True),
        (inactive, True),
        (actor_excluded, options.exclude_actor),
        (expired, True),
        (superseded, options.supersede_cancelled or bool(vocabulary.own_superseders)),
        (duplicate_event, True),
        (muted, True),
        # Only what someone away would have got is handed over.
        (delegated, True),
        # What is gathered is late rather than lost.
        (digest_window, True),
        (changes_collapsed, options.collapse_window is not None),
        # What is dropped at this moment does not wait for another one.
        (quiet_day, options.quiet_days is not None),
        (receive_window, True),
        (snoozed, True),
        (hourly_cap, options.hourly_cap is not None),
    ]
    return tuple(rule for rule, is_on in wanted if is_on)
