"""The pytest plugin: a fresh simulator as a fixture.

pytest imports this module at every start, so it loads the simulator only inside the fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from naverworks_notify.testing import Simulator

__all__ = ["naverworks_simulator"]


@pytest.fixture
def naverworks_simulator() -> Simulator:
    """A fresh simulated NAVER WORKS, with one bot and a few users, in the process.

    Give `naverworks_simulator.account`, `.bot_id` and `.transport()` to a client, then look at
    `.sent`. With `with naverworks_simulator.serve() as url:` it listens on localhost instead.
    """
    from naverworks_notify.testing import Simulator  # noqa: PLC0415 - keeps pytest's start light

    return Simulator()
