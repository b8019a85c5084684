"""What the two readers have in common: an item in plain strings, and how it becomes an entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from time import struct_time
from urllib.parse import urljoin, urlsplit

from sources.dates import DateMark, read_date
from sources.entry import Entry
from sources.identity import Marks, Names, names_of
from sources.parsing.html_text import storable

# A link longer than this is a data address or a mistake; servers stop at 8,000.
_LONGEST_URL = 8_000
# Provenance of a date, not a place for texts.
_LONGEST_DATE = 200
_MOST_CATEGORIES = 100


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and when a document was fetched."""

    url: str
    """Its address after redirects; relative links are resolved against it."""
    zone: str | None
    """IANA name of the source's zone, for dates without one."""
    seen: datetime


@dataclass(frozen=True, slots=True)
class RawItem:
    """An item as a feed gave it: plain text where it is text, dates and links as they stood."""

    guid: str
    link: str
    title: str
    summary: str
    content: str
    published: str | None
    updated: str | None
    published_parsed: struct_time | None
    updated_parsed: struct_time | None
    author: str
    categories: tuple[str, ...]

    @property
    def says_nothing(self) -> bool:
        """Whether there is no title, no text and no link: a slip of the feed's template."""
        return not (self.title or self.summary or self.content or self.link)


def entries_of(items: Iterable[RawItem], origin: Origin) -> tuple[Entry, ...]:
    """Make entries of items: links resolved, dates read, names given.

    Exact repetitions are left out, and so are items that say nothing.
    """
    entries: dict[Names, Entry] = {}
    for item in items:
        if not item.says_nothing:
            entry = _entry(item, absolute(item.link, origin.url), origin)
            entries.setdefault(entry.names, entry)
    return tuple(entries.values())


def absolute(link: str, base: str) -> str | None:
    """Resolve a link; None when the result is no http(s) address."""
    try:
        url = storable(urljoin(base, link)) if link else ""
        parts = urlsplit(url)
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.netloc and len(url) <= _LONGEST_URL
    return url if good else None


def _entry(item: RawItem, url: str | None, origin: Origin) -> Entry:
    text = _fullest(item.content, item.summary)
    raw = storable(item.published or item.updated or "").strip()[:_LONGEST_DATE]
    published = read_date(item.published, zone=origin.zone, seen=origin.seen, fallback=item.published_parsed)
    updated = read_date(item.updated, zone=origin.zone, seen=origin.seen, fallback=item.updated_parsed)
    return Entry(
        names=names_of(Marks(item.guid, url or item.link, raw, item.title, text)),
        url=url,
        title=item.title,
        summary=item.summary,
        text=text,
        published=published.moment,
        updated=updated.moment,
        published_raw=raw or None,
        published_marks=published.marks if item.published or not raw else (DateMark.CHANGED, *updated.marks),
        author=item.author or None,
        categories=tuple(dict.fromkeys(filter(None, item.categories)))[:_MOST_CATEGORIES],
    )


def _fullest(content: str, summary: str) -> str:
    return content if len(content) >= len(summary) else summary
