# Generated from client/_async/resource.py by scripts/generate_sync.py; change that one.
"""What every group of methods on a client has."""

from __future__ import annotations

from naverworks_notify.client._sync.runner import Runner

__all__ = ["Resource"]


class Resource:
    """A group of methods, with the client's runner and the client's bot."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def _bot(self, bot_id: int | None) -> int:
        return self._runner.options.bot(bot_id)
