"""Opening a store, refusing what is none, and the two kinds of transaction."""

import json
import re
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, make_url, select, text
from sqlalchemy.exc import DBAPIError

from storage import engine as engine_module
from storage.engine import StoreUnavailable, open_engine, reading, serialise, store_name, writing
from storage.migrate import upgrade
from storage.placement_row import MatchRow
from storage.schema import Source


def refusal(url: str, *, read_only: bool = False) -> str:
    with pytest.raises(StoreUnavailable) as caught:
        open_engine(url, read_only=read_only)
    return str(caught.value)


def test_a_new_file_becomes_a_store_with_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "أخبار riwaya.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    with reading(engine) as conn:
        assert conn.exec_driver_sql("PRAGMA application_id").scalar_one().to_bytes(4, "big") == b"rwya"
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert conn.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 30_000
    engine.dispose()
    open_engine(f"sqlite:///{path}", read_only=True).dispose()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing/riwaya.db", None, "the directory {folder}/missing does not exist"),
        (".", None, "it is a directory"),
        ("x" * 300, None, "it cannot be reached: File name too long"),
        ("notes.txt", b"just some notes, longer than a header", "it is not a SQLite database"),
        ("short", b"SQLite", "it is not a SQLite database"),
        ("torn.db", b"SQLite format 3\0" + b"\xff" * 600, "SQLite cannot read it: "),
    ],
)
def test_a_path_that_is_no_store_is_refused_with_its_reason(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    message = refusal(f"sqlite:///{path}")
    assert message.startswith(f"cannot open the store {path}: {reason.format(folder=tmp_path)}")
    assert content is None or path.read_bytes() == content


def test_another_program_s_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE feed (id)")
    other.close()
    before = path.read_bytes()
    for read_only in (False, True):
        assert refusal(f"sqlite:///{path}", read_only=read_only).endswith("it is a SQLite database of another program")
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_refused() -> None:
    # Nobody, root included, can make a file there.
    assert "cannot open the store /proc/riwaya.db: " in refusal("sqlite:////proc/riwaya.db")


def test_an_empty_file_may_become_a_store(tmp_path: Path) -> None:
    path = tmp_path / "riwaya.db"
    path.touch()
    assert "it is empty, not set up yet; `riwaya db upgrade` prepares it" in refusal(
        f"sqlite:///{path}", read_only=True
    )
    engine = open_engine(f"sqlite:///{path}")
    assert upgrade(engine)
    engine.dispose()


def test_reading_a_store_that_is_not_there_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "riwaya.db"
    assert refusal(f"sqlite:///{path}", read_only=True).endswith("there is no such file")
    assert not path.exists()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("riwaya.db", "the database address is not a URL"),
        ("sqlite://", "a store needs a file"),
        ("sqlite:///:memory:", "a store needs a file"),
        ("mysql://u@h/n", "riwaya keeps its store in SQLite or PostgreSQL, not in mysql"),
    ],
)
def test_addresses_of_no_use_are_refused(url: str, reason: str) -> None:
    assert refusal(url).startswith(reason)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    message = refusal("postgresql+psycopg://amal:s3cret@127.0.0.1:1/news")
    assert message.startswith("cannot open the store postgresql+psycopg://amal:***@127.0.0.1:1/news: ")
    assert "s3cret" not in message


def test_a_missing_postgresql_database_is_named(postgresql_server: URL) -> None:
    url = postgresql_server.set(database="riwaya_none_such").render_as_string(hide_password=False)
    assert 'database "riwaya_none_such" does not exist' in refusal(url)


