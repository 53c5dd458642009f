"""The pages show the matrix and the rules as they are, not as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from naverworks_notify.policy import RecruitingPolicy

DOCS = Path(__file__).parents[2] / "docs"


def part(locale, name):
    page = (DOCS / locale / "guide" / "policy.md").read_text(encoding="utf-8")
    return page.partition(f"<!-- {name}: begin -->\n")[2].partition(f"<!-- {name}: end -->")[0]


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_the_matrix_is_what_the_rules_answer(locale):
    assert part(locale, "matrix") == f"\n{RecruitingPolicy().table().to_markdown(locale=locale)}\n"


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_the_list_of_rules_is_the_default_policy(locale):
    rows = [line.split(" | ") for line in part(locale, "rules").strip().splitlines()[2:]]
    shown = [(row[0].strip("| `"), row[1]) for row in rows]
    assert shown == [(rule.code, rule.kind.value) for rule in RecruitingPolicy().rules]
    if locale == "en":
        docs = [row[2].removesuffix(" |") for row in rows]
        assert docs == [rule.doc for rule in RecruitingPolicy().rules]
