"""Entries become articles, versions and sightings.

An article is (source, key); a text it never had before is a new version; any text it had before, be it an older one,
is only a sighting. Saving the same entries twice therefore changes nothing but the time of the last sighting, and a
feed that flips between two texts makes two versions, not hundreds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.bodies import store_bodies
from storage.clean_text import clean
from storage.content_hash import content_hash
from storage.schema import Article, Source, Version
from storage.sightings import Shown, note_shown, shown_by

# Two values an entry in the widest statement; SQLite takes 32,766 values, PostgreSQL 65,535.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An item of a feed document; the texts are plain text."""

    key: str
    url: str | None
    title: str
    summary: str
    text: str
    published_at: datetime | None
    updated_at: datetime | None
    published_raw: str | None
    published_marks: tuple[str, ...] = ()
    link_key: str | None = None
    dated_at: datetime | None = None
    """The time that the text stands for, where that is known before it is grouped: of what was loaded, not fetched."""
    words: bytes | None = None
    """The content hash of its texts, where it has been worked out already."""
    mark: bytes | None = None
    """What knows its item in the feed's next document unread."""


@dataclass(frozen=True, slots=True)
class EntryCounts:
    """How many entries there were, how many were new articles, how many new versions of known ones."""

    seen: int
    new: int
    changed: int
    articles: frozenset[int] = field(default=frozenset(), compare=False)
    """Those that the document holds."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a feed showed, and which of that its document holds besides the entries that were read of it."""

    before: Sequence[Shown]
    still: Sequence[Shown] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    key: str
    id: int
    versions: int
    url: str | None
    published_at: datetime | None
    published_raw: str | None
    published_marks: list[str]
    updated_at: datetime | None


def save_entries(
    conn: Connection,
    source_id: str,
    feed_id: int | None,
    entries: Sequence[EntryRow],
    seen_at: datetime,
    window: Window | None = None,
) -> EntryCounts:
    """Store the entries of one document in the caller's transaction, with a handful of statements.

    Without a `window` the document is taken to hold these entries alone, and what the feed showed before is looked up.
    What does not come from a feed (`feed_id` None) leaves no sightings.
    A key that occurs twice with different texts gives that article both texts, in document order.
    """
    lock_source(conn, source_id)
    new = changed = 0
    window = window or Window(shown_by(conn, feed_id) if feed_id is not None else ())
    shown = {one.version_id: one for one in window.still}
    for batch in _batches([_clean(entry) for entry in entries]):
        batch_shown, batch_new, batch_changed = _save(conn, source_id, batch, seen_at)
        shown |= {one.version_id: one for one in batch_shown}
        new += batch_new
        changed += batch_changed
    if feed_id is not None and shown:
        note_shown(conn, feed_id, window.before, shown.values(), seen_at)
    articles = frozenset(one.article_id for one in shown.values())
    return EntryCounts(len(entries) + len(window.still), new, changed, articles)


def lock_source(conn: Connection, source_id: str) -> None:
    """Let one transaction at a time store entries of a source.

    Two feeds of it may bring the same item at the same moment; on PostgreSQL the second waits here.
    """
    if conn.dialect.name != "sqlite":  # where a transaction that writes is alone
        conn.execute(_LOCK, {"source": source_id}).one()


_LOCK = select(Source.id).where(Source.id == bindparam("source")).with_for_update(key_share=True)


def _clean(entry: EntryRow) -> EntryRow:
    return replace(
        entry,
        key=clean(entry.key),
        url=None if entry.url is None else clean(entry.url),
        link_key=None if entry.link_key is None else clean(entry.link_key),
        title=clean(entry.title),
        summary=clean(entry.summary),
        text=clean(entry.text),
    )


def _batches(entries: Sequence[EntryRow]) -> Iterator[dict[str, EntryRow]]:
    """Split the entries, in order, so that no batch is too large or holds a key twice."""
    batch: dict[str, EntryRow] = {}
    for entry in entries:
        if entry.key in batch or len(batch) == BATCH:
            yield batch
            batch = {}
        batch[entry.key] = entry
    if batch:
        yield batch


