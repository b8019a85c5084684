"""The versions that wait to be grouped. A version without a cluster is the queue; there is no other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.record import record
from storage.schema import Article, Version


@dataclass(frozen=True, slots=True)
class QueuedVersion:
    """A version to group; `article_cluster_id` is where earlier versions of its article are, if anywhere."""

    version_id: int
    article_id: int
    number: int
    source_id: str
    title: str
    summary: str
    text: str
    published_at: datetime | None
    updated_at: datetime | None
    seen_at: datetime
    dated_at: datetime | None
    article_cluster_id: int | None


def queued_versions() -> Select[*tuple[Any, ...]]:
    """Return the statement that a `QueuedVersion` is read with, without any condition."""
    return with_bodies(
        select(
            Version.id.label("version_id"),
            Version.article_id,
            Version.number,
            Article.source_id,
            Version.title,
            SUMMARY,
            TEXT,
            Version.published_at,
            Version.updated_at,
            Version.seen_at,
            Version.dated_at,
            Article.cluster_id.label("article_cluster_id"),
        ).join(Article, Article.id == Version.article_id)
    )


def unclustered(conn: Connection, limit: int) -> list[QueuedVersion]:
    """Return the waiting versions with the lowest ids, in that order."""
    rows = conn.execute(queued_versions().where(Version.cluster_id.is_(None)).order_by(Version.id).limit(limit))
    return [record(QueuedVersion, row) for row in rows]


@dataclass(frozen=True, slots=True)
class Queue:
    """How many versions wait, and since when the first of them; None when none does."""

    versions: int
    since: datetime | None


def queue(conn: Connection) -> Queue:
    """Return how the queue stands."""
    waiting = Version.cluster_id.is_(None)
    first = select(Version.seen_at).where(waiting).order_by(Version.id).limit(1)
    return Queue(count_unclustered(conn), conn.execute(first).scalar_one_or_none())


def count_unclustered(conn: Connection) -> int:
    """Return how many versions wait."""
    return conn.execute(select(func.count()).select_from(Version).where(Version.cluster_id.is_(None))).scalar_one()


def count_clustered(conn: Connection) -> int:
    """Return how many versions are in a cluster."""
    return conn.execute(select(func.count()).select_from(Version).where(Version.cluster_id.is_not(None))).scalar_one()
