"""The package's face: every public name is there once, and importing it stays cheap."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys

import pytest

import naverworks_notify as nw

HEAVY = ("httpx", "jwt", "cryptography", "babel", "tenacity")


def test_every_public_name_resolves():
    for name in nw.__all__:
        assert getattr(nw, name) is not None


def test_dir_lists_exactly_the_public_names():
    assert dir(nw) == sorted(nw.__all__)


def test_the_table_of_homes_and_all_are_the_same_names():
    assert sorted(nw._HOMES) == sorted(nw.__all__)


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Nothing"):
        _ = nw.Nothing


def test_every_error_is_exported():
    errors = importlib.import_module("naverworks_notify.errors")
    found = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, nw.NaverWorksError)
    }
    assert found <= set(nw.__all__)


@pytest.mark.parametrize(
    "statement",
    [
        "import naverworks_notify",
        "from naverworks_notify import policy",
        "from naverworks_notify import catalog",
        "from naverworks_notify import alerts, messages",
        "from naverworks_notify import policy, catalog; catalog.CATALOG['interviewer.interview.confirmed']",
    ],
)
def test_the_pure_parts_load_nothing_heavy(statement):
    program = f"{statement}\nimport sys\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
