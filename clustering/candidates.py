"""What an index of signatures offers to the clusterer, whichever structure is behind it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from clustering.signature import Signature

Item = tuple[int, float, Signature]
"""A signature to be found: its number (unique, ascending, never re-used), its time in seconds, its values."""

BUCKET = 512
"""The most signatures that one bucket answers with, the newest of those in question. The largest bucket of a window
holds 202 in 37,210 real articles, so this cuts nothing but a template gone wild, and bounds what asking costs."""


class CandidateIndex(Protocol):
    """Signatures by number, within a moving window of time."""

    def add(self, items: Sequence[Item]) -> None:
        """Take in signatures, in the order of their numbers."""

    def candidates(self, values: Signature) -> dict[int, int]:
        """Return the numbers of all signatures that share a band with `values`, each with how many bands it shares."""

    def in_turn(self, items: Sequence[Item], latest: float, seconds: float) -> list[dict[int, int]]:
        """Return the candidates of each item, as if it were asked first and added then, one item after the other.

        Candidates are those of :meth:`candidates`, but only where they stand among the :data:`BUCKET` newest of their
        bucket, and with a time no further than `seconds` from the item's own and from the latest time so far, which
        is `latest` before the first item. So the answers do not depend on how a stream is cut into batches. Nothing
        is added.
        """

    def expire(self, before: float) -> None:
        """Forget signatures whose time is before `before` (seconds); they are no candidates from then on."""

    def __len__(self) -> int:
        """Count the signatures that can still be candidates."""


def best(found: Mapping[int, int], most: int) -> tuple[int, ...]:
    """Return at most `most` of the numbers found: those that share most bands first, of equals the newest first.

    The newest, because the older texts of a template are of clusters that are closed by now.
    """
    return tuple(sorted(found, key=lambda number: (-found[number], -number))[:most])
