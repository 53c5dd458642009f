"""What the catalog's tests share: scripts loaded as modules, and alerts of every shape."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve

from naverworks_notify.alerts import (
    ENTRIES,
    Alert,
    EvaluationKind,
    InterviewMethod,
    MessageChannel,
    Slot,
    TimeFailureReason,
    Value,
)
from naverworks_notify.alerts._kinds import LocaleKind
from naverworks_notify.alerts._payload import MethodKind
from naverworks_notify.catalog.samples import sample
from naverworks_notify.schema import (
    Flag,
    Kind,
    Many,
    Moment,
    Object,
    OneOf,
    Text,
    Url,
    Whole,
    table_of,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """Load a script of the repository by its name."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def every_shape() -> list[tuple[str, Alert]]:
    """Catalog id and alert, together reaching every branch of every entry."""
    shapes = [
        (entry, sample(entry, minimal=minimal)) for entry in ENTRIES for minimal in (False, True)
    ]
    shapes += [(entry, other) for entry, alert in list(shapes) for other in _variants(alert)]
    return shapes


def _variants(alert: Alert) -> list[Alert]:
    changes = [*_interview_variants(alert), *_VARIANTS.get(alert.type, lambda _: [])(alert)]
    return [evolve(alert, **change) for change in changes]


def _interview_variants(alert: Alert) -> list[dict[str, Any]]:
    if alert.interview is None:
        return []
    methods = [
        {"interview": evolve(alert.interview, method=method, url=None), "stage": None}
        for method in (*InterviewMethod, None)
    ]
    return [*methods, {"interview": evolve(alert.interview, interviewers=())}]


def _changed(alert: Alert) -> list[dict[str, Any]]:
    if not alert.changes:
        return []
    change = alert.changes[0]
    return [
        {"changes": [evolve(change, field="dress code")] * 9},
        {"changes": [evolve(change, field="x", before=None, after=None)]},
    ]


_VARIANTS: dict[str, Callable[[Any], list[dict[str, Any]]]] = {
    "interview.reminder": lambda _: [{"minutes_before": minutes} for minutes in (0, 1, 1500)],
    "interview.changed": _changed,
    "interview_evaluation.overdue_reminder": lambda _: [{"interview": None}],
    "interview.interviewer_time_failed": lambda _: [{"reason": each} for each in TimeFailureReason],
    "interview.interviewer_time_settled": lambda alert: [
        {"auto_requested": True},
        {"slots": alert.slots * 4},
    ],
    "interview.candidate_time_selected": lambda alert: [
        {"needs_confirmation": False, "slots": alert.slots[:1]}
    ],
    "applicant.message_received": lambda _: [{"channel": each} for each in MessageChannel],
    "evaluation.completed": lambda _: [{"evaluation_kind": each} for each in EvaluationKind],
    "document_review.requested": lambda alert: [
        {"candidates": [evolve(alert.candidates[0], name="\u200b")]}
    ],
}


@pytest.fixture(scope="session")
def largest() -> Callable[..., Alert]:
    """Build an alert of a class whose every text is the given one, and every list is long."""

    def build(event: type[Alert], text: str, *, url: str = "https://ats.example.com/x") -> Alert:
        return _filled(event, text, url)

    return build


def _filled(value_type: type[Value], text: str, url: str) -> Any:
    start = datetime(2026, 3, 2, 10, tzinfo=UTC)
    if value_type is Slot:
        return Slot(start, start + timedelta(days=3))

    fillers: dict[type, Callable[[Any], Any]] = {
        Url: lambda _: url,
        LocaleKind: lambda _: "ko",
        Text: lambda _: text,
        MethodKind: lambda _: text,
        Whole: lambda _: 1000,
        Flag: lambda _: True,
        Moment: lambda _: start,
        OneOf: lambda kind: next(iter(kind.enum)),
        Object: lambda kind: _filled(kind.cls, text, url),
        Many: lambda kind: tuple(fill(kind.item) for _ in range(30)),
    }

    def fill(kind: Kind) -> Any:
        return fillers[type(kind)](kind)

    members = table_of(value_type).members
    return value_type(**{member.name: fill(member.kind) for member in members})
