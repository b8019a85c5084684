"""Evidence: what two versions have in common and where they differ, in figures that a person can check."""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from clustering.profile import Profile
from clustering.shingles import SHINGLE_LENGTH, Shingles, membership, shared
from clustering.swaps import recurring_swaps

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures of a pair. Shares are between 0 and 1; every figure is the same whichever version comes first."""

    jaccard: float
    """Shingles of the bodies in common, of all that either has."""

    share_of_longer: float
    """Shingles in common, of those of the longer body."""

    share_of_shorter: float
    """Shingles in common, of those of the shorter body."""

    lead_shingles: float
    """How much of one lead stands anywhere in the other body; the smaller of the two directions."""

    lead_words: float
    """The same in words, which survives light rewording."""

    longest_passage: float
    """The longest passage in common, as a share of the shorter body: one block of old background in two different
    stories is long and alone, while a reworded copy agrees in many places."""

    other_matter: float
    """How much of either body comes after a turn to another matter and is not in the other: a round-up carries the
    story as one item among several."""

    title_words: float
    """Words that the titles share, of those of the shorter title."""

    names_apart: float
    """Names in the titles (words that the title's own body says again) that stand nowhere in the other text, of all
    such names: a new development brings new people and places."""

    names_swapped: float
    """Names that recur in one text where the other has others; the first is not counted, nor more than three."""

    numbers_apart: float
    """Numbers in the title and head of either that stand nowhere in the other, of all such numbers; 0 without any."""

    ordinals_apart: float
    """1 when both titles count («الطائرة الثانية», «الطائرة الثالثة») and not the same, else 0."""

    days_apart: float
    """Time between the two, in days."""

    same_source: float
    """1 when one outlet published both (it seldom repeats itself), else 0."""

    log_length: float
    """Natural logarithm of the shorter folded body's length in characters: short texts agree by chance more often."""

    wordless: float
    """1 when one of the two has no text to speak of: a caption, the name of a column; else 0."""


def weigh_up(left: Profile, right: Profile) -> Evidence:
    """Compare two profiles."""
    common = shared(left.shingles, right.shingles)
    sizes = sorted((len(left.shingles), len(right.shingles)))
    shorter_length = min(len(left.stream), len(right.stream)) + SHINGLE_LENGTH - 1
    jaccard = _share(common, sizes[0] + sizes[1] - common)
    return Evidence(
        jaccard=jaccard,
        share_of_longer=_share(common, sizes[1]),
        share_of_shorter=_share(common, sizes[0]),
        lead_shingles=min(_found(left.lead, right.shingles), _found(right.lead, left.shingles)),
        lead_words=min(_found(left.lead_words, right.words), _found(right.lead_words, left.words)),
        longest_passage=min(1.0, _share(_longest_passage(left, right), shorter_length)),
        other_matter=max(_other_matter(left, right), _other_matter(right, left)),
        title_words=_share(
            shared(left.title_words, right.title_words), min(len(left.title_words), len(right.title_words))
        ),
        names_apart=_share(
            _missing(left.title_names, right) + _missing(right.title_names, left),
            len(left.title_names) + len(right.title_names),
        ),
        names_swapped=_names_swapped(left, right, jaccard),
        numbers_apart=_numbers_apart(left, right),
        ordinals_apart=float(_disjoint(left.title_ordinals, right.title_ordinals)),
        days_apart=abs(left.version.at - right.version.at) / _DAY,
        same_source=float(left.version.source == right.version.source),
        log_length=float(np.log(shorter_length)),
        wordless=float(shorter_length < _WORDS_ENOUGH),
    )


# Five words. What is shorter names a column («كاريكاتير», «حالة الطقس») as often as it tells news.
_WORDS_ENOUGH = 25


def _disjoint(left: frozenset[int], right: frozenset[int]) -> bool:
    return bool(left) and bool(right) and not left & right


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _found(part: Shingles, whole: Shingles) -> float:
    return _share(shared(part, whole), len(part))


_SHORTEST_ITEM = 40  # letters; a shorter rest is a closing formula, not an item


def _other_matter(one: Profile, other: Profile) -> float:
    if one.aside is None or len(one.stream) - one.aside < _SHORTEST_ITEM:
        return 0.0
    return int(np.count_nonzero(~membership(one.stream[one.aside :], other.shingles))) / len(one.stream)


def _missing(names: Shingles, other: Profile) -> int:
    return len(names) - shared(names, other.words)


# Below this there is no template to swap names in, and the comparison word by word can be spared.
_TEMPLATE = 0.25

# One recurring swap is a desk's own word as often as another name: 60 of 1,074 labelled pairs of one story have one.
_OWN_WORD, _MOST_SWAPS = 1, 3


def _names_swapped(left: Profile, right: Profile, jaccard: float) -> float:
    if jaccard < _TEMPLATE:
        return 0.0
    swaps = recurring_swaps(left.stems.split(" "), right.stems.split(" "))
    return float(max(0, min(swaps, _MOST_SWAPS) - _OWN_WORD))


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
