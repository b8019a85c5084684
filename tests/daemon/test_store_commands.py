"""`backup`, `restore`, `db check`, `db rebuild-...`, and the upkeep of a running service."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from clustering.clitics import SEARCH_EDITION
from daemon.stored_versions import signed
from storage.engine import open_engine, reading, writing
from storage.schema import Article, Cluster, SearchState, Sighting, Version
from storage.stored_texts import stored_signatures, stored_texts
from tests.daemon.invented_items import STORIES, items
from tests.daemon.newsroom import Newsroom, eventually


@pytest.fixture
def full(any_newsroom: Newsroom) -> Newsroom:
    any_newsroom.feed("one", *items(2, 1, 0))
    any_newsroom.feed("two", *items(3, 1))
    any_newsroom.fetch_all()
    return any_newsroom


def word_of(number: int) -> str:
    return f'"{" ".join(STORIES[number][1].split()[:3])}"'


def change(newsroom: Newsroom, *statements: object) -> None:
    engine = open_engine(newsroom.database)
    with writing(engine) as conn:
        for statement in statements:
            conn.execute(statement)  # type: ignore[call-overload]
    engine.dispose()


def test_a_store_is_whole(full: Newsroom) -> None:
    ended = full.call("db", "check", "--json")
    assert ended.code == 0, ended.err
    assert {row["broken"] for row in ended.rows} == {0}
    assert len(ended.rows) >= 9
    assert full.call("db", "check").code == 0


def test_a_store_that_is_not_whole_says_what_mends_it(full: Newsroom) -> None:
    change(full, update(SearchState).values(edition=SEARCH_EDITION + 1))
    ended = full.call("db", "check")
    assert ended.code == 1
    assert "riwaya db rebuild-search" in ended.out
    assert "the store is not whole" in ended.err
    assert "5 texts indexed" in full.call("db", "rebuild-search").out
    assert full.call("db", "check").code == 0
    assert full.call("search", word_of(1), "--json").rows


def test_signatures_can_be_made_anew(full: Newsroom) -> None:
    engine = open_engine(full.database)
    with reading(engine) as conn:
        before = stored_signatures(conn, range(1, 6))
        texts = stored_texts(conn, range(1, 6))
    assert before == {number: signed(text.title, text.text or text.summary) for number, text in texts.items()}
    change(full, update(Version).values(signature=b"\0" * 672, fold_version=0))
    assert full.call("db", "check").code == 1
    assert "5 signatures made" in full.call("db", "rebuild-signatures").out
    with reading(engine) as conn:
        assert stored_signatures(conn, range(1, 6)) == before
    engine.dispose()
    assert full.call("db", "check").code == 0


def test_a_backup_comes_back(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(1, 0))
    newsroom.fetch_all()
    copy = newsroom.folder / "copy.db"
    ended = newsroom.call("backup", copy)
    assert ended.code == 0, ended.err
    assert newsroom.call("backup", copy).code == 1
    newsroom.feed("one", *items(2, 1, 0))
    newsroom.fetch_all()
    assert newsroom.call("restore", copy).code == 1
    assert newsroom.count("article") == 3
    assert newsroom.call("restore", copy, "--force").code == 0
    assert newsroom.count("article") == 2
    assert newsroom.call("db", "check").code == 0
    assert newsroom.fetch_all()["one"]["new"] == 1


def test_postgresql_is_sent_to_its_own_tools(full: Newsroom) -> None:
    if "sqlite" in full.database:
        pytest.skip("SQLite has the commands themselves")
    assert "pg_dump" in full.call("backup", full.folder / "x.db").err
    assert "pg_restore" in full.call("restore", full.folder / "x.db").err


def test_the_time_for_lone_articles_is_checked(newsroom: Newsroom) -> None:
    newsroom.retention = {"lone_articles": "5d"}
    newsroom.feed("one", *items(0))
    ended = newsroom.call("check")
    assert ended.code == 2
    assert "retention.lone_articles" in ended.err
    newsroom.retention, newsroom.clustering = {"lone_articles": "10d"}, {"window": "20d"}
    newsroom.write()
    ended = newsroom.call("check")
    assert ended.code == 2
    assert "lone_articles must be longer than clustering.window" in ended.err


@pytest.mark.slow
def test_the_service_keeps_its_store_in_order(full: Newsroom) -> None:
    """After an update that indexes other words, and with a time for lone articles: all while it runs."""
    full.retention = {"lone_articles": "30d"}
    full.write()
    long_ago = datetime.now(UTC) - timedelta(days=31)
    lone = full.rows("SELECT id FROM cluster WHERE articles = 1 ORDER BY id")
    gone = select(Article.id).where(Article.cluster_id == lone[0][0]).scalar_subquery()
    change(
        full,
        update(SearchState).values(edition=SEARCH_EDITION + 1),
        update(Version).where(Version.id == 1).values(fold_version=0, signature=b"\0" * 672),
        update(Cluster).where(Cluster.id == lone[0][0]).values(last_seen_at=long_ago),
        # And long out of its feed.
        update(Sighting).where(Sighting.article_id == gone).values(first_seen_at=long_ago, last_seen_at=long_ago),
    )
    with full.service() as running:
        eventually(lambda: running.said("the search index is made anew"))
        eventually(lambda: full.call("db", "check").code == 0)
    with full.service() as running:
        eventually(lambda: running.said("that no other outlet carried"))
        running.stop()
    assert full.count("article") == 4
    assert full.call("db", "check").code == 0
