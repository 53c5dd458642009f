"""Who gets which alert, when, and why: pure rules that callers reorder, drop and add.

Depends on nothing but attrs and the standard library: drop it into any application.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from naverworks_notify.alerts._events import merge_changes
from naverworks_notify.policy import rules
from naverworks_notify.policy._decision import Decision, Outcome, Reason, Step, Verdict
from naverworks_notify.policy._digest import DigestItem, DigestWindow, close_digests
from naverworks_notify.policy._history import History, Occurrence
from naverworks_notify.policy._hours import QuietDays, ReceiveWindow
from naverworks_notify.policy._options import PolicyOptions
from naverworks_notify.policy._person import (
    Absence,
    Person,
    RefusedPerson,
    person_from_dict,
    read_people,
)
from naverworks_notify.policy._policy import RecruitingPolicy, decide, simulate, table
from naverworks_notify.policy._preferences import Preferences
from naverworks_notify.policy._protocols import (
    AsyncPeopleSource,
    AsyncPreferenceStore,
    PeopleSource,
    Policy,
    PreferenceStore,
    with_preferences,
)
from naverworks_notify.policy._roles import OrgRole, PostingRole, TeamRole, effective_role
from naverworks_notify.policy._rule import (
    Context,
    Rule,
    RuleKind,
    Ruling,
    Variant,
    choose,
    collect,
    defer,
    gate,
    relation,
    suppress,
)

if TYPE_CHECKING:
    from naverworks_notify.policy._explain import Simulation, Table, explain

# Loaded on first use: texts and tables for people, of which deciding needs none.
_ON_FIRST_USE = {
    "Simulation": "_explain",
    "Table": "_explain",
    "explain": "_explain",
}


def __getattr__(name: str) -> Any:
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_ON_FIRST_USE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "Absence",
    "AsyncPeopleSource",
    "AsyncPreferenceStore",
    "Context",
    "Decision",
    "DigestItem",
    "DigestWindow",
    "History",
    "Occurrence",
    "OrgRole",
    "Outcome",
    "PeopleSource",
    "Person",
    "Policy",
    "PolicyOptions",
    "PostingRole",
    "PreferenceStore",
    "Preferences",
    "QuietDays",
    "Reason",
    "ReceiveWindow",
    "RecruitingPolicy",
    "RefusedPerson",
    "Rule",
    "RuleKind",
    "Ruling",
    "Simulation",
    "Step",
    "Table",
    "TeamRole",
    "Variant",
    "Verdict",
    "choose",
    "close_digests",
    "collect",
    "decide",
    "defer",
    "effective_role",
    "explain",
    "gate",
    "merge_changes",
    "person_from_dict",
    "read_people",
    "relation",
    "rules",
    "simulate",
    "suppress",
    "table",
    "with_preferences",
]
