"""Stores of every released schema open in this release and go on: none of them is left behind."""

import gzip
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import URL

from storage.migrate import REVISIONS, head
from tests.daemon.feed_server import FeedServer, Item
from tests.daemon.newsroom import Newsroom
from tests.storage.released_store import RELEASED

STORES = sorted(RELEASED.glob("*.db.gz"))
TEXTS = "SELECT source_id, number, title, summary, text, cluster_id FROM v_version ORDER BY version_id"


def unpacked(path: Path, folder: Path) -> Path:
    store = folder / "riwaya.db"
    store.write_bytes(gzip.decompress(path.read_bytes()))
    return store


def schema_of(store: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(store)) as file:
        return set(file.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type != 'view'"))


def test_every_revision_has_its_store() -> None:
    """Whoever adds a revision, or changes the one that is not released, runs `make released-store`."""
    assert {path.name.removesuffix(".db.gz") for path in STORES} == set(REVISIONS)


def test_the_store_of_the_present_schema_is_up_to_date(sqlite_template: Path, tmp_path: Path) -> None:
    kept = unpacked(RELEASED / f"{head()}.db.gz", tmp_path)
    assert schema_of(kept) == schema_of(sqlite_template), "`make released-store` renews it"


def goes_on(newsroom: Newsroom) -> None:
    """Let an older store, brought up to date, take further news: it knows what it had, and groups with it."""
    before = newsroom.rows(TEXTS)
    assert before
    source, key, title, text, published, cluster = newsroom.rows(
        "SELECT a.source_id, a.key, v.title, v.text, v.published, v.cluster_id FROM v_version v"
        " JOIN article a ON a.id = v.article_id WHERE v.source_id = 'one' AND v.number = 1 ORDER BY v.version_id"
    )[-1]
    moment = published if isinstance(published, datetime) else datetime.fromisoformat(published)
    known = Item(key.rpartition(":")[2], title, text, moment)
    # The outlet shows what it has shown, and one that did not carry it carries it now.
    newsroom.feed(source, known)
    newsroom.feed("four", Item("copied", title, text, moment))
    ended = newsroom.call("fetch", "--all")
    assert ended.code == 0, ended.err
    after = newsroom.rows(TEXTS)
    assert after[: len(before)] == before
    assert [(row[0], row[2], row[-1]) for row in after[len(before) :]] == [("four", title, cluster)]
    assert newsroom.count("correction WHERE applied_at IS NOT NULL AND undone_at IS NULL") > 0
    for command in (("db", "check"), ("status",), ("show", cluster, "--diff"), ("search", title), ("clusters",)):
        ended = newsroom.call(*command)
        assert ended.code == 0, f"{command}: {ended.out}{ended.err}"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.mark.parametrize("path", STORES, ids=lambda path: path.name)
def test_a_released_store_comes_up_to_date_and_goes_on(
    path: Path,
    tmp_path: Path,
    server: FeedServer,
    postgresql_stores: Callable[[], AbstractContextManager[URL]],
) -> None:
    newsroom = Newsroom(tmp_path, server)
    unpacked(path, tmp_path)
    newsroom.write()
    ended = newsroom.call("db", "upgrade")
    assert ended.code == 0, ended.err
    with postgresql_stores() as there:
        url = there.render_as_string(hide_password=False)
        copied = newsroom.call("db", "copy", url)
        assert copied.code == 0, copied.err
        goes_on(newsroom)
        goes_on(Newsroom(tmp_path / "moved", server, database=url))
