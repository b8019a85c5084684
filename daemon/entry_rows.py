"""A document's entries as rows of the store: each under the key of the article that it is, and the pages they want."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from sources.entry import Entry
from sources.full_text import Mode, pages_wanted
from sources.identity import Item, Known, Step, identify, wanted_keys
from sources.known_items import KnownItem, known_item, mark_of, packed
from storage.articles import EntryRow, Window, lock_source
from storage.catalogue import host_of
from storage.content_hash import content_hash
from storage.pages import WantedPage
from storage.recognition import known_articles
from storage.sightings import Shown


@dataclass(frozen=True, slots=True)
class NamedRows:
    """The rows, the oldest first, so that the queue holds them in the order of the news; and the feed's step now."""

    rows: tuple[EntryRow, ...]
    step: Step


def named_rows(
    conn: Connection,
    source_id: str,
    step: Step,
    entries: Sequence[Entry],
    seen: datetime,
    beside: Collection[int] = (),
) -> NamedRows:
    """Give each entry its key, in the transaction that will store it; repetitions are left out.

    `beside` are the articles of the document's other items, which none of these is.
    """
    lock_source(conn, source_id)
    items = [
        Item(
            entry.names,
            entry.title,
            entry.published_raw,
            content_hash(entry.title, entry.summary, entry.text),
        )
        for entry in entries
    ]
    known = [
        Known(article.key, article.link_key, article.title, article.published_raw, article.content_hash)
        for article in known_articles(conn, source_id, *wanted_keys(items))
        if article.id not in beside
    ]
    identified = identify(items, step, known, len(beside))
    named = [
        (key, entry, item.words)
        for key, entry, item in zip(identified.keys, entries, items, strict=True)
        if key is not None
    ]
    # Feeds list the newest first; the sort keeps that order among equal times.
    named.reverse()
    named.sort(key=lambda one: one[1].published or seen)
    return NamedRows(tuple(_row(*one, identified.step) for one in named), identified.step)


def window_of(shown: Sequence[Shown], beside: Sequence[KnownItem]) -> Window:
    """Return what a feed showed, and which of it its document still holds, unread."""
    marks = {item.mark for item in beside}
    return Window(shown, [one for one in shown if one.mark is not None and mark_of(one.mark) in marks])


def wanted_pages(
    mode: Mode, entries: Sequence[Entry], named: NamedRows, now: datetime, beside: Sequence[KnownItem] = ()
) -> list[WantedPage]:
    """Return the pages that would complete the entries of a document, were they new or changed."""
    wanted = pages_wanted(mode, entries, now, beside)
    urls = {entry.url for entry, page in zip(entries, wanted, strict=True) if page}
    pages = [WantedPage(row.key, row.url, _host(row.url)) for row in named.rows if row.url and row.url in urls]
    return [page for page in pages if page.host]


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:  # an address such as "http://[" is kept as published, and cannot be asked
        return ""


def _row(key: str, entry: Entry, words: bytes, step: Step) -> EntryRow:
    known = known_item(entry, key, step)
    return EntryRow(
        key=key,
        link_key=entry.names[Step.LINK],
        url=entry.url,
        title=entry.title,
        summary=entry.summary,
        text=entry.text,
        published_at=entry.published,
        updated_at=entry.updated,
        published_raw=entry.published_raw,
        published_marks=entry.published_marks,
        words=words,
        mark=packed(known) if known else None,
    )
