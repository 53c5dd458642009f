"""A faithful stand-in for NAVER WORKS: tokens, bots, directory, rate limits, errors, trouble.

    service/    the service as a pure function of wire values: state, endpoints, switches, faults
    adapters/   an httpx transport and a localhost server over it
    inbox/      the web page on the port

`Simulator` is what its users see. `naverworks_notify.testing` has the same names beside a clock
by hand and hypothesis strategies.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from naverworks_notify.simulator._callbacks import Callbacks
    from naverworks_notify.simulator._simulator import Simulator
    from naverworks_notify.simulator._tenant_handle import TenantHandle
    from naverworks_notify.simulator.service import (
        Answer,
        Behaviour,
        Fault,
        FaultKind,
        Faults,
        Head,
        Hold,
        LoggedCall,
        RateHeaders,
        SentMessage,
        SimulatedUser,
        Situation,
    )

# Where each public name lives, loaded on first use: pytest imports this package at every start.
_HOMES = {
    "Answer": "service",
    "Behaviour": "service",
    "Callbacks": "_callbacks",
    "Fault": "service",
    "FaultKind": "service",
    "Faults": "service",
    "Head": "service",
    "Hold": "service",
    "LoggedCall": "service",
    "RateHeaders": "service",
    "SentMessage": "service",
    "SimulatedUser": "service",
    "Simulator": "_simulator",
    "Situation": "service",
    "TenantHandle": "_tenant_handle",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "Answer",
    "Behaviour",
    "Callbacks",
    "Fault",
    "FaultKind",
    "Faults",
    "Head",
    "Hold",
    "LoggedCall",
    "RateHeaders",
    "SentMessage",
    "SimulatedUser",
    "Simulator",
    "Situation",
    "TenantHandle",
]
