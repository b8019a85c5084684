"""The clusterer: a stream of versions in, placements out.

It keeps an index of signatures and the membership of the versions inside a moving window; texts are asked for and
handed in, so that nothing here reads from anywhere::

    proposal = clusterer.propose(versions)          # finds candidates, says whose texts it needs
    placements = clusterer.place(proposal, texts)   # judges, assigns

The result is a function of the ordered stream and the settings: it does not depend on how the stream is cut into
batches, on what is cached, or on a restart in between (:meth:`Clusterer.restore`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from clustering.assignment import Linkage, core, decide
from clustering.candidates import CandidateIndex
from clustering.compact_index import CompactIndex
from clustering.evidence import weigh_up
from clustering.membership import Member, Window
from clustering.placement import Match, Placement
from clustering.profile import Profile, profile
from clustering.profile_cache import ProfileCache
from clustering.settings import Settings
from clustering.signature import Signature, signature
from clustering.verdict import Verdict, Weights, fitted_weights, judge
from clustering.version import Version

CACHED_PROFILES = 3_000
"""About 15 KB each: 45 MB at most, two hours of a catalogue of 400 busy feeds."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A version that was placed before, as needed to go on after a restart.

    `at` is the time it stands for and `began` that of the earliest version of its cluster, in seconds.
    """

    number: int
    article: int
    source: str
    cluster: int
    at: float
    began: float
    signature: Signature


@dataclass(frozen=True, slots=True)
class Proposal:
    """A batch on its way: profiles, the candidates of each version (best first), and whose texts are `needed`."""

    profiles: Sequence[Profile]
    signatures: Sequence[Signature]
    candidates: Sequence[tuple[int, ...]]
    needed: frozenset[int] = field(default_factory=frozenset)


class Clusterer:
    """Assigns versions to clusters, one after the other.

    `weights` are those of the verdict when not the ones shipped; `cached_profiles` bounds memory, not results.
    """

    def __init__(
        self,
        settings: Settings,
        next_cluster: int = 1,
        *,
        weights: Weights | None = None,
        cached_profiles: int = CACHED_PROFILES,
    ) -> None:
        self._settings = settings
        self._seconds = settings.window.total_seconds()
        self._index = _new_index(settings)
        self._window = Window()
        self._cache = ProfileCache(cached_profiles)
        self._weights = weights or fitted_weights()
        self._next_cluster = next_cluster
        self._latest = float("-inf")  # the latest time in the stream so far

    def restore(self, versions: Iterable[Indexed]) -> None:
        """Take up versions placed earlier, in the order of their numbers."""
        batch: list[tuple[int, float, Signature]] = []
        for version in versions:
            self._window.add(Member(version.number, version.article, version.cluster, version.at), version.began)
            batch.append((version.number, version.at, version.signature))
            self._latest = max(self._latest, version.at)
        self._index.add(batch)
        self._expire()

    def propose(self, versions: Sequence[Version]) -> Proposal:
        """Prepare a batch: profiles and candidates. Does not change what the clusterer knows."""
        profiles = [profile(version) for version in versions]
        signatures = [signature(one.shingles) for one in profiles]
        within = _new_index(self._settings)
        within.add(_entries(profiles, signatures))
        order = {p.version.number: place for place, p in enumerate(profiles)}
        candidates = []
        latest = self._latest
        for place, (one, values) in enumerate(zip(profiles, signatures, strict=True)):
            latest = max(latest, one.version.at)
            found = {
                number: bands
                for number, bands in self._index.candidates(values).items()
                if self._meet(self._window[number].at, one.version.at, latest)
            }
            for number, bands in within.candidates(values).items():
                before = order[number]
                if before < place and self._meet(profiles[before].version.at, one.version.at, latest):
                    found[number] = bands
            # The newest first among equals: the older ones of a template are of clusters that are closed by now.
            best = sorted(found, key=lambda number: (-found[number], -number))
            candidates.append(tuple(best[: self._settings.candidates]))
        needed = self._needed(profiles, candidates, latest)
        return Proposal(profiles, signatures, candidates, frozenset(n for n in needed if n not in self._cache))

    def _meet(self, earlier: float, at: float, latest: float) -> bool:
        """Tell whether a version of time `earlier` is still in the window, and near enough to one of time `at`."""
        return earlier >= latest - self._seconds and abs(earlier - at) <= self._seconds

    def _needed(self, profiles: Sequence[Profile], candidates: Sequence[tuple[int, ...]], latest: float) -> set[int]:
        """Return every version already placed that judging the batch may look at.

        `latest` is the time in the stream after the batch. A cluster's core at any moment of it consists of members
        that are in the core at its end and of members that leave the window until then.
        """
        needed: set[int] = set()
        clusters: set[int] = set()
        for one, numbers in zip(profiles, candidates, strict=True):
            placed = [number for number in numbers if number in self._window]
            needed.update(placed)
            clusters.update(self._window[number].cluster for number in placed)
            own = self._own_cluster(one.version)
            if own is not None:
                clusters.add(own)
        for cluster in clusters:
            now = self._window.members(cluster, self._latest - self._seconds)
            staying = self._window.members(cluster, latest - self._seconds)
            needed.update(core(staying, self._settings.members))
            needed.update(set(now).difference(staying))
        return needed

    def _own_cluster(self, version: Version) -> int | None:
        """Return the cluster that the article's earlier versions are in."""
        own = self._window.cluster_of_article(version.article)
        if own is None and version.cluster is not None:
            own = self._window.living(version.cluster)
        return own

    def place(self, proposal: Proposal, texts: Mapping[int, Version]) -> list[Placement]:
        """Assign the versions of a proposal, in their order; `texts` holds at least those it said it needs."""
        for number in sorted(proposal.needed):
            self._cache.put(profile(texts[number]))
        for one in proposal.profiles:
            self._cache.put(one)
        placements = [
            self._place(one, values, numbers)
            for one, values, numbers in zip(proposal.profiles, proposal.signatures, proposal.candidates, strict=True)
        ]
        self._index.add(_entries(proposal.profiles, proposal.signatures))
        self._cache.trim()
        self._expire()
        return placements

    def _place(self, one: Profile, values: Signature, candidates: tuple[int, ...]) -> Placement:
        version = one.version
        self._latest = max(self._latest, version.at)
        linkage = Linkage(self._window, self._settings, self._judge, self._latest - self._seconds)
        decision = decide(version.number, self._own_cluster(version), candidates, linkage)
        founded = decision.cluster is None
        cluster = self._next_cluster if decision.cluster is None else decision.cluster
        self._next_cluster += founded
        for gone in decision.swallowed:
            self._window.merge(gone, cluster)
        matches = tuple(
            Match(other, "revision" if self._window[other].article == version.article else "copy", verdict)
            for other, verdict in decision.matches
        )
        began = version.at if founded else self._window.began(cluster)
        self._window.add(Member(version.number, version.article, cluster, version.at), began)
        return Placement(version.number, version.article, cluster, founded, values, matches, decision.swallowed)

    def _judge(self, left: int, right: int) -> Verdict:
        return judge(weigh_up(self._cache.get(left), self._cache.get(right)), self._weights)

    def _expire(self) -> None:
        before = self._latest - self._seconds
        self._index.expire(before)
        self._window.expire(before)


def _entries(profiles: Sequence[Profile], signatures: Sequence[Signature]) -> list[tuple[int, float, Signature]]:
    return [(one.version.number, one.version.at, values) for one, values in zip(profiles, signatures, strict=True)]


def _new_index(settings: Settings) -> CandidateIndex:
    if settings.index == "compact":
        return CompactIndex()
    from clustering.datasketch_index import DatasketchIndex  # noqa: PLC0415 - 90 MB for those who choose it

    return DatasketchIndex()
