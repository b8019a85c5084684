"""A stand-in for the service around the clusterer: it keeps what a store would keep, in dictionaries."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from clustering.clusterer import Clusterer, Indexed
from clustering.placement import Placement
from clustering.rarity import Rarity
from clustering.settings import Settings
from clustering.version import Version


@dataclass(frozen=True, slots=True)
class Run:
    """How a stream is cut up: sizes of the batches in turn, cache, and after which batches the service restarts."""

    batches: Sequence[int] = (1,)
    cached_profiles: int = 3000
    restarts: frozenset[int] = frozenset()


@dataclass
class Placed:
    """What a store holds in the end."""

    placements: dict[int, Placement] = field(default_factory=dict)
    redirects: dict[int, int] = field(default_factory=dict)
    homes: dict[int, int] = field(default_factory=dict)  # by article, the cluster of its newest version
    clusterer: Clusterer = field(default_factory=lambda: Clusterer(Settings()))

    def living(self, cluster: int) -> int:
        """Follow the redirects of swallowed clusters."""
        while cluster in self.redirects:
            cluster = self.redirects[cluster]
        return cluster

    def cluster(self, number: int) -> int:
        """Return the cluster that a version is in now."""
        return self.living(self.homes[self.placements[number].article])

    def groups(self) -> set[frozenset[int]]:
        """Return the numbers of the versions of each cluster."""
        groups: dict[int, set[int]] = {}
        for number in self.placements:
            groups.setdefault(self.cluster(number), set()).add(number)
        return {frozenset(group) for group in groups.values()}

    def facts(self) -> list[tuple[object, ...]]:
        """Return everything that a result consists of, to be compared with another run's."""
        return [
            (
                number,
                one.article,
                one.cluster,
                one.founded,
                one.swallowed,
                one.signature.tobytes(),
                [(match.other, match.kind, match.verdict) for match in one.matches],
            )
            for number, one in sorted(self.placements.items())
        ]


def run(versions: Sequence[Version], settings: Settings | None = None, how: Run | None = None) -> Placed:
    """Place a stream of versions, handing out exactly the texts that are asked for."""
    settings, how = settings or Settings(), how or Run()
    texts = {version.number: version for version in versions}
    placed = Placed()
    clusterer = Clusterer(settings, cached_profiles=how.cached_profiles)
    next_cluster = 1
    start = step = 0
    while start < len(versions):
        size = how.batches[step % len(how.batches)]
        batch = [_queued(version, placed) for version in versions[start : start + size]]
        proposal = clusterer.propose(batch)
        for placement in clusterer.place(proposal, {number: texts[number] for number in proposal.needed}):
            placed.placements[placement.number] = placement
            placed.redirects.update(dict.fromkeys(placement.swallowed, placement.cluster))
            placed.homes[placement.article] = placement.cluster
            next_cluster = max(next_cluster, placement.cluster + 1)
        if step in how.restarts:
            counts = clusterer.rarity.to_bytes()
            clusterer = Clusterer(settings, next_cluster, cached_profiles=how.cached_profiles)
            clusterer.restore(_indexed(texts, placed, settings), Rarity.from_bytes(counts))
        start += size
        step += 1
    placed.clusterer = clusterer
    return placed


def _queued(version: Version, placed: Placed) -> Version:
    known = placed.homes.get(version.article)
    return version if known is None else replace(version, cluster=placed.living(known))


def _indexed(texts: dict[int, Version], placed: Placed, settings: Settings) -> list[Indexed]:
    since = max(texts[number].at for number in placed.placements) - settings.window.total_seconds()
    began: dict[tuple[str, int], float] = {}
    for number, one in placed.placements.items():
        for key in (("article", one.article), ("cluster", placed.cluster(number))):
            began[key] = min(texts[number].at, began.get(key, texts[number].at))
    return [
        Indexed(
            number=number,
            article=one.article,
            source=texts[number].source,
            cluster=placed.cluster(number),
            at=texts[number].at,
            article_began=began["article", one.article],
            cluster_began=began["cluster", placed.cluster(number)],
            signature=one.signature,
        )
        for number, one in sorted(placed.placements.items())
        if texts[number].at >= since
    ]
