"""Writing down that articles change their cluster other than by a placement. All of it in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from storage.cluster_counts import recount
from storage.events import tell
from storage.placements import next_cluster_id
from storage.schema import Article, Cluster, Version
from storage.standing import homes_of, living_clusters

# Ids in one IN list; SQLite takes 32,766.
BATCH = 1000


class RegroupingRefused(Exception):  # noqa: N818 (it says what happened)
    """The moves contradict the store: somebody else moved an article, or a cluster is not what it should be."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened to a cluster; see `storage.schema.Event`."""

    cluster_id: int
    kind: str
    other_cluster_id: int
    article_id: int | None


@dataclass(frozen=True, slots=True)
class RegroupingRows:
    """`moves` gives articles the cluster they leave and the one they come into, with all their grouped versions.

    `founded` are new clusters, `revived` such as led elsewhere and live again, `redirects` gives ids where they lead
    from now on. `cause` is kept with every event.
    """

    moves: Mapping[int, tuple[int, int]]
    founded: Sequence[int]
    revived: Sequence[int]
    redirects: Mapping[int, int]
    events: Sequence[EventRow]
    cause: Mapping[str, object]


def save_regrouping(conn: Connection, rows: RegroupingRows, now: datetime) -> None:
    """Write moves, redirects, events and counts.

    Raises RegroupingRefused, which must roll the transaction back: an article is not where it should leave from, a
    founded id was used before, or an id is led to a cluster that does not live.
    """
    _lock(conn, rows)
    _refuse_moved(conn, rows)
    if rows.founded:
        if min(rows.founded) < next_cluster_id(conn):
            raise RegroupingRefused(f"founded under an id used before: {min(rows.founded)}")
        conn.execute(insert(Cluster), [_empty(cluster, now) for cluster in rows.founded])
    if rows.revived:
        conn.execute(update(Cluster).where(Cluster.id.in_(rows.revived)).values(merged_into=None))
    if rows.moves:
        places = [{"article": article, "cluster": target} for article, (_, target) in sorted(rows.moves.items())]
        cluster: BindParameter[int] = bindparam("cluster")
        conn.execute(update(Article).where(Article.id == bindparam("article")).values(cluster_id=cluster), places)
        grouped = update(Version).where(Version.article_id == bindparam("article"), Version.cluster_id.is_not(None))
        conn.execute(grouped.values(cluster_id=cluster), places)
    if rows.redirects:
        into: BindParameter[int] = bindparam("into")
        conn.execute(
            update(Cluster).where(Cluster.id == bindparam("gone")).values(merged_into=into),
            [{"gone": gone, "into": living} for gone, living in sorted(rows.redirects.items())],
        )
    _refuse_dead(conn, rows)
    tell(conn, (_event(event, rows.cause, now) for event in rows.events))
    touched = sorted({cluster for move in rows.moves.values() for cluster in move})
    for start in range(0, len(touched), BATCH):
        recount(conn, touched[start : start + BATCH])


def _lock(conn: Connection, rows: RegroupingRows) -> None:
    """Lock the articles by id, as everyone does who updates articles."""
    moved = sorted(rows.moves)
    for start in range(0, len(moved), BATCH):
        chosen = select(Article.id).where(Article.id.in_(moved[start : start + BATCH])).order_by(Article.id)
        conn.execute(chosen.with_for_update(key_share=True)).all()


def _refuse_moved(conn: Connection, rows: RegroupingRows) -> None:
    homes = homes_of(conn, rows.moves)
    strays = [article for article, (source, _) in rows.moves.items() if homes.get(article) != source]
    if strays:
        raise RegroupingRefused(f"these articles are not where they should leave from: {sorted(strays)[:5]}")


def _refuse_dead(conn: Connection, rows: RegroupingRows) -> None:
    reached = {*(target for _, target in rows.moves.values()), *rows.redirects.values()}
    living = living_clusters(conn, reached)
    dead = sorted(cluster for cluster in reached if living.get(cluster) != cluster)
    if dead:
        raise RegroupingRefused(f"these clusters do not live: {dead[:5]}")


def _empty(cluster_id: int, now: datetime) -> dict[str, object]:
    # The counts are those of an empty cluster; `recount` sets them.
    return {
        "id": cluster_id,
        "created_at": now,
        "title": "",
        "articles": 0,
        "sources": 0,
        "versions": 0,
        "first_seen_at": now,
        "last_seen_at": now,
    }


def _event(event: EventRow, cause: Mapping[str, object], now: datetime) -> dict[str, object]:
    return {
        "cluster_id": event.cluster_id,
        "kind": event.kind,
        "other_cluster_id": event.other_cluster_id,
        "article_id": event.article_id,
        "at": now,
        "cause": dict(cause),
    }
