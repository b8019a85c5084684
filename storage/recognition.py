"""Articles that a document's items may be, found by any of their names or by their link."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, union
from sqlalchemy.orm import aliased

from storage.record import record
from storage.schema import Article, Version

# Values of one statement; SQLite takes 32,766, PostgreSQL 65,535.
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article with what tells whether an item is it: its keys, its first dated claim, and its feed's newest text."""

    key: str
    link_key: str | None
    title: str
    published_raw: str | None
    content_hash: bytes


def known_articles(
    conn: Connection, source_id: str, keys: Sequence[str], link_keys: Sequence[str]
) -> list[KnownArticle]:
    """Return the articles of a source that have one of these keys or link keys, each once.

    Of a link that many articles share, such as a home page, the first and the last of them are given: it names none,
    and two are enough to see that.
    """
    found: dict[str, KnownArticle] = {}
    for some in _batches(keys):
        found |= _select(conn, source_id, Article.key.in_(some))
    for some in _batches(link_keys):
        found |= _select(conn, source_id, Article.id.in_(_ends(source_id, some)))
    return list(found.values())


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]


def _ends(source_id: str, link_keys: Sequence[str]) -> Select[tuple[int]]:
    ends = (
        select(func.min(Article.id).label("first"), func.max(Article.id).label("last"))
        .where(Article.source_id == source_id, Article.link_key.in_(link_keys))
        .group_by(Article.link_key)
        .cte("ends")
    )
    return select(union(select(ends.c.first), select(ends.c.last)).subquery().c.first)


def _select(conn: Connection, source_id: str, chosen: ColumnElement[bool]) -> dict[str, KnownArticle]:
    # What a page says more is no word of the feed.
    other = aliased(Version)
    newest = (
        select(func.max(other.number))
        .where(other.article_id == Article.id, ~other.from_page)
        .correlate(Article)
        .scalar_subquery()
    )
    rows = conn.execute(
        select(Article.key, Article.link_key, Version.title, Article.published_raw, Version.content_hash)
        .join(Version, and_(Version.article_id == Article.id, Version.number == newest))
        .where(Article.source_id == source_id, chosen)
    )
    return {row.key: record(KnownArticle, row) for row in rows}
