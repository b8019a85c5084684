"""Where the API and the pages hand in people's corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from storage.corrections import CorrectionRow

Kind = Literal["merge", "split", "pin", "never"]


class DecisionRefused(Exception):  # noqa: N818 - it says what happened
    """A correction, or an undoing, cannot be; the message says why, and names the correction in the way."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decides.

    merge: `clusters` become one. split: `articles` leave the one cluster. pin: the one article stays in the one
    cluster. never: the two articles are never one story. docs/corrections.md says it in full.
    """

    kind: Kind
    clusters: Sequence[int]
    articles: Sequence[int]
    author: str
    note: str


class Desk(Protocol):
    """Takes corrections. Both calls wait for a few seconds until the decision has taken effect.

    What is still open then (`CorrectionRow.open`) is applied by the running service. Raises DecisionRefused.
    """

    def hand_in(self, decision: Decision) -> CorrectionRow:
        """Write a decision down and see to it that it takes effect; return it as it stands then."""

    def take_back(self, number: int, author: str) -> CorrectionRow:
        """Have a correction undone; return it as it stands then."""
