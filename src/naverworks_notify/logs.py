"""The loggers of this package: `naverworks_notify` and the parts below it."""

from __future__ import annotations

import logging

from naverworks_notify.printable import printable

__all__ = ["logger_of"]


class _Printable(logging.Filter):
    """Spells controls out in what a record quotes: ids are written by others."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                printable(each) if isinstance(each, str) else each for each in record.args
            )
        return True


_PRINTABLE = _Printable()


def logger_of(part: str) -> logging.Logger:
    """Return the logger of a part of the package; no control gets into what it writes."""
    logger = logging.getLogger(f"naverworks_notify.{part}")
    logger.addFilter(_PRINTABLE)
    return logger
