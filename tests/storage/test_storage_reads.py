"""Lists, details, texts for the clusterer, and the figures of `status`."""

from datetime import timedelta
from typing import Any

import pytest

from storage import stored_texts as reads
from storage.cluster_detail import MatchDetail, article, cluster_detail
from storage.cluster_list import ClusterFilters, ClusterList, Order, list_clusters
from storage.copying import copying
from storage.engine import reading, writing
from storage.fetches import FeedUpdate, FetchRow, record_fetch
from storage.overview import FailingFeed, overview
from storage.placement_row import MatchRow
from storage.queue import QueuedVersion
from storage.spread import spreads
from storage.stored_texts import indexed_versions, latest_dated_at, stored_texts


@pytest.fixture
def news(desk: Any) -> Any:
    """Three clusters: 1 of three outlets, 2 of one, 3 of two and the newest; an article each at minutes 0 to 5."""
    desk.open("ammon", "ghad", "petra")
    texts: list[QueuedVersion] = []
    for minutes, source in enumerate(["petra", "petra", "ammon", "ghad", "ammon", "ghad"]):
        desk.save(
            source,
            desk.entry(f"k{minutes}", f"نص {minutes}", title=f"عنوان {minutes}", published_at=desk.at(10 - minutes)),
            minutes=minutes,
        )
        texts = desk.queue()
    match = MatchRow(texts[0].version_id, "copy", 0.9, {"lead": 0.5})
    desk.place(
        desk.placement(texts[0], 1, founded=True),
        desk.placement(texts[1], 2, founded=True),
        desk.placement(texts[2], 1, matches=[match]),
        desk.placement(texts[3], 1),
        desk.placement(texts[4], 3, founded=True),
        desk.placement(texts[5], 3),
        minutes=20,
    )
    return desk


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [3, 1, 2]),
        ({"limit": 2}, [3, 1]),
        ({"min_sources": 2}, [3, 1]),
        ({"min_sources": 3}, [1]),
        ({"sources": ("petra",)}, [1, 2]),
        ({"sources": ("nobody",)}, []),
        ({"sources": ("nobody", "petra")}, [1, 2]),
        ({"until": 4}, [1, 2]),
        ({"since": 2, "until": 4}, [1]),
        ({"order": "size"}, [1, 3, 2]),
        ({"order": "growth"}, [1, 3, 2]),
        ({"since": 2}, [3, 1]),
        ({"since": 4}, [3]),
        ({"since": 3, "order": "growth"}, [3, 1]),
        ({"since": 6}, []),
    ],
)
def test_lists_of_clusters(news: Any, facts: dict[str, Any], expected: list[int]) -> None:
    chosen = {key: facts.pop(key) for key in ("order", "limit") if key in (facts := dict(facts))}
    facts |= {key: news.at(facts[key]) for key in ("since", "until") if key in facts}
    with reading(news.engine) as conn:
        found = list_clusters(conn, ClusterFilters(**facts), **chosen)
    assert [cluster.id for cluster in found.clusters] == expected


@pytest.mark.parametrize("order", ["recent", "size", "growth"])
def test_pages_of_the_list_hold_every_cluster_once(news: Any, order: Order) -> None:
    with reading(news.engine) as conn:
        whole = list_clusters(conn, order=order)
        pages: list[int] = []
        after = None
        while True:
            page = list_clusters(conn, order=order, limit=1, after=after)
            pages += [cluster.id for cluster in page.clusters]
            if (after := page.end) is None:
                break
    assert whole.end is None
    assert pages == [cluster.id for cluster in whole.clusters]


def test_a_summary_says_what_the_cluster_holds(news: Any) -> None:
    with reading(news.engine) as conn:
        cluster = list_clusters(conn, ClusterFilters(min_sources=3)).clusters[0]
    assert (cluster.id, cluster.title, cluster.articles, cluster.versions) == (1, "عنوان 3", 3, 3)
    assert cluster.sources == ("ammon", "ghad", "petra")
    assert (cluster.first_seen, cluster.last_seen, cluster.published) == (news.at(0), news.at(3), news.at(7))


@pytest.mark.parametrize("order", ["recent", "size", "growth"])
def test_an_empty_store_has_no_clusters(desk: Any, order: Order) -> None:
    with reading(desk.engine) as conn:
        assert list_clusters(conn, order=order) == ClusterList()
        assert cluster_detail(conn, 1) is None
        assert article(conn, 1) is None
        assert latest_dated_at(conn) is None
        assert list(indexed_versions(conn, desk.at(0))) == []


def test_a_merged_cluster_is_not_listed(news: Any) -> None:
    news.save("petra", news.entry("late", "نص"), minutes=6)
    news.place(news.placement(news.queue()[0], 1, merges=[3]))
    with reading(news.engine) as conn:
        assert [cluster.id for cluster in list_clusters(conn).clusters] == [1, 2]


def test_a_detail_has_the_versions_in_the_order_of_the_times_they_stand_for(news: Any) -> None:
    news.save("ammon", news.entry("k2", "نص 2", title="عنوان 2"), minutes=30)
    with reading(news.engine) as conn:
        detail = cluster_detail(conn, 1)
    assert detail
    assert [version.text for version in detail.versions] == ["نص 3", "نص 2", "نص 0"]
    second = detail.versions[1]
    assert (second.source_id, second.source_name, second.url) == ("ammon", "صحيفة ammon", "https://x.example/k2")
    assert (second.title, second.summary, second.number) == ("عنوان 2", "", 1)
    assert (second.published, second.dated) == (news.at(8), news.at(8))
    assert (second.first_seen, second.last_seen) == (news.at(2), news.at(30))
    assert second.matches == (MatchDetail(1, "copy", 0.9, {"lead": 0.5}),)
    assert detail.versions[0].matches == ()


