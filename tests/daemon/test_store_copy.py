"""`riwaya db copy`: a store with everything in it goes to the other database, and comes back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Table, select

from storage.engine import open_engine, reading
from storage.schema import Lease, metadata
from tests.daemon.feed_server import Answer
from tests.daemon.invented_items import items
from tests.daemon.newsroom import Newsroom, eventually


def rows(conn: Connection, table: Table) -> list[dict[str, object]]:
    return [dict(row) for row in conn.execute(select(table).order_by(*table.primary_key)).mappings()]


def contents(url: str) -> dict[str, list[dict[str, object]]]:
    engine = open_engine(url)
    with reading(engine) as conn:
        held = {table.name: rows(conn, table) for table in metadata.sorted_tables if table.name != Lease.__tablename__}
    engine.dispose()
    return held


@pytest.fixture
def full(newsroom: Newsroom) -> Newsroom:
    """A store with a merged story, a correction, an edited article and a feed that cannot be read."""
    newsroom.feed("one", *items(2, 1, 0))
    newsroom.feed("two", *items(3, 1))
    newsroom.publish("three", lambda _: Answer(b"no feed"))
    newsroom.fetch_all()
    first, second = (row["id"] for row in newsroom.call("clusters", "--json").rows[:2])
    assert newsroom.call("merge", first, second, "--note", "قصة واحدة").code == 0
    return newsroom


def test_a_store_goes_to_postgresql_and_comes_back(
    full: Newsroom, postgresql_stores: Callable[[], AbstractContextManager[URL]], tmp_path: Path
) -> None:
    with postgresql_stores() as there:
        url = there.render_as_string(hide_password=False)
        copied = full.call("db", "copy", url)
        assert copied.code == 0, copied.err
        held = contents(full.database or f"sqlite:///{full.folder}/riwaya.db")
        assert contents(url) == held
        assert held["correction"]
        assert any(row["merged_into"] for row in held["cluster"])
        refused = full.call("db", "copy", url)
        assert refused.code == 1
        assert "is not empty" in refused.err

        moved = Newsroom(tmp_path / "moved", full.server, database=url, urls=full.urls)
        moved.write()
        assert moved.call("db", "check").code == 0
        back = f"sqlite:///{tmp_path / 'back.db'}"
        assert moved.call("db", "copy", back).code == 0
        assert contents(back) == held
        # Life goes on with ids that were never given.
        moved.feed("one", *items(4, 2, 1, 0))
        moved.fetch_all()
        ((newest,),) = moved.rows("SELECT max(id) FROM article")
        assert newest > max(int(str(row["id"])) for row in held["article"])
        assert moved.call("db", "check").code == 0


def test_ids_that_were_given_once_are_not_given_again(full: Newsroom, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{full.folder}/riwaya.db")
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE sqlite_sequence SET seq = 9000 WHERE name = 'article'")
    engine.dispose()
    target = tmp_path / "copy.db"
    assert full.call("db", "copy", f"sqlite:///{target}").code == 0
    copy = Newsroom(tmp_path / "copied", full.server, database=f"sqlite:///{target}", urls=full.urls)
    copy.feed("two", *items(5, 3, 1))
    copy.fetch_all()
    assert copy.rows("SELECT max(id) FROM article") == [(9001,)]


@pytest.mark.parametrize(
    ("target", "code", "reason"),
    [
        ("mysql://h/n", 2, "TARGET: "),
        ("sqlite:///no/such/folder/x.db", 1, "no/such/folder"),
        ("postgresql+psycopg://u:hunter2@127.0.0.1:1/n", 1, "127.0.0.1"),
    ],
)
def test_a_target_that_will_not_do(full: Newsroom, target: str, code: int, reason: str) -> None:
    ended = full.call("db", "copy", target)
    assert ended.code == code
    assert reason in ended.err
    assert "hunter2" not in ended.err + ended.out


def test_a_store_is_not_copied_into_itself_nor_while_it_is_in_use(full: Newsroom) -> None:
    own = full.call("db", "copy", f"sqlite:///{full.folder}/riwaya.db")
    assert own.code == 1
    assert "is the store itself" in own.err
    with full.service("--only", "cluster") as service:
        eventually(lambda: full.rows("SELECT 1 FROM lease"))
        assert service.process.poll() is None
        used = full.call("db", "copy", f"sqlite:///{full.folder}/copy.db")
    assert used.code == 1
    assert "works on the store; stop riwaya first" in used.err
