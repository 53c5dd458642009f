"""Compile the message catalogs: every .po beside its .mo.

python scripts/compile_catalogs.py            writes the .mo files anew
python scripts/compile_catalogs.py --check    fails when one does not say what its .po says
"""

from __future__ import annotations

import argparse
import io
import sys
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parents[1] / "src" / "naverworks_notify" / "catalog" / "locale"


def compiled(source: Path) -> bytes:
    """Return the .mo form of a .po file."""
    with source.open("rb") as text:
        catalog: Catalog = read_po(text, locale=source.parts[-3], abort_invalid=True)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def messages(binary: bytes) -> dict[object, str]:
    """Return what a .mo says, without the header, where every tool writes its own name."""
    told = dict(GNUTranslations(io.BytesIO(binary))._catalog)  # type: ignore[attr-defined]  # noqa: SLF001
    told.pop("", None)
    return told


def main() -> int:
    """Compile or compare; return the exit status."""
    parser = argparse.ArgumentParser(description="Compile the message catalogs.")
    parser.add_argument("--check", action="store_true", help="compare only; write nothing")
    check = parser.parse_args().check
    stale = []
    for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        wanted = compiled(source)
        if target.exists() and messages(target.read_bytes()) == messages(wanted):
            continue
        stale.append(target)
        if not check:
            target.write_bytes(wanted)
    for target in stale:
        print(f"{'stale' if check else 'written'}: {target.relative_to(LOCALES)}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
