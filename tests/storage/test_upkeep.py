"""Deleting lone articles, making derived things anew, and the rules that a store must keep."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from storage import lone_articles, signature_upkeep
from storage.check import check
from storage.corrections import ask
from storage.engine import reading, writing
from storage.lone_articles import delete_lone_articles
from storage.placements import save_placements
from storage.schema import Article, Body, Cluster, SearchState, Version
from storage.search import search
from storage.search_index import SearchText, forget_all
from storage.search_query import Phrase, Query
from storage.search_queue import begin_rebuilding, index_step, left_to_index, note_edition, stored_edition
from storage.signature_upkeep import renew_step
from storage.wire import CreditRow


def prepared(title: str, body: str) -> SearchText:
    return SearchText(title, body)


def count(desk: Any, table: Any) -> int:
    with reading(desk.engine) as conn:
        return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def broken(desk: Any, edition: int = 1) -> set[str]:
    with reading(desk.engine) as conn:
        return {one.rule for one in check(conn, fold_version=1, search_edition=edition) if one.count}


def found(desk: Any, word: str) -> list[int]:
    with reading(desk.engine) as conn:
        return sorted(hit.article_id for hit in search(conn, Query(Phrase((word,))), 100))


def delete(desk: Any, minutes: float, limit: int = 100) -> list[int]:
    """Delete in steps until none is left; return what each deleted."""
    steps, after = [], 0
    while True:
        with writing(desk.engine) as conn:
            step = delete_lone_articles(conn, desk.at(minutes), limit, prepared, after)
        steps.append(step.deleted)
        if step.after is None:
            return steps
        after = step.after


@pytest.fixture
def news(desk: Any) -> Any:
    """Six articles: 1 and 2 one story, the others alone, the last one newer. The feeds show the second and the last."""
    desk.open("petra", "wafa")
    for source, key, minutes in (
        ("petra", "a", 0),
        ("wafa", "b", 0),
        ("petra", "c", 0),
        ("petra", "d", 0),
        ("wafa", "e", 0),
        ("petra", "f", 100),
    ):
        desk.save(source, desk.entry(key, f"نص {key}", summary="ملخص"), minutes=minutes)
    clusters = (1, 1, 2, 3, 4, 5)
    rows = []
    for place, version in enumerate(desk.queue()):
        founded = clusters[place] not in clusters[:place]
        row = desk.placement(version, clusters[place], founded=founded, words=f"نص {'abcdef'[place]}", title="عنوان")
        rows.append(replace(row, credits=(CreditRow("reuters", "credit", "body", 0, 2),)))
    desk.place(*rows)
    desk.save("wafa", desk.entry("b", "نص b", summary="ملخص"), minutes=100)
    with writing(desk.engine) as conn:
        note_edition(conn, 1)
    return desk


def test_only_old_articles_that_nobody_else_carried_go(news: Any) -> None:
    assert broken(news) == set()
    assert delete(news, 50) == [3]
    with reading(news.engine) as conn:
        assert list(conn.execute(select(Article.key).order_by(Article.id)).scalars()) == ["a", "b", "f"]
        assert list(conn.execute(select(Cluster.id).order_by(Cluster.id)).scalars()) == [1, 5]
    assert found(news, "نص") == [1, 2, 6]
    # The summary is shared by what stays.
    assert count(news, Body) == 4
    assert broken(news) == set()
    assert delete(news, 50) == [0]
    assert news.next_cluster() == 6


@pytest.mark.parametrize("span", [1, 2, 100])
def test_small_steps_come_to_the_same(news: Any, span: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lone_articles, "SPAN", span)
    assert sum(delete(news, 50, limit=1)) == 3
    assert broken(news) == set()


def test_the_newest_story_stays_for_its_id(news: Any) -> None:
    assert delete(news, 1000) == [3]
    assert news.next_cluster() == 6


def test_what_a_feed_still_shows_stays_as_it_would_come_back_as_news(news: Any) -> None:
    shown = [news.entry(key, f"نص {key}", summary="ملخص") for key in "bde"]
    news.save("petra", shown[1], minutes=200)
    news.save("wafa", shown[0], shown[2], minutes=200)
    assert delete(news, 1000) == [1]
    assert found(news, "نص") == [1, 2, 4, 5, 6]
    assert news.save("wafa", shown[0], shown[2], minutes=300).new == 0
    # A feed that nobody reads any more shows nothing.
    news.sync(news.spec("wafa"), minutes=400)
    assert delete(news, 1000) == [1]
    assert found(news, "نص") == [1, 2, 5, 6]
    assert broken(news) == set()


def test_what_a_person_decided_about_stays(news: Any) -> None:
    with writing(news.engine) as conn:
        ask(conn, "never", "حنان", "", news.at(60), sides={3: 0, 5: 1})
    assert delete(news, 50) == [1]
    assert found(news, "نص") == [1, 2, 3, 5, 6]


def test_an_index_of_another_edition_is_made_anew_step_by_step(news: Any) -> None:
    assert "the search index is of this release's edition" in broken(news, edition=2)
    with writing(news.engine) as conn:
        begin_rebuilding(conn, 2)
    assert (found(news, "نص"), stored_edition_of(news), left(news)) == ([], 2, 6)
    # What is grouped meanwhile comes in by itself.
    news.save("wafa", news.entry("g", "نص g"))
    (queued,) = news.queue()
    news.place(news.placement(queued, 6, founded=True, words="نص g"))
    steps = []
    while True:
        with writing(news.engine) as conn:
            step = index_step(conn, prepared, 4)
        if not step:
            break
        steps.append((step, left(news)))
    assert steps == [(4, 2), (2, 0)]
    assert found(news, "نص") == [1, 2, 3, 4, 5, 6, 7]
    assert broken(news, edition=2) == set()


def stored_edition_of(desk: Any) -> int | None:
    with reading(desk.engine) as conn:
        return stored_edition(conn)


def left(desk: Any) -> int:
    with reading(desk.engine) as conn:
        return left_to_index(conn)


def test_a_store_without_texts_has_nothing_to_rebuild(desk: Any) -> None:
    with writing(desk.engine) as conn:
        assert (stored_edition(conn), left_to_index(conn), index_step(conn, prepared, 10)) == (None, 0, 0)
        begin_rebuilding(conn, 3)
        assert index_step(conn, prepared, 10) == 0
    assert broken(desk, edition=3) == set()


@pytest.mark.parametrize("span", [1, 4, 100])
def test_signatures_of_another_edition_are_made_anew(news: Any, span: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signature_upkeep, "SPAN", span)

    def signed(title: str, body: str) -> bytes:
        return f"{title} {body}".encode()

    last: int | None = 0
    while last is not None:
        with writing(news.engine) as conn:
            last = renew_step(conn, 2, signed, 4, last)
    with reading(news.engine) as conn:
        assert set(conn.execute(select(Version.fold_version)).scalars()) == {2}
        assert conn.execute(select(Version.signature).where(Version.id == 3)).scalar_one() == "عنوان نص c".encode()


def damage(desk: Any, *statements: Any) -> None:
    with writing(desk.engine) as conn:
        for statement in statements:
            conn.execute(statement)


@pytest.mark.parametrize(
    ("damaged", "rule"),
    [
        ([insert(Body).values(digest=b"x", text="نص")], "every text is pointed at by a version"),
        ([update(Article).where(Article.id == 3).values(versions=7)], "every article has the newest of its versions"),
        ([update(Article).where(Article.id == 3).values(latest_version_id=1)], "every article has the newest"),
        ([update(Version).where(Version.id == 3).values(cluster_id=1)], "a grouped version is in the cluster of its"),
        ([update(Cluster).where(Cluster.id == 3).values(merged_into=2)], "articles are in living clusters"),
        (
            [
                update(Cluster).where(Cluster.id == 3).values(merged_into=2),
                update(Cluster).where(Cluster.id == 4).values(merged_into=3),
            ],
            "a merged cluster leads to a living one in one step",
        ),
        ([update(Cluster).where(Cluster.id == 1).values(sources=9)], "clusters count their articles"),
        ([update(Version).where(Version.id == 3).values(fold_version=9)], "signatures are of this release's edition"),
        ([update(SearchState).values(edition=9)], "the search index is of this release's edition"),
    ],
)
def test_every_broken_rule_is_found(news: Any, damaged: list[Any], rule: str) -> None:
    damage(news, *damaged)
    assert any(one.startswith(rule) for one in broken(news))


def test_what_a_crash_left_out_is_indexed_later(news: Any) -> None:
    news.save("wafa", news.entry("g", "نص g"))
    (queued,) = news.queue()
    with writing(news.engine) as conn:
        save_placements(conn, [news.placement(queued, 6, founded=True, words="نص g")], news.at(200))
    assert (found(news, "نص"), left(news)) == ([1, 2, 3, 4, 5, 6], 1)
    assert broken(news) == set()
    with writing(news.engine) as conn:
        assert index_step(conn, prepared, 10) == 1
    assert (found(news, "نص"), left(news)) == ([1, 2, 3, 4, 5, 6, 7], 0)


def test_an_index_that_lacks_or_has_too_much_is_found(news: Any) -> None:
    with writing(news.engine) as conn:
        forget_all(conn)
    assert broken(news) == {"the search index holds every grouped version that does not wait for it, and no other"}


def test_references_that_lead_nowhere_are_found(news: Any) -> None:
    if news.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL does not let them happen")
    # Another program, which need not care for them.
    with closing(sqlite3.connect(news.engine.url.database)) as other, other:
        other.execute("DELETE FROM body WHERE id = 1")
    assert "every reference leads somewhere" in broken(news)
