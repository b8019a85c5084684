"""What a correction does to the clusters as they stand, or which earlier one is in its way.

A plan is made of moves; afterwards everything in force must hold, the new decision included. The first that would not
is in the way, and the plan is refused. Nothing is overridden in silence: who wants the newer decision undoes the older.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from clustering.corrections import Correction, CorrectionKind
from clustering.regrouping import Move, Regrouping, regrouped


class Refused(Exception):  # noqa: N818 - it says what happened
    """A correction that cannot be; `number` is the correction in the way, if one is."""

    def __init__(self, reason: str, number: int | None = None) -> None:
        super().__init__(reason)
        self.number = number


@dataclass(frozen=True, slots=True)
class Request:
    """What people ask for: `clusters` and `articles` as they named them, in their order."""

    number: int
    kind: CorrectionKind
    clusters: tuple[int, ...] = ()
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """What a correction did.

    `target` is the cluster that it moved articles to, if any; `came_from` gives these the cluster each was in; `led_to`
    gives the ids that it redirected the cluster that each led to before, itself when it lived.
    """

    correction: Correction
    target: int | None
    came_from: Mapping[int, int]
    led_to: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class World:
    """The clusters as they stand, as far as a plan needs them.

    `living` gives the living cluster of every id that the request or a correction names; `members` the articles of the
    living clusters concerned, the one that stands for the earliest time first; `leading` the ids that lead to each of
    them; `homes` the cluster of every article in these clusters, named, or under a correction.
    """

    living: Mapping[int, int]
    members: Mapping[int, Sequence[int]]
    leading: Mapping[int, Sequence[int]]
    homes: Mapping[int, int]
    in_force: tuple[Correction, ...]
    next_cluster: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a correction or its undoing comes to.

    `correction` holds the two sides as they are kept from now on; `anchors` gives pins whose anchor has left their
    cluster another one, or none.
    """

    correction: Correction
    regrouping: Regrouping = field(default_factory=Regrouping)
    anchors: Mapping[int, int | None] = field(default_factory=dict)


def plan(request: Request, world: World) -> Plan:
    """Work out a correction. Raises Refused."""
    correction, moves = _PLANS[request.kind](request, world)
    founded = {move.target for move in moves if move.target == world.next_cluster}
    regrouping = regrouped(moves, world.members, world.leading, founded)
    return _checked(correction, regrouping, world, (*world.in_force, correction))


def plan_undo(applied: Applied, world: World) -> Plan:
    """Work out how a correction is taken back.

    What it moved returns to where it came from, as far as it still is where it was put; a cluster that it ended lives
    again. What joined later stays where it is. Raises Refused.
    """
    moves = []
    here = None if applied.target is None else world.living[applied.target]
    ended = {one for one, before in applied.led_to.items() if one == before and world.living[one] == here}
    for article, origin in sorted(applied.came_from.items()):
        back = origin if origin in ended else world.living[origin]
        if here is not None and world.homes[article] == here != back:
            moves.append(Move(article, here, back))
    revived = {move.target for move in moves} & ended
    led_back = {
        one: before
        for one, before in applied.led_to.items()
        if one != before and before in revived and world.living[one] == here
    }
    regrouping = regrouped(moves, world.members, world.leading, led_back=led_back)
    left = tuple(one for one in world.in_force if one.number != applied.correction.number)
    return _checked(applied.correction, regrouping, world, left)


def _merge(request: Request, world: World) -> tuple[Correction, list[Move]]:
    clusters = sorted({world.living[one] for one in request.clusters})
    if len(clusters) == 1:
        raise Refused(f"these are one story already, story {clusters[0]}")
    kept = clusters[0]
    moves = [Move(article, cluster, kept) for cluster in clusters[1:] for article in world.members[cluster]]
    together = frozenset(article for cluster in clusters for article in world.members[cluster])
    return Correction(request.number, "merge", together), moves


