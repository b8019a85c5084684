"""Entries become articles, versions and sightings."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from storage import articles
from storage.articles import EntryCounts, save_entries
from storage.bodies import TEXT, with_bodies
from storage.cluster_detail import article
from storage.engine import reading, writing
from storage.fetches import FeedUpdate, FetchRow, record_fetch
from storage.schema import Article, Feed, Sighting, Version


def versions_of(desk: Any, article_id: int = 1) -> list[tuple[int, str]]:
    with reading(desk.engine) as conn:
        found = article(conn, article_id)
    assert found
    return [(version.number, version.text) for version in found.versions]


def test_new_entries_become_articles_with_one_version(desk: Any) -> None:
    desk.open("petra")
    entry = desk.entry(
        "guid:1",
        "نص أول",
        link_key="link:x.example/1",
        published_at=desk.at(-60),
        updated_at=desk.at(-30),
        published_raw="Sun, 01 Mar",
        published_marks=("no_zone", "old"),
    )
    assert desk.save("petra", entry, desk.entry("guid:2", "نص ثان")) == EntryCounts(seen=2, new=2, changed=0)
    with reading(desk.engine) as conn:
        found = article(conn, 1)
    assert found
    assert (found.source_id, found.key, found.url) == ("petra", "guid:1", "https://x.example/guid:1")
    assert (found.published, found.updated, found.published_raw) == (desk.at(-60), desk.at(-30), "Sun, 01 Mar")
    assert found.published_marks == ["no_zone", "old"]
    assert found.first_seen == desk.at(0)
    assert found.cluster_id is None
    assert [(v.number, v.text, v.published, v.updated) for v in found.versions] == [
        (1, "نص أول", desk.at(-60), desk.at(-30))
    ]


def test_saving_the_same_entries_again_only_moves_the_time_of_the_document(desk: Any) -> None:
    desk.open("petra")
    entries = [desk.entry(f"guid:{n}", f"نص {n}") for n in range(5)]
    desk.save("petra", *entries)
    assert desk.save("petra", *entries, minutes=15) == EntryCounts(seen=5, new=0, changed=0)
    with reading(desk.engine) as conn:
        assert conn.execute(select(func.count()).select_from(Version)).scalar_one() == 5
        times = conn.execute(select(Sighting.first_seen_at, Sighting.last_seen_at, Feed.shown_at).join(Feed)).all()
    assert [tuple(row) for row in times] == [(desk.at(0), None, desk.at(15))] * 5


def test_a_changed_text_makes_a_second_version_and_keeps_the_first(desk: Any) -> None:
    desk.open("petra")
    desk.save("petra", desk.entry("guid:1", "قتل ثلاثة", published_at=desk.at(-5), published_raw="a"))
    changed = desk.entry(
        "guid:1", "قتل خمسة", url="https://x.example/new", published_at=desk.at(3), updated_at=desk.at(4)
    )
    assert desk.save("petra", changed, minutes=5) == EntryCounts(seen=1, new=0, changed=1)
    assert versions_of(desk) == [(1, "قتل ثلاثة"), (2, "قتل خمسة")]
    with reading(desk.engine) as conn:
        row = conn.execute(select(Article)).one()
    assert (row.versions, row.latest_version_id, row.url) == (2, 2, "https://x.example/new")
    assert (row.published_at, row.published_raw, row.updated_at) == (desk.at(-5), "a", desk.at(4))


@pytest.mark.parametrize("part", ["title", "summary"])
def test_title_and_summary_count_as_text(desk: Any, part: str) -> None:
    desk.open("petra")
    desk.save("petra", desk.entry("guid:1", **{part: "قديم"}))
    assert desk.save("petra", desk.entry("guid:1", **{part: "جديد"})).changed == 1


def test_a_return_to_an_older_text_is_a_sighting_of_it(desk: Any) -> None:
    desk.open("petra")
    for minutes, words in enumerate(["أول", "ثان", "أول", "ثان", "أول"]):
        desk.save("petra", desk.entry("guid:1", words), minutes=minutes)
    assert versions_of(desk) == [(1, "أول"), (2, "ثان")]
    with reading(desk.engine) as conn:
        seen = conn.execute(
            select(Sighting.version_id, Sighting.first_seen_at, Sighting.last_seen_at).order_by(Sighting.version_id)
        ).all()
        latest = conn.execute(select(Article.latest_version_id)).scalar_one()
    assert [tuple(row) for row in seen] == [(1, desk.at(0), None), (2, desk.at(1), desk.at(3))]
    assert latest == 2


def test_a_late_arriving_older_sighting_does_not_turn_time_back(desk: Any) -> None:
    desk.open("petra")
    desk.save("petra", desk.entry("guid:1"), minutes=10)
    desk.save("petra", desk.entry("guid:1"), minutes=5)
    desk.save("petra", desk.entry("guid:2", "نص آخر"), minutes=6)
    with reading(desk.engine) as conn:
        ends = conn.execute(select(Sighting.last_seen_at).order_by(Sighting.version_id)).scalars().all()
    assert ends == [desk.at(10), None]


def test_one_key_with_two_texts_in_a_document_loses_neither(desk: Any) -> None:
    desk.open("petra")
    entries = [desk.entry("guid:1", "أ"), desk.entry("guid:2", "ب"), desk.entry("guid:1", "ج")]
    assert desk.save("petra", *entries) == EntryCounts(seen=3, new=2, changed=1)
    assert desk.save("petra", *entries, minutes=1) == EntryCounts(seen=3, new=0, changed=0)
    assert versions_of(desk) == [(1, "أ"), (2, "ج")]


def test_the_same_key_at_two_sources_is_two_articles(desk: Any) -> None:
    desk.open("petra", "raialyoum")
    assert desk.save("petra", desk.entry("guid:1")).new == 1
    assert desk.save("raialyoum", desk.entry("guid:1")).new == 1


def test_two_feeds_of_a_source_share_its_articles_and_keep_their_own_sightings(desk: Any) -> None:
    desk.sync(desk.spec("petra", "https://petra.example/a", "https://petra.example/b"))
    for minutes, feed in enumerate(desk.feeds()):
        with writing(desk.engine) as conn:
            counts = save_entries(conn, "petra", feed.id, [desk.entry("guid:1")], desk.at(minutes))
        assert counts.new == (1 if minutes == 0 else 0)
    with reading(desk.engine) as conn:
        assert conn.execute(select(func.count()).select_from(Sighting)).scalar_one() == 2


def test_a_document_larger_than_a_batch(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "BATCH", 3)
    desk.open("petra")
    entries = [desk.entry(f"guid:{n}", f"نص {n}") for n in range(8)]
    assert desk.save("petra", *entries) == EntryCounts(seen=8, new=8, changed=0)
    assert desk.save("petra", *entries) == EntryCounts(seen=8, new=0, changed=0)
    assert [version.title for version in desk.queue()] == ["عنوان"] * 8
    assert [version.text for version in desk.queue()] == [f"نص {n}" for n in range(8)]


def test_a_full_batch_is_a_handful_of_statements(desk: Any) -> None:
    desk.open("petra")
    entries = [desk.entry(f"guid:{n}", f"نص {n}") for n in range(articles.BATCH)]
    assert desk.save("petra", *entries) == EntryCounts(seen=articles.BATCH, new=articles.BATCH, changed=0)
    assert desk.save("petra", *entries) == EntryCounts(seen=articles.BATCH, new=0, changed=0)


def test_an_empty_document_changes_nothing(desk: Any) -> None:
    desk.open("petra")
    assert desk.save("petra") == EntryCounts(seen=0, new=0, changed=0)


def test_what_no_database_holds_is_replaced_once_and_for_all(desk: Any) -> None:
    desk.open("petra")
    entry = desk.entry("guid:\0\ud800", "قبل\0بعد \udfff \ud83d\ude00", title="\0", url="https://x.example/\0")
    assert desk.save("petra", entry).new == 1
    assert desk.save("petra", entry, minutes=1) == EntryCounts(seen=1, new=0, changed=0)
    (version,) = desk.queue()
    assert version.text == "قبل\ufffdبعد \ufffd \U0001f600"
    assert version.title == "\ufffd"


def test_an_error_takes_entries_and_validators_back_together(desk: Any) -> None:
    desk.open("petra")
    feed = desk.feed("petra")
    row = FetchRow(feed_id=feed.id, started_at=desk.at(0), duration_ms=5, outcome="ok", status=200)
    change = FeedUpdate('"v1"', "Sun, 01 Mar 2026 08:00:00 GMT", "abc", 900.0, 0.0, desk.at(15))

    def fetch(*, fail: bool) -> None:
        with writing(desk.engine) as conn:
            save_entries(conn, "petra", feed.id, [desk.entry("guid:1")], desk.at(0))
            record_fetch(conn, row, change)
            if fail:
                raise InterruptedError

    with pytest.raises(InterruptedError):
        fetch(fail=True)
    assert desk.queue() == []
    assert desk.feed("petra") == feed
    fetch(fail=False)
    assert len(desk.queue()) == 1
    after = desk.feed("petra")
    assert (after.etag, after.body_hash, after.next_fetch_at) == ('"v1"', "abc", desk.at(15))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["ا", "ب", "ت"])), max_size=6))
def test_any_course_of_documents_keeps_exactly_the_texts_shown(desk: Any, documents: list[dict[str, str]]) -> None:
    with writing(desk.engine) as conn:
        conn.execute(text("DELETE FROM sighting"))
        conn.execute(text("UPDATE article SET latest_version_id = NULL"))
        conn.execute(text("DELETE FROM version"))
        conn.execute(text("DELETE FROM article"))
    desk.open("petra")
    shown: dict[str, list[str]] = {}
    for minutes, document in enumerate(documents):
        counts = desk.save("petra", *(desk.entry(key, words) for key, words in document.items()), minutes=minutes)
        assert counts.new == len(document.keys() - shown.keys())
        for key, words in document.items():
            shown.setdefault(key, [])
            if words not in shown[key]:
                shown[key].append(words)
    with reading(desk.engine) as conn:
        rows = conn.execute(
            with_bodies(select(Article.key, TEXT).join(Version, Version.article_id == Article.id)).order_by(
                Article.key, Version.number
            )
        ).all()
        counted = dict(conn.execute(select(Article.key, Article.versions)).all())
    assert [tuple(row) for row in rows] == [(key, words) for key in sorted(shown) for words in shown[key]]
    assert counted == {key: len(words) for key, words in shown.items()}
