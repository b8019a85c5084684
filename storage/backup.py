"""Copies of a SQLite store, taken while it is in use, and put back."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from storage.engine import store_name
from storage.migrate import REVISIONS
from storage.sqlite_file import fault, leave_to_owner

PAGES = 2000
"""Pages of 4 KB, 8 MB in all, between two reports of progress."""


class BackupError(Exception):
    """It cannot be done; the message names the file and the reason."""


def backup(engine: Engine, target: Path, progress: Callable[[int, int], None] = lambda _left, _all: None) -> None:
    """Copy the store to a file that is there when it is whole and not before. The service may go on meanwhile.

    Raises BackupError.
    """
    path = _sqlite_path(engine)
    partial = target.with_name(f".{target.name}.part")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as source:
            # A reader of one state: what is written meanwhile goes to the log, and the copy never starts over.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            with closing(sqlite3.connect(partial)) as copy:
                source.backup(copy, pages=PAGES, progress=lambda _, left, total: progress(left, total))
                # Whoever opens the copy needs no log beside it.
                copy.execute("PRAGMA journal_mode = DELETE")
        problem = integrity(partial)
        if problem:
            raise BackupError(f"{target}: the copy is damaged: {problem}")
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    except sqlite3.Error as error:
        raise BackupError(f"{target}: {error}") from error
    except OSError as error:
        raise BackupError(f"{target}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def restore(source: Path, target: Path) -> None:
    """Put a backup in the place of a store that nobody uses; the old one stays beside it as `.before-restore`.

    Raises BackupError: the backup is no store of this release or an older one, is damaged, or the store is in use.
    """
    why_not = fault(source, read_only=True) or _unknown_schema(source) or integrity(source)
    if why_not:
        raise BackupError(f"{source}: {why_not}")
    if target.exists():
        _refuse_used(target)
    partial = target.with_name(f".{target.name}.part")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as whole,
            closing(sqlite3.connect(partial)) as copy,
        ):
            whole.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        if target.exists():
            # Closing the last connection has put the log into the file, so the file alone is the store.
            target.replace(target.with_name(f"{target.name}.before-restore"))
            for suffix in ("-wal", "-shm"):
                target.with_name(target.name + suffix).unlink(missing_ok=True)
        leave_to_owner(partial)
        partial.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{target}: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def integrity(path: Path) -> str | None:
    """Return the first fault that SQLite finds in a file, or a reference that leads nowhere; None when all is well."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        return str(error)
    if said != "ok":
        return str(said)
    return None if broken is None else f"a row of {broken[0]} points at nothing in {broken[2]}"


def _sqlite_path(engine: Engine) -> Path:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        raise BackupError(f"{store_name(engine.url)}: PostgreSQL has its own tool: pg_dump -Fc (docs/operations.md)")
    return Path(engine.url.database)


def _unknown_schema(path: Path) -> str | None:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            stored = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.Error:
            return "it is no store of riwaya"
    if stored is None or stored[0] not in REVISIONS:
        return f"it has schema {stored and stored[0]}, this release knows {REVISIONS[-1]} at most"
    return None


def _refuse_used(target: Path) -> None:
    """Raise BackupError when another process has the store open."""
    try:
        with closing(sqlite3.connect(target, timeout=0, isolation_level=None)) as connection:
            # Leaving WAL needs to be alone with the file, and puts the log into it.
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise BackupError(f"{target}: the store is in use ({error}); stop riwaya first") from error
    if mode != "delete":
        raise BackupError(f"{target}: the store is in use; stop riwaya first")
