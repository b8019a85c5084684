"""Who carries after whom, and how long after, over the matches made last."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, and_, select

from storage.schema import Article, Match, Version, aliased

MOST_MATCHES = 50_000
"""Of more matches the newest so many are looked at: weeks of a large catalogue, read in about a second."""


@dataclass(frozen=True, slots=True)
class Copying:
    """How often `source_id` carried a story after `from_source_id`, whose text its own matched best."""

    source_id: str
    from_source_id: str
    articles: int
    median_lag: timedelta


@dataclass(frozen=True, slots=True)
class _Side:
    """An article of a match: the time its first text stands for, and what decides between equal times."""

    dated: datetime
    version_id: int
    article_id: int
    source_id: str


@dataclass(frozen=True, slots=True)
class _Best:
    """The best match of an article with an earlier one; the smallest rank is the best."""

    rank: tuple[float, datetime, int]
    earlier: _Side
    later: _Side


def copying(conn: Connection, since: datetime) -> list[Copying]:
    """Return the pairs of outlets for the articles dated at or after `since`, the most frequent pair first.

    The view v_copy says the same of single articles, over the whole store.
    """
    best: dict[int, _Best] = {}
    for score, earlier, later in _pairs(conn, since):
        if later.dated < since or earlier.source_id == later.source_id:
            continue
        rank = (-score, earlier.dated, earlier.version_id)
        if later.article_id not in best or rank < best[later.article_id].rank:
            best[later.article_id] = _Best(rank, earlier, later)
    lags: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for one in best.values():
        lag = (one.later.dated - one.earlier.dated).total_seconds()
        lags[one.later.source_id, one.earlier.source_id].append(lag)
    pairs = [
        Copying(source, origin, len(some), timedelta(seconds=median(some))) for (source, origin), some in lags.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair.articles, pair.source_id, pair.from_source_id))


def _pairs(conn: Connection, since: datetime) -> Iterable[tuple[float, _Side, _Side]]:
    """Return the newest matches of articles that are in one story still: the score, the earlier and the later one."""
    last = select(Match).where(Match.kind == "copy").order_by(Match.id.desc()).limit(MOST_MATCHES).subquery()
    version, other_version = aliased(Version), aliased(Version)
    article, other_article = aliased(Article), aliased(Article)
    first, other_first = aliased(Version), aliased(Version)
    rows = conn.execute(
        select(
            last.c.score,
            first.dated_at,
            first.id,
            article.id,
            article.source_id,
            other_first.dated_at,
            other_first.id,
            other_article.id,
            other_article.source_id,
        )
        .join(version, version.id == last.c.version_id)
        .join(article, article.id == version.article_id)
        .join(first, and_(first.article_id == article.id, first.number == 1))
        .join(other_version, other_version.id == last.c.other_version_id)
        .join(other_article, other_article.id == other_version.article_id)
        .join(other_first, and_(other_first.article_id == other_article.id, other_first.number == 1))
        .where(
            article.cluster_id == other_article.cluster_id,
            # An article is not dated after its texts were placed, so what was matched before is of no interest.
            last.c.created_at >= since,
            first.dated_at.is_not(None),
            other_first.dated_at.is_not(None),
        )
    )
    for score, *sides in rows:
        one, two = _Side(*sides[:4]), _Side(*sides[4:])
        earlier, later = sorted((one, two), key=lambda side: (side.dated, side.version_id))
        yield score, earlier, later
