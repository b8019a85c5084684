"""What is wrong with a store that refuses a transaction. The transaction was rolled back, whatever it was."""

import sqlite3
from typing import Literal, get_args

from sqlalchemy.exc import DBAPIError

Trouble = Literal["full", "busy", "gone", "read_only", "other"]
"""No room is left; others held it for too long; it cannot be reached; it may only be read; something else."""

TROUBLES: tuple[Trouble, ...] = get_args(Trouble)

_FULL_CODES = frozenset({"53100", "53400"})
"""disk_full and configuration_limit_exceeded of PostgreSQL, the latter for a limit on temporary files."""
_BUSY_CODES = frozenset({"40001", "40P01", "55P03"})
_READ_ONLY_CODES = frozenset({"25006", "0A000"})
"""read_only_sql_transaction, and feature_not_supported: a standby says so to whoever begins a transaction to write."""

# On a full disk SQLite says SQLITE_FULL where it writes pages, and these where it makes a file longer or flushes one.
_NO_ROOM = frozenset({sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_FSYNC})


def trouble(error: DBAPIError) -> Trouble:
    """Name the trouble that an error tells of."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _of_sqlite(code)
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        return _of_postgresql(state)
    # An error without a state comes from the driver: the server is gone or was never reached.
    return "gone" if error.connection_invalidated or _is_operational(error) else "other"


def _of_sqlite(code: int) -> Trouble:
    if code in _NO_ROOM:
        return "full"
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return "full"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "busy"
        case sqlite3.SQLITE_CANTOPEN:
            return "gone"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return "read_only"
        case _:
            return "other"


def _of_postgresql(state: str) -> Trouble:
    if state in _FULL_CODES:
        return "full"
    if state in _BUSY_CODES:
        return "busy"
    if state in _READ_ONLY_CODES:
        return "read_only"
    # 08: the connection; 57P: the server is shutting down or starting; 53300: it takes no more connections.
    return "gone" if state.startswith(("08", "57P")) or state == "53300" else "other"


def _is_operational(error: DBAPIError) -> bool:
    return type(error.orig).__name__ == "OperationalError"
