"""One feed: asked for, read, and stored with its outcome in one transaction.

    lease -> sources.fetch_feed -> entries, articles, fetch record, validators and next time in ONE transaction

Every attempt ends in a fetch record, whatever happened on its way; what the feed's server said about the document
advances in the same transaction as the entries it stands for, so a crash can only repeat work.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from daemon.entry_rows import named_rows, wanted_pages, window_of
from daemon.failpoints import Point, reached
from daemon.feed_memory import (
    Overlap,
    asked_address,
    asked_of,
    attempt_of,
    honesty_of,
    memory_after,
    missed_from,
)
from sources.clock import kept_offset, stamps_ahead
from sources.conditional import how_to_ask
from sources.fetching import FeedRequest, FetchResult, fetch_feed
from sources.host_pace import Asked, HostPace, after_request, gap_s
from sources.http import HttpClient
from sources.identity import Step
from sources.known_items import KnownItem, unpacked
from sources.outcome import GOOD, NO_ANSWER, Outcome, one_line
from sources.parsing.pool import ParserPool
from sources.schedule import Bounds, FeedRhythm, Next, next_fetch
from sources.vanishing import taken_back
from storage.articles import EntryCounts, save_entries
from storage.catalogue import host_of
from storage.engine import reading, writing
from storage.feeds import FeedState
from storage.fetches import FeedMemory, FeedUpdate, FetchRow, record_fetch
from storage.hosts import HostState, host_state, others_answer, save_host
from storage.kept_bodies import PackedAnswer, keep_answer, pack_answer
from storage.pages import want_pages
from storage.record import columns
from storage.sightings import shown_by
from storage.trouble import trouble
from storage.vanished import article_times, note_vanished

log = logging.getLogger(__name__)

_NOT_THE_ENTRIES = ("full", "read_only")
_OURS = "; not counted against it, since no other host answers either"


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What one attempt came to."""

    feed: FeedState
    outcome: Outcome
    status: int | None
    counts: EntryCounts
    error: str | None
    seconds: float
    next_fetch_at: datetime
    received: int = 0
    """Bytes of the body as they came."""

    @property
    def good(self) -> bool:
        """Whether the feed answered with a document that we have read, now or before."""
        return self.outcome in GOOD


