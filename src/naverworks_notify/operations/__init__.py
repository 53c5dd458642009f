"""Every endpoint as a pure function: a call goes in, an `Operation` comes out; nothing is sent."""

from __future__ import annotations

from naverworks_notify.operations._endpoint import Effect, Endpoint, Limit
from naverworks_notify.operations._failures import HINTS, api_error, hint_for, request_id
from naverworks_notify.operations._operation import Operation, Page, json_content, next_page
from naverworks_notify.operations._path import positive_id
from naverworks_notify.operations._quoting import without_quotes
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
