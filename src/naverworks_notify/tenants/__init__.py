"""Many customer organisations in one process: lazily made clients over shared connections."""

from __future__ import annotations

from naverworks_notify.tenants._async import AsyncTenants
from naverworks_notify.tenants._sync import Tenants
from naverworks_notify.tenants._tenant import Tenant

__all__ = ["AsyncTenants", "Tenant", "Tenants"]
