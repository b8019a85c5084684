"""Evidence: what two versions have in common and where they differ, in figures that a person can check."""

import math
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from clustering.profile import Profile
from clustering.rarity import Rarity
from clustering.shingles import SHINGLE_LENGTH, Shingles, membership, shared
from clustering.swaps import Swaps, swaps

_DAY = 86_400.0


Counted = Literal["earlier", "both", "together"]
"""Which of a pair the counts of the stream hold: the earlier only (the later is being placed), each as a story of its
own, or both as one story."""

_A_PASSAGE = 8
"""Shingles, about three words beyond the first: added to the new part of a lead, so that a lead of which nearly
everything was said before proves nothing by the rest."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures of a pair. Shares are between 0 and 1; every figure is the same whichever version comes first.

    The earlier of the two is the one with the earlier time, not the one that came first, so that the order of arrival
    matters as little as may be. *New* is what no other story of the last weeks
    says, *rare* a word the more the fewer of them have it (see :class:`clustering.rarity.Rarity`).
    """

    jaccard: float
    """Shingles of the bodies in common, of all that either has."""

    longest_passage: float
    """The longest passage in common, as a share of the shorter body: one block of old background in two different
    stories is long and alone, while a reworded copy agrees in many places."""

    new_lead: float
    """Of what is new in the later lead, the share that stands anywhere in the earlier body. The single best figure: a
    copy's news is its original's; a follow-up or the next day's bulletin has news of its own."""

    new_leads: float
    """The same, for that of the two leads of which less stands in the other body: a round-up's lead is not in its
    items."""

    rare_words: float
    """How alike the words of the two texts are, rare ones counting more (cosine of the sets weighed by rarity)."""

    title_elsewhere: float
    """How much of one title the other text says although the titles differ: one topic, told as another story."""

    other_matter: float
    """How much of either body comes after a turn to another matter and is not in the other: a round-up carries the
    story as one item among several."""

    names_apart: float
    """Names in the titles (words that the title's own body says again) that stand nowhere in the other text, of all
    such names: a new development brings new people and places."""

    names_swapped: float
    """Names that recur in one text where the other has others; the first is not counted, nor more than three."""

    numbers_swapped: float
    """Places of the two texts that have other numbers between the same words; the first three are not counted, nor
    more than five."""

    numbers_apart: float
    """Numbers in the title and head of either that stand nowhere in the other, of all such numbers; 0 without any."""

    ordinals_apart: float
    """1 when both titles count («الطائرة الثانية», «الطائرة الثالثة») and not the same, else 0."""

    days_apart: float
    """Time between the two, in days."""

    same_source: float
    """1 when one outlet published both (it seldom repeats itself), else 0."""

    strangers: float
    """1 when the two have no words in common but the most usual, falling to 0 where they have some."""

    wordless: float
    """1 when one of the two has no text to speak of: a caption, the name of a column; else 0."""


def weigh_up(left: Profile, right: Profile, rarity: Rarity, counted: Counted) -> Evidence:
    """Compare two profiles, in view of what `rarity` says of the stream; `counted` tells which of the two it holds."""
    earlier, later = sorted((left, right), key=lambda one: (one.version.at, one.version.number))
    common = shared(left.shingles, right.shingles)
    jaccard = _share(common, len(left.shingles) + len(right.shingles) - common)
    shorter_length = min(len(left.stream), len(right.stream)) + SHINGLE_LENGTH - 1
    new_of_later, new_of_earlier = _new_leads(earlier, later, rarity, counted)
    title_alike = _alike(left.title_words, right.title_words, rarity)
    swapped = _swapped(left, right, jaccard)
    rare_words = _alike(left.words, right.words, rarity)
    return Evidence(
        jaccard=jaccard,
        longest_passage=min(1.0, _share(_longest_passage(left, right), shorter_length)),
        new_lead=new_of_later,
        new_leads=min(new_of_later, new_of_earlier),
        rare_words=rare_words,
        title_elsewhere=max(0.0, _told(left, right, rarity) - title_alike, _told(right, left, rarity) - title_alike),
        other_matter=max(_other_matter(left, right), _other_matter(right, left)),
        names_apart=_share(
            _missing(left.title_names, right) + _missing(right.title_names, left),
            len(left.title_names) + len(right.title_names),
        ),
        names_swapped=float(_counted(swapped.names, _OWN_WORD, _MOST_SWAPS)),
        numbers_swapped=float(_counted(swapped.numbers, _CORRECTED, _MOST_NUMBERS)),
        numbers_apart=_numbers_apart(left, right),
        ordinals_apart=float(_disjoint(left.title_ordinals, right.title_ordinals)),
        days_apart=abs(left.version.at - right.version.at) / _DAY,
        same_source=float(left.version.source == right.version.source),
        strangers=max(0.0, 1.0 - rare_words / _ACQUAINTED),
        wordless=float(shorter_length < _WORDS_ENOUGH),
    )


