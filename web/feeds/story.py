"""The stories of a feed, as the store tells them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from storage.cluster_detail import cluster_detail
from storage.clusters import ClusterSummary
from storage.story_outlets import OutletArticle, changed_at, story_outlets, version_ids
from storage.wire import wires_of
from web.feeds.kinds import MOST_TRACED, KindMemory, Kinds, kinds_of


@dataclass(frozen=True, slots=True)
class Story:
    """A story with its articles, the earliest first. `wires` are agencies with the number of texts crediting each.

    `updated` is when it last gained an article or a text; `kinds` is empty for a story too large to trace.
    """

    cluster: ClusterSummary
    updated: datetime
    articles: tuple[OutletArticle, ...]
    wires: tuple[tuple[str, int], ...]
    kinds: Kinds


def read_stories(conn: Connection, store: UUID, clusters: Iterable[ClusterSummary], memory: KindMemory) -> list[Story]:
    """Read what a feed says of these clusters."""
    clusters = tuple(clusters)
    ids = [cluster.id for cluster in clusters]
    outlets, wires, changed = story_outlets(conn, ids), wires_of(conn, ids), changed_at(conn, ids)
    versions = version_ids(conn, ids)
    return [
        Story(
            cluster=cluster,
            updated=max(cluster.last_seen, changed.get(cluster.id, cluster.last_seen)),
            articles=outlets.get(cluster.id, ()),
            wires=wires.get(cluster.id, ()),
            kinds=_kinds(conn, cluster.id, (store, versions.get(cluster.id, ())), memory),
        )
        for cluster in clusters
    ]


def _kinds(conn: Connection, cluster_id: int, state: tuple[UUID, tuple[int, ...]], memory: KindMemory) -> Kinds:
    if not 1 < len(state[1]) <= MOST_TRACED:
        return {}
    kinds = memory.get(state)
    if kinds is None:
        found = cluster_detail(conn, cluster_id)
        kinds = {} if found is None else kinds_of(found)
        memory.put(state, kinds)
    return kinds
