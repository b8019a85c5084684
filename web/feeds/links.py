"""Where the feeds of a choice of stories are, and what pages say of them so that readers find them."""

from dataclasses import dataclass

from web.cluster_query import ClusterQuery
from web.feeds import atom, json_feed, rss
from web.feeds.query import PAGE_ONLY, address_of


@dataclass(frozen=True, slots=True)
class FeedForm:
    """A form that feeds come in: the ending of its address, its media type and its name."""

    ending: str
    media_type: str
    name: str


ATOM = FeedForm("atom", atom.MEDIA_TYPE, "Atom")
RSS = FeedForm("rss", rss.MEDIA_TYPE, "RSS")
JSON_FEED = FeedForm("json", json_feed.MEDIA_TYPE, "JSON Feed")
FORMS = (ATOM, RSS, JSON_FEED)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """For `<link rel="alternate" type=… title=… href=…>` in the head of a page, or for a link in it."""

    media_type: str
    name: str
    href: str


def feed_links(query: ClusterQuery, base: str = "") -> tuple[FeedLink, ...]:
    """Return the feeds with the stories of a page; `base` is what stands before the path."""
    return tuple(FeedLink(form.media_type, form.name, f"{base}{feed_path(form, query)}") for form in FORMS)


def feed_path(form: FeedForm, query: ClusterQuery) -> str:
    """Return the path of a feed with its parameters."""
    return _with(f"/feeds/clusters.{form.ending}", address_of(query))


def list_path(query: ClusterQuery) -> str:
    """Return the path of the page with the stories of a feed."""
    return _with("/", address_of(query, but=PAGE_ONLY))


def _with(path: str, parameters: str) -> str:
    return f"{path}?{parameters}" if parameters else path
