"""What a feed document says, as plain data."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed."""

    key: str
    """Identity within the source, see `sources.identity`."""
    url: str | None
    """Absolute http(s) link as published, resolved against the feed's address when it was relative."""
    title: str
    """Plain text, one line; empty when the item has none."""
    summary: str
    """Plain text of the description, paragraphs separated by a line feed; empty when the item has none."""
    text: str
    """Plain text of the fullest body given: the content, or the summary when that says more."""
    published: datetime | None
    """When the feed says it was published, UTC; None when missing or unreadable."""
    updated: datetime | None
    """When the feed says it was last changed, UTC; None when missing or unreadable."""
    published_raw: str | None
    """The publishing date as it stood in the feed."""
    author: str | None
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as read from one body."""

    title: str | None
    format: str
    """`rss20`, `rss10`, `atom10`, `json` and the like; `xml` when the dialect is not known."""
    entries: tuple[Entry, ...]
    """In the feed's own order; no two have the same key."""
    declared_charset: str | None
    """What the header or the document claimed, lower case."""
    used_charset: str
    """What it was read as."""
    repairs: tuple[str, ...]
    """What had to be mended to read it, one short phrase each."""
    complete: bool = True
    """False when the body broke off before its end: the server's validators must not be kept."""
