"""`riwaya fetch`: one round over good feeds and bad ones, and what it leaves in the store."""

import signal
import socket
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.engine import open_engine, writing
from storage.feeds import lease_feeds, select_feeds
from storage.leases import take
from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import HANG, NOT_THERE, Answer, Feed, FeedServer, Item, Page, Request, moved, page, rss
from tests.daemon.newsroom import Newsroom, clean_environment, eventually

WRITER = Writer(20)
STORIES = [WRITER.story() for _ in range(6)]


def items(*numbers: int) -> list[Item]:
    """Return items whose text is the same wherever the number is."""
    day = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    return [Item(f"n{number}", *STORIES[number], day + timedelta(minutes=number)) for number in numbers]


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


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
    edited = Item(original.guid, original.title, original.text + "\n" + WRITER.paragraph(), original.published)
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


BODY = rss(items(0, 1, 2, 3), "http://x.example")

BAD: dict[str, tuple[Page, str, int | None, str]] = {
    "gone": (lambda _: NOT_THERE, "http_error", 404, "HTTP 404"),
    "failing": (page(b"oops", "text/plain", 500), "http_error", 500, "HTTP 500"),
    "html": (page("<!doctype html><html><body><p>مرحبا</p></body></html>", "text/html"), "not_a_feed", 200, "HTML"),
    "empty": (page(b""), "empty", 200, "no content"),
    "headless": (page(BODY[:180]), "broken", 200, "no entry"),
    "short": (lambda _: Answer(BODY, missing=50), "unreachable", 200, "without sending complete message body"),
    "drip": (lambda _: Answer(BODY, pace=0.2), "timeout", 200, "not finished after 1 s"),
    "hang": (lambda _: HANG, "timeout", None, "not finished after 1 s"),
    "huge": (page(BODY + b" " * 40_000), "too_large", 200, "larger than 30000 bytes"),
    "loop": (moved("/loop/rss.xml"), "refused", 302, "redirects"),
    "file": (moved("file:///etc/passwd"), "refused", 302, "only http and https"),
}


@pytest.fixture
def strict(newsroom: Newsroom) -> Newsroom:
    """A newsroom whose fetches give up soon."""
    newsroom.fetch = {"timeout": "1s", "connect_timeout": "1s", "max_bytes": "30000", "per_host": 20}
    return newsroom


