"""What an organisation of 50 000 users costs, in a first and a second sync of one process.

    python benchmarks/members.py [memory | json | sql]    print the peaks in megabytes, as JSON

The peak is resident memory above that of the same process with all imports done and the caller's
own people made, which is where both are measured from; the first report is still held then.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from _figures import Figure, at_most
from sqlalchemy import create_engine

import naverworks_notify.client  # noqa: F401 - what a program that syncs has loaded
from naverworks_notify.directory import User, user_from_wire
from naverworks_notify.members import JsonMemberStore, Members, MemberStore, SqlMemberStore
from naverworks_notify.policy import Person

USERS = 50_000
MOST_MB = 60


class Users:
    """A directory that is made up as it is walked, so that it costs nothing itself."""

    def list(self, *, domain_id: int | None = None) -> Iterator[User]:
        del domain_id
        for i in range(USERS):
            yield user_from_wire(
                {
                    "userId": f"d191e339-3299-44e6-7a44-{i:012d}",
                    "userExternalKey": f"emp-{i}",
                    "email": f"user.number{i}@example.com",
                    "aliasEmails": [f"u{i}@example.com"],
                    "organizations": [{"email": f"user.number{i}@sub.example.com"}],
                }
            )


def store(kind: str, folder: Path) -> MemberStore | None:
    """Return a store of that kind; None is in memory."""
    if kind == "json":
        return JsonMemberStore(folder / "members.json")
    if kind == "sql":
        return SqlMemberStore(create_engine(f"sqlite:///{folder / 'members.db'}"))
    return None


def resident(what: str) -> float:
    """Return megabytes: `VmRSS` now, `VmHWM` at the most.

    Of this process alone, where `getrusage` begins with the most of the one that started it.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(what))


def sync_twice(kind: str) -> dict[str, float]:
    """Sync twice in this process; return the peaks."""
    people = [
        Person(id=f"p-{i}", name="이름", email=f"user.number{i}@example.com") for i in range(USERS)
    ]
    works = SimpleNamespace(users=Users())

    with TemporaryDirectory() as folder:
        members = Members(store(kind, Path(folder)))
        gc.collect()
        before = resident("VmRSS")
        first = members.sync(works, people)
        after_first = resident("VmHWM") - before
        second = members.sync(works, people)
        after_second = resident("VmHWM") - before
    assert len(first.matched) == len(second.matched) == USERS
    return {"first": after_first, "second": after_second}


def measure() -> list[Figure]:
    """Return the figures, measured in processes of their own."""
    group = f"Members: {USERS:,} users".replace(",", " ")
    figures = []
    for kind in ("memory", "json", "sql"):
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, __file__, kind], capture_output=True, text=True, check=True
        )
        for which, megabytes in json.loads(done.stdout).items():
            name = f"{which} sync, kept in {kind.upper() if kind != 'memory' else kind}"
            figures.append(at_most(group, name, megabytes, "MB", MOST_MB))
    return figures


if __name__ == "__main__":
    print(json.dumps(sync_twice(sys.argv[1] if len(sys.argv) > 1 else "memory")))
