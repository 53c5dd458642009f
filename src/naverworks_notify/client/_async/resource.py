"""What every group of methods on a client has."""

from __future__ import annotations

from naverworks_notify.client._async.runner import AsyncRunner

__all__ = ["AsyncResource"]


class AsyncResource:
    """A group of methods, with the client's runner and the client's bot."""

    __slots__ = ("_runner",)

    def __init__(self, runner: AsyncRunner) -> None:
        self._runner = runner

    def _bot(self, bot_id: int | None) -> int:
        return self._runner.options.bot(bot_id)
