"""A machine without time zone data imports everything, and says what it lacks when it is used."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

import naverworks_notify as nw
from naverworks_notify.zones import find_zone, zone_of

HIDDEN = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "tzdata":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
"""


def run(program: str, *arguments: str, tzdata: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ("" if tzdata else HIDDEN) + program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONTZPATH": "", "PATH": "", "COLUMNS": "200"},
    )


EVERYTHING = """
import importlib, pkgutil, naverworks_notify
for found in pkgutil.walk_packages(naverworks_notify.__path__, "naverworks_notify."):
    if not found.name.endswith(("__main__", "pytest_plugin")):
        importlib.import_module(found.name)
print("imported")
"""

SENT = """
import naverworks_notify as nw
from naverworks_notify.testing import Simulator
from naverworks_notify.catalog.samples import sample
simulator = Simulator(users=["doyoon@example.com"])
person = nw.policy.Person(id="u-2", name="n", email="doyoon@example.com", org_role="interviewer")
with nw.Client(
    simulator.account, bot_id=simulator.bot_id, transport=simulator.transport()
) as works:
    works.messages.send_to_user("doyoon@example.com", nw.messages.Text("x"))
    print(len(simulator.sent))
"""

USES = {
    "a receive window": """
import naverworks_notify as nw
nw.policy.person_from_dict({"id": "u", "name": "n", "org_role": "interviewer",
    "preferences": {"receive_window": {"start": "09:00", "end": "18:00", "tz": "Asia/Seoul"}}})
""",
    "a message": """
import naverworks_notify as nw
from naverworks_notify.catalog.samples import sample
nw.catalog.render(sample("interviewer.interview.confirmed"), audience="interviewer")
""",
    "a style": """
from naverworks_notify.catalog import Style
Style(zone="Asia/Tokyo")
""",
}


def test_everything_can_be_imported_without_time_zone_data():
    done = run(EVERYTHING)
    assert (done.stdout, done.stderr) == ("imported\n", "")


def test_what_needs_no_zone_works_without_time_zone_data():
    done = run(SENT)
    assert (done.stdout, done.stderr) == ("1\n", "")


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_what_needs_one_says_what_is_missing_and_how_to_get_it(use):
    program = "".join(f"    {line}\n" for line in use.strip().splitlines())
    done = run(
        f"try:\n{program}except Exception as error:\n    print(type(error).__name__, error)\n"
    )
    assert done.stderr == ""
    assert done.stdout.startswith("MissingTimeZones This machine has no time zone data.")
    assert "pip install tzdata" in done.stdout
    assert run(use, tzdata=True).stderr == ""


@pytest.mark.parametrize("command", [["catalog"], ["demo", "--json"], ["doctor"]])
def test_no_command_ends_in_a_traceback(command):
    done = run("from naverworks_notify.cli import main; sys.exit(main(sys.argv[1:]))", *command)
    assert "Traceback" not in done.stderr
    assert done.returncode in {0, 1}


def test_an_unknown_name_is_told_apart():
    assert find_zone("Asia/Soul") is None
    assert find_zone("../../etc/passwd") is None
    assert find_zone(9) is None
    with pytest.raises(nw.InvalidValue, match="must be an IANA zone"):
        zone_of("Asia/Soul")
    assert str(zone_of("Asia/Seoul")) == "Asia/Seoul"


def test_the_error_survives_pickling():
    copy = pickle.loads(pickle.dumps(nw.MissingTimeZones()))  # noqa: S301 - our own bytes
    assert str(copy) == str(nw.MissingTimeZones())
    assert copy.hint.ko in str(copy)
