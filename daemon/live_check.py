"""Every feed asked for once and judged, with nothing stored: `riwaya check --live`."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sources.entry import Document, Entry
from sources.fetching import FeedRequest, FetchResult, fetch_feed
from sources.full_text import sums_up
from sources.http import HttpClient
from sources.outcome import Outcome
from sources.parsing.pool import ParserPool
from sources.rhythm import dated_rate
from sources.schedule import Attempt, Bounds, FeedRhythm, next_fetch
from storage.catalogue import host_of


@dataclass(frozen=True, slots=True)
class LiveFeed:
    """A feed of the configuration, or one that was found; `source` and `category` are None for the latter."""

    url: str
    source: str | None = None
    category: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """What a feed is like; all but the outcome and its reason is None where no document was read."""

    feed: LiveFeed
    outcome: Outcome
    status: int | None
    error: str | None
    title: str | None = None
    format: str | None = None
    entries: int = 0
    newest: datetime | None = None
    undated: int = 0
    """Entries whose date names no zone."""
    declared_charset: str | None = None
    used_charset: str | None = None
    repairs: tuple[str, ...] = ()
    body: str | None = None
    """`full` or `summary`."""
    every_s: float | None = None
    """The interval that its rhythm suggests, seconds."""
    moved_to: str | None = None
    articles: frozenset[str] = frozenset()
    """The addresses, or else the keys, of its entries: feeds of one outlet with the same ones are one in two forms."""

    @property
    def good(self) -> bool:
        """Whether a feed was read."""
        return self.outcome is Outcome.OK


async def live_check(
    http: HttpClient,
    parser: ParserPool,
    feeds: Sequence[LiveFeed],
    bounds: Bounds,
    *,
    concurrency: int,
    host_gap_s: float,
    progress: Callable[[int], None] = lambda _: None,
) -> list[LiveCheck]:
    """Fetch each feed once, at most `concurrency` at a time, those of a host one after another; order is kept."""
    places = asyncio.Semaphore(concurrency)
    hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    turns: dict[str, float] = {}

    async def one(feed: LiveFeed) -> LiveCheck:
        host = host_of(feed.url)
        async with hosts[host]:
            await asyncio.sleep(turns.get(host, 0.0) - time.monotonic())
            async with places:
                turns[host] = time.monotonic() + host_gap_s
                result = await fetch_feed(http, parser, FeedRequest(feed.url, timezone=feed.timezone))
        progress(1)
        return judged(feed, result, bounds, datetime.now(UTC))

    return await asyncio.gather(*(one(feed) for feed in feeds))


def judged(feed: LiveFeed, result: FetchResult, bounds: Bounds, now: datetime) -> LiveCheck:
    """Say what the first look at a feed shows."""
    document = result.document
    if document is None:
        return LiveCheck(feed, result.outcome, result.status, result.error, moved_to=result.permanent_url)
    entries = document.entries
    return LiveCheck(
        feed,
        result.outcome,
        result.status,
        result.error,
        title=document.title,
        format=document.format,
        entries=len(entries),
        newest=max((entry.published for entry in entries if entry.published), default=None),
        undated=sum("no_zone" in entry.published_marks for entry in entries),
        declared_charset=document.declared_charset,
        used_charset=document.used_charset,
        repairs=document.repairs,
        body=_body(entries),
        every_s=_interval_s(document, result, bounds, now),
        moved_to=result.permanent_url,
        articles=frozenset(entry.url or entry.key for entry in entries),
    )


def _body(entries: Sequence[Entry]) -> str | None:
    if not entries:
        return None
    return "summary" if sums_up(entries) else "full"


def _interval_s(document: Document, result: FetchResult, bounds: Bounds, now: datetime) -> float:
    attempt = Attempt(
        outcome=result.outcome,
        status=result.status,
        seen=len(document.entries),
        dated_rate=dated_rate((entry.published for entry in document.entries), now),
        fresh_for_s=result.fresh_for_s,
        update_every_s=document.update_every_s,
    )
    return next_fetch(now, FeedRhythm(None, 0.0), attempt, bounds, jitter=0.0).interval_s
