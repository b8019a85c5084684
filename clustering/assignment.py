"""Assignment: where a version goes, given how it compares with the members of the clusters around it.

Linking by any single accepted pair chains different stories together, so a version joins the cluster whose members
it agrees with *on average* (average linkage; measured 0.91 against 0.87 on labelled groups), and two clusters become
one only when their members agree on average too: one doubtful link never glues two big clusters.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from clustering.membership import Window
from clustering.settings import Settings
from clustering.verdict import Verdict

# One pair of texts can be as alike as it likes: beyond this its log-odds say nothing more about the other members
# (e**6 is 400 to 1), and one extreme pair must not outvote several moderate ones.
_CLIP = 6.0


LINK = 1.0
"""Log-odds (73 %) that a version needs on average with another cluster to link it to the one that it joins. A text that
hardly agrees with either (a round-up, the weather of two days) is no bridge: with 0 the labelled groups come out the
same on the whole, but forecasts of successive days and round-ups were glued, as a reading of 60 clusters showed."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a version goes: `cluster` is None when it founds one."""

    cluster: int | None
    swallowed: tuple[int, ...]
    matches: tuple[tuple[int, Verdict], ...]


class Linkage:
    """How well a version of `article` and the clusters around it agree; every pair is judged once.

    `judge` is asked for the verdicts on a version and others, several at a time. `since` is where the window begins
    (seconds). `parted` tells which clusters people part, `tied` which articles they keep where they are.
    """

    def __init__(
        self,
        window: Window,
        settings: Settings,
        judge: Callable[[int, Sequence[int]], Sequence[Verdict]],
        since: float,
        article: int,
        parted: Callable[[int, int], bool] = lambda _left, _right: False,
        tied: Callable[[int], bool] = lambda _article: False,
    ) -> None:
        self._window = window
        self.settings = settings
        self._judge = judge
        self._since = since
        self._article_placed = article
        self._parted = parted
        self._tied = tied
        self._verdicts: dict[tuple[int, int], Verdict] = {}

    def judge(self, number: int, others: Iterable[int]) -> None:
        """Judge a version with others in one go, where that was not done yet: much cheaper than one by one."""
        missing = sorted(other for other in others if _pair(number, other) not in self._verdicts)
        if missing:
            for other, verdict in zip(missing, self._judge(number, missing), strict=True):
                self._verdicts[_pair(number, other)] = verdict

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

    def needed(self, cluster: int) -> float:
        """Return the log-odds that a newcomer needs to join a cluster."""
        return self.settings.join if self.is_open(cluster) else float("inf")

    def needed_to_merge(self, left: int, right: int) -> float:
        """Return the log-odds that two clusters need between them to become one.

        What links them agrees with both, which excuses a doubt about a cluster of one article; two of several
        articles must agree themselves, or one text that holds two stories would glue them.
        """
        if min(len(self._articles(left)), len(self._articles(right))) > 1:
            return max(self.settings.merge, 0.0)
        return self.settings.merge

    def _articles(self, cluster: int) -> set[int]:
        return {self._article(member) for member in self._window.members(cluster, self._since)}

    def is_open(self, cluster: int) -> bool:
        """Tell whether a cluster's earliest version is inside the window.

        A cluster that began before it takes in no new article: a template that is used every day would carry it on
        for ever. Letting sure reprints in (log-odds over 4) was worth 0.001 of the adjusted Rand index on the
        labelled groups and did just that.
        """
        return self._window.began(cluster) >= self._since

    def core(self, cluster: int) -> list[int]:
        """Return the members that speak for a cluster: its earliest and its latest ones."""
        members = self._window.members(cluster, self._since)
        return core(members, self.settings.members)

    def others(self, cluster: int) -> set[int]:
        """Return a cluster's core without the versions of the article that is being placed."""
        return {member for member in self.core(cluster) if self._article(member) != self._article_placed}

    def to_others(self, number: int, cluster: int) -> float:
        """Return the average log-odds between a version and the other articles of a cluster's core; 0 without any."""
        others = self.others(cluster)
        return self._average({number}, others) if others else 0.0

    def to_cluster(self, number: int, cluster: int, candidates: Sequence[int]) -> float:
        """Return the average log-odds between a version and the core of a cluster with its candidates in it.

        People put articles together whose texts differ: one of these that disagrees says nothing while another agrees.
        """
        others = self.compared(cluster, candidates)
        self.judge(number, others - {number})
        tied = {other for other in others - {number} if self._tied(self._article(other))}
        agreeing = {other for other in tied if self._verdicts[_pair(number, other)].same_story}
        return self._average({number}, others - tied | agreeing if agreeing else others)

    def compared(self, cluster: int, candidates: Sequence[int]) -> set[int]:
        """Return whom a version is compared with before it joins a cluster: its core and the candidates in it."""
        return set(self.core(cluster)).union(candidates)

    def between(self, number: int, left: int, right: int) -> float:
        """Return the average log-odds between the cores of two clusters; nothing can outweigh what people part.

        For the article that is being placed its newest text `number` speaks, not what it said before.
        """
        if self._parted(left, right):
            return float("-inf")
        return self._average(self._speakers(number, left), self._speakers(number, right))

    def _speakers(self, number: int, cluster: int) -> set[int]:
        core, others = set(self.core(cluster)), self.others(cluster)
        return core if core == others else others | {number}

    def _average(self, left: set[int], right: set[int]) -> float:
        """Average over pairs of articles; an article with several versions counts once, with the best of them."""
        best: dict[tuple[int, int], float] = {}
        others = [(other, self._article(other)) for other in sorted(right - left)]
        for one in sorted(left):
            self.judge(one, right - left)
            article = self._article(one)
            for other, article_of_other in others:
                odds = max(-_CLIP, min(_CLIP, self._verdicts[_pair(one, other)].log_odds))
                articles = article, article_of_other
                if odds > best.get(articles, float("-inf")):
                    best[articles] = odds
        return sum(best.values()) / len(best) if best else -_CLIP

    def _article(self, number: int) -> int:
        return self._window[number].article if number in self._window else self._article_placed


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def core(members: Sequence[int], size: int) -> list[int]:
    """Return at most `size` of a cluster's members: the first half from its beginning, the rest from its end.

    The beginning holds what founded the cluster, the end what it has become; either alone would let it drift or
    freeze.
    """
    if len(members) <= size:
        return list(members)
    first = size // 2
    return [*members[:first], *members[first - size :]]


