"""The seams: what callers plug in, and that policy needs nothing else."""

from __future__ import annotations

import subprocess
import sys

from naverworks_notify import policy


def test_every_public_name_is_there_once():
    assert len(policy.__all__) == len(set(policy.__all__))
    for name in policy.__all__:
        assert getattr(policy, name) is not None


def test_policy_loads_attrs_and_the_standard_library_only():
    program = (
        "import sys; before = set(sys.modules)\n"
        "from naverworks_notify import policy\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(n for n in new - sys.stdlib_module_names if not n.startswith('_')))\n"
        "print('asyncio' in sys.modules, 'json' in sys.modules, 'tomllib' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    names, heavy = done.stdout.splitlines()
    assert names == "['attr', 'attrs', 'naverworks_notify']"
    assert heavy == "False False False"
