"""The clusterer: a stream of versions in, placements out.

It keeps an index of signatures and the membership of the versions inside a moving window; texts are asked for and
handed in, so that nothing here reads from anywhere::

    proposal = clusterer.propose(versions)          # finds candidates, says whose texts it needs
    placements = clusterer.place(proposal, texts)   # judges, assigns

The result is a function of the ordered stream, the settings and people's corrections: it does not depend on how the
stream is cut into batches, on what is cached, or on a restart in between (:meth:`Clusterer.restore`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from clustering.assignment import Linkage, core, decide
from clustering.candidates import CandidateIndex, best
from clustering.compact_index import CompactIndex
from clustering.comparison import weigh_up_all
from clustering.corrections import UNCORRECTED, Corrections
from clustering.evidence import Counted
from clustering.membership import LONG_AGO, Member, Window
from clustering.placement import Carried, Match, Placement
from clustering.profile import Profile, profile
from clustering.profile_cache import ProfileCache
from clustering.rarity import Rarity
from clustering.round_up import carried
from clustering.settings import Settings
from clustering.signature import Signature, signature
from clustering.ties import Ties
from clustering.verdict import Verdict, Weights, fitted_weights, judge
from clustering.version import Version

CACHED_PROFILES = 3_000
"""About 15 KB each: 45 MB at most, two hours of a catalogue of 400 busy feeds."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A version that was placed before, as needed to go on after a restart.

    `at` is the time it stands for, `article_began` that of the earliest version of its article and `cluster_began`
    that of its cluster, in seconds.
    """

    number: int
    article: int
    source: str
    cluster: int
    at: float
    article_began: float
    cluster_began: float
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
    `corrections` are obeyed whatever the evidence says.
    """

    def __init__(
        self,
        settings: Settings,
        next_cluster: int = 1,
        *,
        weights: Weights | None = None,
        cached_profiles: int = CACHED_PROFILES,
        corrections: Corrections = UNCORRECTED,
    ) -> None:
        self._settings = settings
        self._seconds = settings.window.total_seconds()
        self._index = _new_index(settings)
        self._window = Window()
        self._cache = ProfileCache(cached_profiles)
        self._weights = weights or fitted_weights()
        self._ties = Ties(corrections)
        self._next_cluster = next_cluster
        self._latest = float("-inf")  # the latest time in the stream so far
        self.rarity = Rarity()
        """What the stream so far has counted; whoever restores a clusterer hands it back."""
        self.judged = 0
        """How many pairs of texts it has judged so far."""

    def __len__(self) -> int:
        """Return how many versions it knows: those inside the window."""
        return len(self._window)

    @property
    def next_cluster(self) -> int:
        """The id that the next cluster gets."""
        return self._next_cluster

    def outlives(self, placements: Iterable[Placement], next_cluster: int) -> bool:
        """Hear of placements that another clusterer made of the same stream with the same counts.

        True where none of them concerns a version or a cluster inside this one's window, or an article of which people
        decided something: then it goes on, with `next_cluster` as the next id. Else it knows too little from now on.
        """
        for one in placements:
            clusters = (one.cluster, *one.swallowed)
            if any(map(self._window.knows, clusters)) or self._window.cluster_of_article(one.article) is not None:
                return False
            if self._ties.concern(one.article):
                return False
        self._next_cluster = next_cluster
        return True

    def restore(self, versions: Iterable[Indexed], rarity: Rarity) -> None:
        """Take up versions placed earlier, in the order of their numbers, and what their stream has counted."""
        self.rarity = rarity
        batch: list[tuple[int, float, Signature]] = []
        began: dict[int, float] = {}
        for version in versions:
            member = Member(version.number, version.article, version.cluster, version.at)
            self._window.add(member, version.article_began)
            began[version.cluster] = version.cluster_began
            batch.append((version.number, version.at, version.signature))
            self._latest = max(self._latest, version.at)
        for cluster, at in began.items():
            if at < self._window.began(cluster):
                self._window.began_before(cluster, at)
        self._index.add(batch)
        self._expire()

    def propose(self, versions: Sequence[Version]) -> Proposal:
        """Prepare a batch: profiles and candidates. Does not change what the clusterer knows."""
        profiles = [profile(version) for version in versions]
        return self.propose_prepared(profiles, [signature(one.shingles, one.lead, one.title) for one in profiles])

    def propose_prepared(
        self,
        profiles: Sequence[Profile],
        signatures: Sequence[Signature],
        candidates: Sequence[tuple[int, ...]] | None = None,
    ) -> Proposal:
        """Do as :meth:`propose` with what was made elsewhere: profiles, signatures, and `candidates` if found there.

        These must be the answers that the index would give in turn, the best of them, best first.
        """
        if candidates is None:
            found = self._index.in_turn(_entries(profiles, signatures), self._latest, self._seconds)
            candidates = [best(one, self._settings.candidates) for one in found]
        latest = max([self._latest, *(one.version.at for one in profiles)])
        needed = self._needed(profiles, candidates, latest)
        return Proposal(profiles, signatures, candidates, frozenset(n for n in needed if n not in self._cache))

    def stored(self) -> None:
        """Hear that the last placements stand in the store, so that later versions name living clusters themselves."""
        self._window.forget_redirects()

    def drop_profiles(self) -> None:
        """Give the memory of prepared texts back; call between two batches. Costs time, changes no result."""
        self._cache.clear()

    def _needed(self, profiles: Sequence[Profile], candidates: Sequence[tuple[int, ...]], latest: float) -> set[int]:
        """Return every version already placed that judging the batch may look at.

        `latest` is the time in the stream after the batch. A cluster's core at any moment of it consists of members
        that would be in the core without those that may leave, and of these: members of articles that are revised in
        the batch, and members that leave the window until its end.
        """
        revised = {one.version.article for one in profiles}
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
            staying = [
                number
                for number in self._window.members(cluster, latest - self._seconds)
                if self._window[number].article not in revised
            ]
            needed.update(core(staying, self._settings.members))
            needed.update(set(now).difference(staying))
        return needed

    def _own_cluster(self, version: Version) -> int | None:
        """Return the cluster that people keep the article in, or else the one that its earlier versions are in."""
        own = self._ties.home(version.article)
        if own is None:
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
        self.rarity.advance(self._latest)
        since = self._latest - self._seconds
        linkage = Linkage(
            self._window, self._settings, self._judge, since, version.article, self._ties.parted, self._ties.keep
        )
        candidates = tuple(n for n in candidates if not self._ties.bars(version.article, self._window[n].cluster))
        held = self._ties.keep(version.article)
        decision = decide(version.number, self._own_cluster(version), candidates, linkage, held=held)
        known = version.cluster is None or self._window.cluster_of_article(version.article) is not None
        began = version.at if known else LONG_AGO  # the article's earlier texts have left the window
        founded = decision.cluster is None
        cluster = self._next_cluster if decision.cluster is None else decision.cluster
        self._next_cluster += founded
        for gone in decision.swallowed:
            self._window.merge(gone, cluster)
            self._ties.merge(gone, cluster)
        self._ties.settle(version.article, cluster)
        source = self._cache.get(decision.matches[0][0]) if decision.matches else None
        self.rarity.count(one, source)
        matches = tuple(
            Match(other, "revision" if self._window[other].article == version.article else "copy", verdict)
            for other, verdict in decision.matches
        )
        if not founded and not self._window.knows(cluster):
            self._window.began_before(cluster, LONG_AGO)
        self._window.move(version.article, cluster)
        self._window.add(Member(version.number, version.article, cluster, version.at), began)
        items = tuple(self._carried(one, [n for n in candidates if self._window[n].cluster != cluster]))
        return Placement(version.number, version.article, cluster, founded, values, matches, decision.swallowed, items)

    def _carried(self, one: Profile, others: Sequence[int]) -> Iterator[Carried]:
        for number in others:
            other = self._cache.get(number)
            if (share := carried(one, other)) is not None:
                yield Carried(number, inside=False, share=share)
            elif (share := carried(other, one)) is not None:
                yield Carried(number, inside=True, share=share)

    def _judge(self, number: int, others: Sequence[int]) -> Sequence[Verdict]:
        self.judged += len(others)
        return self._judged(self._cache.get(number), [self._cache.get(other) for other in others])

    def compare(self, left: Version, right: Version) -> Verdict:
        """Judge a pair by its texts, as it would be judged if the later one came now; changes nothing."""
        return self._judged(profile(left), [profile(right)])[0]

    def _judged(self, one: Profile, others: Sequence[Profile]) -> Sequence[Verdict]:
        found = weigh_up_all(one, others, self.rarity, [self._counted(one, other) for other in others])
        return [judge(evidence, self._weights) for evidence in found]

    def _counted(self, one: Profile, other: Profile) -> Counted:
        left, right = one.version.number, other.version.number
        if left not in self._window or right not in self._window:
            return "earlier"
        return "together" if self._window[left].cluster == self._window[right].cluster else "both"

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
