"""`riwaya fetch` where something is wrong: feeds, the store, the configuration."""

import socket
import uuid
from pathlib import Path

import pytest

from tests.daemon.feed_server import HANG, NOT_THERE, Answer, FeedServer, Page, moved, page, rss
from tests.daemon.invented_items import items
from tests.daemon.newsroom import Newsroom


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


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


UNUSABLE = {
    "a missing folder": ("missing/riwaya.db", "/missing/riwaya.db"),
    "a directory": (".", "directory"),
    "a path below a file": ("config.yaml/riwaya.db", "config.yaml"),
    "not a database": ("config.yaml", "not a SQLite database"),
    "a folder that takes no files": ("/proc/riwaya.db", "/proc/riwaya.db"),
}


@pytest.mark.parametrize("case", UNUSABLE)
@pytest.mark.parametrize("command", [["fetch", "--all"], ["run"], ["db", "upgrade"], ["clusters"]], ids=" ".join)
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
    for command in (["fetch", "--all"], ["clusters"], ["status"]):
        ended = newsroom.call(*command)
        assert ended.code == 1
        message, *cure = ended.err.splitlines()
        assert bool(cure) == (command == ["status"])
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
