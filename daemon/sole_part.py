"""One process a part on a SQLite store: a second daemon would only get in the way of the first.

On PostgreSQL any number of processes may fetch, and those that group stand by for one another: nothing is held there.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from storage.sqlite_file import leave_to_owner

_INODE = 5  # among the words of a line of /proc/locks


class PartTaken(Exception):  # noqa: N818 - reads as a fact
    """Another process does the same on this store; the message names it."""


@contextmanager
def hold_parts(engine: Engine, parts: frozenset[str]) -> Iterator[None]:
    """Hold these parts of the store to the end of the block, or of the process, however it ends. Raises PartTaken.

    What is held is a lock on a small file beside the store, `riwaya.db.fetch.lock`, which stays there.
    """
    with ExitStack() as held:
        if engine.dialect.name == "sqlite" and engine.url.database:
            for part in sorted(parts):
                held.enter_context(_held(Path(f"{engine.url.database}.{part}.lock"), part))
        yield


@contextmanager
def _held(path: Path, part: str) -> Iterator[None]:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode("ascii", "replace").strip() or "unknown"
            raise PartTaken(f"{path}: a riwaya is running on this store already ({part}: process {holder})") from None
        leave_to_owner(path)  # a `riwaya run` by root's hand must not shut the service out afterwards
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(file)


def parts_running(database: str, locks: Path = Path("/proc/locks")) -> dict[str, int]:
    """Return which parts of a SQLite store are held on this machine, and by which process; asks without holding.

    Empty where the system does not tell who holds a lock.
    """
    try:
        listed = [line.split() for line in locks.read_text("ascii").splitlines()]
    except OSError:
        return {}
    found = {}
    for part in ("cluster", "fetch"):
        try:
            inode = Path(f"{database}.{part}.lock").stat().st_ino
        except OSError:
            continue
        for words in listed:
            # 1: FLOCK  ADVISORY  WRITE 4121 fe:00:131 0 EOF
            if len(words) > _INODE and words[1] == "FLOCK" and words[_INODE].rpartition(":")[2] == str(inode):
                found[part] = int(words[_INODE - 1])
    return found
