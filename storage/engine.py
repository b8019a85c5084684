"""Opening the store, and the two ways to use it: `writing` and `reading`.

SQLite has one writer at a time, and a transaction that began as a reader cannot wait for its turn to write: it fails
at once, whatever the busy timeout says. So the driver's own transaction handling is off (isolation_level None) and
BEGIN is issued here: IMMEDIATE for whoever may write, DEFERRED and query-only for readers.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.sqlite_file import fault

if TYPE_CHECKING:  # loaded by whoever opens a PostgreSQL
    import psycopg
from storage.transaction_times import timed

# How long a writer waits for its turn. Our longest transactions take well under a second; 30 s also outlives a backup.
BUSY_TIMEOUT_S = 30
# Long enough for a server on another continent, short enough for a person who mistyped the host.
CONNECT_TIMEOUT_S = 10
# The switch to WAL takes a few milliseconds of the process that makes it.
_BUSY_STEP_S = 0.01
# Four times what SQLite lets the log grow to before it writes it back, so that ordinary days do not truncate it.
_LONGEST_LOG = 16 << 20
OLDEST_POSTGRESQL = 14
# RETURNING begins here.
OLDEST_SQLITE = (3, 35)
# Marks a connection of `reading`, for the BEGIN that SQLite gets.
READER = "riwaya_reader"


class StoreUnavailable(Exception):  # noqa: N818 (it names a state of the store, as its readers say it)
    """The store cannot be opened. The message names it and says why; it never holds a password."""


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """Open the store at `sqlite:///PATH` or `postgresql+psycopg://…` and prove that it answers.

    The schema is not looked at: see `storage.migrate`. With `read_only` nothing is ever written, not even a new file.

    Raises StoreUnavailable.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreUnavailable(
            "the database address is not a URL: write sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME"
        ) from None
    match parsed.get_backend_name():
        case "sqlite":
            return _open_sqlite(parsed, read_only=read_only)
        case "postgresql":
            return _open_postgresql(parsed, read_only=read_only)
        case other:
            raise StoreUnavailable(f"riwaya keeps its store in SQLite or PostgreSQL, not in {other}")


def store_name(url: URL) -> str:
    """Return what people call this store: the path, or the URL without password and options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string(hide_password=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection inside one transaction that may write; committed at the end, rolled back on an exception."""
    with timed(engine, "write"), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one unchanging state of the store and cannot write."""
    with timed(engine, "read"), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execution_options(**{READER: True})
        else:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def serialise(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds this name; held to the end of the transaction.

    On SQLite a writer is alone already, so only PostgreSQL needs the advisory lock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": crc32(f"riwaya {name}".encode())})


def _open_sqlite(url: URL, *, read_only: bool) -> Engine:
    if url.database in {None, "", ":memory:"}:
        raise StoreUnavailable("a store needs a file: write sqlite:///PATH")
    path = Path(str(url.database))
    reason = fault(path, read_only=read_only)
    if reason:
        raise StoreUnavailable(f"cannot open the store {path}: {reason}")
    engine = create_engine(
        url,
        creator=partial(
            sqlite3.connect,
            f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            # The pool hands a connection to one thread at a time.
            check_same_thread=False,
        ),
        json_serializer=_dump_json,
    )
    event.listen(engine, "connect", partial(_prepare_sqlite, read_only=read_only))
    event.listen(engine, "begin", _begin_sqlite)
    _prove(engine, str(path))
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry, *, read_only: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    if not read_only:
        _use_wal(connection)
        # In WAL mode this can lose the last commits to a power cut, never the file's integrity; what is lost is
        # fetched again, since validators and entries go together.
        connection.execute("PRAGMA synchronous = NORMAL")
        # A long reader makes the log grow; once it is done the room goes back to the disk.
        connection.execute(f"PRAGMA journal_size_limit = {_LONGEST_LOG}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL; the busy timeout does not cover this, so two processes that begin at once wait here."""
    until = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_BUSY_STEP_S)
        else:
            return


_READS = "reads"
"""Whether a connection is set to reading alone, kept in its `info`."""


def _begin_sqlite(connection: Connection) -> None:
    reads = bool(connection.get_execution_options().get(READER))
    # A fetch reads and writes in turns; saying what holds already would take a tenth of its time in the store.
    if connection.info.get(_READS) is not reads:
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
        connection.info[_READS] = reads
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _open_postgresql(url: URL, *, read_only: bool) -> Engine:
    url = url.set(drivername="postgresql+psycopg")
    if "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(CONNECT_TIMEOUT_S)})
    engine = create_engine(
        url,
        # A server restart breaks every pooled connection; the ping costs one round trip and spares an error.
        pool_pre_ping=True,
        execution_options={"postgresql_readonly": read_only},
        json_serializer=_dump_json,
    )
    if read_only:
        event.listen(engine, "connect", _plan_anew)
    _prove(engine, store_name(url))
    return engine


def _plan_anew(connection: "psycopg.Connection[Any]", _entry: ConnectionPoolEntry) -> None:
    """Let every question be planned for its own words and numbers.

    After some runs of a statement the server else keeps one plan for all values, and what suits a rare word takes half
    a second for a common one.
    """
    connection.execute("SET plan_cache_mode = force_custom_plan")
    connection.commit()


def _prove(engine: Engine, name: str) -> None:
    try:
        with reading(engine) as connection:
            reason = _unfit(connection)
    except DBAPIError as error:
        engine.dispose()
        raise StoreUnavailable(f"cannot open the store {name}: {_plain(error, engine.url)}") from None
    if reason:
        engine.dispose()
        raise StoreUnavailable(f"cannot use the store {name}: {reason}")


def _unfit(connection: Connection) -> str | None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
        if sqlite3.sqlite_version_info >= OLDEST_SQLITE:
            return None
        oldest = ".".join(map(str, OLDEST_SQLITE))
        return f"Python here has SQLite {sqlite3.sqlite_version}, riwaya needs {oldest} or newer"
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    if version < OLDEST_POSTGRESQL:
        return f"the server is PostgreSQL {version}, riwaya needs {OLDEST_POSTGRESQL} or newer"
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        return f"the database is encoded in {encoding}, Arabic text needs UTF8"
    return None


def _plain(error: DBAPIError, url: URL) -> str:
    reason = " ".join(str(error.orig).split())
    # No driver is known to print the password; a new one must not be the first.
    return reason.replace(url.password, "***") if url.password else reason


# Letters stay readable in the file; a number that is not finite is refused, since PostgreSQL has no JSON for it.
_dump_json = partial(json.dumps, ensure_ascii=False, allow_nan=False)
