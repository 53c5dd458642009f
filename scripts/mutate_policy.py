"""Mutation run on the recipient policy: which changes of its code would no test notice?

Copies the policy and its tests into a temporary directory, takes the decorators off the rules
(mutmut leaves decorated functions alone), and runs mutmut there on all of the policy but the lazy
loading of its names, which is done before a mutant is switched on. Survivors are printed as diffs;
`docs/en/guide/policy-proof.md` explains each.

    python scripts/mutate_policy.py [--children 2] ["naverworks_notify.policy.rules.*" …]
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
RULES = Path("src/naverworks_notify/policy/rules")

# A rule with its decorator (which may span lines), up to the end of its signature.
RULE = re.compile(
    r"^@(?P<maker>relation|gate)\((?P<arguments>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)\n"
    r"def (?P<name>\w+)\(",
    re.MULTILINE,
)

NOT_COPIED = ("test_documents.py", "test_seams.py", "test_properties.py", "test_lives.py")

CONFIG = """
[mutmut]
paths_to_mutate = src/naverworks_notify/policy/
do_not_mutate = src/naverworks_notify/policy/__init__.py
also_copy =
    src
    tests
    pytest.ini
tests_dir = tests/policy
debug = false
"""

PYTEST = """
[pytest]
addopts = -p no:randomly -p no:cacheprovider --import-mode=importlib -x
filterwarnings =
    error
"""


def undecorate(text: str) -> str:
    """Turn every decorated rule into a plain function and a call of the decorator after all."""
    calls = []

    def plain(match: re.Match[str]) -> str:
        calls.append(f"{match['name']} = {match['maker']}({match['arguments']})(_{match['name']})")
        return f"def _{match['name']}("

    return "\n".join([RULE.sub(plain, text), *calls, ""])


def prepare(directory: Path) -> None:
    """Lay out a project that mutmut can run in."""
    shutil.copytree(
        ROOT / "src", directory / "src", ignore=shutil.ignore_patterns("__pycache__", ".*_cache")
    )
    shutil.copytree(
        ROOT / "tests/policy",
        directory / "tests/policy",
        # Pages are not copied, a subprocess would not see the mutants, and the laws take long:
        # the tests by values have to notice alone.
        ignore=shutil.ignore_patterns("__pycache__", *NOT_COPIED),
    )
    shutil.copytree(ROOT / "tests/data", directory / "tests/data")
    for module in (directory / RULES).glob("*.py"):
        module.write_text(undecorate(module.read_text(encoding="utf-8")), encoding="utf-8")
    (directory / "setup.cfg").write_text(CONFIG, encoding="utf-8")
    (directory / "pytest.ini").write_text(PYTEST, encoding="utf-8")
    profile = (
        "\n\nfrom hypothesis import settings\n"
        "settings.register_profile('mutants', max_examples=25, deadline=None,"
        " derandomize=True, database=None)\n"
        "settings.load_profile('mutants')\n"
    )
    conftest = directory / "tests/policy/conftest.py"
    conftest.write_text(conftest.read_text(encoding="utf-8") + profile, encoding="utf-8")


def main() -> int:
    """Run, and print what survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", default="2")
    parser.add_argument("--keep", type=Path, help="work here instead of a temporary directory")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory = options.keep or Path(temporary)
        if not (directory / "setup.cfg").exists():
            directory.mkdir(exist_ok=True)
            prepare(directory)
        mutmut = [sys.executable, "-m", "mutmut"]
        run = [*mutmut, "run", "--max-children", options.children, *options.names]
        subprocess.run(run, cwd=directory, check=False)
        results = subprocess.run(
            [*mutmut, "results"], cwd=directory, check=True, capture_output=True, text=True
        ).stdout
        survivors = re.findall(r"^\s*(\S+): (?:survived|no tests)", results, re.MULTILINE)
        for name in survivors:
            subprocess.run([*mutmut, "show", name], cwd=directory, check=False)
        print(f"{len(survivors)} survived.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
