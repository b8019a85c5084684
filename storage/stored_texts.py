"""What the clusterer reads back: signatures to rebuild its index from, and texts to compare."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.record import record
from storage.schema import Article, Version, aliased

# 2,000 signatures of 512 bytes are 1 MB a step: few round trips, little memory.
CHUNK = 2000
# Texts are some 5 KB each, and the ids go into one IN list.
TEXT_CHUNK = 500


@dataclass(frozen=True, slots=True)
class IndexedVersion:
    """A grouped version as the index needs it.

    `cluster_id` is the living cluster; `article_began_at` and `cluster_began_at` are the times that the earliest
    version of the article, and of the cluster, stands for.
    """

    version_id: int
    article_id: int
    source_id: str
    cluster_id: int
    dated_at: datetime
    fold_version: int
    signature: bytes
    article_began_at: datetime
    cluster_began_at: datetime


@dataclass(frozen=True, slots=True)
class StoredText:
    """A version's text with what a comparison may need to know of it.

    `dated_at` is the time it stands for; until it is grouped, the time it was first seen. `cluster_id` is None so long.
    """

    version_id: int
    article_id: int
    source_id: str
    cluster_id: int | None
    number: int
    title: str
    summary: str
    text: str
    url: str | None
    seen_at: datetime
    published_at: datetime | None
    updated_at: datetime | None
    dated_at: datetime


def latest_dated_at(conn: Connection, before: int | None = None) -> datetime | None:
    """Return the newest time that a grouped version stands for; None when nothing is grouped.

    With `before` only versions with lower ids count.
    """
    newest = select(Version.dated_at).where(Version.dated_at.is_not(None), Version.cluster_id.is_not(None))
    if before is not None:
        newest = newest.where(Version.id < before)
    return conn.execute(newest.order_by(Version.dated_at.desc()).limit(1)).scalar_one_or_none()


def indexed_versions(
    conn: Connection, since: datetime, before: int | None = None, until: datetime | None = None
) -> Iterator[IndexedVersion]:
    """Yield the grouped versions dated from `since` to `until`, by version id, read in steps that are each complete.

    With `before` only versions with lower ids count, as if no other had come yet.
    """
    dated = Version.dated_at >= since
    if until is not None:
        dated &= Version.dated_at <= until
    last = conn.execute(select(func.min(Version.id)).where(dated)).scalar_one_or_none()
    if last is None:
        return
    last -= 1
    mate, other = aliased(Version), aliased(Version)
    mates = mate.cluster_id == Version.cluster_id
    others = other.article_id == Version.article_id
    wanted = dated & Version.cluster_id.is_not(None)
    if before is not None:
        mates &= mate.id < before
        others &= other.id < before
        wanted &= Version.id < before
    cluster_began = select(func.min(mate.dated_at)).where(mates).scalar_subquery()
    article_began = select(func.min(other.dated_at)).where(others).scalar_subquery()
    while True:
        rows = conn.execute(
            select(
                Version.id.label("version_id"),
                Version.article_id,
                Article.source_id,
                Version.cluster_id,
                Version.dated_at,
                Version.fold_version,
                Version.signature,
                article_began.label("article_began_at"),
                cluster_began.label("cluster_began_at"),
            )
            .join(Article, Article.id == Version.article_id)
            .where(Version.id > last, wanted)
            .order_by(Version.id)
            .limit(CHUNK)
        ).all()
        for row in rows:
            yield record(IndexedVersion, row)
        if len(rows) < CHUNK:
            return
        last = rows[-1].version_id


def texts_before(conn: Connection, version_ids: Sequence[int]) -> dict[int, StoredText]:
    """Return, for each of these versions, the version of its article before it that came the same way.

    A feed's text is compared with what the feed gave before, a page's with the page; first ones are left out.
    """
    version, before = aliased(Version), aliased(Version)
    latest = (
        select(func.max(before.id))
        .where(
            before.article_id == version.article_id,
            before.number < version.number,
            before.from_page == version.from_page,
        )
        .scalar_subquery()
    )
    pairs: dict[int, int] = {}
    for start in range(0, len(version_ids), TEXT_CHUNK):
        chosen = select(version.id, latest).where(version.id.in_(version_ids[start : start + TEXT_CHUNK]))
        pairs |= {version_id: earlier for version_id, earlier in conn.execute(chosen) if earlier is not None}
    texts = stored_texts(conn, sorted(set(pairs.values())))
    return {version_id: texts[earlier] for version_id, earlier in pairs.items()}


def stored_signatures(conn: Connection, version_ids: Sequence[int]) -> dict[int, bytes]:
    """Return the signatures of these versions; those that are not grouped yet are left out."""
    chosen = select(Version.id, Version.signature).where(Version.id.in_(version_ids))
    return {version_id: stored for version_id, stored in conn.execute(chosen) if stored is not None}


def stored_texts(conn: Connection, version_ids: Sequence[int]) -> dict[int, StoredText]:
    """Return the texts of these versions; ids that do not exist are left out."""
    texts: dict[int, StoredText] = {}
    for start in range(0, len(version_ids), TEXT_CHUNK):
        rows = conn.execute(
            with_bodies(
                select(
                    Version.id.label("version_id"),
                    Version.article_id,
                    Article.source_id,
                    Version.cluster_id,
                    Version.number,
                    Version.title,
                    SUMMARY,
                    TEXT,
                    Article.url,
                    Version.seen_at,
                    Version.published_at,
                    Version.updated_at,
                    func.coalesce(Version.dated_at, Version.seen_at).label("dated_at"),
                )
                .join(Article, Article.id == Version.article_id)
                .where(Version.id.in_(version_ids[start : start + TEXT_CHUNK]))
            )
        )
        texts |= {row.version_id: record(StoredText, row) for row in rows}
    return texts