def test_bad_feeds_each_say_why_and_good_ones_go_on(strict: Newsroom) -> None:
    strict.feed("good", *items(1, 0))
    for source, (content, *_) in BAD.items():
        strict.publish(source, content)
    strict.publish("inwards", moved(f"{strict.server.base.replace('127.0.0.1', 'localhost')}/good/rss.xml"))
    strict.publish("cut", page(BODY[: len(BODY) * 3 // 4]))
    strict.urls["nobody"] = [f"http://127.0.0.1:{free_port()}/rss.xml"]
    strict.write()

    ended = strict.call("fetch", "--all", "--json")

    assert ended.code == 0
    rows = {row["source"]: row for row in ended.rows}
    for source, (_, outcome, status, reason) in BAD.items():
        row = rows[source]
        assert (row["outcome"], row["status"]) == (outcome, status), source
        assert reason in row["error"], source
        assert "\n" not in row["error"]
    assert (rows["nobody"]["outcome"], rows["inwards"]["outcome"]) == ("unreachable", "refused")
    assert "fetch.allow_private" in rows["inwards"]["error"]
    assert (rows["good"]["outcome"], rows["good"]["new"]) == ("ok", 2)
    # What stands before the cut is not lost.
    assert rows["cut"]["outcome"] == "ok"
    assert "cut off" in rows["cut"]["error"]
    assert 1 <= rows["cut"]["new"] < 4
    # Exactly one record for each attempt, and it says the same.
    stored = strict.rows("SELECT source_id, outcome, status, error FROM fetch JOIN feed ON feed.id = fetch.feed_id")
    assert sorted(stored) == sorted((row["source"], row["outcome"], row["status"], row["error"]) for row in ended.rows)
    assert len(stored) == len(strict.urls)
    # What came of a body counts, though the fetch failed.
    [(short,), (huge,)] = strict.rows(
        "SELECT received_bytes FROM fetch JOIN feed ON feed.id = fetch.feed_id"
        " WHERE source_id IN ('short', 'huge') ORDER BY source_id = 'huge'"
    )
    assert short == len(BODY)
    assert huge > 30_000
    # Every feed has a next time and nobody holds it.
    assert strict.count("feed WHERE lease_by IS NOT NULL OR lease_until IS NOT NULL") == 0
    assert strict.count("feed WHERE next_fetch_at <= last_fetch_at") == 0
    # Each failure is one warning of the log, with its source and feed.
    logged = [line for line in ended.err.splitlines() if '"warning"' in line]
    assert len(logged) == len(BAD) + 3  # nobody, inwards, cut


def test_the_table_says_what_became_of_each_feed(strict: Newsroom) -> None:
    strict.feed("good", *items(0))
    strict.publish("gone", BAD["gone"][0])
    ended = strict.call("fetch", "--all")
    assert ended.code == 0
    heading, gone, good, grouped = ended.out.splitlines()
    assert heading.split()[:2] == ["source", "outcome"]
    assert gone.split()[:3] == ["gone", "http_error", "404"]
    assert "HTTP 404" in gone
    assert good.split()[:6] == ["good", "ok", "200", "1", "1", "0"]
    assert grouped == "1 texts grouped"


def test_status_says_why_a_feed_fails_until_it_is_well_again(newsroom: Newsroom) -> None:
    newsroom.feed("good", *items(0))
    newsroom.publish("one", lambda _: NOT_THERE)
    newsroom.fetch_all()
    newsroom.fetch_all()
    facts = newsroom.call("status", "--json").data
    (failing,) = facts["failing"]
    assert (failing["source_id"], failing["outcome"], failing["since"]) == ("one", "http_error", None)
    assert failing["url"] == f"{newsroom.server.base}/one/rss.xml"
    assert failing["error"].startswith("HTTP 404")
    shown = newsroom.call("status").out
    assert "1 failing" in shown
    assert "HTTP 404" in shown
    newsroom.feed("one", *items(1))
    newsroom.fetch_all()
    assert newsroom.call("status", "--json").data["failing"] == []
    assert "failing" not in newsroom.call("status").out.splitlines()[-1]


def test_none_of_the_feeds_reachable_names_the_demonstration_once(newsroom: Newsroom) -> None:
    for number in range(3):
        newsroom.urls[f"s{number}"] = [f"http://127.0.0.1:{free_port()}/rss.xml"]
    newsroom.write()
    ended = newsroom.call("fetch", "--all")
    assert ended.code == 1
    assert ended.err.count("make demo") == 1
    assert "none of the feeds could be reached" in ended.err
    assert newsroom.count("fetch") == 3


def test_none_of_the_feeds_readable_is_a_failure_of_another_kind(newsroom: Newsroom) -> None:
    newsroom.publish("one", lambda _: NOT_THERE)
    ended = newsroom.call("fetch", "--all")
    assert ended.code == 1
    assert "none of 1 feeds could be read" in ended.err
    assert "make demo" not in ended.err


def test_a_feed_at_a_loopback_address_is_refused_unless_it_is_named(newsroom: Newsroom) -> None:
    newsroom.fetch = {"allow_private": []}
    newsroom.feed("one", *items(0))
    row = newsroom.fetch_all()["one"]
    assert row["outcome"] == "refused"
    assert newsroom.server.requests == []


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
        return Answer(BODY)

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


UNUSABLE = {
    "a missing folder": ("missing/riwaya.db", "/missing/riwaya.db"),
    "a directory": (".", "directory"),
    "a path below a file": ("config.yaml/riwaya.db", "config.yaml"),
    "not a database": ("config.yaml", "not a SQLite database"),
    "a folder that takes no files": ("/proc/riwaya.db", "/proc/riwaya.db"),
}


@pytest.mark.parametrize("case", UNUSABLE)
@pytest.mark.parametrize("command", [["fetch", "--all"], ["run"], ["db", "upgrade"], ["status"]], ids=" ".join)
def test_a_store_that_cannot_be_used_is_one_clear_message(newsroom: Newsroom, case: str, command: list[str]) -> None:
    path, reason = UNUSABLE[case]
    newsroom.database = f"sqlite:///{(newsroom.folder / path) if not path.startswith('/') else Path(path)}"
    newsroom.feed("one", *items(0))
    ended = newsroom.call(*command)
    assert ended.code == 1
    assert ended.out == ""
    (message,) = ended.err.splitlines()
    assert message.startswith(f"Error: {newsroom.config}: database: cannot open the store ")
    assert reason in message
    assert newsroom.server.requests == []


def test_a_postgresql_that_is_not_there_is_one_clear_message_without_the_password(newsroom: Newsroom) -> None:
    secret = uuid.uuid4().hex
    newsroom.database = f"postgresql+psycopg://someone:{secret}@127.0.0.1:{free_port()}/news"
    newsroom.feed("one", *items(0))
    for command in (["fetch", "--all"], ["status"]):
        ended = newsroom.call(*command)
        assert ended.code == 1
        (message,) = ended.err.splitlines()
        assert "database: cannot open the store" in message
        assert secret not in message


def test_a_configuration_with_mistakes_fetches_nothing(newsroom: Newsroom, server: FeedServer) -> None:
    newsroom.feed("one", *items(0))
    newsroom.config.write_text(newsroom.config.read_text("utf-8") + "\nfetch_every: 5m\nwebb: {}\n", "utf-8")
    for command in (["fetch", "--all"], ["run"], ["check"], ["status"], ["clusters"]):
        ended = newsroom.call(*command)
        assert ended.code == 2
        assert ended.out == ""
        lines = ended.err.splitlines()
        assert len(lines) == 2
        assert all(line.startswith(f"{newsroom.config}:") for line in lines)
        assert "fetch_every" in lines[0]
        assert "webb" in lines[1]
    assert server.requests == []
