"""Whether a path is a riwaya store, and if not, why not: asked before SQLite may touch the file."""

import os
import sqlite3
from pathlib import Path

# The letters 'rwya': written into the header of every store, so that `file` and we can tell it from other databases.
APPLICATION_ID = int.from_bytes(b"rwya", "big")
MAGIC = b"SQLite format 3\0"


def fault(path: Path, *, read_only: bool) -> str | None:
    """Return why the path cannot be used as a store, in plain words; None when it can.

    A missing file is fine for a writer: it becomes a new store. An empty one likewise.
    """
    try:
        if path.is_dir():
            return "it is a directory"
        if path.exists():
            return _foreign_file(path, read_only=read_only) or (None if read_only else locked_up(path))
        if read_only:
            return "there is no such file"
        return None if path.parent.is_dir() else f"the directory {path.parent} does not exist"
    except OSError as error:  # a folder on the way that is closed to us, a name that is too long
        return f"it cannot be reached: {error.strerror}"


def locked_up(path: Path) -> str | None:
    """Return why this process may not write a store, in plain words that name what is in the way; None when it may.

    SQLite writes beside the file too, so its folder counts as well. What is not there is another trouble.
    """
    for place in (path, path.parent):
        if place.exists() and not os.access(place, os.W_OK):
            return f"nothing can be written to {place}: look at its rights, and at how its disk is mounted"
    return None


def leave_to_owner(path: Path) -> None:
    """Give a file that root has made beside a store to whom the folder belongs, whose service could not use it else."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _foreign_file(path: Path, *, read_only: bool) -> str | None:
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    if not start:
        return "it is empty, not set up yet; `riwaya db upgrade` prepares it" if read_only else None
    return _foreign_database(path) if start == MAGIC else "it is not a SQLite database"


def _foreign_database(path: Path) -> str | None:
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        try:
            mark = connection.execute("PRAGMA application_id").fetchone()[0]
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        if not os.access(path.parent, os.W_OK):
            # Even a reader keeps two files of its own beside a store in WAL mode.
            return f"nothing can be written to the directory {path.parent}, where SQLite needs to: {error}"
        return f"SQLite cannot read it: {error}"
    if mark == APPLICATION_ID or (mark == 0 and tables == 0):
        return None
    return "it is a SQLite database of another program"
