"""Decide → render → deliver, with one result per person, and a ledger that remembers.

`Notifier` and `AsyncNotifier` do all of it; `DryRun` rehearses it; a `Delivery` is the message in
between, as a value that any queue can carry. `MemoryLedger` and `SqlLedger` keep who has what, what
waits and what happened.
"""

from __future__ import annotations

from naverworks_notify.notifier._address import Members
from naverworks_notify.notifier._async import AsyncNotifier
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.notifier._dry_run import DryRun
from naverworks_notify.notifier._ledger import AlertRecord, Ledger, LedgerError, Row, State
from naverworks_notify.notifier._memory_ledger import MemoryLedger
from naverworks_notify.notifier._plan import Form
from naverworks_notify.notifier._result import NotifierReason, Plan, Report, Result, Status
from naverworks_notify.notifier._sql_ledger import SqlLedger
from naverworks_notify.notifier._sync import Notifier

__all__ = [
    "AlertRecord",
    "AsyncNotifier",
    "Delivery",
    "DryRun",
    "Form",
    "Ledger",
    "LedgerError",
    "Members",
    "MemoryLedger",
    "Notifier",
    "NotifierReason",
    "Plan",
    "Report",
    "Result",
    "Row",
    "SqlLedger",
    "State",
    "Status",
]
