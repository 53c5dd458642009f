"""The sample callbacks, composed from the documented pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

_PAYLOADS = Path(__file__).parents[1] / "data" / "bot-payloads.json"


@pytest.fixture(scope="session")
def samples() -> dict[str, Any]:
    """Every sample callback under its name and size, and the signed one."""
    return json.loads(_PAYLOADS.read_text(encoding="utf-8"))
