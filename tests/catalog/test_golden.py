"""What people read, word for word: one snapshot for every entry, language and form."""

from __future__ import annotations

import json

import pytest

from naverworks_notify.alerts import ENTRIES


@pytest.fixture(scope="session")
def golden(script):
    module = script("write_golden")
    return module.GOLDEN, dict(module.snapshots())


@pytest.mark.parametrize("entry", ENTRIES)
def test_messages_are_as_reviewed(golden, entry) -> None:
    """A wanted change: raise the entry's version, run scripts/write_golden.py, tell CHANGELOG."""
    folder, now = golden
    mine = {path: shot for path, shot in now.items() if path.parent.name == entry}
    assert len(mine) == 10
    for path, shot in mine.items():
        assert json.loads(path.read_text("utf-8")) == shot, path.relative_to(folder)


def test_no_snapshot_is_left_over(golden) -> None:
    folder, now = golden
    assert set(folder.rglob("*.json")) == set(now)


def test_a_change_at_the_same_version_is_refused(script, tmp_path, monkeypatch, capsys) -> None:
    module = script("write_golden")
    shot = tmp_path / "an.entry" / "full.ko.plain.json"
    monkeypatch.setattr(module, "GOLDEN", tmp_path)
    monkeypatch.setattr("sys.argv", ["write_golden.py"])
    for version, text, status in ((1, "a", 0), (1, "b", 1), (2, "b", 0), (2, "b", 0)):
        now = {"version": version, "content": text}
        monkeypatch.setattr(module, "snapshots", lambda now=now: [(shot, now)])
        assert module.main() == status
    assert json.loads(shot.read_text("utf-8")) == {"version": 2, "content": "b"}
    assert "refused: an.entry/full.ko.plain.json" in capsys.readouterr().out
