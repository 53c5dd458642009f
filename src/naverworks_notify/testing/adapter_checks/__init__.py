"""Whether a caller's own adapters keep their duties: for the caller's tests."""

from naverworks_notify.testing.adapter_checks._duty import BrokenDuty
from naverworks_notify.testing.adapter_checks._ledgers import check_ledger
from naverworks_notify.testing.adapter_checks._people import (
    check_async_people_source,
    check_people_source,
)
from naverworks_notify.testing.adapter_checks._preferences import (
    check_async_preference_store,
    check_preference_store,
)

__all__ = [
    "BrokenDuty",
    "check_async_people_source",
    "check_async_preference_store",
    "check_ledger",
    "check_people_source",
    "check_preference_store",
]
