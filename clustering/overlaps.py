"""What texts have in common with one of them, counted for all of them at once.

A text that comes is compared with some ten others on average where it meets any, and each comparison is a handful of
small sets. One numpy call over the sets of all texts costs hardly more than the same call over one set, so they are
laid end to end in :class:`Rows`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from clustering.shingles import Shingles

Counts = npt.NDArray[np.int64]
Figures = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

_PREFIX_BITS = 16
_PREFIX = np.uint32(32 - _PREFIX_BITS)


class Rows:
    """Arrays laid end to end: `values` of all, and where each begins and the last ends (`bounds`)."""

    def __init__(self, arrays: Sequence[Shingles]) -> None:
        self.values = np.concatenate(arrays)
        self.bounds = np.array([0, *accumulate(map(len, arrays))])

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def lengths(self) -> Counts:
        """How long each array is."""
        return np.asarray(self.bounds[1:] - self.bounds[:-1])

    @cached_property
    def rows(self) -> Places:
        """For each of `values` the number of its array."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def count(self, places: Places) -> Counts:
        """Count for each array how many of the ascending `places` in `values` belong to it."""
        ends = places.searchsorted(self.bounds)
        return ends[1:] - ends[:-1]

    def sums(self, weights: Figures, places: Places | None = None) -> Figures:
        """Add up for each array the weights of its values, of those at `places` where these are given.

        One after the other, so that a sum depends on nothing but the array itself.
        """
        if places is None:
            return _sums(self.rows, weights, len(self))
        return _sums(self.rows[places], weights[places], len(self))


def _sums(rows: Places, weights: Figures, size: int) -> Figures:
    return np.bincount(rows, weights, size).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True)
class Hits:
    """Where values stand in a set: the value `at` a place, ascending, is the one at the place `of` the set."""

    at: Places
    of: Places


def found_in(ordered: Shingles, values: Shingles) -> Hits:
    """Return which values stand in an ascending set, and where."""
    if not len(ordered):
        return Hits(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    places = ordered.searchsorted(values)
    at = (ordered.take(places, mode="clip") == values).nonzero()[0]
    return Hits(at, places[at])


class Lookup:
    """An ascending set of a thousand hashes and more, to be asked for many values.

    Most values of unrelated texts are not in it. A table of the first 16 bits says so for all but two in a hundred
    without a search, which makes a question four times as fast; the search then decides.
    """

    def __init__(self, ordered: Shingles) -> None:
        self._ordered = ordered
        self._prefixes = np.zeros(1 << _PREFIX_BITS, dtype=np.bool_)
        self._prefixes[ordered >> _PREFIX] = True

    def find(self, values: Shingles) -> Hits:
        """Do as :func:`found_in` does."""
        maybe = self._prefixes[values >> _PREFIX].nonzero()[0]
        found = found_in(self._ordered, values[maybe])
        return Hits(maybe[found.at], found.of)


def longest_runs(places: Places, rows: Places, count: int) -> Counts:
    """Return for each of `count` rows the length of its longest run of successive ascending places."""
    longest = np.zeros(count, dtype=np.int64)
    if len(places):
        apart = places + rows  # the end of one row and the beginning of the next are no run
        starts = np.concatenate([[0], (apart[1:] - apart[:-1] != 1).nonzero()[0] + 1])
        ends = np.append(starts[1:], len(places))
        np.maximum.at(longest, rows[starts], ends - starts)
    return longest
