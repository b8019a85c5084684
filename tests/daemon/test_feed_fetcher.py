"""One feed fetched and stored: whatever happens on the way, one record and a feed that goes on."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from daemon.feed_fetcher import FeedFetcher
from sources.http import FetchSettings, HttpClient
from sources.outcome import Outcome
from sources.parsing.pool import ParserPool
from sources.schedule import Bounds
from storage.engine import reading, writing
from storage.feeds import FeedState, lease_feeds, select_feeds
from tests.clustering.arabic_text import Writer
from tests.conftest import Desk
from tests.daemon.feed_server import HANG, Feed, FeedServer, Item
from tests.daemon.newsroom import eventually

SETTINGS = FetchSettings("riwaya-test", timeout_s=20, allow_private=frozenset({"127.0.0.1"}))
BOUNDS = Bounds(min_s=60, base_s=600, max_s=3600)

TITLE, BODY = Writer(80).story(2)


def leased(desk: Desk, server: FeedServer) -> FeedState:
    """Return the one feed of the store, leased."""
    desk.sync(desk.spec("one", f"{server.base}/one/rss.xml"))
    now = datetime.now(UTC)
    with writing(desk.engine) as conn:
        feeds = [feed.id for feed in select_feeds(conn)]
        (feed,) = lease_feeds(conn, feeds, now, "test", now + timedelta(minutes=5))
    return feed


@asynccontextmanager
async def fetcher(desk: Desk, executor: ThreadPoolExecutor) -> AsyncIterator[FeedFetcher]:
    http, parser = HttpClient(SETTINGS), ParserPool(1, 20)
    try:
        yield FeedFetcher(desk.engine, http, parser, BOUNDS, executor, jitter=lambda: 0.0)
    finally:
        await http.close()
        await parser.close()


def rows(desk: Desk, query: str) -> list[tuple[Any, ...]]:
    with reading(desk.engine) as conn:
        return [tuple(row) for row in conn.execute(text(query))]


async def test_what_came_and_what_comes_next_are_told_and_stored(desk: Desk, server: FeedServer) -> None:
    server.pages["/one/rss.xml"] = Feed([Item("a", TITLE, BODY)])
    with ThreadPoolExecutor(1) as executor:
        async with fetcher(desk, executor) as fetches:
            report = await fetches.fetch(leased(desk, server))
    assert (report.outcome, report.status, report.good, report.error) == (Outcome.OK, 200, True, None)
    assert (report.counts.seen, report.counts.new, report.counts.changed) == (1, 1, 0)
    assert timedelta(0) < report.next_fetch_at - datetime.now(UTC) <= timedelta(seconds=BOUNDS.base_s)
    ((outcome, status, received, seen, new, changed, charset),) = rows(
        desk,
        'SELECT outcome, status, received_bytes, entries_seen, entries_new, entries_changed, used_charset FROM "fetch"',
    )
    assert (outcome, status, seen, new, changed, charset) == ("ok", 200, 1, 1, 0, "utf-8")
    assert received > len(BODY)
    ((etag, body_hash, lease),) = rows(desk, "SELECT etag, body_hash, lease_by FROM feed")
    assert etag
    assert len(body_hash) == 64
    assert lease is None


async def test_a_fetch_that_is_broken_off_is_recorded_as_abandoned(desk: Desk, server: FeedServer) -> None:
    server.pages["/one/rss.xml"] = lambda _: HANG
    feed = leased(desk, server)
    with ThreadPoolExecutor(1) as executor:
        async with fetcher(desk, executor) as fetches:
            task = asyncio.create_task(fetches.fetch(feed))
            await asyncio.to_thread(eventually, lambda: server.requests)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    assert rows(desk, 'SELECT outcome, error FROM "fetch"') == [("abandoned", "riwaya was stopping")]
    ((lease, failures),) = rows(desk, "SELECT lease_by, failures FROM feed")
    assert (lease, failures) == (None, 0)


async def test_a_fetch_that_is_broken_off_while_it_is_stored_has_one_record(desk: Desk, server: FeedServer) -> None:
    server.pages["/one/rss.xml"] = Feed([Item("a", TITLE, BODY)])
    feed = leased(desk, server)
    gate = threading.Event()
    with ThreadPoolExecutor(1) as executor:
        async with fetcher(desk, executor) as fetches:
            executor.submit(gate.wait, 20)  # the store is busy
            task = asyncio.create_task(fetches.fetch(feed))
            await asyncio.to_thread(eventually, executor._work_queue.qsize)
            task.cancel()
            await asyncio.sleep(0.05)
            gate.set()
            with pytest.raises(asyncio.CancelledError):
                await task
    assert rows(desk, 'SELECT outcome FROM "fetch"') == [("ok",)]
    assert rows(desk, "SELECT lease_by, last_outcome FROM feed") == [(None, "ok")]
    assert rows(desk, "SELECT count(*) FROM article") == [(1,)]


async def test_old_news_are_stored_before_new_ones_whatever_the_feed_s_order(desk: Desk, server: FeedServer) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    items = [Item(f"n{hour}", f"{TITLE} {hour}", BODY, day + timedelta(hours=hour)) for hour in (5, 9, 1, 7)]
    server.pages["/one/rss.xml"] = Feed(items)
    with ThreadPoolExecutor(1) as executor:
        async with fetcher(desk, executor) as fetches:
            await fetches.fetch(leased(desk, server))
    stored = [key for (key,) in rows(desk, "SELECT key FROM article ORDER BY id")]
    assert stored == ["guid:n1", "guid:n5", "guid:n7", "guid:n9"]