def test_an_article_shows_versions_that_wait_too(news: Any) -> None:
    news.save("ammon", news.entry("k2", "نص مصحح"), minutes=30)
    with reading(news.engine) as conn:
        found = article(conn, 3)
    assert found
    assert (found.source_name, found.cluster_id) == ("صحيفة ammon", 1)
    assert [(version.number, version.text, version.dated) for version in found.versions] == [
        (1, "نص 2", news.at(8)),
        (2, "نص مصحح", None),
    ]
    assert len(found.versions[0].matches) == 1


@pytest.mark.parametrize("chunk", [1, 2, 3, 2000])
def test_signatures_are_read_back_in_order(news: Any, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "CHUNK", chunk)
    news.save("ammon", news.entry("waiting"), minutes=30)
    with reading(news.engine) as conn:
        assert latest_dated_at(conn) == news.at(10)
        rows = list(indexed_versions(conn, news.at(6)))
        assert list(indexed_versions(conn, news.at(10.5))) == []
    assert [row.version_id for row in rows] == [1, 2, 3, 4, 5]
    assert [(row.article_id, row.source_id, row.cluster_id) for row in rows[:3]] == [
        (1, "petra", 1),
        (2, "petra", 2),
        (3, "ammon", 1),
    ]
    assert [row.dated_at for row in rows[:2]] == [news.at(10), news.at(9)]
    assert (rows[2].fold_version, rows[2].signature) == (1, (3).to_bytes(512, "little"))


@pytest.mark.parametrize("chunk", [1, 500])
def test_texts_are_read_by_version(news: Any, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "TEXT_CHUNK", chunk)
    news.save("ammon", news.entry("waiting", "نص ينتظر"), minutes=30)
    with reading(news.engine) as conn:
        texts = stored_texts(conn, [3, 7, 999])
        assert stored_texts(conn, []) == {}
    assert sorted(texts) == [3, 7]
    placed, waiting = texts[3], texts[7]
    assert (placed.text, placed.title, placed.source_id, placed.article_id) == ("نص 2", "عنوان 2", "ammon", 3)
    assert (placed.cluster_id, placed.dated_at, placed.published_at) == (1, news.at(8), news.at(8))
    assert (waiting.text, waiting.cluster_id, waiting.dated_at) == ("نص ينتظر", None, news.at(30))


def test_an_overview_counts_what_there_is(news: Any) -> None:
    news.save("ammon", news.entry("waiting"), minutes=30)
    ok, failed = (feed.id for feed in news.feeds("ammon", "ghad"))
    with writing(news.engine) as conn:
        record_fetch(
            conn,
            FetchRow(feed_id=ok, started_at=news.at(31), duration_ms=1, outcome="ok"),
            FeedUpdate(None, None, None, 900.0, 0.0, news.at(46)),
        )
        record_fetch(
            conn,
            FetchRow(feed_id=failed, started_at=news.at(30), duration_ms=1, outcome="timeout", error="لا جواب"),
            FeedUpdate(None, None, None, 900.0, 1.0, news.at(44)),
        )
    with reading(news.engine) as conn:
        found = overview(conn, news.at(45))
    assert (found.sources, found.feeds, found.due, found.late) == (3, 3, 2, 1)
    assert found.failing == (
        FailingFeed(
            id=failed,
            source_id="ghad",
            url="https://ghad.example/rss",
            outcome="timeout",
            status=None,
            error="لا جواب",
            failures=1.0,
            tries=1,
            since=None,
            failing_since=news.at(30),
            next_fetch_at=news.at(44),
        ),
    )
    assert (found.gaps, found.moved) == ((), ())
    assert (found.articles, found.versions, found.clusters, found.unclustered) == (7, 7, 3, 1)
    assert found.last_fetch == news.at(31)
    assert found.size_bytes > 10_000


def test_an_overview_of_an_empty_store(desk: Any) -> None:
    desk.open("petra")
    desk.sync()
    with reading(desk.engine) as conn:
        found = overview(conn, desk.at(0))
    assert (found.sources, found.feeds, found.due, found.late, found.failing) == (0, 0, 0, 0, ())
    assert (found.articles, found.last_fetch) == (0, None)


def test_a_spread_has_the_articles_in_the_order_of_the_times_they_stand_for(news: Any) -> None:
    with reading(news.engine) as conn:
        found = spreads(conn, [1, 3])
    assert sorted(found) == [1, 3]
    assert [one.source_id for one in found[1]] == ["ghad", "ammon", "petra"]
    assert [one.dated for one in found[1]] == sorted(one.dated for one in found[1])


def test_copying_counts_who_carried_after_whom(news: Any) -> None:
    with reading(news.engine) as conn:
        (pair,) = copying(conn, news.at(-60))
        later = copying(conn, news.at(60))
    assert (pair.source_id, pair.from_source_id, pair.articles) == ("petra", "ammon", 1)
    assert pair.median_lag == timedelta(minutes=2)
    assert later == []