LEAVE = -2.0
"""Log-odds (12 %) below which a revised text has left the story of its article's earlier ones. Below 0, so that an
article does not go to and fro with every correction of a word."""


def decide(
    number: int, own_cluster: int | None, candidates: Sequence[int], linkage: Linkage, *, held: bool = False
) -> Decision:
    """Decide where version `number` goes.

    `own_cluster` is the cluster of the article's earlier versions. The article stays there as long as its new text
    agrees with the other articles there, or is `held` by people; an article that is alone takes its cluster along.
    `candidates` are the versions found by the index, best first.
    """
    left: int | None = None
    if own_cluster is not None and not held and linkage.to_others(number, own_cluster) < LEAVE:
        own_cluster, left = None, own_cluster
    by_cluster: dict[int, list[int]] = {}
    for candidate in (one for one in candidates if linkage.cluster_of(one) != left):
        by_cluster.setdefault(linkage.cluster_of(candidate), []).append(candidate)
    linkage.judge(
        number, {one for cluster, numbers in by_cluster.items() for one in linkage.compared(cluster, numbers)}
    )
    agreeing = {
        cluster: odds
        for cluster, numbers in by_cluster.items()
        if (odds := linkage.to_cluster(number, cluster, numbers)) > linkage.needed(cluster) or cluster == own_cluster
    }
    ranked = sorted(agreeing, key=lambda cluster: (cluster != own_cluster, -agreeing[cluster], cluster))
    home = own_cluster if own_cluster is not None else next(iter(ranked), None)
    if home is None:
        return Decision(None, (), ())
    joined = [home]
    for cluster in ranked if linkage.is_open(home) else ():
        if cluster in joined or agreeing[cluster] <= LINK:
            continue
        if all(linkage.between(number, cluster, other) > linkage.needed_to_merge(cluster, other) for other in joined):
            joined.append(cluster)
    kept = min(joined)
    return Decision(kept, tuple(sorted(set(joined) - {kept})), linkage.accepted(number, joined))
