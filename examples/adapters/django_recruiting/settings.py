"""The smallest settings that run the example: one app, SQLite in memory."""

from __future__ import annotations

SECRET_KEY = "only for the example"
INSTALLED_APPS = ["django_recruiting"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
