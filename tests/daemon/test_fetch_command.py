"""`riwaya fetch`: one round over good feeds and bad ones, and what it leaves in the store."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from storage.engine import open_engine, writing
from storage.feeds import lease_feeds, select_feeds
from storage.leases import take
from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import HANG, Answer, Feed, Item, Request, rss
from tests.daemon.invented_items import STORIES, items
from tests.daemon.newsroom import Newsroom, clean_environment, eventually


def test_the_first_round_stores_and_groups(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(2, 1, 0))
    newsroom.feed("two", *items(3, 1))
    ended = newsroom.call("fetch", "--all", "--json")
    assert ended.code == 0
    one, two = sorted(ended.rows, key=lambda row: str(row["source"]))
    assert set(one) == {"source", "feed", "outcome", "status", "seen", "new", "changed", "error", "seconds", "next"}
    assert (one["outcome"], one["status"], one["seen"], one["new"], one["changed"]) == ("ok", 200, 3, 3, 0)
    assert one["feed"] == f"{newsroom.server.base}/one/rss.xml"
    assert one["error"] is None
    assert datetime.fromisoformat(one["next"]) > datetime.now(UTC)
    assert (two["outcome"], two["new"]) == ("ok", 2)
    assert newsroom.groups() == {
        frozenset({("one", "guid:n0")}),
        frozenset({("one", "guid:n1"), ("two", "guid:n1")}),
        frozenset({("one", "guid:n2")}),
        frozenset({("two", "guid:n3")}),
    }
    assert newsroom.count("version WHERE cluster_id IS NULL") == 0


def test_a_round_again_sends_the_validators_and_stores_nothing(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(1, 0))
    newsroom.fetch_all()
    before = newsroom.rows("SELECT * FROM version"), newsroom.rows("SELECT * FROM article")
    row = newsroom.fetch_all()["one"]
    assert (row["outcome"], row["status"], row["seen"], row["new"], row["changed"]) == ("not_modified", 304, 0, 0, 0)
    first, second = newsroom.server.asked("/one/rss.xml")
    assert "if-none-match" not in first.headers
    assert "if-modified-since" not in first.headers
    assert second.headers["if-none-match"].startswith('"')
    assert second.headers["if-modified-since"] == "Mon, 02 Mar 2026 10:00:00 GMT"
    assert second.headers["user-agent"].startswith("riwaya/")
    assert {"gzip", "br"} <= set(second.headers["accept-encoding"].split(", "))
    assert (newsroom.rows("SELECT * FROM version"), newsroom.rows("SELECT * FROM article")) == before


def test_the_same_body_again_is_not_read_again(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(1, 0), validators=False)
    newsroom.fetch_all()
    row = newsroom.fetch_all()["one"]
    assert (row["outcome"], row["status"], row["seen"], row["new"]) == ("unchanged", 200, 0, 0)
    assert all("if-none-match" not in request.headers for request in newsroom.server.asked("/one/rss.xml"))
    assert newsroom.count("article") == 2


def test_a_feed_that_changed_brings_only_what_is_new(newsroom: Newsroom) -> None:
    feed = newsroom.feed("one", *items(1, 0))
    newsroom.fetch_all()
    feed.items[:0] = items(2)
    row = newsroom.fetch_all()["one"]
    assert (row["outcome"], row["seen"], row["new"], row["changed"]) == ("ok", 3, 1, 0)
    assert newsroom.count("article") == 3
    assert newsroom.count("version") == 3


def test_an_edited_item_is_a_second_version_in_the_same_cluster(newsroom: Newsroom) -> None:
    feed = newsroom.feed("one", *items(1, 0))
    newsroom.feed("two", *items(0))
    newsroom.fetch_all()
    (original,) = items(0)
    edited = Item(original.guid, original.title, original.text + "\n" + Writer(21).paragraph(), original.published)
    feed.items[1] = edited
    rows = newsroom.fetch_all()
    assert (rows["one"]["new"], rows["one"]["changed"]) == (0, 1)
    clusters = newsroom.call("clusters", "--json").rows
    story = next(cluster for cluster in clusters if cluster["articles"] == 2)
    assert story["versions"] == 3
    versions = newsroom.call("show", story["id"], "--json").data["versions"]
    texts = [version["text"] for version in versions if version["source"] == "one"]
    assert texts == [original.text, edited.text]
    assert [version["number"] for version in versions if version["source"] == "one"] == [1, 2]
    assert newsroom.count("version WHERE cluster_id IS NULL") == 0


def test_a_text_that_returns_is_a_sighting_not_a_version(newsroom: Newsroom) -> None:
    feed = newsroom.feed("one", *items(0))
    (original,) = items(0)
    newsroom.fetch_all()
    feed.items[:] = [Item(original.guid, original.title, original.text + "\nزيادة", original.published)]
    newsroom.fetch_all()
    feed.items[:] = [original]
    row = newsroom.fetch_all()["one"]
    assert (row["outcome"], row["new"], row["changed"]) == ("ok", 0, 0)
    assert newsroom.count("version") == 2


def test_an_item_that_vanishes_from_the_feed_stays(newsroom: Newsroom) -> None:
    feed = newsroom.feed("one", *items(1, 0))
    newsroom.fetch_all()
    before = newsroom.call("clusters", "--json").out
    del feed.items[1]
    row = newsroom.fetch_all()["one"]
    assert (row["seen"], row["new"]) == (1, 0)
    assert newsroom.count("article") == 2
    assert newsroom.call("clusters", "--json").out == before


def test_only_due_feeds_are_fetched_unless_asked_for(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(0))
    newsroom.feed("two", *items(1))
    assert len(newsroom.call("fetch", "--json").rows) == 2  # new feeds are due
    ended = newsroom.call("fetch")
    assert (ended.code, ended.out) == (0, "no feed is due; --all fetches every one\n")
    assert [row["source"] for row in newsroom.call("fetch", "--source", "two", "--json").rows] == ["two"]
    assert len(newsroom.call("fetch", "--all", "--json").rows) == 2


def test_a_source_that_is_not_configured_is_wrong_usage(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(0))
    ended = newsroom.call("fetch", "--source", "three")
    assert ended.code == 2
    assert ended.err == f"{newsroom.config}: sources: there is no source three\n"
    assert newsroom.server.requests == []


def test_two_feeds_of_one_source_carry_one_article(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(1, 0))
    newsroom.server.pages["/one/politics.xml"] = Feed(items(2, 0))
    newsroom.urls["one"].append(f"{newsroom.server.base}/one/politics.xml")
    newsroom.write()
    assert newsroom.call("fetch", "--all").code == 0
    assert newsroom.count("article") == 3
    assert newsroom.count("sighting") == 4


def test_the_same_guid_at_two_outlets_is_two_articles(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(0))
    newsroom.feed("two", Item("n0", *STORIES[5]))
    newsroom.fetch_all()
    assert newsroom.count("article") == 2
    assert newsroom.count("cluster") == 2


def test_removing_a_source_keeps_its_articles_and_a_new_address_keeps_its_history(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(0))
    newsroom.feed("two", *items(1))
    newsroom.fetch_all()
    one = newsroom.urls.pop("one")
    newsroom.write()
    assert set(newsroom.fetch_all()) == {"two"}
    assert newsroom.count("article") == 2
    assert newsroom.call("status", "--json").data["sources"] == 1
    # It comes back under another address: the article is the one it was.
    newsroom.server.pages["/moved/rss.xml"] = newsroom.server.pages[one[0].removeprefix(newsroom.server.base)]
    newsroom.urls["one"] = [f"{newsroom.server.base}/moved/rss.xml"]
    newsroom.write()
    row = newsroom.fetch_all()["one"]
    assert (row["outcome"], row["seen"], row["new"], row["changed"]) == ("ok", 1, 0, 0)
    assert newsroom.count("article") == 2


def test_a_feed_that_another_process_is_fetching_is_left_to_it(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(0))
    newsroom.feed("two", *items(1))
    newsroom.fetch_all()
    engine = open_engine(f"sqlite:///{newsroom.folder / 'riwaya.db'}")
    with writing(engine) as conn:
        now = datetime.now(UTC)
        lease_feeds(conn, [select_feeds(conn, ["one"])[0].id], now, "elsewhere:1:2", now + timedelta(minutes=5))
    engine.dispose()
    assert set(newsroom.fetch_all()) == {"two"}
    assert len(newsroom.server.asked("/one/rss.xml")) == 1


def test_texts_that_a_running_service_will_group_are_left_to_it(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(0))
    newsroom.call("db", "upgrade")
    engine = open_engine(f"sqlite:///{newsroom.folder / 'riwaya.db'}")
    with writing(engine) as conn:
        now = datetime.now(UTC)
        assert take(conn, "clusterer", "elsewhere:1:2", now, now + timedelta(minutes=1))
    engine.dispose()
    ended = newsroom.call("fetch", "--all")
    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "the running service groups what is new"
    assert newsroom.count("version WHERE cluster_id IS NULL") == 1
    assert newsroom.count("lease WHERE holder = 'elsewhere:1:2'") == 1


@pytest.mark.parametrize(("per_host", "concurrency", "most"), [(2, 20, 2), (20, 3, 3)])
def test_no_more_requests_at_a_time_than_allowed(
    newsroom: Newsroom, per_host: int, concurrency: int, most: int
) -> None:
    newsroom.fetch = {"per_host": per_host, "concurrency": concurrency}
    under_way: list[int] = []
    peak: list[int] = []

    def slow(_: Request) -> Answer:
        under_way.append(1)
        peak.append(len(under_way))
        time.sleep(0.05)
        under_way.pop()
        return Answer(body)

    body = rss(items(0, 1), "http://x.example")
    for number in range(7):
        newsroom.publish(f"s{number}", slow)
    assert {row["outcome"] for row in newsroom.fetch_all().values()} == {"ok"}
    assert len(peak) == 7
    assert max(peak) == most


def test_the_index_of_datasketch_can_be_chosen(newsroom: Newsroom) -> None:
    newsroom.clustering = {"index": "datasketch", "window": "2d", "batch": 1}
    newsroom.feed("one", *items(1, 0))
    newsroom.feed("two", *items(1))
    newsroom.fetch_all()
    assert len(newsroom.groups()) == 2


@pytest.mark.slow
@pytest.mark.parametrize(("number", "outcomes"), [(signal.SIGINT, ["abandoned"]), (signal.SIGKILL, [])])
def test_a_round_that_is_broken_off_leaves_nothing_behind(
    newsroom: Newsroom, number: signal.Signals, outcomes: list[str]
) -> None:
    newsroom.publish("one", lambda _: HANG)
    command = [sys.executable, "-m", "daemon", "--config", str(newsroom.config), "fetch", "--all"]
    with subprocess.Popen(command, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        eventually(lambda: newsroom.server.requests)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == (-number if number == signal.SIGKILL else 1)
    assert (out, b"Traceback" in err) == (b"", False)
    assert [outcome for (outcome,) in newsroom.rows("SELECT outcome FROM fetch")] == outcomes
    # The next round may take the feed at once, whatever its lease says.
    newsroom.feed("one", *items(0))
    assert newsroom.fetch_all()["one"]["new"] == 1
