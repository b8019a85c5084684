"""What changed between two texts, word by word; spelling variants that the fold removes are no change."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from clustering.fold import fold

ChangeKind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words, in the spelling of the text they come from: the newer one where both have them."""

    kind: ChangeKind
    words: tuple[str, ...]


def word_diff(old: str, new: str) -> list[Piece]:
    """Return the pieces of two texts in reading order; a replaced run is a removed piece before an added one.

    A line break is a word of its own, so that paragraphs stay visible.
    """
    before, after = tokens(old), tokens(new)
    matcher = SequenceMatcher(
        None, [_compared(word) for word in before], [_compared(word) for word in after], autojunk=False
    )
    pieces = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", tuple(after[c:d])))
            continue
        if a < b:
            pieces.append(Piece("removed", tuple(before[a:b])))
        if c < d:
            pieces.append(Piece("added", tuple(after[c:d])))
    return pieces


def tokens(text: str) -> list[str]:
    """Return the words of a text as they are compared, line breaks among them."""
    return [word for line in text.splitlines() for word in (*line.split(), "\n")][:-1]


def _compared(word: str) -> str:
    # Punctuation alone folds to nothing; it is compared as it is.
    return fold(word) or word
