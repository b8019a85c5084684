"""What people decided about groups, as the clusterer and the planner of changes take it.

Four kinds: a *merge* keeps articles together; a *split* keeps those that left together, and apart from those that
stayed; *never* keeps two articles apart; a *pin* keeps an article in one cluster. All of them speak of articles, not
of versions: whatever an outlet makes of its text later, the decision holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

CorrectionKind = Literal["merge", "split", "pin", "never"]


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision that is in force.

    `left` and `right` are its two sides. A merge has all its articles on the left; a split those that left on the
    left and those that stayed on the right; *never* one article on each side; a pin the pinned article on the left
    and on the right, if its cluster holds another, one that stands for the cluster (its anchor). `cluster` is the
    cluster that a pin names; it may lead to another one by now.
    """

    number: int
    kind: CorrectionKind
    left: frozenset[int]
    right: frozenset[int] = frozenset()
    cluster: int | None = None

    @property
    def together(self) -> frozenset[int]:
        """The articles that it keeps in one cluster."""
        match self.kind:
            case "merge" | "split":
                return self.left
            case "pin":
                return self.left | self.right
            case "never":
                return frozenset()

    @property
    def parts(self) -> bool:
        """Whether it keeps its left side apart from its right."""
        return self.kind in {"split", "never"}


Mark = tuple[int, bool]
"""A side of a correction that parts: its number, and whether it is the right one."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """All decisions in force, closed under "together": what parts an article parts everything tied to it.

    `groups` gives each article concerned a group, the lowest article in it. `tied` are the groups that people hold in
    one place; the other articles are only kept apart from some. `marks` are the sides that a group is on. `homes` says
    where articles are already. `standing` are clusters that must not become one, because they lie before the part of
    the stream that is run again.
    """

    groups: Mapping[int, int] = field(default_factory=dict)
    tied: frozenset[int] = frozenset()
    marks: Mapping[int, frozenset[Mark]] = field(default_factory=dict)
    homes: Mapping[int, int] = field(default_factory=dict)
    standing: frozenset[int] = frozenset()


UNCORRECTED = Corrections()


def obeyed(
    corrections: Iterable[Correction],
    homes: Mapping[int, int],
    living: Mapping[int, int],
    standing: frozenset[int] = frozenset(),
) -> Corrections:
    """Put decisions into the form that is obeyed; `living` says where the clusters that pins name lead to.

    Articles pinned to one cluster are together, whatever anchors they have.
    """
    groups = _Groups()
    pinned: dict[int, int] = {}
    marks: defaultdict[int, set[Mark]] = defaultdict(set)
    tied: set[int] = set()
    for one in sorted(corrections, key=lambda correction: correction.number):
        tied |= one.together
        groups.join(one.together)
        if one.kind == "pin" and one.cluster is not None:
            (article,) = one.left
            groups.join({article, pinned.setdefault(living[one.cluster], article)})
        if one.parts:
            for right, side in enumerate((one.left, one.right)):
                for article in side:
                    marks[article].add((one.number, bool(right)))
    concerned = sorted({*tied, *marks})
    of_group: defaultdict[int, set[Mark]] = defaultdict(set)
    for article in concerned:
        of_group[groups.of(article)] |= marks.get(article, set())
    return Corrections(
        groups={article: groups.of(article) for article in concerned},
        tied=frozenset(groups.of(article) for article in tied),
        marks={group: frozenset(found) for group, found in of_group.items() if found},
        homes={article: homes[article] for article in concerned if article in homes},
        standing=standing,
    )


class _Groups:
    """Disjoint sets of articles; the lowest article names each."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def of(self, article: int) -> int:
        root = article
        while (parent := self._parent.get(root, root)) != root:
            root = parent
        while article != root:  # every step points at the root from now on
            following = self._parent.get(article, article)
            self._parent[article] = root
            article = following
        return root

    def join(self, articles: Iterable[int]) -> None:
        roots = sorted({self.of(article) for article in articles})
        for root in roots[1:]:
            self._parent[root] = roots[0]
