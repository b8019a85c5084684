"""One article's page: asked for, read, and stored with its outcome in one transaction."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, Engine

from daemon.failpoints import Point, reached
from daemon.page_text import chosen_text
from sources.article_page import PageOutcome, PageResult, read_page
from sources.full_text import Reading, next_reading
from sources.host_pace import Asked, HostPace, after_request, gap_s
from sources.http import HttpClient
from sources.outcome import Outcome
from sources.parsing.pool import ParserPool
from sources.robots import Robots
from storage.engine import writing
from storage.hosts import HostState, host_state, postpone, save_host
from storage.pages import PageState, PageUpdate, release_pages, save_reading
from storage.record import columns

log = logging.getLogger(__name__)

_NO_FEED = 0
"""Stands for the pages of a host where its refusals are told apart by feed."""

_WHY_NOT = {
    PageOutcome.OTHER_TEXT: "its text is not that of the entry",
    PageOutcome.NO_FULLER: None,
}


@dataclass(frozen=True, slots=True)
class PageReport:
    """What one attempt came to; `stored` tells whether the article has a new version."""

    page: PageState
    outcome: PageOutcome
    status: int | None
    error: str | None
    stored: bool
    next_at: datetime | None


class PageReader:
    """Reads leased pages and stores what they gave.

    Database work runs in `executor`, off the event loop. `host_gap_s` is the least time between two requests to one
    host; after a success a page is read again `rereads` later, each counted from the one before.
    """

    def __init__(
        self,
        engine: Engine,
        http: HttpClient,
        parser: ParserPool,
        robots: Robots,
        executor: Executor,
        *,
        host_gap_s: float,
        rereads: Sequence[timedelta],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._http = http
        self._parser = parser
        self._robots = robots
        self._executor = executor
        self._host_gap_s = host_gap_s
        self._rereads = rereads
        self._now = now

    async def read(self, page: PageState) -> PageReport:
        """Read a page that is leased, and store the outcome; a cancelled reading gives the page back."""
        loop = asyncio.get_running_loop()
        begun = monotonic()
        try:
            result = await read_page(self._http, self._parser, self._robots, page.url, self._now)
        except asyncio.CancelledError:
            await asyncio.shield(loop.run_in_executor(self._executor, self._give_back, page))
            raise
        reached(Point.PAGE_ANSWERED)
        storing = loop.run_in_executor(self._executor, self._store, page, result, monotonic() - begun)
        try:
            report = await asyncio.shield(storing)
        except asyncio.CancelledError:
            await asyncio.wait([storing])
            raise
        _tell(report)
        return report

    def _give_back(self, page: PageState) -> None:
        with writing(self._engine) as conn:
            release_pages(conn, [page.article_id], self._now())

    def _store(self, page: PageState, result: PageResult, seconds: float) -> PageReport:
        ended = self._now()
        outcome, text, error = result.outcome, None, result.error
        if outcome is PageOutcome.READ:
            outcome, found = chosen_text(page.title, page.text or page.summary, result.text)
            text = found or None
            error = _WHY_NOT.get(outcome)
        following = next_reading(
            ended, outcome, result.status, result.retry_after_s, Reading(page.tries, page.rounds), self._rereads
        )
        change = PageUpdate(outcome.value, result.status, error, text, following.at, following.tries, following.rounds)
        with writing(self._engine) as conn:
            stored = save_reading(conn, page, change, ended)
            self._pace(conn, page.host, result, seconds, ended)
            reached(Point.PAGE_WRITTEN)
        reached(Point.PAGE_COMMITTED)
        return PageReport(page, outcome, result.status, error, stored, following.at)

    def _pace(self, conn: Connection, host: str, result: PageResult, seconds: float, now: datetime) -> None:
        if not result.asked:
            return
        words = {word.value: word for word in Outcome}
        asked = Asked(
            _NO_FEED,
            words.get(result.outcome.value, Outcome.OK),
            result.status,
            seconds,
            result.refusal,
            result.retry_after_s,
        )
        pace = after_request(now, HostPace(**columns(host_state(conn, host))), asked)
        save_host(conn, host, HostState(**columns(pace)), gap_s(pace, self._host_gap_s))
        if result.delay_s and self._host_gap_s:
            postpone(conn, host, now + timedelta(seconds=result.delay_s))


def _tell(report: PageReport) -> None:
    facts = {
        "source": report.page.source_id,
        "page": report.page.url,
        "outcome": report.outcome.value,
        "status": report.status,
        "stored": report.stored,
    }
    if report.error:
        log.info("page: %s: %s", report.outcome.value, report.error, extra=facts)
    else:
        log.debug("page: %s", report.outcome.value, extra=facts)