def _save(
    conn: Connection, source_id: str, batch: dict[str, EntryRow], seen_at: datetime
) -> tuple[list[Shown], int, int]:
    known = _known(conn, source_id, batch)
    fresh = [key for key in batch if key not in known]
    known |= _insert_articles(conn, source_id, [batch[key] for key in fresh], seen_at)
    hashes = {key: entry.words or content_hash(entry.title, entry.summary, entry.text) for key, entry in batch.items()}
    new = set(fresh)
    texts = _texts(conn, {known[key].id: hashes[key] for key in batch if key not in new})
    unseen = [key for key in batch if known[key].id not in texts]
    texts |= _insert_versions(conn, {key: known[key] for key in unseen}, batch, hashes, seen_at)
    shown = [Shown(texts[known[key].id], known[key].id, entry.mark) for key, entry in batch.items()]
    return shown, len(fresh), len(unseen) - len(fresh)


_KNOWN = select(
    Article.key,
    Article.id,
    Article.versions,
    Article.url,
    Article.published_at,
    Article.published_raw,
    Article.published_marks,
    Article.updated_at,
).where(Article.source_id == bindparam("source"), Article.key.in_(bindparam("keys", expanding=True)))


def _known(conn: Connection, source_id: str, batch: dict[str, EntryRow]) -> dict[str, _Known]:
    rows = conn.execute(_KNOWN, {"source": source_id, "keys": list(batch)})
    return {row.key: _Known(*row) for row in rows}


def _insert_articles(
    conn: Connection, source_id: str, entries: Sequence[EntryRow], seen_at: datetime
) -> dict[str, _Known]:
    if not entries:
        return {}
    rows = conn.execute(
        _NEW_ARTICLE,
        [
            {
                "source_id": source_id,
                "key": entry.key,
                "link_key": entry.link_key,
                "url": entry.url,
                "published_at": entry.published_at,
                "updated_at": entry.updated_at,
                "published_raw": entry.published_raw,
                "published_marks": entry.published_marks,
                "first_seen_at": seen_at,
                "versions": 0,
            }
            for entry in entries
        ],
    )
    return {key: _Known(key, article_id, 0, None, None, None, [], None) for key, article_id in rows}


def _texts(conn: Connection, wanted: dict[int, bytes]) -> dict[int, int]:
    """Return, of the articles that had this text before, the version it made."""
    if not wanted:
        return {}
    # By the articles alone, whose few texts are told apart here: of pairs SQLite would scan the versions.
    rows = conn.execute(_TEXTS, {"articles": list(wanted)})
    return {article_id: version_id for article_id, words, version_id in rows if wanted[article_id] == words}


_TEXTS = select(Version.article_id, Version.content_hash, Version.id).where(
    Version.article_id.in_(bindparam("articles", expanding=True))
)


def _insert_versions(
    conn: Connection,
    articles: dict[str, _Known],
    batch: dict[str, EntryRow],
    hashes: dict[str, bytes],
    seen_at: datetime,
) -> dict[int, int]:
    if not articles:
        return {}
    entries = [batch[key] for key in articles]
    bodies = store_bodies(conn, (text for entry in entries for text in (entry.summary, entry.text)))
    rows = conn.execute(
        _NEW_VERSION,
        [
            {
                "article_id": article.id,
                "number": article.versions + 1,
                "title": batch[key].title,
                "summary_id": bodies[batch[key].summary],
                "body_id": bodies[batch[key].text],
                "content_hash": hashes[key],
                "seen_at": seen_at,
                "published_at": batch[key].published_at,
                "updated_at": batch[key].updated_at,
                "dated_at": batch[key].dated_at,
            }
            for key, article in articles.items()
        ],
    )
    made = dict(rows.all())
    conn.execute(
        _NEW_TEXT,
        # By id, as everyone updates articles: two transactions must not wait for each other's rows.
        sorted(
            (_newest(article, batch[key], made[article.id]) for key, article in articles.items()),
            key=itemgetter("article"),
        ),
    )
    return made


def _newest(article: _Known, entry: EntryRow, version_id: int) -> dict[str, Any]:
    """Return what a new version changes on its article: the first publication claim stays, the rest follows it."""
    claimed = article.published_at is not None
    return {
        "article": article.id,
        "versions": article.versions + 1,
        "latest_version_id": version_id,
        "url": entry.url or article.url,
        "published_at": article.published_at if claimed else entry.published_at,
        "published_raw": article.published_raw if claimed else entry.published_raw or article.published_raw,
        "published_marks": article.published_marks if claimed else entry.published_marks,
        "updated_at": entry.updated_at or article.updated_at,
    }


_NEW_ARTICLE = insert(Article).returning(Article.key, Article.id)
_NEW_VERSION = insert(Version).returning(Version.article_id, Version.id)
_NEW_TEXT = update(Article).where(Article.id == bindparam("article"))
