"""The simulated service, pure: wire requests in, wire responses out.

State stands in `_tenant` and `_tokens`, routes in `endpoints/`, refusals in `_answers`, trouble in
`_faults`, and every choice where the real service is not established in `_behaviour`.
"""

from __future__ import annotations

from naverworks_notify.simulator.service._answers import Answer, Situation
from naverworks_notify.simulator.service._behaviour import Behaviour, RateHeaders
from naverworks_notify.simulator.service._faults import Fault, FaultKind, Faults, Head, Hold
from naverworks_notify.simulator.service._log import LoggedCall
from naverworks_notify.simulator.service._people import SimulatedUser
from naverworks_notify.simulator.service._service import Opened, Service
from naverworks_notify.simulator.service._state import State
from naverworks_notify.simulator.service._tenant import SentMessage, Tenant

__all__ = [
    "Answer",
    "Behaviour",
    "Fault",
    "FaultKind",
    "Faults",
    "Head",
    "Hold",
    "LoggedCall",
    "Opened",
    "RateHeaders",
    "SentMessage",
    "Service",
    "SimulatedUser",
    "Situation",
    "State",
    "Tenant",
]