class FeedFetcher:
    """Fetches leased feeds and stores what they gave.

    Database work runs in `executor`, off the event loop. `host_gap_s` is the least time between two requests to one
    host. Raw bodies that are worth a closer look are kept, up to `keep_bytes` of all feeds. `jitter` gives numbers in
    [0, 1).
    """

    def __init__(
        self,
        engine: Engine,
        http: HttpClient,
        parser: ParserPool,
        bounds: Bounds,
        executor: Executor,
        *,
        host_gap_s: float = 0.0,
        keep_bytes: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._engine = engine
        self._http = http
        self._parser = parser
        self._bounds = bounds
        self._executor = executor
        self._host_gap_s = host_gap_s
        self._keep_bytes = keep_bytes
        self._now = now
        self._jitter = jitter

    async def fetch(self, feed: FeedState) -> FetchReport:
        """Fetch a feed that is leased, and store the outcome; a cancelled fetch is stored as abandoned."""
        started, begun = self._now(), monotonic()
        url = asked_address(feed)
        ask = how_to_ask(started, honesty_of(feed))
        step = Step(feed.identity_step)
        request = FeedRequest(url, feed.etag, feed.last_modified, feed.body_hash, feed.timezone, ask, feed.shape, step)
        recall = partial(self._recalled, feed.id)
        try:
            result = await fetch_feed(self._http, self._parser, request, clock=self._now, recall=recall)
        except asyncio.CancelledError:
            await self._stored(feed, FetchResult(Outcome.ABANDONED, error="riwaya was stopping"), started, begun)
            raise
        reached(Point.FETCH_ANSWERED)
        report = await self._stored(feed, result, started, begun)
        _tell(report)
        return report

    async def _recalled(self, feed_id: int) -> list[KnownItem]:
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._known_items, feed_id)

    def _known_items(self, feed_id: int) -> list[KnownItem]:
        try:
            with reading(self._engine) as conn:
                marks = [one.mark for one in shown_by(conn, feed_id) if one.mark is not None]
        except SQLAlchemyError:
            # No fault of the feed's, and told when its result cannot be stored: what is not remembered is read.
            return []
        return [item for item in map(unpacked, marks) if item is not None]

    async def _stored(self, feed: FeedState, result: FetchResult, started: datetime, begun: float) -> FetchReport:
        loop = asyncio.get_running_loop()
        # By a clock that nobody sets; what the store takes to have a turn is not the server's.
        seconds = monotonic() - begun
        storing = loop.run_in_executor(self._executor, self._store, feed, result, started, seconds)
        try:
            return await asyncio.shield(storing)
        except asyncio.CancelledError:
            # What has come is stored first, as the one record of this attempt; only then the cancellation goes on.
            await asyncio.wait([storing])
            raise

    def _store(self, feed: FeedState, result: FetchResult, started: datetime, seconds: float) -> FetchReport:
        """Store a result, or, when the store will not take its entries, that it did not."""
        try:
            return self._store_all(feed, result, started, seconds)
        except (SQLAlchemyError, ValueError) as error:
            # A store that takes nothing is no fault of the entries: nothing is recorded, and the feed is fetched again.
            if result.document is None or (isinstance(error, DBAPIError) and trouble(error) in _NOT_THE_ENTRIES):
                raise
            reason = one_line(f"its entries cannot be stored: {getattr(error, 'orig', None) or error}")
            refused = FetchResult(
                Outcome.INTERNAL,
                status=result.status,
                received=result.received,
                error=reason,
                raw=result.raw,
                keep=reason,
            )
            return self._store_all(feed, refused, started, seconds)

    def _store_all(self, feed: FeedState, result: FetchResult, started: datetime, seconds: float) -> FetchReport:
        ended = self._now()
        kept = self._packed(feed, result)
        with writing(self._engine) as conn:
            entries = result.document.entries if result.document else ()
            window = window_of(shown_by(conn, feed.id) if result.document else [], result.beside)
            known = frozenset(one.article_id for one in window.still)
            named = named_rows(conn, feed.source_id, Step(feed.identity_step), entries, ended, known)
            counts = save_entries(conn, feed.source_id, feed.id, named.rows, ended, window)
            if counts.new or counts.changed:
                pages = wanted_pages(feed.full_text, entries, named, ended, result.beside)
                want_pages(conn, feed.source_id, pages, ended)
            before, after = frozenset(one.article_id for one in window.before), counts.articles
            overlap = Overlap(len(before), len(after), len(before & after)) if result.document else None
            if result.document and result.document.complete and after and before - after:
                gone = taken_back(article_times(conn, before), after)
                note_vanished(conn, feed.id, gone, ended)
            host = host_of(asked_address(feed))
            counted = result.outcome not in NO_ANSWER or others_answer(conn, host)
            if not counted:
                result = replace(result, error=f"{result.error}{_OURS}")
            attempt = attempt_of(feed, result, overlap, started, counts=counted)
            rhythm = FeedRhythm(feed.interval_s if feed.last_ok_at else None, feed.failures, feed.rate)
            following = next_fetch(ended, rhythm, attempt, self._bounds, self._jitter())
            news = bool(counts.new or counts.changed)
            lied = result.audited and news
            row = replace(
                _fetch_row(feed, result, counts, started, seconds),
                entries_shared=overlap.shared if overlap and overlap.before else None,
                missed_from=missed_from(feed, overlap, lied=lied),
            )
            memory = memory_after(feed, result, following.rate, overlap, ended, news=news)
            change = _change(feed, result, following, memory, named.step, stamps_ahead(result.stamps, ended))
            fetch_id = record_fetch(conn, row, change)
            if kept is not None:
                keep_answer(conn, fetch_id, feed.id, kept, self._keep_bytes)
            # After the feed's row, as whoever leases takes them: two transactions must not wait for each other.
            self._pace(conn, host, asked_of(feed, result, seconds), ended)
            reached(Point.FETCH_WRITTEN)
        reached(Point.FETCH_COMMITTED)
        if lied:
            log.warning("its 304 was a lie", extra={"source": feed.source_id, "feed": feed.url})
        return FetchReport(
            feed=feed,
            outcome=result.outcome,
            status=result.status,
            counts=counts,
            error=result.error,
            seconds=seconds,
            next_fetch_at=following.at,
            received=result.received,
        )

    def _packed(self, feed: FeedState, result: FetchResult) -> PackedAnswer | None:
        raw = result.raw
        if raw is None or result.keep is None or not self._keep_bytes:
            return None
        return pack_answer(
            raw.body,
            reason=result.keep,
            url=raw.url,
            content_type=raw.content_type,
            timezone=feed.timezone,
            answered_at=raw.answered_at,
        )

    def _pace(self, conn: Connection, host: str, asked: Asked, now: datetime) -> None:
        if asked.outcome is Outcome.ABANDONED:
            return
        pace = after_request(now, HostPace(**columns(host_state(conn, host))), asked)
        save_host(conn, host, HostState(**columns(pace)), gap_s(pace, self._host_gap_s))


def _fetch_row(
    feed: FeedState, result: FetchResult, counts: EntryCounts, started: datetime, seconds: float
) -> FetchRow:
    document = result.document
    return FetchRow(
        feed_id=feed.id,
        started_at=started,
        duration_ms=round(seconds * 1000),
        outcome=result.outcome.value,
        status=result.status,
        received_bytes=result.received,
        entries_seen=counts.seen,
        entries_new=counts.new,
        entries_changed=counts.changed,
        declared_charset=document.declared_charset if document else None,
        used_charset=document.used_charset if document else None,
        repairs=document.repairs if document else (),
        error=result.error,
    )


def _change(
    feed: FeedState, result: FetchResult, following: Next, memory: FeedMemory, step: Step, ahead: float | None
) -> FeedUpdate | None:
    if result.outcome is Outcome.ABANDONED:
        return None
    return FeedUpdate(
        etag=result.etag,
        last_modified=result.last_modified,
        body_hash=result.body_hash,
        interval_s=following.interval_s,
        failures=following.failures,
        next_fetch_at=following.at,
        memory=memory,
        identity_step=step,
        clock_offset_s=kept_offset(feed.clock_offset_s, result.clock_offset_s),
        stamps_ahead_s=ahead,
        shape=result.shape,
    )


def _tell(report: FetchReport) -> None:
    facts = {
        "source": report.feed.source_id,
        "feed": report.feed.url,
        "outcome": report.outcome.value,
        "status": report.status,
        "new": report.counts.new,
        "changed": report.counts.changed,
        "seconds": round(report.seconds, 3),
    }
    if not report.good or report.error:
        log.warning("%s: %s", report.outcome.value, report.error, extra=facts)
    elif report.counts.new or report.counts.changed:
        log.info("%d new, %d changed", report.counts.new, report.counts.changed, extra=facts)
    else:
        log.debug("nothing new (%s)", report.outcome.value, extra=facts)
