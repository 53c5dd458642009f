"""What CI runs tells in one sentence what a machine lacks, and finds the Python that it has."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / ".ci" / "run"

pytestmark = pytest.mark.skipif(
    not SCRIPT.exists() or shutil.which("bash") is None, reason="no bash, or not a checkout"
)

TOOLS = ("bash", "dirname", "mktemp", "rm", "grep", "sort", "paste", "mkdir", "cat", "chmod")

# A Python of a version, whose environments hold a nox that notes what it was asked to run.
PYTHON = """#!/usr/bin/env bash
if [ "$1" = --version ]; then echo "Python {version}"; exit 0; fi
if [ "$1" = -c ]; then exit {too_old}; fi
if [ "$1 $2" = "-m venv" ]; then
  {venv}
  mkdir -p "$3/bin"
  printf '#!/usr/bin/env bash\\nexit {pip}\\n' > "$3/bin/python"
  printf '#!/usr/bin/env bash\\necho "nox $*"\\n' > "$3/bin/nox"
  chmod +x "$3/bin/python" "$3/bin/nox"
fi
"""
PYENV = """#!/usr/bin/env bash
cat <<'END'
{versions}
END
"""

Runs = Callable[[], subprocess.CompletedProcess[str]]


class Machine:
    """A machine with a handful of tools and what a test puts on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None
            (folder / tool).symlink_to(found)
        (folder / "env").symlink_to("/usr/bin/env")

    def has(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755)

    def has_python(
        self, name: str = "python3", version: str = "3.12.1", *, venv: str = ":", pip: int = 0
    ) -> None:
        too_old = int(tuple(map(int, version.split(".")[:2])) < (3, 11))
        self.has(name, PYTHON.format(version=version, too_old=too_old, venv=venv, pip=pip))

    def run(self) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.folder), "TMPDIR": str(self.folder)}
        return subprocess.run(
            [self.folder / "bash", SCRIPT],
            capture_output=True,
            text=True,
            check=False,
            env=environment | {"HOME": os.environ.get("HOME", "/")},
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


def test_no_python_is_told(machine):
    assert (
        sentence(machine.run()) == "ci: Python 3.11 or later is needed, and no python3 was found."
    )


def test_a_python_that_is_too_old_is_told(machine):
    machine.has_python(version="3.9.18")
    assert sentence(machine.run()) == "ci: Python 3.11 or later is needed; python3 is 3.9.18."


@pytest.mark.parametrize("versions", ["", "2.7.18\n3.9.18\n3.10.13", "system", "mine-3.12.0"])
def test_pyenv_without_a_python_that_fits_changes_nothing(machine, versions):
    machine.has("pyenv", PYENV.format(versions=versions))
    machine.has_python()
    done = machine.run()
    assert (done.returncode, done.stderr) == (0, "")
    assert "nox --non-interactive -s tests" in done.stdout.splitlines()
    machine.has_python(version="3.10.13")
    assert "python3 is 3.10.13" in sentence(machine.run())


def test_a_pyenv_that_fails_changes_nothing(machine):
    machine.has("pyenv", "#!/usr/bin/env bash\nexit 1\n")
    machine.has_python()
    assert machine.run().returncode == 0


def test_a_python_under_another_name_is_found(machine):
    machine.has_python(version="3.9.18")
    machine.has_python("python3.11", "3.11.7")
    assert machine.run().returncode == 0


def test_a_python_without_venv_is_told(machine):
    machine.has_python(venv="exit 1")
    assert "python3-venv" in sentence(machine.run())


def test_an_index_out_of_reach_is_told(machine):
    machine.has_python(pip=1)
    assert "nox could not be installed" in sentence(machine.run())


def test_every_session_that_matters_is_run_and_leaves_nothing_behind(machine):
    machine.has_python()
    machine.has_python("python3.12")
    before = {path.name for path in machine.folder.iterdir()}
    ran = " ".join(machine.run().stdout.split())
    for session in ("lint", "layers", "types", "docs", "demo", "tests", "lowest", "matrix-3.12"):
        assert f" {session}" in ran, session
    assert "matrix-3.13" not in ran
    assert {path.name for path in machine.folder.iterdir()} == before
