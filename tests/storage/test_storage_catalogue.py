"""The stored sources and feeds follow the configuration; nothing is lost when they leave it."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from storage.catalogue import CatalogueChange, FeedSpec, host_of
from storage.engine import reading, writing
from storage.fetches import FeedUpdate, FetchRow, record_fetch
from storage.schema import Article, Feed, Source

NOTHING = CatalogueChange(added=(), returned=(), changed=(), removed=(), feeds_added=0, feeds_removed=0)


def test_new_sources_and_feeds_are_stored_and_due_at_once(desk: Any) -> None:
    spec = desk.spec("petra", "https://PETRA.example/rss", "https://feeds.example:8443/petra", timezone="Asia/Amman")
    change = desk.sync(spec, desk.spec("ammon"))
    assert change == replace(NOTHING, added=("petra", "ammon"), feeds_added=3)
    assert change
    first, second = desk.feeds("petra")
    assert (first.host, second.host, first.timezone) == ("petra.example", "feeds.example", "Asia/Amman")
    assert first.next_fetch_at == desk.at(0)
    assert (first.etag, first.last_modified, first.body_hash, first.failures) == (None, None, None, 0.0)


def test_the_same_configuration_changes_nothing(desk: Any) -> None:
    desk.sync(desk.spec("petra"), desk.spec("ammon"))
    change = desk.sync(desk.spec("petra"), desk.spec("ammon"), minutes=5)
    assert change == NOTHING
    assert not change


def test_changed_facts_are_taken_over(desk: Any) -> None:
    desk.sync(desk.spec("petra"))
    change = desk.sync(desk.spec("petra", name="بترا", country="PS", full_text="auto", timezone="Asia/Hebron"))
    assert change == replace(NOTHING, changed=("petra",))
    with reading(desk.engine) as conn:
        row = conn.execute(select(Source)).one()
    assert (row.name, row.country, row.full_text, row.timezone) == ("بترا", "PS", "auto", "Asia/Hebron")


def test_a_source_that_leaves_is_switched_off_and_comes_back_with_its_articles(desk: Any) -> None:
    desk.open("petra", "ammon")
    desk.save("petra", desk.entry("guid:1"))
    assert desk.sync(desk.spec("ammon"), minutes=1) == replace(NOTHING, removed=("petra",), feeds_removed=1)
    assert [feed.source_id for feed in desk.feeds()] == ["ammon"]
    with reading(desk.engine) as conn:
        assert conn.execute(select(Source.removed_at).where(Source.id == "petra")).scalar_one() == desk.at(1)
        assert conn.execute(select(Article.source_id)).scalar_one() == "petra"
    change = desk.sync(desk.spec("petra"), desk.spec("ammon"), minutes=2)
    assert change == replace(NOTHING, returned=("petra",), feeds_added=1)
    with reading(desk.engine) as conn:
        row = conn.execute(select(Source).where(Source.id == "petra")).one()
    assert (row.active, row.added_at, row.removed_at) == (True, desk.at(0), None)
    assert desk.save("petra", desk.entry("guid:1")).new == 0


def test_a_new_feed_address_keeps_the_source_s_history(desk: Any) -> None:
    desk.sync(desk.spec("petra", "https://petra.example/old"))
    desk.save("petra", desk.entry("guid:1"))
    change = desk.sync(desk.spec("petra", "https://petra.example/new"), minutes=3)
    assert change == replace(NOTHING, feeds_added=1, feeds_removed=1)
    (feed,) = desk.feeds()
    assert (feed.url, feed.next_fetch_at) == ("https://petra.example/new", desk.at(3))
    assert desk.save("petra", desk.entry("guid:1"), minutes=4).new == 0


def test_a_feed_that_returns_is_due_at_once_with_its_validators(desk: Any) -> None:
    desk.open("petra")
    feed = desk.feed("petra")
    with writing(desk.engine) as conn:
        record_fetch(
            conn,
            FetchRow(feed_id=feed.id, started_at=desk.at(0), duration_ms=1, outcome="ok"),
            FeedUpdate('"e"', None, "h", 900.0, 0.0, desk.at(600)),
        )
    desk.sync(minutes=1)
    desk.open("petra")
    desk.sync(minutes=2)
    desk.sync(desk.spec("petra"), minutes=3)
    back = desk.feed("petra")
    assert (back.id, back.etag, back.body_hash, back.next_fetch_at) == (feed.id, '"e"', "h", desk.at(3))


def test_a_feed_s_category_follows_the_configuration(desk: Any) -> None:
    spec = desk.spec("petra")
    desk.sync(spec)
    desk.sync(replace(spec, feeds=(FeedSpec(spec.feeds[0].url, "اقتصاد"),)))
    with reading(desk.engine) as conn:
        assert conn.execute(select(Feed.category)).scalar_one() == "اقتصاد"


def test_one_address_in_two_sources_is_two_feeds(desk: Any) -> None:
    desk.sync(desk.spec("petra", "https://shared.example/rss"), desk.spec("ammon", "https://shared.example/rss"))
    assert [feed.source_id for feed in desk.feeds()] == ["petra", "ammon"]


def test_hosts_are_compared_in_lower_case_and_without_port() -> None:
    assert host_of("https://User@WWW.Example.COM:8080/rss") == "www.example.com"
    assert host_of("no host") == ""
