"""Full-text search over the prepared words of every grouped version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, column, exists, func, select, text
from sqlalchemy.sql import Subquery

from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.record import record
from storage.schema import Article, Cluster, Credit, Version
from storage.search_index import quoted
from storage.search_query import AllOf, AnyOf, Filters, Phrase, Query, Term

MOST_RANKED = 5_000
"""Of more hits the newest so many are ranked and shown; nobody turns so many pages, and a common word has half a
million."""

_TITLE_WEIGHT = 4
"""A word in the headline counts as much as four in the text, since the headline says what a text is about. A choice,
not a measurement."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An article with its newest version that holds what is searched for."""

    article_id: int
    cluster_id: int | None
    source_id: str
    url: str | None
    title: str
    published_at: datetime | None
    summary: str
    text: str
    version_id: int


def search(conn: Connection, query: Query, limit: int, offset: int = 0) -> list[SearchHit]:
    """Return the articles of which one version holds what is searched for, best first; with filters only, newest first.

    The words of the query must have been prepared as the indexed ones were. Times are those of publication, or of first
    sight where none is claimed.
    """
    if query.term is None:
        return _browse(conn, query.filters, limit, offset)
    found = _newest(conn, query.term, query.filters, ranked=True)
    newest = select(
        found.c.version_id,
        found.c.score,
        func.row_number().over(partition_by=found.c.article_id, order_by=found.c.version_id.desc()).label("age"),
    ).subquery("newest")
    hits = with_bodies(_hits().join(newest, newest.c.version_id == Version.id)).where(newest.c.age == 1)
    hits = hits.order_by(newest.c.score.desc(), Version.id.desc()).limit(limit).offset(offset)
    return [record(SearchHit, row) for row in conn.execute(hits)]


def clusters_with(conn: Connection, query: Query) -> Select[*tuple[Any, ...]]:
    """Return the choice of the ids of clusters with an article that `search` finds; of more hits, the newest count."""
    if query.term is None:
        chosen = select(Article.cluster_id).join(Version, Version.id == Article.latest_version_id)
        return _filtered(chosen.where(Article.cluster_id.is_not(None)), query.filters)
    found = _newest(conn, query.term, query.filters, ranked=False)
    return select(Version.cluster_id).join(found, found.c.version_id == Version.id)


def _hits() -> Select[*tuple[Any, ...]]:
    return select(
        Article.id.label("article_id"),
        Article.cluster_id,
        Article.source_id,
        Article.url,
        Version.title,
        Article.published_at,
        SUMMARY,
        TEXT,
        Version.id.label("version_id"),
    ).join(Article, Article.id == Version.article_id)


def _browse(conn: Connection, filters: Filters, limit: int, offset: int) -> list[SearchHit]:
    chosen = with_bodies(_hits()).where(Version.id == Article.latest_version_id, Version.cluster_id.is_not(None))
    hits = _filtered(chosen, filters).order_by(Version.id.desc()).limit(limit).offset(offset)
    return [record(SearchHit, row) for row in conn.execute(hits)]


def _newest(conn: Connection, term: Term, filters: Filters, *, ranked: bool) -> Subquery:
    """Return the newest versions that hold what is searched for; if `ranked`, with a score, higher for a better one."""
    on_postgresql = conn.dialect.name == "postgresql"
    matching = (_matching_postgresql if on_postgresql else _matching_sqlite)(term, ranked=ranked)
    chosen = select(*matching.c, Version.article_id).join(Version, Version.id == matching.c.version_id)
    if filters != Filters():
        chosen = _filtered(chosen.join(Article, Article.id == Version.article_id), filters)
    return chosen.order_by(matching.c.version_id.desc()).limit(MOST_RANKED).subquery("found")


def _filtered(chosen: Select[*tuple[Any, ...]], filters: Filters) -> Select[*tuple[Any, ...]]:
    if filters.sources:
        chosen = chosen.where(Article.source_id.in_(filters.sources))
    dated = func.coalesce(Article.published_at, Article.first_seen_at)
    if filters.since is not None:
        chosen = chosen.where(dated >= filters.since)
    if filters.until is not None:
        chosen = chosen.where(dated < filters.until)
    if filters.wires:
        credited = (Credit.version_id == Version.id) & Credit.agency.in_(filters.wires) & (Credit.kind == "credit")
        chosen = chosen.where(exists().where(credited))
    if filters.min_sources > 1:
        # A look at each article's story, never a table of all stories that would do.
        outlets = select(Cluster.sources).where(Cluster.id == Article.cluster_id).scalar_subquery()
        chosen = chosen.where(outlets >= filters.min_sources)
    return chosen


def _matching_sqlite(term: Term, *, ranked: bool) -> Subquery:
    # bm25 is smaller for a better hit.
    score = f"-bm25(search, {_TITLE_WEIGHT}, 1) AS score" if ranked else None
    return _matching("rowid AS version_id", score, "search MATCH :query", _fts5(term))


def _matching_postgresql(term: Term, *, ranked: bool) -> Subquery:
    # The weights of D, C, B and A.
    weights = f"'{{{1 / _TITLE_WEIGHT}, 0, 0, 1}}'"
    score = f"ts_rank({weights}, words, CAST(:query AS tsquery)) AS score" if ranked else None
    return _matching("version_id", score, "words @@ CAST(:query AS tsquery)", _tsquery(term))


def _matching(version: str, score: str | None, condition: str, query: str) -> Subquery:
    columns = [column("version_id", Version.id.type), *([] if score is None else [column("score")])]
    said = version if score is None else f"{version}, {score}"
    found = text(f"SELECT {said} FROM search WHERE {condition}")  # noqa: S608 - our own words
    return found.bindparams(query=query).columns(*columns).subquery("matching")


def _fts5(term: Term) -> str:
    match term:
        case Phrase():
            words = f'"{" ".join(term.words)}"'
            return f"title : {words}" if term.title else words
        case AnyOf():
            return f"({_joined(' OR ', map(_fts5, term.choices))})"
        case AllOf():
            wanted = f"({_joined(' AND ', map(_fts5, term.wanted))})"
            return f"({_joined(' NOT ', [wanted, *map(_fts5, term.unwanted)])})"


def _tsquery(term: Term) -> str:
    match term:
        case Phrase():
            weight = ":A" if term.title else ""
            return f"({_joined(' <-> ', (quoted(word) + weight for word in term.words))})"
        case AnyOf():
            return f"({_joined(' | ', map(_tsquery, term.choices))})"
        case AllOf():
            unwanted = (f"!{_tsquery(one)}" for one in term.unwanted)
            return f"({_joined(' & ', [*map(_tsquery, term.wanted), *unwanted])})"


def _joined(sign: str, parts: Iterable[str]) -> str:
    return sign.join(parts)
