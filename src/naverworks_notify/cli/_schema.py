"""`naverworks-notify schema`: the JSON forms as JSON Schema, for editors and other languages."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Literal

from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._options import as_json_flag, helped

__all__ = ["schema"]


def schema(
    name: Annotated[
        Literal["alerts", "people", "preferences", "deliveries", "options"],
        helped("What to describe.", "무엇의 스키마인지."),
    ],
    /,
    *,
    as_json: Annotated[bool, as_json_flag()] = False,
) -> int:
    """Print the JSON Schema of alerts, people, preferences, deliveries or policy options."""
    from naverworks_notify.schemas import json_schema  # noqa: PLC0415 - loads every table

    del as_json  # what is printed is JSON either way
    sys.stdout.write(json.dumps(json_schema(name), indent=2, ensure_ascii=False) + "\n")
    return Exit.DONE
