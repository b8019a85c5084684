"""Full-text search over the folded words of every grouped version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, column, func, select, text
from sqlalchemy.sql import Subquery

from storage.record import record
from storage.schema import Article, Version
from storage.search_index import indexed, quoted


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An article with its newest version that holds all the words."""

    article_id: int
    cluster_id: int | None
    source_id: str
    url: str | None
    title: str
    published_at: datetime | None
    summary: str
    text: str
    version_id: int


def search(conn: Connection, words: Sequence[str], limit: int, since: datetime | None = None) -> list[SearchHit]:
    """Return the articles of which one version holds all the words, best first.

    The words must be folded as the indexed ones were. They are plain words: a sign in one has no meaning but that it
    parts words. `since` bounds the publication time, or the time first seen where none is claimed. No words find
    nothing.
    """
    terms = list(indexed(" ".join(words)))
    if not terms:
        return []
    found = _found_postgresql(terms) if conn.dialect.name == "postgresql" else _found_sqlite(terms)
    newest = (
        select(
            found.c.version_id,
            found.c.score,
            func.row_number().over(partition_by=Version.article_id, order_by=found.c.version_id.desc()).label("age"),
        )
        .join(Version, Version.id == found.c.version_id)
        .subquery("newest")
    )
    hits = (
        select(
            Article.id.label("article_id"),
            Article.cluster_id,
            Article.source_id,
            Article.url,
            Version.title,
            Article.published_at,
            Version.summary,
            Version.text,
            Version.id.label("version_id"),
        )
        .select_from(newest)
        .join(Version, Version.id == newest.c.version_id)
        .join(Article, Article.id == Version.article_id)
        .where(newest.c.age == 1)
        .order_by(newest.c.score.desc(), Version.id.desc())
        .limit(limit)
    )
    if since is not None:
        hits = hits.where(func.coalesce(Article.published_at, Article.first_seen_at) >= since)
    return [record(SearchHit, row) for row in conn.execute(hits)]


def _found_sqlite(terms: Sequence[str]) -> Subquery:
    query = " ".join(f'"{term}"' for term in terms)
    # bm25 is smaller for a better hit.
    return (
        text("SELECT rowid AS version_id, -bm25(search) AS score FROM search WHERE search MATCH :query")
        .bindparams(query=query)
        .columns(column("version_id", Version.id.type), column("score"))
        .subquery("found")
    )


def _found_postgresql(terms: Sequence[str]) -> Subquery:
    query = " & ".join(quoted(term) for term in terms)
    return (
        text(
            "SELECT version_id, ts_rank(words, CAST(:query AS tsquery)) AS score FROM search"
            " WHERE words @@ CAST(:query AS tsquery)"
        )
        .bindparams(query=query)
        .columns(column("version_id", Version.id.type), column("score"))
        .subquery("found")
    )
