"""What an index of signatures offers to the clusterer, whichever structure is behind it."""

from collections.abc import Sequence
from typing import Protocol

from clustering.signature import Signature


class CandidateIndex(Protocol):
    """Signatures by number, within a moving window of time."""

    def add(self, items: Sequence[tuple[int, float, Signature]]) -> None:
        """Take in signatures: each with its number (unique, never re-used) and its time in seconds."""

    def candidates(self, values: Signature) -> dict[int, int]:
        """Return the numbers of signatures that share a band with `values`, each with how many bands it shares."""

    def expire(self, before: float) -> None:
        """Forget signatures whose time is before `before` (seconds); they are no candidates from then on."""

    def __len__(self) -> int:
        """Count the signatures that can still be candidates."""
