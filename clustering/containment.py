"""How much of one text stands in another, letter by letter."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clustering.folded_units import fold_units
from clustering.shingles import SHINGLE_LENGTH, Shingles, distinct, membership, shingle_stream


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """A text, ready to be looked up in others: the hashes of its shingles in the order of the text, and their set."""

    stream: Shingles
    shingles: Shingles

    @property
    def characters(self) -> int:
        """The length of the folded text; at least one shingle unless the text is empty."""
        return len(self.stream) + SHINGLE_LENGTH - 1 if len(self.stream) else 0


def passages(text: str) -> Passages:
    """Fold a text and cut it into shingles."""
    stream = shingle_stream(fold_units(text))
    return Passages(stream, distinct(stream))


@dataclass(frozen=True, slots=True)
class Contained:
    """What of a text stands in another.

    `share` is the share of its folded characters that lie in passages of ten or more that the other has too. Counting
    characters and not shingles keeps it near what a reader would say: one word in ten changed leaves a share of 0.9,
    where only three quarters of the shingles survive. `before` and `after` are the lengths of the stretches at the
    beginning and the end that the other text lacks.
    """

    share: float
    characters: int
    before: int
    after: int

    def inside(self, before: int, after: int) -> float:
        """Return the share of the text between what is missing at its ends, where that is no more than so many.

        What is missing at an end and longer is not forgiven at all: a byline or a tagline has its length, and a
        paragraph that was cut is not half of one.
        """
        forgiven = (self.before if self.before <= before else 0) + (self.after if self.after <= after else 0)
        rest = self.characters - forgiven
        return min(1.0, self.share * self.characters / rest) if rest else 0.0


def contained(text: Passages, other: Passages) -> Contained:
    """Tell how much of `text` stands in `other`; an empty text stands in none and holds none."""
    covered = _covered(membership(text.stream, other.shingles))
    places = np.flatnonzero(covered)
    if len(places) == 0:
        return Contained(0.0, text.characters, before=text.characters, after=0)
    return Contained(
        share=len(places) / text.characters,
        characters=text.characters,
        before=int(places[0]),
        after=text.characters - 1 - int(places[-1]),
    )


def _covered(found: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell for each character whether a found shingle covers it: each covers ten, from its own place on."""
    if len(found) == 0:
        return found
    steps = np.zeros(len(found) + SHINGLE_LENGTH, dtype=np.int32)
    steps[: len(found)] += found
    steps[SHINGLE_LENGTH:] -= found
    return np.asarray(np.cumsum(steps)[:-1] > 0)
