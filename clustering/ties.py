"""People's decisions while a stream is placed: who may go where, as things stand at this moment."""

from collections import defaultdict

from clustering.corrections import Corrections


class Ties:
    """Follows where the articles of `corrections` are, and answers for every step what people allow."""

    def __init__(self, corrections: Corrections) -> None:
        self._corrections = corrections
        self._homes: dict[int, int] = {}  # group -> cluster
        self._inside: defaultdict[int, set[int]] = defaultdict(set)  # cluster -> groups
        self._standing = set(corrections.standing)
        for article, cluster in corrections.homes.items():
            self.settle(article, cluster)

    def concern(self, article: int) -> bool:
        """Tell whether people decided anything about an article."""
        return article in self._corrections.groups

    def home(self, article: int) -> int | None:
        """Return the cluster that people keep an article in; None when they do not, or nothing of it is placed yet."""
        group = self._corrections.groups.get(article)
        return self._homes.get(group) if group is not None and group in self._corrections.tied else None

    def keep(self, article: int) -> bool:
        """Tell whether people keep an article in its cluster."""
        return self.home(article) is not None

    def bars(self, article: int, cluster: int) -> bool:
        """Tell whether an article must not come into a cluster."""
        group = self._corrections.groups.get(article)
        if group is None or group not in self._corrections.marks:
            return False
        return any(self._apart(group, other) for other in self._inside.get(cluster, ()))

    def parted(self, left: int, right: int) -> bool:
        """Tell whether two clusters must not become one."""
        if left in self._standing and right in self._standing:
            return True
        others = self._inside.get(right, set())
        return any(self._apart(one, other) for one in self._inside.get(left, ()) for other in others)

    def settle(self, article: int, cluster: int) -> None:
        """Note that an article is in a cluster now."""
        group = self._corrections.groups.get(article)
        if group is None:
            return
        before = self._homes.get(group)
        if before is not None:
            self._inside[before].discard(group)
        self._homes[group] = cluster
        self._inside[cluster].add(group)

    def merge(self, gone: int, into: int) -> None:
        """Note that a cluster became part of another one."""
        for group in self._inside.pop(gone, set()):
            self._homes[group] = into
            self._inside[into].add(group)
        if gone in self._standing:
            self._standing.add(into)

    def _apart(self, one: int, other: int) -> bool:
        marks = self._corrections.marks
        theirs = marks.get(other, frozenset())
        return any((number, not right) in theirs for number, right in marks.get(one, frozenset()))
