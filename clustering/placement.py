"""What the clusterer decided about a version."""

from dataclasses import dataclass
from typing import Literal

from clustering.signature import Signature
from clustering.verdict import Verdict

MatchKind = Literal["copy", "revision"]


@dataclass(frozen=True, slots=True)
class Match:
    """Why a version is where it is: an `other` version it was found to be of one story with.

    A *copy* was judged by its evidence; a *revision* is another text of the same article, which needs no verdict.
    """

    other: int
    kind: MatchKind
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Carried:
    """A version of another story that this one carries as an item, or that carries this one (`inside`).

    `share` of the item's text stands in the round-up.
    """

    other: int
    inside: bool
    share: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a version went: into `cluster`, which it `founded` or joined.

    `swallowed` names clusters that became part of `cluster` because of this version; they are younger than it.
    `carried` are its relations with versions of other clusters; they bind nothing together.
    """

    number: int
    article: int
    cluster: int
    founded: bool
    signature: Signature
    matches: tuple[Match, ...]
    swallowed: tuple[int, ...]
    carried: tuple[Carried, ...] = ()
