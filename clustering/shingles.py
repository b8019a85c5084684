"""Shingles: the character n-grams of a folded stream, as hashes.

Ten characters make unrelated Arabic articles share a Jaccard of about 0.0004 (0.012 with five), which is what makes
a wide net of candidates affordable.
"""

import numpy as np
import numpy.typing as npt

Shingles = npt.NDArray[np.uint32]

SHINGLE_LENGTH = 10
"""Characters in a shingle; the hash below is written for this length."""

# The multiplier of the rolling hash: odd, so that no power of it loses low bits; its value is the one of Knuth's
# multiplicative hashing, floor(2^32 / golden ratio). Quality is the business of the mixing step in the signature.
_BASE = np.uint32(2_654_435_761)
_BASE_2 = np.uint32(pow(2_654_435_761, 2, 1 << 32))
_BASE_4 = np.uint32(pow(2_654_435_761, 4, 1 << 32))


def shingle_stream(units: npt.NDArray[np.uint16]) -> Shingles:
    """Hash every run of ten units, in the order of the text: shape (len(units) - 9,), or (1,) for a shorter text.

    A text shorter than one shingle is padded with zeros (which no fold contains) and gives one hash; an empty text
    gives none. The hash is the polynomial sum(unit[i + j] * BASE**(9 - j)) modulo 2**32, built by doubling.
    """
    if len(units) == 0:
        return np.empty(0, dtype=np.uint32)
    if len(units) < SHINGLE_LENGTH:
        units = np.pad(units, (0, SHINGLE_LENGTH - len(units)))
    one = units.astype(np.uint32)
    two = one[:-1] * _BASE + one[1:]
    four = two[:-2] * _BASE_2 + two[2:]
    eight = four[:-4] * _BASE_4 + four[4:]
    return eight[:-2] * _BASE_2 + two[8:]


TITLE_GRAM = 6
"""Characters in a shingle of a title, which is too short and too often reworded for ten."""


def title_stream(units: npt.NDArray[np.uint16]) -> Shingles:
    """Hash every run of six units of a title as :func:`shingle_stream` does with ten; shape (len(units) - 5,)."""
    if len(units) < TITLE_GRAM:
        return shingle_stream(units)
    one = units.astype(np.uint32)
    two = one[:-1] * _BASE + one[1:]
    four = two[:-2] * _BASE_2 + two[2:]
    return four[:-2] * _BASE_2 + two[4:]


def distinct(stream: Shingles) -> Shingles:
    """Return the distinct hashes in ascending order (sort and mask: a tenth of what ``np.unique`` costs)."""
    if len(stream) == 0:
        return stream
    ordered = np.sort(stream)
    keep = np.empty(len(ordered), dtype=bool)
    keep[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=keep[1:])
    return ordered[keep]


def shared(left: Shingles, right: Shingles) -> int:
    """Count what two ascending sets of distinct hashes have in common."""
    if len(left) == 0 or len(right) == 0:
        return 0
    if len(left) > len(right):
        left, right = right, left
    places = np.searchsorted(right, left)
    places[places == len(right)] = len(right) - 1
    return int(np.count_nonzero(right[places] == left))


def membership(stream: Shingles, ordered: Shingles) -> npt.NDArray[np.bool_]:
    """Tell for each hash of `stream` whether it stands in the ascending set `ordered`; same shape as `stream`."""
    if len(ordered) == 0:
        return np.zeros(len(stream), dtype=bool)
    places = np.searchsorted(ordered, stream)
    places[places == len(ordered)] = len(ordered) - 1
    return np.asarray(ordered[places] == stream)
