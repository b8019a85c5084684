"""The feeds that a page names: its <link>s to other forms of itself, and its links that look like feeds."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from sources.outcome import Outcome, ParseFailed
from sources.parsing.decode import decode
from sources.parsing.html_text import plain_text

# Feeds are named in the head and in the foot; what is longer is no front page.
_LONGEST = 4_000_000
MOST_LINKS = 60
"""Links of one page that are told; directories of feeds list a section each."""

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
    }
)
# Addresses of pages seldom look like this, and those of feeds mostly do.
_LOOKS_LIKE_FEED = re.compile(
    r"(?:^|[/._=-])(?:rss(?:\d*|feed|-?feeds?)|feeds?|atom|rdf)(?:$|[/._?&=-])|\.(?:rss|rdf|atom|xml)$", re.IGNORECASE
)
# Feeds of comments are not the news; WordPress announces one on every page.
_COMMENTS = re.compile(r"/comments?(?:/|$)|تعليقات|comments feed", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A link that may be a feed; `title` is what the page calls it, or empty. `named` when the page calls it a feed."""

    url: str
    title: str
    named: bool


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What a page says of itself and of its feeds; links in the order of the page, named ones first."""

    site: str
    """The name of the site, or empty."""
    links: tuple[FeedLink, ...]


def feed_links(body: bytes, content_type: str | None, url: str) -> PageLinks:
    """Return the links of a page that may be feeds.

    Raises ParseFailed: not_a_feed for what is no page, too_large.
    """
    markup = decode(body, content_type).text
    if len(markup) > _LONGEST:
        raise ParseFailed(Outcome.TOO_LARGE, f"a page of more than {_LONGEST} characters")
    if "<" not in markup:
        raise ParseFailed(Outcome.NOT_A_FEED, "neither a feed nor a page")
    reader = _Reader(url)
    reader.feed(markup)
    reader.close()
    found: dict[str, FeedLink] = {}
    # A sort keeps the order of the page among equals.
    for link in sorted(reader.links, key=lambda link: not link.named):
        found.setdefault(link.url, link)
    return PageLinks(plain_text(reader.site_name or reader.title), tuple(found.values())[:MOST_LINKS])


class _Reader(HTMLParser):
    """Collects links, whatever else the page holds; never raises on broken markup."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._base = url
        self._anchor: tuple[str, list[str]] | None = None
        self._in_title = False
        self.site_name = ""
        self.title = ""
        self.links: list[FeedLink] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "base" and given.get("href"):
            self._base = _absolute(self._base, given["href"]) or self._base
        elif tag == "link":
            self._link(given)
        elif tag == "meta" and given.get("property") == "og:site_name":
            self.site_name = given.get("content", "")
        elif tag == "title":
            self._in_title = not self.title
        elif tag == "a":
            self._end_anchor()
            if _LOOKS_LIKE_FEED.search(_tail(given.get("href", ""))):
                self._anchor = given["href"], []

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._anchor is not None:
            self._anchor[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag == "a":
            self._end_anchor()

    def close(self) -> None:
        super().close()
        self._end_anchor()

    def _link(self, given: dict[str, str]) -> None:
        kind = given.get("type", "").split(";")[0].strip().lower()
        if "alternate" in given.get("rel", "").lower().split() and kind in _FEED_TYPES:
            self._add(given.get("href", ""), given.get("title", ""), named=True)

    def _end_anchor(self) -> None:
        if self._anchor is not None:
            href, words = self._anchor
            self._anchor = None
            self._add(href, "".join(words), named=False)

    def _add(self, href: str, title: str, *, named: bool) -> None:
        url = _absolute(self._base, href)
        title = " ".join(title.split())
        if url and not _COMMENTS.search(f"{urlsplit(url).path} {title}"):
            self.links.append(FeedLink(url, title, named))


def _absolute(base: str, href: str) -> str | None:
    try:
        url = urljoin(base, href.strip()).split("#")[0]
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else None
    except ValueError:  # brackets that are no address
        return None


def _tail(href: str) -> str:
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
