"""Running the clusterer over a whole stream, as the service would."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time

from clustering.clusterer import Clusterer
from clustering.settings import Settings
from clustering.verdict import Weights
from clustering.version import Version

BATCH = 200
"""Versions placed at once: about what a busy round of feeds brings."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """The cluster of each version by number, and the seconds of processor time it took to find them."""

    clusters: dict[int, int]
    seconds: float


def stream(versions: Sequence[Version], settings: Settings | None = None, weights: Weights | None = None) -> Streamed:
    """Cluster versions in the order given."""
    clusterer = Clusterer(settings or Settings(), weights=weights)
    texts = {version.number: version for version in versions}
    cluster_of: dict[int, int] = {}
    merged: dict[int, int] = {}
    started = process_time()
    for start in range(0, len(versions), BATCH):
        for placement in clusterer.place(clusterer.propose(versions[start : start + BATCH]), texts):
            cluster_of[placement.number] = placement.cluster
            merged.update(dict.fromkeys(placement.swallowed, placement.cluster))
    seconds = process_time() - started
    return Streamed({number: _living(cluster, merged) for number, cluster in cluster_of.items()}, seconds)


def _living(cluster: int, merged: dict[int, int]) -> int:
    while cluster in merged:
        cluster = merged[cluster]
    return cluster
