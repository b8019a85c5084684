"""Assignment: where a version goes, given how it compares with the members of the clusters around it.

Linking by any single accepted pair chains different stories together, so a version joins the cluster whose members
it agrees with *on average* (average linkage; measured 0.91 against 0.87 on labelled groups), and two clusters become
one only when their members agree on average too: one doubtful link never glues two big clusters.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from clustering.membership import Window
from clustering.settings import Settings
from clustering.verdict import Verdict

# One pair of texts can be as alike as it likes: beyond this its log-odds say nothing more about the other members
# (e**6 is 400 to 1), and one extreme pair must not outvote several moderate ones.
_CLIP = 6.0


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a version goes: `cluster` is None when it founds one."""

    cluster: int | None
    swallowed: tuple[int, ...]
    matches: tuple[tuple[int, Verdict], ...]


class Linkage:
    """How well versions and clusters agree; every pair is judged once."""

    def __init__(self, window: Window, settings: Settings, judge: Callable[[int, int], Verdict], since: float) -> None:
        self._window = window
        self.settings = settings
        self._judge = judge
        self._since = since
        self._verdicts: dict[tuple[int, int], Verdict] = {}

    def verdict(self, left: int, right: int) -> Verdict:
        """Judge a pair of versions."""
        pair = (left, right) if left < right else (right, left)
        if pair not in self._verdicts:
            self._verdicts[pair] = self._judge(*pair)
        return self._verdicts[pair]

    def cluster_of(self, number: int) -> int:
        """Return the cluster that a placed version is in."""
        return self._window[number].cluster

    def accepted(self, number: int, clusters: Collection[int]) -> tuple[tuple[int, Verdict], ...]:
        """Return the members of these clusters that `number` was judged to be of one story with, the surest first."""
        pairs = [
            (right if left == number else left, verdict)
            for (left, right), verdict in self._verdicts.items()
            if number in (left, right) and verdict.same_story
        ]
        found = [(other, verdict) for other, verdict in pairs if self.cluster_of(other) in clusters]
        return tuple(sorted(found, key=lambda pair: (-pair[1].log_odds, pair[0])))

    def is_open(self, cluster: int) -> bool:
        """Tell whether newcomers may join a cluster: while its earliest version is inside the window.

        Otherwise a template that is used every day would carry a cluster on for ever.
        """
        return self._window.began(cluster) >= self._since

    def core(self, cluster: int) -> list[int]:
        """Return the members that speak for a cluster: its earliest and its latest ones."""
        members = self._window.members(cluster, self._since)
        return core(members, self.settings.members)

    def to_cluster(self, number: int, cluster: int, candidates: Sequence[int]) -> float:
        """Return the average log-odds between a version and the core of a cluster with its candidates in it."""
        compared = set(self.core(cluster)).union(candidates)
        return self._average({number}, compared)

    def between(self, left: int, right: int) -> float:
        """Return the average log-odds between the cores of two clusters."""
        return self._average(set(self.core(left)), set(self.core(right)))

    def _average(self, left: set[int], right: set[int]) -> float:
        """Average over pairs of articles; an article with several versions counts once, with the best of them."""
        best: dict[tuple[int, int], float] = {}
        for one in sorted(left):
            for other in sorted(right - left):
                articles = (self._article(one), self._article(other))
                odds = max(-_CLIP, min(_CLIP, self.verdict(one, other).log_odds))
                best[articles] = max(best.get(articles, -_CLIP), odds)
        return sum(best.values()) / len(best) if best else -_CLIP

    def _article(self, number: int) -> int:
        return self._window[number].article if number in self._window else -1


def core(members: Sequence[int], size: int) -> list[int]:
    """Return at most `size` of a cluster's members: the first half from its beginning, the rest from its end.

    The beginning holds what founded the cluster, the end what it has become; either alone would let it drift or
    freeze.
    """
    if len(members) <= size:
        return list(members)
    first = size // 2
    return [*members[:first], *members[first - size :]]


def decide(number: int, own_cluster: int | None, candidates: Sequence[int], linkage: Linkage) -> Decision:
    """Decide where version `number` goes.

    `own_cluster` is the cluster of the article's earlier versions, where it stays; `candidates` are the versions
    found by the index, best first.
    """
    by_cluster: dict[int, list[int]] = {}
    for candidate in candidates:
        cluster = linkage.cluster_of(candidate)
        if cluster == own_cluster or linkage.is_open(cluster):
            by_cluster.setdefault(cluster, []).append(candidate)
    agreeing = {
        cluster: odds
        for cluster, numbers in by_cluster.items()
        if (odds := linkage.to_cluster(number, cluster, numbers)) > linkage.settings.join or cluster == own_cluster
    }
    ranked = sorted(agreeing, key=lambda cluster: (cluster != own_cluster, -agreeing[cluster], cluster))
    home = own_cluster if own_cluster is not None else next(iter(ranked), None)
    if home is None:
        return Decision(None, (), ())
    joined = [home]
    for cluster in ranked if linkage.is_open(home) else ():
        if cluster not in joined and all(linkage.between(cluster, other) > linkage.settings.merge for other in joined):
            joined.append(cluster)
    kept = min(joined)
    return Decision(kept, tuple(sorted(set(joined) - {kept})), linkage.accepted(number, joined))
