"""Every endpoint as a pure function: a call goes in, an `Operation` comes out; nothing is sent."""

from __future__ import annotations

from naverworks_notify.operations._failures import (
    HINTS,
    api_error,
    hint_for,
    request_id,
    without_quotes,
)
from naverworks_notify.operations._operation import (
    Effect,
    Endpoint,
    Limit,
    Operation,
    Page,
    json_content,
    next_page,
    positive_id,
)
from naverworks_notify.operations._table import ENDPOINTS

__all__ = [
    "ENDPOINTS",
    "HINTS",
    "Effect",
    "Endpoint",
    "Limit",
    "Operation",
    "Page",
    "api_error",
    "hint_for",
    "json_content",
    "next_page",
    "positive_id",
    "request_id",
    "without_quotes",
]
