"""What needs an extra says so in one sentence where it is missing, and nothing else breaks."""

from __future__ import annotations

import pickle
import subprocess
import sys
from importlib.metadata import metadata, requires

import pytest
from packaging.requirements import Requirement

from naverworks_notify import MissingExtra, NaverWorksError
from naverworks_notify.extras import EXTRAS, needs

HIDING = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {hidden!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
"""

USES = [
    ("fast", "import naverworks_notify.client.fast"),
    ("otel", "import naverworks_notify.telemetry"),
    (
        "shared-limits",
        "from naverworks_notify.limits.shared import SharedRateBudget as S\nS.redis(None)",
    ),
    ("simulator", "import naverworks_notify.preview"),
    (
        "simulator",
        "from naverworks_notify.testing import Simulator\nwith Simulator().serve(): pass",
    ),
    (
        "sql",
        "from naverworks_notify.members import SqlMemberStore as S\nS(None)",
    ),
]


def without(extra: str, program: str) -> subprocess.CompletedProcess[str]:
    hidden = HIDING.format(hidden=EXTRAS[extra])
    return subprocess.run(
        [sys.executable, "-c", hidden + program], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("extra", "use"), USES, ids=lambda part: part[:60])
def test_what_is_used_without_its_extra_names_the_command_that_installs_it(extra, use):
    program = "from naverworks_notify import MissingExtra\ntry:\n" + "".join(
        f"    {line}\n" for line in use.splitlines()
    )
    program += "except MissingExtra as error:\n    print(error)\n    print(error.extra)\n"
    done = without(extra, program)
    assert done.stderr == ""
    told, named = done.stdout.splitlines()
    assert f'pip install "naverworks-notify[{extra}]"' in told
    assert "which is not installed" in told
    assert named == extra


@pytest.mark.parametrize("package", EXTRAS["cli"])
def test_the_command_line_without_its_extra_is_one_line(package):
    program = "from naverworks_notify.cli import main\nsys.exit(main(['catalog']))"
    done = subprocess.run(
        [sys.executable, "-c", HIDING.format(hidden=(package,)) + program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: The command line needs {package}")
    assert done.stderr.count("\n") == 1
    assert 'pip install "naverworks-notify[cli]"' in done.stderr


def test_what_is_missing_of_others_stays_an_error_of_its_own():
    with (
        pytest.raises(ModuleNotFoundError) as raised,
        needs("sql", "This"),
    ):
        import nobody_has_this_module  # noqa: F401, PLC0415
    assert not isinstance(raised.value, NaverWorksError)


def test_the_error_is_an_import_error_and_survives_pickling():
    error = MissingExtra("This", extra="sql", package="sqlalchemy")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert isinstance(copy, ImportError)
    assert (str(copy), copy.name, copy.extra) == (str(error), "sqlalchemy", "sql")
    assert copy.hint.ko in str(copy)


def test_the_table_holds_every_extra_with_what_it_brings():
    assert set(metadata("naverworks-notify").get_all("Provides-Extra")) == {*EXTRAS, "all"}
    declared: dict[str, set[str]] = {extra: set() for extra in EXTRAS}
    for line in requires("naverworks-notify"):
        needed = Requirement(line)
        if needed.marker is None or needed.name == "naverworks-notify":
            continue
        for extra in EXTRAS:
            if needed.marker.evaluate({"extra": extra}):
                declared[extra].add(needed.name.replace("-", "_").removesuffix("_api"))
    # An extra that includes another one is declared by its name, or by its packages.
    for extra, modules in EXTRAS.items():
        others = {module for other in EXTRAS for module in EXTRAS[other] if other != extra}
        assert set(modules) <= declared[extra], extra
        assert declared[extra] - set(modules) <= others, extra
