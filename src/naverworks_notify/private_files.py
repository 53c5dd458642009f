"""Files and folders that only this user may read: every file this package writes comes from here.

Tokens, members and what was told to whom stand in them. A file is created with mode 0600, so that
there is no moment in which others may read it; one that is there already, and this user's, is
tightened to that. A symbolic link may lead to a file that exists; nothing is created where it leads
nowhere, because whoever can place a link could choose what is created, and where. On Windows the
access lists of the folder decide, and modes mean nothing.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__ = ["claim", "claim_database", "make_folder", "read", "replacing", "write"]

_FILE = 0o600
_FOLDER = 0o700
_BINARY = getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
# One who creates and removes a file again and again cannot hold this up for ever.
_TRIES = 5


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each with mode 0700.

    Raises:
        OSError: One cannot be made, or something else stands in its place.
    """
    missing = [folder]
    for above in folder.parents:
        if above.is_dir():
            break
        missing.append(above)
    for each in reversed(missing):
        try:
            each.mkdir(mode=_FOLDER)
        except FileExistsError:  # by now, or at any time: but it has to be a folder
            if not each.is_dir():
                raise


def claim(path: Path, *, follow: bool = True, sharing: bool = False) -> None:
    """Create a file that another library will write, or tighten the one that is there.

    Args:
        path: The file.
        follow: Whether it may be a link to a file that exists; a lock may not.
        sharing: Whether a file that its group may write, which nobody sets by accident, stays so.

    Raises:
        OSError: It cannot be opened for reading and writing, or is a link that leads nowhere.
    """
    os.close(_open(path, os.O_RDWR | (0 if follow else _NO_LINK), sharing=sharing))


def claim_database(path: Path, *, sharing: bool = False) -> None:
    """Create an SQLite file and the folders it stands in, or tighten it and what lies beside it.

    One that exists is not opened: closing a file ends every lock that this process has on it, and
    SQLite would go on as if it had them (https://www.sqlite.org/howtocorrupt.html, section 2.2).

    Args:
        path: The file; it may be a link to a file that exists.
        sharing: Whether a file that its group may write, which nobody sets by accident, stays so.

    Raises:
        OSError: It cannot be read and written, or is a link that leads nowhere.
    """
    make_folder(path.parent)
    if not path.exists():
        claim(path, sharing=sharing)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not os.access(path, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    file = path.resolve()  # where SQLite puts what belongs to it
    for ending in ("", "-wal", "-shm", "-journal"):
        _tighten_named(file.with_name(file.name + ending), sharing=sharing)


def read(path: Path) -> IO[bytes]:
    """Open a file for reading; tighten it where it is this user's.

    Raises:
        FileNotFoundError: There is none.
        OSError: It cannot be read.
    """
    file = path.open("rb")
    _tighten(file.fileno())
    return file


def write(path: Path, content: bytes) -> None:
    """Write a file in its place: for what people look at, also through a link or into a pipe.

    Raises:
        OSError: It cannot be written, or is a link that leads nowhere.
    """
    with os.fdopen(_open(path, os.O_WRONLY), "wb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.truncate()
        file.write(content)


@contextmanager
def replacing(path: Path, *, alone: bool = False) -> Iterator[IO[bytes]]:
    """Give a new file that takes the place of `path` when the block ends well, in one step.

    A reader sees the old content or the new. What is written has reached the disk before.

    Args:
        path: The file; a link there is replaced, not followed.
        alone: That nobody else writes it meanwhile, as under a lock: what a killed process has left
            behind is then taken away.

    Raises:
        OSError: It cannot be written.
    """
    if alone:
        temporary = path.with_name(f".{path.name}.new")
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, _FILE)
    else:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _open(path: Path, flags: int, *, sharing: bool = False) -> int:
    for _ in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            descriptor = os.open(path, flags | _BINARY)
            _tighten(descriptor, sharing=sharing)
            return descriptor
        with contextlib.suppress(FileExistsError):
            # O_EXCL follows no link, also none that leads nowhere.
            return os.open(path, flags | os.O_CREAT | os.O_EXCL | _BINARY, _FILE)
        if path.is_symlink():
            raise OSError(errno.ELOOP, "is a symbolic link that leads nowhere", str(path))
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def _tighten(descriptor: int, *, sharing: bool = False) -> None:
    if os.name != "posix":
        return
    mode = _tightened(os.fstat(descriptor), sharing=sharing)
    if mode is not None:
        with contextlib.suppress(OSError):  # a file system without modes
            os.fchmod(descriptor, mode)


def _tighten_named(path: Path, *, sharing: bool) -> None:
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # none there, or a file system without modes
        mode = _tightened(path.stat(), sharing=sharing)
        if mode is not None:
            path.chmod(mode)


def _tightened(found: os.stat_result, *, sharing: bool) -> int | None:
    """Return the mode that a file should have; None where the one it has is left alone."""
    if sharing and found.st_mode & stat.S_IWGRP:
        return None
    mode = stat.S_IMODE(found.st_mode)
    ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
    return mode & _FOLDER if ours and mode & ~_FOLDER else None
