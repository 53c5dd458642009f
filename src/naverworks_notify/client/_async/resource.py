"""What every group of methods on a client has."""

from __future__ import annotations

from naverworks_notify.client._async.runner import AsyncRunner
from naverworks_notify.client._settings import bot_of

__all__ = ["AsyncResource"]


class AsyncResource:
    """A group of methods, with the client's runner and the client's bot."""

    __slots__ = ("_runner",)

    def __init__(self, runner: AsyncRunner) -> None:
        self._runner = runner

    def _bot(self, bot_id: int | None) -> int:
        return bot_of(self._runner.settings, bot_id)
