"""Which id each cluster of a new partition gets, when the stored stream was grouped again.

An id follows most of its articles: every old cluster has an heir, the new cluster that holds the largest part of it,
and a new cluster takes the id of the old one that gives it most, among those whose heir it is. The others lead to
their heir. So ids stay wherever a cluster is mostly the same, and grouping again with the same result changes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

Overlaps = Mapping[tuple[int, int], int]
"""How many articles an old and a new cluster have in common."""


def succession(
    homes: Mapping[int, int],
    places: Mapping[int, int],
    kept: Collection[int] = (),
    pinned: Mapping[int, int] | None = None,
) -> dict[int, int | None]:
    """Return the id of every new cluster; None for one that is no old one's heir.

    `homes` gives the old cluster of each article, `places` the new one. `kept` are ids that name the same cluster in
    both. `pinned` gives articles the id that people keep them under.
    """
    overlaps = Counter((homes[article], place) for article, place in places.items())
    taken = set(kept)
    ids: dict[int, int | None] = {place: place if place in taken else None for _, place in overlaps}
    for article, cluster in sorted((pinned or {}).items(), key=lambda pin: (pin[1], pin[0])):
        if article in places and ids[places[article]] is None and cluster not in taken:
            ids[places[article]] = cluster
            taken.add(cluster)
    claims: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for old, place in heirs(overlaps).items():
        if old not in taken:
            claims[place].append((-overlaps[old, place], old))
    for place, found in claims.items():
        if ids[place] is None:
            ids[place] = min(found)[1]
    return ids


def heirs(overlaps: Overlaps) -> dict[int, int]:
    """Return the new cluster that holds the largest part of each old one, the lowest among equals."""
    best: dict[int, tuple[int, int]] = {}
    for (old, place), articles in overlaps.items():
        best[old] = min(best.get(old, (0, 0)), (-articles, place))
    return {old: place for old, (_, place) in best.items()}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one cluster.

    `kept` with the same articles, `changed`, `merged` whole into another, `gone` in parts into several, or `born`.
    `came_from` and `went_to` name the clusters of its articles before and after, the largest share first.
    """

    cluster: int
    kind: str
    came_from: tuple[int, ...] = ()
    went_to: tuple[int, ...] = ()

    @property
    def split(self) -> bool:
        """Whether its articles are in several clusters now."""
        return len(self.went_to) > 1


def fates(overlaps: Overlaps, kept: Collection[int] = ()) -> Iterator[Fate]:
    """Tell what becomes of every cluster, given the overlaps by final ids, in the order of the ids.

    `kept` are ids that live on even where none of these articles is left to them.
    """
    into: defaultdict[int, Counter[int]] = defaultdict(Counter)
    out_of: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for (old, new), articles in overlaps.items():
        into[old][new] += articles
        out_of[new][old] += articles
    for cluster in sorted(into.keys() | out_of.keys()):
        went_to, came_from = _ranked(into[cluster]), _ranked(out_of[cluster])
        if not went_to and cluster not in kept:
            kind = "born"
        elif not came_from and cluster not in kept:
            kind = "merged" if len(went_to) == 1 else "gone"
        else:
            kind = "kept" if {*went_to, *came_from} <= {cluster} else "changed"
        yield Fate(cluster, kind, came_from, went_to)


def _ranked(shares: Counter[int]) -> tuple[int, ...]:
    return tuple(sorted(shares, key=lambda cluster: (-shares[cluster], cluster)))
