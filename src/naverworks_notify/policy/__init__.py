"""Who gets which alert, when, and why: pure rules that callers reorder, drop and add.

Depends on nothing but attrs and the standard library: drop it into any application.
"""

from __future__ import annotations

from naverworks_notify.alerts import Audience
from naverworks_notify.policy._calendar import QuietDays
from naverworks_notify.policy._decision import Decision, Outcome, Reason, Step, Verdict
from naverworks_notify.policy._digest import DigestItem, DigestWindow, close_digests
from naverworks_notify.policy._history import Absence, History, Occurrence
from naverworks_notify.policy._options import PolicyOptions
from naverworks_notify.policy._person import Person, Preferences, person_from_dict
from naverworks_notify.policy._policy import Policy, RecruitingPolicy, decide
from naverworks_notify.policy._roles import OrgRole, PostingRole, TeamRole, effective_role
from naverworks_notify.policy._rule import (
    Rule,
    RuleKind,
    Ruling,
    choose,
    collect,
    defer,
    gate,
    relation,
    suppress,
)
from naverworks_notify.policy._rules import recruiting_rules
from naverworks_notify.policy._situation import Notice, Situation
from naverworks_notify.policy._window import ReceiveWindow

__all__ = [
    "Absence",
    "Audience",
    "Decision",
    "DigestItem",
    "DigestWindow",
    "History",
    "Notice",
    "Occurrence",
    "OrgRole",
    "Outcome",
    "Person",
    "Policy",
    "PolicyOptions",
    "PostingRole",
    "Preferences",
    "QuietDays",
    "Reason",
    "ReceiveWindow",
    "RecruitingPolicy",
    "Rule",
    "RuleKind",
    "Ruling",
    "Situation",
    "Step",
    "TeamRole",
    "Verdict",
    "choose",
    "close_digests",
    "collect",
    "decide",
    "defer",
    "effective_role",
    "gate",
    "person_from_dict",
    "recruiting_rules",
    "relation",
    "suppress",
]
