"""What a feed document says, as plain data."""

from dataclasses import dataclass
from datetime import datetime

from sources.dates import DateMark
from sources.identity import Names


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed."""

    names: Names
    """What it may be known by within its source, a name for each step of `sources.identity`; at least the last."""
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
    published_marks: tuple[DateMark, ...]
    """What was supplied to that date, corrected or found wrong."""
    author: str | None
    categories: tuple[str, ...]
    mark: bytes | None = None
    """What it is known by in the next document, see `sources.known_items`; None where it must be read then too."""

    @property
    def key(self) -> str:
        """The first name it has: its key in a feed whose names are good."""
        return next(name for name in self.names if name is not None)

    @property
    def letters(self) -> int:
        """How long the text is that the feed gives of it."""
        return len(self.text or self.summary)


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as read from one body."""

    title: str | None
    format: str
    """`rss20`, `rss10`, `atom10`, `json` and the like; `xml` when the dialect is not known."""
    entries: tuple[Entry, ...]
    """In the feed's own order; no two have every name in common."""
    declared_charset: str | None
    """What the header or the document claimed, lower case."""
    used_charset: str
    """What it was read as."""
    repairs: tuple[str, ...]
    """What had to be mended to read it, one short phrase each."""
    complete: bool = True
    """False when the body broke off before its end: the server's validators must not be kept."""
    update_every_s: float | None = None
    """How often the feed says that it changes (ttl, sy:updatePeriod), seconds."""
    known: tuple[bytes, ...] = ()
    """Marks of the items that it holds besides the entries, and that were not read again."""
