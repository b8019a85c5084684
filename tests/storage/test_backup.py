"""Copies of a SQLite store taken while it is written to, and put back."""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from storage.backup import BackupError, backup, integrity, restore
from storage.engine import open_engine, reading, writing
from storage.migrate import upgrade
from storage.schema import Article


def articles(path: Path) -> int:
    engine = open_engine(f"sqlite:///{path}", read_only=True)
    with reading(engine) as conn:
        found = conn.execute(select(func.count()).select_from(Article)).scalar_one()
    engine.dispose()
    return int(found)


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "riwaya.db"


@pytest.fixture
def engine(store_path: Path) -> Any:
    engine = open_engine(f"sqlite:///{store_path}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def busy(engine: Engine, desk_on: Any) -> Any:
    desk = desk_on(engine)
    desk.open("petra")
    for number in range(50):
        desk.save("petra", *(desk.entry(f"k{number}-{n}", f"نص {number} {n}" * 50) for n in range(20)))
    return desk


def test_a_copy_under_load_holds_what_was_stored_when_it_began(busy: Any, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            busy.save("petra", *(busy.entry(f"more{number}-{n}", f"نص آخر {number} {n}") for n in range(10)))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            with reading(busy.engine) as conn:
                before = conn.execute(select(func.count()).select_from(Article)).scalar_one()
            target = tmp_path / f"copy{number}.db"
            backup(busy.engine, target)
            assert integrity(target) is None
            assert articles(target) >= before
    finally:
        stop.set()
        writer.join()
    assert not list(tmp_path.glob(".*"))


def test_a_copy_comes_back_as_the_store(busy: Any, store_path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    backup(busy.engine, copy)
    busy.save("petra", busy.entry("after"))
    busy.engine.dispose()
    restore(copy, store_path)
    assert articles(store_path) == 1000
    kept = store_path.with_name("riwaya.db.before-restore")
    assert articles(kept) == 1001
    fresh = tmp_path / "fresh.db"
    restore(copy, fresh)
    assert articles(fresh) == 1000


def test_a_store_in_use_is_not_replaced(busy: Any, store_path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    backup(busy.engine, copy)
    with writing(busy.engine), pytest.raises(BackupError, match="the store is in use"):
        restore(copy, store_path)
    with reading(busy.engine) as conn:
        conn.execute(select(Article.id).limit(1)).all()
        with pytest.raises(BackupError, match="the store is in use"):
            restore(copy, store_path)
    assert articles(store_path) == 1000


def damaged(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * 8192)


def test_what_is_no_whole_store_is_refused(busy: Any, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    backup(busy.engine, copy)
    target = tmp_path / "target.db"
    foreign, newer, broken, text = (tmp_path / name for name in ("foreign.db", "newer.db", "broken.db", "text.db"))
    with sqlite3.connect(foreign) as conn:
        conn.execute("CREATE TABLE t (x)")
    for path in (newer, broken):
        path.write_bytes(copy.read_bytes())
    with sqlite3.connect(newer) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    damaged(broken)
    text.write_text("no database", "utf-8")
    for path, reason in (
        (foreign, "another program"),
        (newer, "schema 9999"),
        (broken, "broken.db: "),
        (text, "not a SQLite database"),
        (tmp_path / "nothing.db", "no such file"),
    ):
        with pytest.raises(BackupError, match=reason):
            restore(path, target)
        assert not target.exists()


def test_a_full_or_missing_place_is_told_and_leaves_nothing(busy: Any, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nowhere"):
        backup(busy.engine, tmp_path / "nowhere" / "copy.db")


def test_postgresql_is_sent_to_its_own_tools(postgresql_databases: Any) -> None:
    engine = open_engine(postgresql_databases("").render_as_string(hide_password=False))
    with pytest.raises(BackupError, match="pg_dump"):
        backup(engine, Path("x.db"))
    engine.dispose()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_leaves_a_restored_store_to_whom_its_folder_belongs(
    engine: Engine, store_path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    backup(engine, copy)
    engine.dispose()
    folder = tmp_path / "service"
    folder.mkdir()
    os.chown(folder, 4711, 4712)
    restore(copy, folder / store_path.name)
    made = (folder / store_path.name).stat()
    assert (made.st_uid, made.st_gid) == (4711, 4712)