# Likeness of words; of 1,074 labelled pairs of one story none is below 0.25, of pairs drawn at random 99 in 100 are
# below 0.08.
_ACQUAINTED = 0.1

# Five words. What is shorter names a column («كاريكاتير», «حالة الطقس») as often as it tells news.
_WORDS_ENOUGH = 25


def _disjoint(left: frozenset[int], right: frozenset[int]) -> bool:
    return bool(left) and bool(right) and not left & right


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _new_leads(earlier: Profile, later: Profile, rarity: Rarity, counted: Counted) -> tuple[float, float]:
    """Return how much of what is new in the later lead stands in the earlier body, and the reverse.

    Of no more than the other text could tell at its length: one sentence that is all in the other's lead agrees wholly.
    """
    placed, coming = sorted((earlier, later), key=lambda one: one.version.number)
    found = []
    for one, other in ((later, earlier), (earlier, later)):
        own = 1 * (membership(one.lead, placed.shingles) | (counted == "together"))
        if counted == "both":
            own = own + membership(one.lead, coming.shingles)
        new = rarity.stories_with(one.lead) <= own
        told = membership(one.lead, other.shingles)
        could_tell = min(int(np.count_nonzero(new)), len(other.shingles))
        found.append(int(np.count_nonzero(new & told)) / (could_tell + _A_PASSAGE))
    return found[0], found[1]


def _alike(left: Shingles, right: Shingles, rarity: Rarity) -> float:
    squares = [float((rarity.weights(words) ** 2).sum()) for words in (left, right, _both(left, right))]
    return squares[2] / math.sqrt(squares[0] * squares[1]) if squares[0] and squares[1] else 0.0


def _told(title_of: Profile, other: Profile, rarity: Rarity) -> float:
    whole = float(rarity.weights(title_of.title_words).sum())
    return float(rarity.weights(_both(title_of.title_words, other.words)).sum()) / whole if whole else 0.0


def _both(left: Shingles, right: Shingles) -> Shingles:
    return left[membership(left, right)]


_SHORTEST_ITEM = 40  # letters; a shorter rest is a closing formula, not an item


def _other_matter(one: Profile, other: Profile) -> float:
    if one.aside is None or len(one.stream) - one.aside < _SHORTEST_ITEM:
        return 0.0
    return int(np.count_nonzero(~membership(one.stream[one.aside :], other.shingles))) / len(one.stream)


def _missing(names: Shingles, other: Profile) -> int:
    return len(names) - shared(names, other.words)


# Below this there is no template to swap anything in, and the comparison word by word can be spared.
_TEMPLATE = 0.25

# One recurring swap is a desk's own word as often as another name: 60 of 1,074 labelled pairs of one story have one.
_OWN_WORD, _MOST_SWAPS = 1, 3

# A toll that grew, a date of another calendar: 33 of the 976 labelled pairs of one story that are this alike have
# numbers swapped, none of them more than three.
_CORRECTED, _MOST_NUMBERS = 3, 5


def _swapped(left: Profile, right: Profile, jaccard: float) -> Swaps:
    return swaps(left.stems.split(" "), right.stems.split(" ")) if jaccard >= _TEMPLATE else Swaps(0, 0)


def _counted(found: int, excused: int, most: int) -> int:
    return max(0, min(found, most) - excused)


def _numbers_apart(left: Profile, right: Profile) -> float:
    total = len(left.head_numbers) + len(right.head_numbers)
    agreeing = shared(left.head_numbers, right.numbers) + shared(right.head_numbers, left.numbers)
    return _share(total - agreeing, total)


def _longest_passage(left: Profile, right: Profile) -> int:
    """Return the length in folded characters of the longest stretch of one body whose shingles all stand in the other.

    Taken in the shorter body, where the search is cheaper; runs of shared shingles stand for shared passages. Of two
    bodies of one length the better answer counts, since text that repeats itself gives two.
    """
    if len(left.stream) > len(right.stream):
        left, right = right, left
    run = _longest_run(membership(left.stream, right.shingles))
    if len(left.stream) == len(right.stream):
        run = max(run, _longest_run(membership(right.stream, left.shingles)))
    return run + SHINGLE_LENGTH - 1 if run else 0


def _longest_run(flags: npt.NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def figures(evidence: Evidence) -> dict[str, float]:
    """Return the figures by name, rounded to what a person reads."""
    return {name: round(value, 4) for name, value in asdict(evidence).items()}
