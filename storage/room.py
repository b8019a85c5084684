"""How much room the store takes, and how much is left for it."""

import os
from pathlib import Path

from sqlalchemy import URL, Connection

from storage.sqlite_file import locked_up


def size_bytes(conn: Connection) -> int:
    """Return the size of the whole database in bytes; SQLite's file alone, without its write-ahead log."""
    if conn.dialect.name == "postgresql":
        return int(conn.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
    pages = int(conn.exec_driver_sql("PRAGMA page_count").scalar_one())
    return pages * int(conn.exec_driver_sql("PRAGMA page_size").scalar_one())


def free_bytes(url: URL) -> int | None:
    """Return how much this process may still write to the store's disk.

    None where that cannot be known: the disk of a PostgreSQL server is the server's own.
    """
    if url.get_backend_name() != "sqlite":
        return None
    try:
        disk = os.statvfs(Path(str(url.database)).parent)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize


def unwritable(url: URL) -> str | None:
    """Return why this process may not write a store that is a file, in plain words that name it; None when it may."""
    return None if url.get_backend_name() != "sqlite" else locked_up(Path(str(url.database)))
