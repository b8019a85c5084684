"""Swaps: what stands in the same places of two texts and is not the same: names that recur, and numbers.

A template with other facts (cables to two presidents, two executions, two transfers) says the same words around other
names. A rewording swaps words too, but each of them once or twice, and seldom two different ones consistently: of
1,074 labelled pairs of one story 5 have two swaps that recur, and these are «مشروعات» for «مشاريع» and its like.
Numbers need not recur: a bulletin of prices has another one in every place, where a corrected report has one or two.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from clustering.profile import BREAK_HASH, Profile
from clustering.shingles import membership

LONGEST_NAME = 4
"""Words; a longer stretch that differs is another sentence, not another name."""

_RECURS = 2
_NUMBER = re.compile(r"\d+")
# Of the letter pairs of the shorter: «جالاكسي» and «غالاكسي» are one name spelled twice.
_SAME_NAME = 0.5


@dataclass(frozen=True, slots=True)
class Swaps:
    """`names`: different swaps that recur, one for another in two places or more. `numbers`: places with other ones."""

    names: int
    numbers: int


Stretch = tuple[int, int]
"""Where a stretch of words begins and ends in a text."""


def swaps(left: Profile, right: Profile) -> Swaps:
    """Count what two texts have otherwise in the same places.

    A place is known by the word before and the word after it.
    """
    foreign, foreign_to_left = _foreign(left, right), _foreign(right, left)
    if not foreign or not foreign_to_left:
        return Swaps(0, 0)
    ours, theirs = _by_place(left, foreign), _by_place(right, foreign_to_left)
    names: Counter[tuple[str, str]] = Counter()
    numbers = 0
    for place in ours.keys() & theirs.keys():
        names.update((one, other) for one in ours[place] for other in theirs[place] if not _one_name(one, other))
        numbers += _other_numbers(ours[place], theirs[place])
    return Swaps(sum(times >= _RECURS for times in names.values()), numbers)


def _other_numbers(ours: set[str], theirs: set[str]) -> int:
    """Count the numbers of a place (one, or several between the same words) that have another number for partner."""
    found, others = (set(_NUMBER.findall(" ".join(stretches))) for stretches in (ours, theirs))
    if found & others or not found or not others:
        return 0
    return min(sum(bool(_NUMBER.search(stretch)) for stretch in stretches) for stretches in (ours, theirs))


def _by_place(text: Profile, stretches: Sequence[Stretch]) -> dict[tuple[str, str], set[str]]:
    """Return the words of stretches, by the words around them."""
    words = text.stems.split(" ")
    found: dict[tuple[str, str], set[str]] = {}
    for start, end in stretches:
        found.setdefault((words[start - 1], words[end]), set()).add(" ".join(words[start:end]))
    return found


def _foreign(text: Profile, other: Profile) -> Sequence[Stretch]:
    """Return the stretches of words that the other text lacks, those at the ends of the text and long ones left out."""
    foreign = ~(membership(text.word_stream, other.words) | (text.word_stream == BREAK_HASH))
    edges = ((foreign[1:] != foreign[:-1]).nonzero()[0] + 1).tolist()
    if edges and foreign[0]:
        edges.pop(0)
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False) if end - start <= LONGEST_NAME]


def _one_name(one: str, other: str) -> bool:
    pairs, others = _letter_pairs(one), _letter_pairs(other)
    return len(pairs & others) >= _SAME_NAME * min(len(pairs), len(others))


def _letter_pairs(word: str) -> set[str]:
    return {word[place : place + 2] for place in range(len(word) - 1)} or {word}
