"""Articles that a document's items may be, found by any of their names or by their link."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, select, union

from storage.schema import Article, Version, aliased

# Values of one statement; SQLite takes 32,766, PostgreSQL 65,535.
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article with what tells whether an item is it: its keys, its first dated claim, and its feed's newest text."""

    id: int
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
    for statement, names in ((_BY_KEY, keys), (_BY_LINK, link_keys)):
        for start in range(0, len(names), _BATCH):
            rows = conn.execute(statement, {"source": source_id, "names": names[start : start + _BATCH]})
            found |= {row.key: KnownArticle(*row) for row in rows}
    return list(found.values())


def _known(chosen: ColumnElement[bool]) -> Select[int, str, str | None, str, str | None, bytes]:
    # What a page says more is no word of the feed.
    other = aliased(Version)
    newest = (
        select(func.max(other.number))
        .where(other.article_id == Article.id, ~other.from_page)
        .correlate(Article)
        .scalar_subquery()
    )
    return (
        select(Article.id, Article.key, Article.link_key, Version.title, Article.published_raw, Version.content_hash)
        .select_from(Article)
        .join(Version, and_(Version.article_id == Article.id, Version.number == newest))
        .where(Article.source_id == bindparam("source"), chosen)
    )


def _ends() -> Select[tuple[int]]:
    ends = (
        select(func.min(Article.id).label("first"), func.max(Article.id).label("last"))
        .where(Article.source_id == bindparam("source"), Article.link_key.in_(bindparam("names", expanding=True)))
        .group_by(Article.link_key)
        .cte("ends")
    )
    return select(union(select(ends.c.first), select(ends.c.last)).subquery().c.first)


# Made once: making a statement takes longer than running it.
_BY_KEY = _known(Article.key.in_(bindparam("names", expanding=True)))
_BY_LINK = _known(Article.id.in_(_ends()))