def test_a_postgresql_database_in_another_encoding_is_refused(postgresql_databases: Callable[[str], URL]) -> None:
    url = postgresql_databases("TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    assert refusal(url.render_as_string(hide_password=False)).endswith("is encoded in LATIN1, Arabic text needs UTF8")


def test_the_short_spelling_of_postgresql_means_psycopg(postgresql_databases: Callable[[str], URL]) -> None:
    url = postgresql_databases("TEMPLATE template0 ENCODING 'UTF8'").set(drivername="postgresql")
    engine = open_engine(url.render_as_string(hide_password=False))
    assert engine.driver == "psycopg"
    engine.dispose()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_writer_has_its_turn_from_its_first_moment(store: Engine) -> None:
    impatient = sqlite3.connect(str(store.url.database), timeout=0, isolation_level=None)
    with writing(store), pytest.raises(sqlite3.OperationalError, match="locked"):
        impatient.execute("BEGIN IMMEDIATE")
    with reading(store):
        impatient.execute("BEGIN IMMEDIATE")
    impatient.close()


def test_what_was_written_is_kept_and_what_failed_is_not(store: Engine, desk: Any) -> None:
    desk.open("petra")

    def rename(name: str) -> None:
        with writing(store) as conn:
            conn.execute(text("UPDATE source SET name = :name"), {"name": name})
            if name == "bad":
                raise InterruptedError

    rename("good")
    with pytest.raises(InterruptedError):
        rename("bad")
    with reading(store) as conn:
        assert conn.execute(select(Source.name)).scalar_one() == "good"


def test_a_reader_cannot_write_and_does_not_spoil_the_connection_for_writers(store: Engine, desk: Any) -> None:
    for _ in range(3):
        with reading(store) as conn, pytest.raises(DBAPIError, match=r"read-?only"):
            conn.execute(text("DELETE FROM source"))
        desk.open("petra")


def test_a_read_only_store_cannot_be_written(store_url: str) -> None:
    engine = open_engine(store_url, read_only=True)
    with pytest.raises(DBAPIError, match=r"read-?only"), writing(engine) as conn:
        conn.execute(text("DELETE FROM source"))
    engine.dispose()


def test_a_reader_sees_one_state_throughout(store: Engine, desk: Any) -> None:
    desk.open("petra")
    with reading(store) as conn:
        assert conn.execute(text("SELECT count(*) FROM source")).scalar_one() == 1
        desk.open("petra", "ammon")
        assert conn.execute(text("SELECT count(*) FROM source")).scalar_one() == 1
    with reading(store) as conn:
        assert conn.execute(text("SELECT count(*) FROM source")).scalar_one() == 2


def test_writers_of_one_name_wait_for_each_other(store: Engine) -> None:
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait()
        with writing(store) as conn:
            serialise(conn, "work")
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with writing(store) as conn:
        serialise(conn, "work")
        inside.set()
        # The second can only be let in after this transaction; a short wait gives it the chance to be wrong.
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_two_threads_that_read_before_they_write_both_succeed(store: Engine, desk: Any) -> None:
    desk.open("petra")

    def add() -> None:
        for _ in range(20):
            with writing(store) as conn:
                seen = int(conn.execute(select(Source.name).with_for_update()).scalar_one().rpartition(" ")[2] or 0)
                conn.execute(text("UPDATE source SET name = :name"), {"name": f"n {seen + 1}"})

    with writing(store) as conn:
        conn.execute(text("UPDATE source SET name = 'n 0'"))
    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(store) as conn:
        assert conn.execute(select(Source.name)).scalar_one() == "n 40"


def test_the_name_of_a_store_has_no_password() -> None:
    assert store_name(make_url("sqlite:////var/lib/riwaya.db")) == "/var/lib/riwaya.db"
    assert store_name(make_url("postgresql+psycopg://amal:s3cret@db/news")) == "postgresql+psycopg://amal:***@db/news"


def test_json_in_the_file_is_readable(store: Engine, desk: Any) -> None:
    desk.open("petra")
    desk.save("petra", desk.entry("1"), desk.entry("2"))
    first, second = desk.queue()
    figures = {"كلمة": "ا\0ب\ud800"}
    desk.place(
        desk.placement(first, 1, founded=True),
        desk.placement(second, 1, matches=[MatchRow(first.version_id, "copy", 1.0, figures)]),
    )
    with reading(store) as conn:
        raw = conn.execute(text('SELECT CAST(figures AS TEXT) FROM "match"')).scalar_one()
    assert json.loads(raw) == {"كلمة": "ا\ufffdب\ufffd"}
    assert "كلمة" in raw


def test_a_database_program_that_is_too_old_is_named(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "OLDEST_SQLITE", (99, 1))
    monkeypatch.setattr(engine_module, "OLDEST_POSTGRESQL", 99)
    assert re.search(r"(SQLite|PostgreSQL) [\d.]+, riwaya needs 99(\.1)? or newer$", refusal(store_url))


@pytest.mark.parametrize("lock", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE", "BEGIN; SELECT * FROM sqlite_master"])
def test_a_new_file_that_another_process_is_preparing_is_waited_for(tmp_path: Path, lock: str) -> None:
    path = tmp_path / "riwaya.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("PRAGMA user_version = 0")
    for statement in lock.split("; "):
        other.execute(statement).fetchall()
    release = threading.Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    try:
        open_engine(f"sqlite:///{path}").dispose()
    finally:
        release.join()
        other.close()
