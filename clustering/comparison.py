"""Comparing one text with others: from profiles to the figures of :mod:`clustering.evidence`.

All others are compared in one go (:mod:`clustering.overlaps`), and nothing in what a pair gets depends on which others
are beside it.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clustering.evidence import Counted, Evidence
from clustering.overlaps import Counts, Figures, Lookup, Places, Rows, found_in, longest_runs
from clustering.profile import Profile
from clustering.rarity import Rarity
from clustering.shingles import SHINGLE_LENGTH, membership
from clustering.swaps import Swaps, swaps

_DAY = 86_400.0

_A_PASSAGE = 8
"""Shingles, about three words beyond the first: added to the new part of a lead, so that a lead of which nearly
everything was said before proves nothing by the rest."""

_ACQUAINTED = 0.1
"""Likeness of words; of 1,074 labelled pairs of one story none is below 0.25, of pairs drawn at random 99 in 100 are
below 0.08."""

_WORDS_ENOUGH = 25
"""Five words. What is shorter names a column («كاريكاتير», «حالة الطقس») as often as it tells news."""

_SHORTEST_ITEM = 40  # letters; a shorter rest is a closing formula, not an item

# Below this there is no template to swap anything in, and the comparison word by word can be spared.
_TEMPLATE = 0.25

# One recurring swap is a desk's own word as often as another name: 60 of 1,074 labelled pairs of one story have one.
_OWN_WORD, _MOST_SWAPS = 1, 3

# A toll that grew, a date of another calendar: 33 of the 976 labelled pairs of one story that are this alike have
# numbers swapped, none of them more than three.
_CORRECTED, _MOST_NUMBERS = 3, 5


def weigh_up(left: Profile, right: Profile, rarity: Rarity, counted: Counted) -> Evidence:
    """Compare two profiles, in view of what `rarity` says of the stream; `counted` tells which of the two it holds."""
    return weigh_up_all(left, [right], rarity, [counted])[0]


def weigh_up_all(
    one: Profile, others: Sequence[Profile], rarity: Rarity, counted: Sequence[Counted]
) -> Sequence[Evidence]:
    """Compare a profile with each of the others; `counted` tells for each which of the two `rarity` holds."""
    if not others:
        return []
    texts = [one, *others]
    bodies, words = _Bodies(texts, rarity), _Words(texts, rarity)
    jaccards, passages = bodies.jaccard.tolist(), bodies.longest_passages.tolist()
    leads = list(zip(*(found.tolist() for found in bodies.new_leads(counted)), strict=True))
    alike, within = words.alike.tolist(), words.within.tolist()
    elsewhere, names = words.title_elsewhere.tolist(), words.names_apart.tolist()
    common_words = words.common.tolist()
    made = []
    for place, other in enumerate(others, start=1):
        is_later = (one.version.at, one.version.number) > (other.version.at, other.version.number)
        is_template = jaccards[place] >= _TEMPLATE and common_words[place] < min(len(one.words), len(other.words))
        swapped = swaps(one, other) if is_template else Swaps(0, 0)
        shorter = min(len(one.stream), len(other.stream)) + SHINGLE_LENGTH - 1
        made.append(
            Evidence(
                jaccard=jaccards[place],
                longest_passage=min(1.0, passages[place] / shorter),
                new_lead=leads[place][0 if is_later else 1],
                new_leads=min(leads[place]),
                rare_words=alike[place],
                words_within=within[place],
                title_elsewhere=elsewhere[place],
                other_matter=max(_other_matter(one, other), _other_matter(other, one)),
                names_apart=names[place],
                names_swapped=float(_beyond(swapped.names, _OWN_WORD, _MOST_SWAPS)),
                numbers_swapped=float(_beyond(swapped.numbers, _CORRECTED, _MOST_NUMBERS)),
                numbers_apart=_numbers_apart(one, other),
                ordinals_apart=float(_disjoint(one.title_ordinals, other.title_ordinals)),
                days_apart=abs(one.version.at - other.version.at) / _DAY,
                same_source=float(one.version.source == other.version.source),
                strangers=max(0.0, 1.0 - alike[place] / _ACQUAINTED),
                wordless=float(shorter < _WORDS_ENOUGH),
            )
        )
    return made


def _beyond(found: int, excused: int, most: int) -> int:
    return max(0, min(found, most) - excused)


def _disjoint(left: frozenset[int], right: frozenset[int]) -> bool:
    return bool(left) and bool(right) and not left & right


def _numbers_apart(one: Profile, other: Profile) -> float:
    total = len(one.head_numbers) + len(other.head_numbers)
    agreeing = len(one.head_numbers & other.numbers) + len(other.head_numbers & one.numbers)
    return (total - agreeing) / total if total else 0.0


def _other_matter(one: Profile, other: Profile) -> float:
    if one.aside is None or len(one.stream) - one.aside < _SHORTEST_ITEM:
        return 0.0
    return int(np.count_nonzero(~membership(one.stream[one.aside :], other.shingles))) / len(one.stream)


def _shares(parts: npt.NDArray[np.number], wholes: npt.NDArray[np.number]) -> Figures:
    """Divide, where there is a whole; a share of nothing is 0."""
    return np.asarray(np.divide(parts, wholes, out=np.zeros(len(wholes)), where=wholes > 0))


_NEW_IN = 3  # stories: what stands in fewer than these may be new


class _Bodies:
    """What the body of the first text has in common with those of all; every answer has one figure a text."""

    def __init__(self, texts: Sequence[Profile], rarity: Rarity) -> None:
        self._one, self._texts, self._rarity = texts[0], texts, rarity
        self._lookup = Lookup(self._one.shingles)
        self._sets = Rows([text.shingles for text in texts])
        self._common = self._lookup.find(self._sets.values)
        self._shared = self._sets.count(self._common.at)

    @property
    def jaccard(self) -> Figures:
        """Shingles in common, of all that either has."""
        lengths = self._sets.lengths
        return _shares(self._shared, lengths[0] + lengths - self._shared)

    def new_leads(self, counted: Sequence[Counted]) -> tuple[Figures, Figures]:
        """Return how much of what is new in the lead of the first stands in each text, and the reverse.

        Of no more than the other text could tell at its length: one sentence that is all in the other's lead agrees
        wholly.
        """
        size = len(self._texts)
        leads = Rows([text.lead for text in self._texts])
        stories = np.minimum(self._rarity.stories_with(leads.values), _NEW_IN)
        told = np.zeros(len(leads.values), dtype=np.int64)
        told[self._lookup.find(leads.values).at] = 1
        # By text, whether the other tells it, and in how many stories it stands.
        kinds = (leads.rows * 2 + told) * (_NEW_IN + 1) + stories
        theirs = np.bincount(kinds, minlength=size * 2 * (_NEW_IN + 1)).reshape(size, 2, _NEW_IN + 1).cumsum(axis=2)

        own = leads.bounds[1]
        in_lead = np.full(len(self._one.shingles), _NEW_IN)
        in_lead[self._one.shingles.searchsorted(self._one.lead)] = stories[:own]
        met = self._sets.rows[self._common.at] * (_NEW_IN + 1) + in_lead[self._common.of]
        ours_told = np.bincount(met, minlength=size * (_NEW_IN + 1)).reshape(size, _NEW_IN + 1).cumsum(axis=1)
        ours = np.bincount(stories[:own], minlength=_NEW_IN + 1).cumsum()

        # What stands in the stories of the pair itself is no other story's: see `Counted`.
        of_one, of_others = np.empty(size), np.empty(size)
        limits = self._sets.lengths
        for row, (text, which) in enumerate(zip(self._texts, ("together", *counted), strict=True)):
            one_is_placed = self._one.version.number <= text.version.number
            always, if_told = _own_stories(which, placed=one_is_placed)
            told_new = ours_told[row, always + if_told]
            new = ours[always] - ours_told[row, always] + told_new
            of_one[row] = told_new / (min(new, limits[row]) + _A_PASSAGE)
            always, if_told = _own_stories(which, placed=not one_is_placed)
            told_new = theirs[row, 1, always + if_told]
            new = theirs[row, 0, always] + told_new
            of_others[row] = told_new / (min(new, limits[0]) + _A_PASSAGE)
        return of_one, of_others

    @property
    def longest_passages(self) -> Counts:
        """The length in folded characters of the longest stretch of one body that is found in the other.

        Taken in the shorter body, where the search is cheaper; runs of shared shingles stand for shared passages. Of
        two bodies of one length the better answer counts, since text that repeats itself gives two.
        """
        lengths = np.array([len(text.stream) for text in self._texts])
        known = self._shared > 0
        known[0] = False
        runs = np.zeros(len(self._texts), dtype=np.int64)
        if len(shorter := ((lengths <= lengths[0]) & known).nonzero()[0]):
            streams = Rows([self._texts[row].stream for row in shorter])
            found = self._lookup.find(streams.values).at
            runs[shorter] = longest_runs(found, streams.rows[found], len(shorter))
        if len(longer := ((lengths >= lengths[0]) & known).nonzero()[0]):
            runs[longer] = np.maximum(runs[longer], self._runs_in_first(longer))
        return np.where(runs > 0, runs + SHINGLE_LENGTH - 1, 0)

    def _runs_in_first(self, rows: Counts) -> Counts:
        """Return the longest runs of the first text's stream in some of the texts."""
        known = np.zeros((len(self._texts), len(self._one.shingles)), dtype=np.bool_)
        known[self._sets.rows[self._common.at], self._common.of] = True
        in_order = self._one.shingles.searchsorted(self._one.stream)
        found_rows, found = known[rows].take(in_order, axis=1).nonzero()
        return longest_runs(found + found_rows * len(in_order), found_rows, len(rows))


