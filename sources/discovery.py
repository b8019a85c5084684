"""Which feeds stand behind an address that a person gives: a feed itself, a page that names feeds, or a site."""

from dataclasses import dataclass
from urllib.parse import urljoin

from sources.http import HttpClient
from sources.outcome import FetchFailed, ParseFailed
from sources.parsing.feed_links import FeedLink, PageLinks
from sources.parsing.pool import ParserPool

_OK = 200
_ACCEPT = "text/html, application/rss+xml;q=0.9, application/atom+xml;q=0.9, */*;q=0.5"

USUAL_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/ar/rss", "/rss/all")
"""Where site software puts feeds; asked only when the page names none."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Addresses to be tried as feeds. `page` is the page they were found in, None when the address is a feed."""

    site: str
    """The name of the site, or empty."""
    page: str | None
    links: tuple[FeedLink, ...]
    guessed: bool = False
    """Whether the page named none, and these are only where feeds usually are."""


class DiscoveryError(Exception):
    """The address cannot be read; the message is one plain line."""


async def candidates(http: HttpClient, parser: ParserPool, url: str) -> Candidates:
    """Ask for an address and return what may be a feed there.

    Raises DiscoveryError.
    """
    try:
        answer = await http.get(url, accept=_ACCEPT)
        if answer.status != _OK:
            raise DiscoveryError(f"HTTP {answer.status}")
        try:
            document = await parser.parse(answer.body, answer.content_type, answer.url)
        except ParseFailed:
            links = await parser.find_feeds(answer.body, answer.content_type, answer.url)
        else:
            link = FeedLink(answer.permanent_url or url, document.title or "", named=True)
            return Candidates(document.title or "", None, (link,))
    except (FetchFailed, ParseFailed) as failure:
        raise DiscoveryError(failure.reason) from failure
    return _of_page(answer.url, links)


def _of_page(url: str, page: PageLinks) -> Candidates:
    if page.links:
        return Candidates(page.site, url, page.links)
    guesses = tuple(FeedLink(urljoin(url, path), "", named=False) for path in USUAL_PATHS)
    return Candidates(page.site, url, guesses, guessed=True)
