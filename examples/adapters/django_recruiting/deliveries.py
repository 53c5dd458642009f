"""Who got what, and what waits, in the application's own database: for workers on many machines."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from sqlalchemy import URL

from naverworks_notify import SqlLedger


@cache
def ledger_of(organization: str) -> SqlLedger:
    """Return this process's ledger of one organisation.

    It writes on connections of its own: what it notes must stand before a message leaves, and must
    stay whatever becomes of the caller's transaction. So notify on commit, or from a task. Its
    tables are its own matter and in no migration; `SqlLedger.tables()` gives them for one.
    """
    return SqlLedger(url_of(settings.DATABASES["default"]), tenant=organization)


def url_of(database: dict[str, Any]) -> str:
    """Return the URL of a database in Django's settings."""
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    url = URL.create(
        "postgresql",
        username=database.get("USER") or None,
        password=database.get("PASSWORD") or None,
        host=database.get("HOST") or None,
        port=int(database["PORT"]) if database.get("PORT") else None,
        database=database["NAME"],
    )
    return url.render_as_string(hide_password=False)