def _own_stories(counted: Counted, *, placed: bool) -> tuple[int, int]:
    """Return in how many of the stories of a pair a passage of one of its texts stands, and in how many more if told.

    `placed` says that the text itself was counted before the other.
    """
    if counted == "both":
        return 1, 1
    return (1, 0) if placed or counted == "together" else (0, 1)


class _Words:
    """What the words and names of the first text have in common with those of all; one figure a text."""

    def __init__(self, texts: Sequence[Profile], rarity: Rarity) -> None:
        self._one, self._texts = texts[0], texts
        self._words = Rows([text.words for text in texts])
        self._titles = Rows([text.title_words for text in texts])
        self._weights = rarity.weights(self._words.values)
        self._title_weights = rarity.weights(self._titles.values)
        self._common = found_in(self._one.words, self._words.values)
        squares = self._weights**2
        self._totals, self._shared = self._words.sums(squares), self._words.sums(squares, self._common.at)
        self._titles_in_one = found_in(self._one.words, self._titles.values).at
        in_title = np.zeros(len(self._one.words), dtype=np.bool_)
        in_title[self._one.words.searchsorted(self._one.title_words)] = True
        self._one_title_in = self._common.at[in_title[self._common.of]]

    @property
    def common(self) -> Counts:
        """How many words are in common."""
        return self._words.count(self._common.at)

    @property
    def alike(self) -> Figures:
        """How alike the words of the texts are, rare ones counting more: the cosine of the sets weighed by rarity."""
        return _shares(self._shared, np.sqrt(self._totals * self._totals[0]))

    @property
    def within(self) -> Figures:
        """How much of what the words of the poorer text weigh is of words that the other has too."""
        return _shares(self._shared, np.minimum(self._totals, self._totals[0]))

    @property
    def title_elsewhere(self) -> Figures:
        """How much of one title the other text says although the titles differ."""
        in_both = found_in(self._one.title_words, self._titles.values).at
        alike = _cosine(self._titles, self._title_weights, in_both)
        whole = self._titles.sums(self._title_weights)
        told = _shares(self._words.sums(self._weights, self._one_title_in), np.full(len(whole), whole[0]))
        told_of_others = _shares(self._titles.sums(self._title_weights, self._titles_in_one), whole)
        return np.maximum(np.maximum(told, told_of_others) - alike, 0.0)

    @property
    def names_apart(self) -> Figures:
        """Names in the titles that stand nowhere in the other text, of all such names."""
        names = Rows([text.title_names for text in self._texts])
        total = names.lengths + names.lengths[0]
        found = names.count(found_in(self._one.words, names.values).at)
        is_name = np.zeros(len(self._one.words), dtype=np.bool_)
        is_name[self._one.words.searchsorted(self._one.title_names)] = True
        found = found + self._words.count(self._common.at[is_name[self._common.of]])
        return _shares(total - found, total)


def _cosine(sets: Rows, weights: Figures, common: Places) -> Figures:
    squares = weights**2
    totals = sets.sums(squares)
    return _shares(sets.sums(squares, common), np.sqrt(totals * totals[0]))
