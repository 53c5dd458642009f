"""What a ledger says of an address that no driver serves."""

from __future__ import annotations

import sys

import pytest

from naverworks_notify import InvalidValue, SqlLedger


def test_a_driver_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InvalidValue, match="driver that is not installed: psycopg") as caught:
        SqlLedger("postgresql://user:secret@host/name")
    assert "secret" not in str(caught.value)


def test_a_driver_that_there_is_not_is_refused():
    with pytest.raises(InvalidValue, match="does not know"):
        SqlLedger("postgresql+nothing://host/name")
