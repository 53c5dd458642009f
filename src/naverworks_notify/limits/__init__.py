"""Keeping within the service's rate limits, instead of learning of them by a 429."""

from __future__ import annotations

from naverworks_notify.limits._budget import RateBudget
from naverworks_notify.limits._headers import LimitHeaders, comes_from_service, read_limit_headers
from naverworks_notify.limits._limiter import Lease, Limiter, LimitKey, Unlimited, owner_of
from naverworks_notify.limits._registry import RateLogs, Share

__all__ = [
    "Lease",
    "LimitHeaders",
    "LimitKey",
    "Limiter",
    "RateBudget",
    "RateLogs",
    "Share",
    "Unlimited",
    "comes_from_service",
    "owner_of",
    "read_limit_headers",
]
