"""An article's page asked for and read: what became of it, in one result."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from sources.http import HttpClient
from sources.outcome import AttemptFailed, FetchFailed, one_line
from sources.parsing.pool import ParserPool
from sources.refusal import Refusal, refusal_of
from sources.retry_after import retry_after_seconds
from sources.robots import Robots

_OK = 200
_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


class PageOutcome(StrEnum):
    """The result of one attempt to read an article's page."""

    READ = "read"
    """Its text is the article's, fuller than what the feed gives."""
    NO_FULLER = "no_fuller"
    """Its text says no more than the feed."""
    OTHER_TEXT = "other_text"
    """Its text is not that of the entry: a front page, a notice, a wall."""
    NO_TEXT = "no_text"
    """No article is found in it, or it is no page."""
    ROBOTS = "robots"
    """The site's robots.txt keeps robots from it."""
    ROBOTS_UNKNOWN = "robots_unknown"
    """The site's robots.txt could not be had, so nothing was asked."""
    HTTP_ERROR = "http_error"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    BROKEN = "broken"
    PARSER_KILLED = "parser_killed"
    ABANDONED = "abandoned"
    INTERNAL = "internal"


_AS_FEEDS = {"empty": PageOutcome.NO_TEXT, "not_a_feed": PageOutcome.NO_TEXT}


@dataclass(frozen=True, slots=True)
class PageResult:
    """What became of an attempt; `text` (one paragraph a line) is there when the outcome is READ."""

    outcome: PageOutcome
    text: str = ""
    status: int | None = None
    error: str | None = None
    """One plain line for people; None when the text was found."""
    refusal: Refusal | None = None
    retry_after_s: float | None = None
    asked: bool = False
    """Whether the page itself was asked for."""
    delay_s: float = 0.0
    """The Crawl-delay of its site, seconds."""


async def read_page(
    http: HttpClient, parser: ParserPool, robots: Robots, url: str, clock: Callable[[], datetime]
) -> PageResult:
    """Read the page of an article, if its site lets robots do so. Nothing but cancellation is raised."""
    try:
        rules = await robots.rules(url)
        if rules.reason is not None:
            return PageResult(PageOutcome.ROBOTS_UNKNOWN, error=rules.reason)
        if not rules.allow(url):
            return PageResult(PageOutcome.ROBOTS, error="the site's robots.txt keeps robots from it")
        return await _asked(http, parser, url, clock, rules.delay_s)
    except asyncio.CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the other pages
        return PageResult(PageOutcome.INTERNAL, error=one_line(f"{type(error).__name__}: {error}"))


async def _asked(
    http: HttpClient, parser: ParserPool, url: str, clock: Callable[[], datetime], delay_s: float
) -> PageResult:
    status = None
    try:
        answer = await http.get(url, accept=_ACCEPT)
        status = answer.status
        if status != _OK:
            return PageResult(
                PageOutcome.HTTP_ERROR,
                status=status,
                error=f"HTTP {status}",
                refusal=refusal_of(status, answer.headers, answer.opening),
                retry_after_s=retry_after_seconds(answer.retry_after_raw, clock()),
                asked=True,
                delay_s=delay_s,
            )
        if _is_front(answer.url):
            reason = "the address leads to the site's front page"
            return PageResult(PageOutcome.OTHER_TEXT, status=status, error=reason, asked=True, delay_s=delay_s)
        text = await parser.read_page(answer.body, answer.content_type, answer.url)
    except AttemptFailed as failure:
        outcome = _AS_FEEDS.get(failure.outcome) or PageOutcome(failure.outcome.value)
        status = failure.status if isinstance(failure, FetchFailed) else status
        return PageResult(outcome, status=status, error=failure.reason, asked=True, delay_s=delay_s)
    return PageResult(PageOutcome.READ, text, status, asked=True, delay_s=delay_s)


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
