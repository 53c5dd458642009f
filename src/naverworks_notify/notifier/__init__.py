"""Decide → render → deliver, with one result per person.

`Notifier` and `AsyncNotifier` do all three; `Planner` and `DryRun` stop before the send; a
`Delivery` is the message in between, as a value that any queue can carry.
"""

from __future__ import annotations

from naverworks_notify.notifier._address import Members
from naverworks_notify.notifier._async import AsyncNotifier
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.notifier._dry_run import DryRun
from naverworks_notify.notifier._plan import Form, Plan, Planned, Planner
from naverworks_notify.notifier._report import Report, Result
from naverworks_notify.notifier._state import DeliveryState, MemoryState
from naverworks_notify.notifier._state_file import StateFile
from naverworks_notify.notifier._status import Status
from naverworks_notify.notifier._sync import Notifier

__all__ = [
    "AsyncNotifier",
    "Delivery",
    "DeliveryState",
    "DryRun",
    "Form",
    "Members",
    "MemoryState",
    "Notifier",
    "Plan",
    "Planned",
    "Planner",
    "Report",
    "Result",
    "StateFile",
    "Status",
]
