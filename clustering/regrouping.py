"""Articles that change their cluster outside the stream: what moves, which ids lead where, what happened.

A cluster that loses its last article leads to where most of its articles went, and one that gets articles back lives
again: so every id keeps leading to what became of its story. The older id survives where two clusters meet by
evidence or by `riwaya merge`; here ids follow the articles, whichever is the older.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Happening = Literal["merged", "split", "moved"]


@dataclass(frozen=True, slots=True)
class Move:
    """An article that leaves the cluster `source` for the cluster `target`."""

    article: int
    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happens to a cluster.

    It `merged` another into itself, was `split` into another, or an `article` `moved` into it from another.
    """

    kind: Happening
    cluster: int
    other: int
    article: int | None = None


@dataclass(frozen=True, slots=True)
class Regrouping:
    """Moves, and what follows from them.

    `founded` are new ids, `revived` those that led elsewhere and live again; `redirects` says where ids lead from
    now on.
    """

    moves: tuple[Move, ...] = ()
    founded: tuple[int, ...] = ()
    revived: tuple[int, ...] = ()
    redirects: Mapping[int, int] | None = None
    changes: tuple[Change, ...] = ()

    @property
    def leads(self) -> Mapping[int, int]:
        """Where ids lead from now on."""
        return self.redirects or {}


def regrouped(
    moves: Sequence[Move],
    members: Mapping[int, Collection[int]],
    leading: Mapping[int, Collection[int]],
    founded: Collection[int] = (),
    led_back: Mapping[int, int] | None = None,
) -> Regrouping:
    """Work out what follows from moves.

    `members` holds the articles of every cluster that loses some, before the moves; `leading` the ids that led to each
    of these. `founded` are targets with new ids. `led_back` are ids that lead to a revived cluster again.
    """
    flows: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for move in moves:
        flows[move.source][move.target] += 1
    reached = {move.target for move in moves}
    back = dict(led_back or {})
    redirects: dict[int, int] = {}
    for source, targets in flows.items():
        if source not in reached and sum(targets.values()) == len(members[source]):
            heir = min(targets, key=lambda target: (-targets[target], target))
            redirects |= dict.fromkeys((source, *leading.get(source, ())), heir)
    redirects |= back
    led = {one for ids in leading.values() for one in ids}
    revived = sorted((reached & led) - set(founded))
    for one in revived:
        redirects.pop(one, None)
    return Regrouping(
        moves=tuple(moves),
        founded=tuple(sorted(founded)),
        revived=tuple(revived),
        redirects=redirects,
        changes=tuple(_changes(moves, flows, redirects, {*founded, *revived})),
    )


def _changes(
    moves: Sequence[Move], flows: Mapping[int, Counter[int]], redirects: Mapping[int, int], born: Collection[int]
) -> list[Change]:
    """Tell what happened: a cluster that went over whole is merged, a new one is split off where most of it was."""
    changes = []
    whole = {source for source, targets in flows.items() if source in redirects and len(targets) == 1}
    for cluster in sorted(born):
        sources = Counter(move.source for move in moves if move.target == cluster)
        changes.append(Change("split", min(sources, key=lambda source: (-sources[source], source)), cluster))
    changes += [Change("merged", redirects[source], source) for source in sorted(whole)]
    changes += [
        Change("moved", move.target, move.source, move.article)
        for move in sorted(moves, key=lambda move: move.article)
        if move.source not in whole
    ]
    return changes


def connected(moves: Sequence[Move]) -> list[list[Move]]:
    """Part moves into groups that have no cluster in common, in the order of their lowest articles.

    Each group can be carried out without the others, and every cluster is as it should be before and after.
    """
    parent: dict[int, int] = {}

    def root(cluster: int) -> int:
        while (above := parent.get(cluster, cluster)) != cluster:
            parent[cluster] = parent.get(above, above)
            cluster = above
        return cluster

    for move in moves:
        parent[root(move.source)] = root(move.target)
    groups: defaultdict[int, list[Move]] = defaultdict(list)
    for move in sorted(moves, key=lambda move: move.article):
        groups[root(move.source)].append(move)
    return list(groups.values())
