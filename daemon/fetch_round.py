"""One round over a set of feeds, as `riwaya fetch` makes it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from daemon.feed_fetcher import FeedFetcher, FetchReport
from storage.engine import writing
from storage.feeds import FeedState, lease_feeds
from storage.hosts import book_turn


async def fetch_round(
    engine: Engine,
    fetcher: FeedFetcher,
    feeds: Sequence[FeedState],
    *,
    holder: str,
    concurrency: int,
    per_host: int,
    host_gap_s: float,
    lease_time: timedelta,
    progress: Callable[[FetchReport | None], None] = lambda _: None,
) -> list[FetchReport]:
    """Fetch every feed once, at most `concurrency` at a time and `per_host` of one host; return what became of them.

    Requests to one host begin at least `host_gap_s` apart, further where it has earned that. A feed is leased when its
    turn comes; one that another process is fetching at that moment is left to it.
    `progress` is told of each feed that is done, with None for one that was left.
    """
    places = asyncio.Semaphore(concurrency)
    hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(per_host))

    async def one(feed: FeedState) -> FetchReport | None:
        # The host first: a feed that waits for its host must not hold a place that another host could use.
        async with hosts[feed.host]:
            turn = await asyncio.to_thread(_book, engine, feed.host, host_gap_s)
            await asyncio.sleep((turn - datetime.now(UTC)).total_seconds())
            async with places:
                leased = await asyncio.to_thread(_lease, engine, feed.id, holder, lease_time)
                report = await fetcher.fetch(leased) if leased else None
        progress(report)
        return report

    reports = await asyncio.gather(*(one(feed) for feed in feeds))
    return [report for report in reports if report is not None]


def _book(engine: Engine, host: str, host_gap_s: float) -> datetime:
    with writing(engine) as conn:
        return book_turn(conn, host, datetime.now(UTC), host_gap_s).at


def _lease(engine: Engine, feed_id: int, holder: str, lease_time: timedelta) -> FeedState | None:
    now = datetime.now(UTC)
    with writing(engine) as conn:
        leased = lease_feeds(conn, [feed_id], now, holder, now + lease_time)
    return next(iter(leased), None)
