"""Write the golden snapshots of the catalog: every entry × language × form.

    python scripts/write_golden.py            writes what changed; refuses it at the same version
    python scripts/write_golden.py --check    writes nothing; fails when something differs

A changed snapshot needs a higher `version` of its entry and a line in CHANGELOG.md, because people
read these messages every day.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from naverworks_notify.alerts import LOCALES
from naverworks_notify.catalog import CATALOG, DEVICE
from naverworks_notify.catalog.samples import sample

GOLDEN = Path(__file__).parents[1] / "tests" / "catalog" / "golden"
FORMS = ("rich", "plain")
# Everything there is to say in every language and form; the least there is, in Korean.
SHOTS = (
    *(("full", locale, form) for locale in (*LOCALES, DEVICE) for form in FORMS),
    *(("minimal", "ko", form) for form in FORMS),
)


def snapshots() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield where each snapshot stands and what it says now."""
    for entry in CATALOG.values():
        for size, locale, form in SHOTS:
            content = CATALOG.render(
                sample(entry.id, minimal=size == "minimal"),
                audience=entry.audience,
                locale=locale,
                form=form,
            )
            name = f"{size}.{locale}.{form}.json"
            yield (
                GOLDEN / entry.id / name,
                {"version": entry.version, "content": content.to_dict()},
            )


def main() -> int:
    """Write or compare; return the exit status."""
    parser = argparse.ArgumentParser(description="Write the catalog's golden snapshots.")
    parser.add_argument("--check", action="store_true", help="compare only; write nothing")
    parser.add_argument(
        "--force", action="store_true", help="overwrite at the same version, before a release"
    )
    options = parser.parse_args()
    stale = refused = 0
    for path, now in snapshots():
        was = json.loads(path.read_text("utf-8")) if path.exists() else None
        if was == now:
            continue
        stale += 1
        where = path.relative_to(GOLDEN)
        if options.check:
            print(f"differs: {where}")
        elif was is not None and was["version"] == now["version"] and not options.force:
            refused += 1
            print(f"refused: {where} changed, but its entry is still version {now['version']}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 1 if refused or (options.check and stale) else 0


if __name__ == "__main__":
    sys.exit(main())
