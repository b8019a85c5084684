"""The stored stream grouped again, from a version on, without changing anything: the very clusterer of the service."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from clustering.fold import FOLD_VERSION
from clustering.settings import Settings
from clustering.signature import to_bytes
from clustering.version import Version
from daemon.corrections import pinned_articles
from daemon.rerun_spool import Spool
from daemon.restored_clusterer import restored_clusterer
from daemon.stored_versions import match_rows, stored_version, time_of, version_of
from storage.engine import reading
from storage.placements import next_cluster_id
from storage.queue import QueuedVersion
from storage.stored_stream import Evidence, Stretch, articles_before, clusters_before, stream_part, stretch_since
from storage.stored_texts import StoredText, stored_texts

BATCH = 200
"""Versions placed at a time; the result does not depend on it."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """What came of it.

    `homes` gives the cluster that is stored for every article whose texts were all run again, `places` the one that it
    came into now; ids from `base` on are provisional. `kept` are stored clusters that hold texts from before, whose ids
    stay. `pinned` gives the articles that people pinned their clusters. `counts` is what the
    whole stream has counted now.
    """

    stretch: Stretch
    homes: dict[int, int]
    places: dict[int, int]
    base: int
    kept: frozenset[int]
    pinned: dict[int, int]
    counts: bytes


def rerun(
    engine: Engine,
    settings: Settings,
    since: datetime | None,
    spool: Spool,
    each_batch: Callable[[int, int], None] = lambda _done, _all: None,
) -> Rerun | None:
    """Group the versions again that were seen from `since` on; None when there are none.

    What lies before stays and seeds the window: its articles keep their clusters, and its clusters do not merge with
    one another. The evidence found goes to `spool`. `each_batch` is told how many versions are done, and of how many.
    About 200 bytes an article are kept in memory.
    """
    with reading(engine) as conn:
        stretch = stretch_since(conn, since)
        if stretch is None:
            return None
        base = next_cluster_id(conn)
        clusterer = restored_clusterer(conn, settings, base, stretch.first)
        pinned = pinned_articles(conn)
    homes: dict[int, int] = {}
    places: dict[int, int] = {}
    redirects: dict[int, int] = {}
    after, done = stretch.first - 1, 0
    while True:
        with reading(engine) as conn:
            part = stream_part(conn, after, stretch.last, BATCH)
            old = articles_before(conn, sorted({queued.article_id for queued in part}), stretch.first)
        if not part:
            break
        versions = []
        for queued in part:
            if queued.article_id in old:
                versions.append(version_of(queued))
                continue
            homes[queued.article_id] = queued.article_cluster_id or 0
            versions.append(_afresh(queued, places, redirects))
        proposal = clusterer.propose(versions)
        with reading(engine) as conn:
            texts = stored_texts(conn, sorted(proposal.needed))
        placed = clusterer.place(proposal, {number: _again(text, stretch.first) for number, text in texts.items()})
        for queued, placement in zip(part, placed, strict=True):
            redirects.update(dict.fromkeys(placement.swallowed, placement.cluster))
            if queued.article_id in homes:
                places[queued.article_id] = placement.cluster
        spool.add(
            (
                queued.article_id,
                Evidence(
                    version_id=queued.version_id,
                    dated_at=time_of(queued),
                    fold_version=FOLD_VERSION,
                    signature=to_bytes(placement.signature),
                    matches=match_rows(placement),
                ),
            )
            for queued, placement in zip(part, placed, strict=True)
        )
        after, done = part[-1].version_id, done + len(part)
        each_batch(done, stretch.versions)
    places = {article: _living(cluster, redirects) for article, cluster in places.items()}
    with reading(engine) as conn:
        before = clusters_before(conn, sorted(set(homes.values())), stretch.first)
    kept = frozenset(before | {cluster for cluster in places.values() if cluster < base})
    return Rerun(stretch, homes, places, base, kept, pinned, clusterer.rarity.to_bytes())


def _afresh(queued: QueuedVersion, places: dict[int, int], redirects: dict[int, int]) -> Version:
    """Return a version as if it had just come, of an article that was run again from its first text."""
    place = places.get(queued.article_id)
    return replace(version_of(queued), cluster=None if place is None else _living(place, redirects))


def _again(text: StoredText, first: int) -> Version:
    """Return a text to compare with: its time is worked out anew if it is run again itself."""
    version = stored_version(text)
    if text.version_id < first:
        return version
    return replace(version, at=time_of(text).timestamp())


def _living(cluster: int, redirects: dict[int, int]) -> int:
    while cluster in redirects:
        cluster = redirects[cluster]
    return cluster
