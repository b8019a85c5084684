"""The stories of a feed, as the store tells them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from storage.clusters import ClusterSummary
from storage.story_outlets import OutletArticle, changed_at, story_outlets, version_ids
from storage.version_texts import version_texts
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
    kinds = _kinds(conn, store, ids, memory)
    return [
        Story(
            cluster=cluster,
            updated=max(cluster.last_seen, changed.get(cluster.id, cluster.last_seen)),
            articles=outlets.get(cluster.id, ()),
            wires=wires.get(cluster.id, ()),
            kinds=kinds.get(cluster.id, {}),
        )
        for cluster in clusters
    ]


def _kinds(conn: Connection, store: UUID, cluster_ids: Sequence[int], memory: KindMemory) -> dict[int, Kinds]:
    states = {
        cluster_id: (store, versions)
        for cluster_id, versions in version_ids(conn, cluster_ids).items()
        if 1 < len(versions) <= MOST_TRACED
    }
    found = {cluster_id: kinds for cluster_id, state in states.items() if (kinds := memory.get(state)) is not None}
    for cluster_id, versions in version_texts(conn, states.keys() - found.keys()).items():
        found[cluster_id] = kinds_of(versions)
        memory.put(states[cluster_id], found[cluster_id])
    return found