def _split(request: Request, world: World) -> tuple[Correction, list[Move]]:
    cluster = world.living[request.clusters[0]]
    leaving = frozenset(request.articles)
    for article in request.articles:
        if world.homes[article] != cluster:
            raise Refused(f"article {article} is not in story {cluster} but in story {world.homes[article]}")
    staying = frozenset(world.members[cluster]) - leaving
    if not staying:
        raise Refused(f"nothing would be left of story {cluster}: name the articles that shall leave it, not all")
    moves = [Move(article, cluster, world.next_cluster) for article in sorted(leaving)]
    return Correction(request.number, "split", leaving, staying), moves


def _pin(request: Request, world: World) -> tuple[Correction, list[Move]]:
    (article,) = request.articles
    cluster = world.living[request.clusters[0]]
    for one in world.in_force:
        if one.kind == "pin" and article in one.left and world.living.get(one.cluster or 0) == cluster:
            raise Refused(f"keeps article {article} in story {cluster} already", one.number)
    others = [other for other in world.members[cluster] if other != article]
    moves = [] if world.homes[article] == cluster else [Move(article, world.homes[article], cluster)]
    return Correction(request.number, "pin", frozenset({article}), frozenset(others[:1]), cluster), moves


def _never(request: Request, world: World) -> tuple[Correction, list[Move]]:
    left, right = request.articles
    if left == right:
        raise Refused("name two different articles")
    for one in world.in_force:
        if one.kind == "never" and {left, right} == one.left | one.right:
            raise Refused(f"keeps articles {left} and {right} apart already", one.number)
    home = world.homes[right]
    moves = [Move(right, home, world.next_cluster)] if world.homes[left] == home else []
    return Correction(request.number, "never", frozenset({left}), frozenset({right})), moves


_PLANS: Mapping[str, Callable[[Request, World], tuple[Correction, list[Move]]]] = {
    "merge": _merge,
    "split": _split,
    "pin": _pin,
    "never": _never,
}


def _checked(correction: Correction, regrouping: Regrouping, world: World, in_force: Iterable[Correction]) -> Plan:
    homes = {**world.homes, **{move.article: move.target for move in regrouping.moves}}
    anchors: dict[int, int | None] = {}
    for one in in_force:
        cluster = None if one.cluster is None else _living(one.cluster, regrouping, world)
        reason = _broken(one, cluster, homes)
        if reason is not None:
            raise Refused(reason, one.number)
        if one.kind == "pin" and any(homes[anchor] != cluster for anchor in one.right):
            anchors[one.number] = _anchor(one, world, homes)
    return Plan(correction, regrouping, anchors)


def _living(cluster: int, regrouping: Regrouping, world: World) -> int:
    """Return where an id leads after a plan."""
    if cluster in regrouping.revived:
        return cluster
    return regrouping.leads.get(cluster, world.living[cluster])


def _broken(one: Correction, cluster: int | None, homes: Mapping[int, int]) -> str | None:
    """Say how a decision would not hold; None when it does."""
    if one.kind == "pin":
        (article,) = one.left
        return None if homes[article] == cluster else f"keeps article {article} in story {one.cluster}"
    together = sorted(one.together)
    strays = [article for article in together if homes[article] != homes[together[0]]]
    if strays:
        return f"keeps articles {together[0]} and {strays[0]} together"
    if one.parts:
        here = {homes[article]: article for article in sorted(one.left, reverse=True)}
        for article in sorted(one.right):
            if homes[article] in here:
                return f"keeps articles {here[homes[article]]} and {article} apart"
    return None


def _anchor(pin: Correction, world: World, homes: Mapping[int, int]) -> int | None:
    """Return another article that stands for the cluster of a pin; None when the pinned article is alone there."""
    (article,) = pin.left
    before = world.homes[article]
    rest = (one for one in world.members.get(before, ()) if one != article and homes.get(one, before) == homes[article])
    return next(rest, None)
