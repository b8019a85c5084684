"""The main road on every database: fetch twice, group, show, search, and go on after a restart."""

import json

import pytest

from tests.clustering.arabic_text import Writer, first_paragraphs, respelled
from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Newsroom
from tests.daemon.story_stream import Stream


def test_fetch_twice_group_show_and_search(any_newsroom: Newsroom) -> None:
    newsroom = any_newsroom
    writer = Writer(50)
    (title, body), (other, lone) = writer.story(), writer.story()
    feed = newsroom.feed("one", Item("a1", other, lone), Item("a0", title, body))
    newsroom.feed("two", Item("b0", title, respelled(body)))
    newsroom.feed("three", Item("c0", title, first_paragraphs(body, 3)))

    rows = newsroom.fetch_all()
    assert {row["outcome"] for row in rows.values()} == {"ok"}
    assert newsroom.groups() == {
        frozenset({("one", "guid:a0"), ("two", "guid:b0"), ("three", "guid:c0")}),
        frozenset({("one", "guid:a1")}),
    }
    before = newsroom.call("clusters", "--json").out

    again = newsroom.fetch_all()
    assert {row["outcome"] for row in again.values()} == {"not_modified"}
    assert newsroom.call("clusters", "--json").out == before

    feed.items[1] = Item("a0", title, body + "\n" + writer.paragraph())
    assert newsroom.fetch_all()["one"]["changed"] == 1

    story = newsroom.call("clusters", "--min-sources", "3", "--json").data
    assert (story["articles"], story["versions"], story["sources"]) == (3, 4, ["one", "three", "two"])
    versions = newsroom.call("show", story["id"], "--json").data["versions"]
    assert len(versions) == 4
    assert sorted(version["number"] for version in versions) == [1, 1, 1, 2]
    assert {version["source"] for version in versions} == {"one", "two", "three"}

    word = max(body.split("\n")[0].split(), key=len).rstrip(".")
    found = newsroom.call("search", word, "--json").rows
    assert {row["source"] for row in found} == {"one", "two", "three"}
    assert {row["cluster"] for row in found} == {story["id"]}

    pair = [row["article"] for row in found[:2]]
    assert newsroom.call("why", *pair, "--json").data["together"] is True
    facts = newsroom.call("status", "--json").data
    assert (facts["articles"], facts["versions"], facts["clusters"], facts["unclustered"]) == (4, 5, 2, 0)
    assert facts["size_bytes"] > 0


def ids(newsroom: Newsroom) -> dict[tuple[str, str], int]:
    return {(source, key): cluster for source, key, cluster in newsroom.rows(
        "SELECT source_id, key, cluster_id FROM article"
    )}  # fmt: skip


@pytest.mark.parametrize("rounds", [1, 4])
def test_how_many_rounds_it_takes_changes_no_cluster(any_newsroom: Newsroom, rounds: int) -> None:
    """Every round is a process' life: what it knows at its start is what the store holds."""
    newsroom = any_newsroom
    stream = Stream(newsroom, 6, pause=0)
    stream.start()
    stream.finish()
    pages = {outlet: list(feed.items) for outlet, feed in stream.feeds.items()}
    known: dict[tuple[str, str], int] = {}
    for number in range(rounds, 0, -1):
        for outlet, feed in stream.feeds.items():
            hidden = len(pages[outlet]) * (number - 1) // rounds
            feed.items = pages[outlet][hidden:]
        newsroom.fetch_all()
        now = ids(newsroom)
        assert {article: now[article] for article in known} == known
        known = now
    assert newsroom.groups() == stream.expected


def test_json_keeps_letters_as_they_are_in_store_and_output(any_newsroom: Newsroom) -> None:
    newsroom = any_newsroom
    title = "«قمّة» عربيّة — ٢٠٢٦ 🕊️ و\u200cفاصل \u0600"
    newsroom.feed("one", Item("a0", title, Writer(51).story()[1]))
    newsroom.fetch_all()
    ended = newsroom.call("clusters", "--json")
    assert json.loads(ended.out)["title"] == title
    assert title in ended.out
    ((stored,),) = newsroom.rows("SELECT title FROM version")
    assert stored == title
