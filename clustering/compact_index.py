"""An LSH index in sorted arrays: some 700 bytes a signature, where a dictionary of buckets takes thirty times as much.

New signatures start small segments (:mod:`clustering.segment`), which merge when they have grown as large as a share of
their neighbour: the logarithmic method of Bentley and Saxe (1980), which keeps insertions cheap and segments few.

Two different keys meet in the 44 bits of a tag once in some 10**13 comparisons: with a million signatures one query in
two thousand sees one false candidate. That costs a look at a pair which the verdict refuses, and nothing else.
"""

from collections.abc import Sequence

import numpy as np

from clustering.bands import BANDS
from clustering.candidates import BUCKET, Item
from clustering.segment import LIMIT, Places, Segment, Tags, Times, tags
from clustering.signature import Signature

_SEGMENT_LIMIT = LIMIT

_RATIO = 8
"""A segment is merged with the one before it unless that is more than so many times as large. With 1 a signature is
written seldomer but asked for in twice as many segments; of 1 to 16, 8 was the fastest at a million stories."""


class CompactIndex:
    """The index that the service uses; see the module's text for its structure."""

    def __init__(self) -> None:
        self._segments: list[Segment] = []  # oldest and largest first
        self._before = -np.inf

    def add(self, items: Sequence[Item]) -> None:
        """Take in signatures, in the order of their numbers."""
        for start in range(0, len(items), _SEGMENT_LIMIT):
            self._add_segment(Segment.of(items[start : start + _SEGMENT_LIMIT]))

    def _add_segment(self, segment: Segment) -> None:
        self._segments.append(segment)
        while len(self._segments) > 1:
            left, right = self._segments[-2:]
            if len(left) > _RATIO * len(right) or len(left) + len(right) > _SEGMENT_LIMIT:
                break
            self._segments[-2:] = [left.merged(right)]

    def candidates(self, values: Signature) -> dict[int, int]:
        """Return the numbers of all signatures that share a band with `values`, each with how many bands it shares."""
        question = _Question(tags([values]), np.array([self._before]), np.array([np.inf]), most=None)
        return question.asked(self._segments, None)[0]

    def in_turn(self, items: Sequence[Item], latest: float, seconds: float) -> list[dict[int, int]]:
        """Return the candidates of each item, as if it were asked first and added then, one item after the other.

        See :class:`clustering.candidates.CandidateIndex`. What it costs to ask is bounded by :data:`BUCKET`, not by
        how full a bucket is; only signatures outside the span of time that stand between newer ones are looked at in
        addition. Raises ValueError for more than a million items.
        """
        if len(items) > _SEGMENT_LIMIT:
            raise ValueError(f"{len(items)} items at once are more than {_SEGMENT_LIMIT}")
        if not items:
            return []
        wanted = tags([values for _, _, values in items])
        times = np.array([at for _, at, _ in items])
        since = np.maximum(np.maximum.accumulate(np.maximum(times, latest)) - seconds, self._before)
        question = _Question(wanted, since, times + seconds, most=BUCKET)
        return question.asked(self._segments, Segment.of(items, wanted))

    def expire(self, before: float) -> None:
        """Forget signatures whose time is before `before` (seconds).

        They stop being candidates at once; a segment is rewritten when half of it has expired.
        """
        self._before = max(self._before, before)
        self._segments = [kept for segment in self._segments if len(kept := segment.since(self._before))]

    def __len__(self) -> int:
        """Count the signatures that can still be candidates."""
        return sum(segment.alive(self._before) for segment in self._segments)

    @property
    def nbytes(self) -> int:
        """Bytes held in arrays, expired signatures that are not yet cleared included."""
        return sum(segment.nbytes for segment in self._segments)


class _Question:
    """What shares a band with some signatures and has a time from `since` to `until`: the `most` newest of a bucket.

    `wanted` holds the tags of the signatures, a row each; `since` and `until` have a time for each row.
    """

    def __init__(self, wanted: Tags, since: Times, until: Times, most: int | None) -> None:
        self._wanted, self._since, self._until, self._most = wanted.ravel(), since, until, most
        self._rows = len(wanted)

    def asked(self, segments: Sequence[Segment], own: Segment | None) -> list[dict[int, int]]:
        """Return for each row the numbers found and in how many buckets; of `own` only rows before its own count."""
        found = [self._found(segment, is_own=False) for segment in segments]
        if own is not None:
            found.append(self._found(own, is_own=True))
        asked, numbers = (np.concatenate(part) for part in zip(*found, strict=True)) if found else _NOTHING
        if self._most is not None and len(asked):
            asked, numbers = self._newest(asked, numbers)
        answers: list[dict[int, int]] = [{} for _ in range(self._rows)]
        distinct, which = np.unique(numbers, return_inverse=True)
        pairs, buckets = np.unique((asked // BANDS) * len(distinct) + which, return_counts=True)
        rows, which = np.divmod(pairs, max(1, len(distinct)))
        for row, number, count in zip(rows.tolist(), distinct[which].tolist(), buckets.tolist(), strict=True):
            answers[row][number] = count
        return answers

    def _found(self, segment: Segment, *, is_own: bool) -> tuple[Places, Places]:
        """Return which tags were found at which numbers."""
        runs = segment.find(self._wanted)
        first, last = runs.first, runs.last
        for run in (last - first > self._most).nonzero()[0].tolist() if self._most is not None else ():
            row = int(runs.asked[run]) // BANDS
            if is_own:
                last[run] = first[run] + segment.places(np.arange(first[run], last[run])).searchsorted(row)
            first[run] = self._first_of_newest(segment, int(first[run]), int(last[run]), row)
        lengths = last - first
        entries = np.repeat(last - lengths.cumsum(), lengths) + np.arange(lengths.sum())
        places, asked = segment.places(entries), np.repeat(runs.asked, lengths)
        rows, times = asked // BANDS, segment.times[places]
        meant = (times >= self._since[rows]) & (times <= self._until[rows])
        if is_own:
            meant &= places < rows
        return asked[meant], segment.numbers[places[meant]]

    def _first_of_newest(self, segment: Segment, first: int, last: int, row: int) -> int:
        most, since, until = self._most or 0, float(self._since[row]), float(self._until[row])
        return segment.first_of_newest(first, last, most, since, until)

    def _newest(self, asked: Places, numbers: Places) -> tuple[Places, Places]:
        """Keep of each bucket what is newest; segments were cut one by one only."""
        if np.bincount(asked).max() <= (self._most or 0):
            return asked, numbers
        order = np.lexsort((-numbers, asked))
        asked, numbers = asked[order], numbers[order]
        starts = np.concatenate([[0], (asked[1:] != asked[:-1]).nonzero()[0] + 1])
        ranks = np.arange(len(asked)) - np.repeat(starts, np.diff(starts, append=len(asked)))
        kept = ranks < (self._most or 0)
        return asked[kept], numbers[kept]


_NOTHING = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
