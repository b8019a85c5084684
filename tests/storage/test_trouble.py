import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.engine import open_engine, reading, writing
from storage.room import free_bytes, size_bytes
from storage.store_figures import store_figures
from storage.totals import totals
from storage.transaction_times import observe
from storage.trouble import TROUBLES, trouble


def wrapped(error: Exception) -> DBAPIError:
    return OperationalError("SELECT 1", None, error)


def write_too_much(engine: Engine) -> None:
    with writing(engine) as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        conn.execute(text("INSERT INTO letter VALUES ('second')"))
        conn.execute(text("INSERT INTO letter VALUES (:body)"), {"body": "ن" * 100_000})


def test_a_file_that_may_not_grow_is_full_and_rolls_back(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'small.db'}")
    with writing(engine) as conn:
        conn.execute(text("CREATE TABLE letter (body TEXT)"))
        conn.execute(text("INSERT INTO letter VALUES ('first')"))
    with pytest.raises(DBAPIError) as caught:
        write_too_much(engine)
    assert trouble(caught.value) == "full"
    with reading(engine) as conn:
        assert conn.execute(text("SELECT body FROM letter")).scalars().all() == ["first"]
    engine.dispose()


def test_a_store_that_others_hold_is_busy(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'held.db'}")
    with writing(engine) as conn:
        conn.execute(text("CREATE TABLE letter (body TEXT)"))
    other = sqlite3.connect(tmp_path / "held.db", timeout=0, isolation_level=None)
    with writing(engine), pytest.raises(sqlite3.OperationalError) as caught:
        other.execute("BEGIN IMMEDIATE")
    assert trouble(wrapped(caught.value)) == "busy"
    other.close()
    with pytest.raises(DBAPIError) as refused, reading(engine) as conn:
        conn.execute(text("INSERT INTO letter VALUES ('by a reader')"))
    assert trouble(refused.value) == "read_only"
    engine.dispose()


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (psycopg.errors.DiskFull("could not extend file"), "full"),
        (psycopg.errors.SerializationFailure("retry"), "busy"),
        (psycopg.errors.DeadlockDetected("deadlock"), "busy"),
        (psycopg.errors.AdminShutdown("terminating connection"), "gone"),
        (psycopg.errors.TooManyConnections("no slot"), "gone"),
        (psycopg.OperationalError("server closed the connection unexpectedly"), "gone"),
        (psycopg.errors.ReadOnlySqlTransaction("read only"), "read_only"),
        (psycopg.errors.UndefinedTable("no such table"), "other"),
        (ValueError("nothing of a database"), "other"),
    ],
)
def test_what_postgresql_says_is_understood(error: Exception, word: str) -> None:
    assert trouble(wrapped(error)) == word
    assert word in TROUBLES


def test_every_transaction_is_timed_whatever_its_end(store: Engine) -> None:
    seen: list[str] = []
    with writing(store):
        pass
    observe(store, lambda kind, seconds: seen.append(kind) if seconds >= 0 else None)
    with writing(store):
        pass
    with reading(store):
        pass
    with pytest.raises(RuntimeError), writing(store):
        raise RuntimeError
    assert seen == ["write", "read", "write"]


def test_the_figures_of_a_store(desk: Any) -> None:
    desk.open("petra", "ghad")
    desk.save("petra", desk.entry("a"), minutes=1)
    desk.save("ghad", desk.entry("b"), minutes=3)
    first, _ = desk.queue()
    desk.place(desk.placement(first, 1, founded=True), minutes=4)
    with reading(desk.engine) as conn:
        figures, held = store_figures(conn, desk.at(20)), totals(conn)
    assert (figures.sources, figures.feeds, figures.due, figures.late, figures.failing) == (2, 2, 2, 2, 0)
    assert (figures.waiting, figures.waiting_since) == (1, desk.at(3))
    assert (figures.last_fetch, figures.last_cluster) == (None, desk.at(4))
    assert figures.size_bytes > 10_000
    assert (held.articles, held.versions, held.clusters) == (2, 2, 1)


def test_the_room_for_a_store(store: Engine) -> None:
    free = free_bytes(store.url)
    assert (free is None) == (store.dialect.name == "postgresql")
    assert free is None or free > 0
    with reading(store) as conn:
        assert size_bytes(conn) > 10_000


def test_the_room_in_a_folder_that_is_gone_is_not_known(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    assert free_bytes(engine.url.set(database=str(tmp_path / "gone" / "x.db"))) is None
    engine.dispose()
