"""One role counts on a posting: the higher of the direct one and the team's."""

from __future__ import annotations

import itertools

import pytest

from naverworks_notify.policy import PostingRole, TeamRole, effective_role

LADDER = [None, "member", "manager", "admin"]
PAIRS = list(itertools.product(LADDER, LADDER))


def job(step):
    return None if step is None else PostingRole(f"job_{step}")


def team(step):
    return None if step is None else TeamRole(f"team_{step}")


@pytest.mark.parametrize(("direct", "inherited"), PAIRS)
def test_the_higher_of_both_counts(direct, inherited):
    higher = max(direct, inherited, key=LADDER.index)
    assert effective_role(job(direct), team(inherited)) is job(higher)


@pytest.mark.parametrize(("direct", "inherited"), PAIRS)
def test_a_direct_role_can_be_made_to_win(direct, inherited):
    counts = inherited if direct is None else direct
    assert effective_role(job(direct), team(inherited), direct_role_wins=True) is job(counts)
