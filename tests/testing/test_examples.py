"""The examples in the docstrings do what they say."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

MODULES = ["_callbacks", "_manual_clock", "_simulator", "service._faults", "service._people"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    found = doctest.testmod(import_module(f"naverworks_notify.testing.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
