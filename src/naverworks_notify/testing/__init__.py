"""What tests of bot notifications need: a faithful service, a clock by hand, strategies.

`Simulator` stands in for NAVER WORKS, in the process or on a port. With pytest, the fixture
`naverworks_simulator` gives a fresh one. `strategies` holds hypothesis strategies; it and the
simulator load only when asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from naverworks_notify.simulator import (
        Answer,
        Behaviour,
        Callbacks,
        Fault,
        FaultKind,
        Faults,
        Head,
        Hold,
        LoggedCall,
        RateHeaders,
        SentMessage,
        SimulatedUser,
        Simulator,
        Situation,
        TenantHandle,
    )
    from naverworks_notify.testing import strategies
    from naverworks_notify.testing._manual_clock import ManualClock
    from naverworks_notify.testing.adapter_checks import (
        BrokenDuty,
        check_async_people_source,
        check_async_preference_store,
        check_ledger,
        check_people_source,
        check_preference_store,
    )

# Where each public name lives. None marks a submodule that is public as a whole.
_HOMES: dict[str, str | None] = {
    "Answer": "simulator",
    "Behaviour": "simulator",
    "BrokenDuty": "testing.adapter_checks",
    "Callbacks": "simulator",
    "Fault": "simulator",
    "FaultKind": "simulator",
    "Faults": "simulator",
    "Head": "simulator",
    "Hold": "simulator",
    "LoggedCall": "simulator",
    "ManualClock": "testing._manual_clock",
    "RateHeaders": "simulator",
    "SentMessage": "simulator",
    "SimulatedUser": "simulator",
    "Simulator": "simulator",
    "Situation": "simulator",
    "TenantHandle": "simulator",
    "check_async_people_source": "testing.adapter_checks",
    "check_async_preference_store": "testing.adapter_checks",
    "check_ledger": "testing.adapter_checks",
    "check_people_source": "testing.adapter_checks",
    "check_preference_store": "testing.adapter_checks",
    "strategies": None,
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    if home is None:
        return import_module(f"{__name__}.{name}")
    value = getattr(import_module(f"naverworks_notify.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "Answer",
    "Behaviour",
    "BrokenDuty",
    "Callbacks",
    "Fault",
    "FaultKind",
    "Faults",
    "Head",
    "Hold",
    "LoggedCall",
    "ManualClock",
    "RateHeaders",
    "SentMessage",
    "SimulatedUser",
    "Simulator",
    "Situation",
    "TenantHandle",
    "check_async_people_source",
    "check_async_preference_store",
    "check_ledger",
    "check_people_source",
    "check_preference_store",
    "strategies",
]
