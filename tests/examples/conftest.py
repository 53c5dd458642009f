"""The adapter examples, imported as the applications they are."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from naverworks_notify import alerts

ADAPTERS = Path(__file__).parents[2] / "examples" / "adapters"


@pytest.fixture
def load(monkeypatch):
    """Return a function that imports an example; skips where its framework is not installed."""
    monkeypatch.syspath_prepend(ADAPTERS)

    def import_example(name, *, needs):
        pytest.importorskip(needs)
        return importlib.import_module(name)

    return import_example


@pytest.fixture
def mentioned():
    """Return the JSON of an event that is about u-1 and concerns those in charge of p-1."""
    return {
        "type": "interview.confirmed",
        "event_id": "ev-1",
        "occurred_at": "2026-03-02T10:00:00+09:00",
        "posting": {"id": "p-1", "title": "백엔드 엔지니어", "team": "t-1"},
        "candidate": {"id": "c-1", "name": "김하늘"},
        "interview": {
            "id": "iv-1",
            "slot": {
                "start_at": "2026-03-04T14:00:00+09:00",
                "end_at": "2026-03-04T15:00:00+09:00",
            },
        },
        "assignee_ids": ["u-1"],
    }


@pytest.fixture
def alert(mentioned):
    """Return the same event as a value."""
    return alerts.from_dict(mentioned)
