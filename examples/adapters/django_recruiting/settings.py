"""The smallest settings that run the example: one app, SQLite."""

from __future__ import annotations

import os

SECRET_KEY = "only for the example"
INSTALLED_APPS = ["django_recruiting"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("RECRUITING_DB", ":memory:"),
        # Writers wait for each other instead of failing at once.
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
