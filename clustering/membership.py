"""Who is in which cluster, for the versions inside the moving window."""

from bisect import insort
from dataclasses import dataclass
from heapq import heappop, heappush


@dataclass(frozen=True, slots=True)
class Member:
    """A placed version."""

    number: int
    article: int
    cluster: int
    at: float


LONG_AGO = float("-inf")
_FORGOTTEN = 0  # no article has this number


class Window:
    """Membership of recent versions; older ones are forgotten here, never in the store.

    What is asked for is what stands inside the window at that moment (`since`), whether or not the rest has been
    cleared away yet: so answers do not depend on when :meth:`expire` ran.
    """

    def __init__(self) -> None:
        self._members: dict[int, Member] = {}
        self._by_cluster: dict[int, list[int]] = {}
        self._by_article: dict[int, int] = {}
        self._ages: list[tuple[float, int]] = []  # a heap: the oldest member first, by its time and number
        self._redirects: dict[int, int] = {}
        # By cluster and article, the time of the earliest version; those of _FORGOTTEN have left the window.
        self._began: dict[int, dict[int, float]] = {}

    def add(self, member: Member, began: float) -> None:
        """Take in a version, of an article whose earliest version is of the time `began` (seconds).

        Its number is higher than any of its article before.
        """
        self._begin(member.cluster, member.article, min(began, member.at))
        self._members[member.number] = member
        heappush(self._ages, (member.at, member.number))
        insort(self._by_cluster.setdefault(member.cluster, []), member.number)
        self._by_article[member.article] = member.number

    def __getitem__(self, number: int) -> Member:
        return self._members[number]

    def __contains__(self, number: int) -> bool:
        return number in self._members

    def __len__(self) -> int:
        return len(self._members)

    def cluster_of_article(self, article: int) -> int | None:
        """Return the cluster of an article's latest version, or None when that is outside the window."""
        number = self._by_article.get(article)
        return None if number is None else self._members[number].cluster

    def members(self, cluster: int, since: float) -> list[int]:
        """Return the versions in a cluster from `since` on, in the order of their numbers."""
        return [number for number in self._by_cluster.get(cluster, ()) if self._members[number].at >= since]

    def began(self, cluster: int) -> float:
        """Return the time of a cluster's earliest version (seconds); long ago for a cluster outside the window."""
        return min(self._began.get(cluster, {}).values(), default=LONG_AGO)

    def began_before(self, cluster: int, at: float) -> None:
        """Take note that a cluster holds a version of the time `at`, whose article has left the window."""
        self._begin(cluster, _FORGOTTEN, at)

    def _begin(self, cluster: int, article: int, at: float) -> None:
        beginnings = self._began.setdefault(cluster, {})
        beginnings[article] = min(at, beginnings.get(article, at))

    def knows(self, cluster: int) -> bool:
        """Tell whether a cluster has versions inside the window."""
        return cluster in self._by_cluster

    def living(self, cluster: int) -> int:
        """Return the cluster that a swallowed one has become part of, or the cluster itself."""
        while cluster in self._redirects:
            cluster = self._redirects[cluster]
        return cluster

    def forget_redirects(self) -> None:
        """Forget which clusters were swallowed: from now on only living ones are named."""
        self._redirects.clear()

    def merge(self, gone: int, into: int) -> None:
        """Make every member of `gone` one of `into`."""
        self._redirects[gone] = into
        for article, at in self._began.pop(gone, {_FORGOTTEN: LONG_AGO}).items():
            self._begin(into, article, at)
        for number in self._by_cluster.pop(gone, []):
            old = self._members[number]
            self._members[number] = Member(old.number, old.article, into, old.at)
            insort(self._by_cluster.setdefault(into, []), number)

    def move(self, article: int, into: int) -> None:
        """Let an article's versions go along to the cluster `into`."""
        number = self._by_article.get(article)
        gone = None if number is None else self._members[number].cluster
        if gone is None or gone == into:
            return
        for number in [number for number in self._by_cluster[gone] if self._members[number].article == article]:
            old = self._members[number]
            self._members[number] = Member(old.number, old.article, into, old.at)
            self._by_cluster[gone].remove(number)
            insort(self._by_cluster.setdefault(into, []), number)
        self._begin(into, article, self._began[gone].pop(article))
        if not self._by_cluster[gone]:
            del self._by_cluster[gone]
            del self._began[gone]

    def expire(self, before: float) -> None:
        """Forget versions whose time is before `before` (seconds)."""
        while self._ages and self._ages[0][0] < before:
            member = self._members.pop(heappop(self._ages)[1])
            remaining = self._by_cluster[member.cluster]
            remaining.remove(member.number)
            if not remaining:
                del self._by_cluster[member.cluster]
                del self._began[member.cluster]
            if self._by_article.get(member.article) == member.number:
                del self._by_article[member.article]
