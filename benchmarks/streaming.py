"""Running the clusterer over a whole stream, as the service would."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time

from clustering.clusterer import Clusterer, Proposal
from clustering.settings import Settings
from clustering.verdict import Weights
from clustering.version import Version

BATCH = 200
"""Versions placed at once: about what a busy round of feeds brings."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """The cluster of each version by number, and the seconds of processor time that each batch took."""

    clusters: dict[int, int]
    batches: list[float]

    @property
    def seconds(self) -> float:
        """The seconds of processor time that all of it took."""
        return sum(self.batches)


Watch = Callable[[Clusterer, Proposal], None]
"""Is shown the clusterer after it placed a batch, and the batch."""


def stream(
    versions: Sequence[Version],
    settings: Settings | None = None,
    weights: Weights | None = None,
    watch: Watch | None = None,
) -> Streamed:
    """Cluster versions in the order given."""
    clusterer = Clusterer(settings or Settings(), weights=weights)
    texts = {version.number: version for version in versions}
    cluster_of: dict[int, int] = {}
    merged: dict[int, int] = {}
    batches = []
    for start in range(0, len(versions), BATCH):
        started = process_time()
        proposal = clusterer.propose(versions[start : start + BATCH])
        for placement in clusterer.place(proposal, texts):
            cluster_of[placement.number] = placement.cluster
            merged.update(dict.fromkeys(placement.swallowed, placement.cluster))
        batches.append(process_time() - started)
        if watch:
            watch(clusterer, proposal)
    return Streamed({number: _living(cluster, merged) for number, cluster in cluster_of.items()}, batches)


def _living(cluster: int, merged: dict[int, int]) -> int:
    while cluster in merged:
        cluster = merged[cluster]
    return cluster
