"""The recruiting day that `naverworks-notify demo` plays; also in `examples/recruiting-day`."""

from __future__ import annotations

from pathlib import Path

from naverworks_notify.cli.day._company import company

__all__ = ["ALERTS", "PEOPLE", "company"]

PEOPLE = Path(__file__).with_name("people.json")
"""Sixteen people: every organisation, posting and team role, and some with wishes of their own."""

ALERTS = Path(__file__).with_name("alerts.jsonl")
"""A Wednesday in March: all 20 events, one of them repeated and one told too late."""
