"""The feeds of an outlet, found from one address and each looked at once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from daemon.live_check import LiveCheck, LiveFeed
from sources.discovery import Candidates, DiscoveryError, candidates
from sources.http import HttpClient
from sources.outcome import Outcome
from sources.parsing.feed_links import FeedLink
from sources.parsing.pool import ParserPool

_DIRECTORIES = 3
"""Links that turn out to be pages are looked into for feeds: outlets keep lists of them behind «RSS»."""

Look = Callable[[Sequence[LiveFeed]], Awaitable[list[LiveCheck]]]


@dataclass(frozen=True, slots=True)
class Found:
    """What stands behind an address: the name of the site, and every link that was tried, in the order found."""

    site: str
    page: str | None
    """The page that named the feeds; None when the address is a feed."""
    checks: tuple[LiveCheck, ...]
    guessed: bool

    @property
    def feeds(self) -> tuple[LiveCheck, ...]:
        """Those that can be read and list anything; of two forms of the same feed the one found first."""
        kept: list[LiveCheck] = []
        for check in self.checks:
            same = any(check.articles == other.articles for other in kept)
            if check.good and check.entries and not same:
                kept.append(check)
        return tuple(kept)


async def find_feeds(http: HttpClient, parser: ParserPool, url: str, look: Look) -> Found:
    """Find the feeds behind an address; `look` fetches feeds and judges them.

    Raises DiscoveryError when the address itself cannot be read.
    """
    first = await candidates(http, parser, url)
    checks = await look([LiveFeed(link.url) for link in first.links])
    tried = {link.url for link in first.links} | {first.page}
    for directory in [] if first.guessed else _pages(first, checks):
        try:
            more = await candidates(http, parser, directory)
        except DiscoveryError:
            continue
        new = [] if more.guessed else [link for link in more.links if link.url not in tried]
        tried |= {link.url for link in new}
        checks += await look([LiveFeed(link.url) for link in new])
    if first.guessed:
        # What is not where it might have been is no news.
        checks = [check for check in checks if check.good]
    return Found(first.site, first.page, tuple(_renamed(checks, first.links)), first.guessed)


def _pages(first: Candidates, checks: Sequence[LiveCheck]) -> list[str]:
    unnamed = {link.url for link in first.links if not link.named}
    pages = [check.feed.url for check in checks if check.outcome is Outcome.NOT_A_FEED and check.feed.url in unnamed]
    return pages[:_DIRECTORIES]


def _renamed(checks: Sequence[LiveCheck], links: Sequence[FeedLink]) -> list[LiveCheck]:
    """Give feeds without a title the one that the page gives them."""
    titles = {link.url: link.title for link in links}
    return [replace(check, title=check.title or titles.get(check.feed.url) or None) for check in checks]
