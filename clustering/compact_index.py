"""An LSH index in sorted arrays: 688 bytes a signature, where a dictionary of buckets takes ten times as much.

Every band of every signature is one 64-bit word: the upper 44 bits are a hash of (band, key), the lower 20 the place
of the signature in its segment. A segment is one ascending array of such words, so a bucket is a run in it and two
binary searches find it. New signatures start small segments, which merge when they have grown as large as their
neighbour: the logarithmic method of Bentley and Saxe (1980), which keeps insertions cheap and segments few.

Two different keys meet in the 44 bits once in some 10**13 comparisons: with a million signatures one query in five
thousand sees one false candidate. That costs a look at a pair which the verdict refuses, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clustering.bands import BANDS, band_keys
from clustering.candidates import BUCKET, Item
from clustering.signature import Signature

_PLACE_BITS = 20
_SEGMENT_LIMIT = 1 << _PLACE_BITS
_PLACE_MASK = np.uint64(_SEGMENT_LIMIT - 1)

# Odd constants of splitmix64 (Steele, Lea and Flood 2014), a mixing step whose output bits all depend on all input.
_GOLDEN = 0x9E3779B97F4A7C15
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_BAND_SALT = np.array([((band + 1) * _GOLDEN) & 0xFFFFFFFFFFFFFFFF for band in range(BANDS)], dtype=np.uint64)


def _tags(values: Signature) -> npt.NDArray[np.uint64]:
    """Return the hash of each band in the upper 44 bits, the lower 20 zero: shape (BANDS,), uint64."""
    mixed = band_keys(values) + _BAND_SALT
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    mixed ^= mixed >> np.uint64(31)
    return np.asarray(mixed & ~_PLACE_MASK)


@dataclass(frozen=True, slots=True)
class _Segment:
    numbers: npt.NDArray[np.int64]  # by place
    times: npt.NDArray[np.float64]  # by place
    entries: npt.NDArray[np.uint64]  # ascending, tag | place


def _segment(items: Sequence[Item]) -> _Segment:
    tags = np.array([_tags(values) for _, _, values in items], dtype=np.uint64).reshape(len(items), BANDS)
    entries = (tags | np.arange(len(items), dtype=np.uint64)[:, np.newaxis]).ravel()
    entries.sort()
    numbers = np.array([number for number, _, _ in items], dtype=np.int64)
    times = np.array([time for _, time, _ in items], dtype=np.float64)
    return _Segment(numbers, times, entries)


def _merged(left: _Segment, right: _Segment) -> _Segment:
    entries = np.concatenate([left.entries, right.entries + np.uint64(len(left.numbers))])
    entries.sort(kind="stable")  # radix or run-merging sort: both halves are ascending already
    return _Segment(np.concatenate([left.numbers, right.numbers]), np.concatenate([left.times, right.times]), entries)


def _without(segment: _Segment, before: float) -> _Segment:
    keep = segment.times >= before
    places = np.cumsum(keep) - 1
    old = (segment.entries & _PLACE_MASK).astype(np.int64)
    alive = keep[old]
    tags = segment.entries[alive] & ~_PLACE_MASK
    entries = tags | places[old[alive]].astype(np.uint64)
    entries.sort(kind="stable")
    return _Segment(segment.numbers[keep], segment.times[keep], entries)


@dataclass(frozen=True, slots=True)
class _Question:
    """Which signatures are in question: those with a time from `since` to `until`, the `most` newest of a bucket."""

    since: float
    until: float
    most: int


def _found(
    tags: npt.NDArray[np.uint64], segments: Sequence[tuple[_Segment, int | None]], question: _Question
) -> dict[int, int]:
    """Count by number the buckets that hold a signature in question; `segments` come newest first.

    A segment is looked at up to a place, where one is given, or whole.
    """
    wanted = np.full(BANDS, question.most)  # from each bucket
    numbers = []
    for segment, before in segments:
        first = np.searchsorted(segment.entries, tags)
        end = tags | (_PLACE_MASK if before is None else np.uint64(before))
        last = np.searchsorted(segment.entries, end, side="right" if before is None else "left")
        for band in np.flatnonzero(last - first > wanted).tolist():
            first[band] = _start(segment, first[band], last[band], wanted[band], question)
        lengths = last - first
        total = int(lengths.sum())
        if not total:
            continue
        runs = np.repeat(last - np.cumsum(lengths), lengths) + np.arange(total)
        places = (segment.entries[runs] & _PLACE_MASK).astype(np.int64)
        times = segment.times[places]
        valid = (times >= question.since) & (times <= question.until)
        wanted -= np.bincount(np.repeat(np.arange(BANDS), lengths)[valid], minlength=BANDS)
        numbers.append(segment.numbers[places[valid]])
    if not numbers:
        return {}
    distinct, buckets = np.unique(np.concatenate(numbers), return_counts=True)
    return dict(zip(distinct.tolist(), buckets.tolist(), strict=True))


def _start(segment: _Segment, first: int, last: int, wanted: int, question: _Question) -> int:
    """Return where in a run of entries the newest `wanted` in question begin.

    A run is in the order of places and so of numbers; the walk from its end is as long as it must be.
    """
    width = wanted
    while wanted:
        start = max(first, last - width)
        times = segment.times[(segment.entries[start:last] & _PLACE_MASK).astype(np.int64)]
        valid = np.flatnonzero((times >= question.since) & (times <= question.until))
        if len(valid) >= wanted:
            return start + int(valid[-wanted])
        if start == first:
            return first
        width *= 2
    return last


class CompactIndex:
    """The index that the service uses; see the module's text for its structure."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []  # oldest and largest first
        self._before = -np.inf

    def add(self, items: Sequence[Item]) -> None:
        """Take in signatures, in the order of their numbers."""
        if not items:
            return
        for start in range(0, len(items), _SEGMENT_LIMIT):
            self._add_segment(items[start : start + _SEGMENT_LIMIT])

    def _add_segment(self, items: Sequence[Item]) -> None:
        self._segments.append(_segment(items))
        while len(self._segments) > 1:
            left, right = self._segments[-2:]
            if len(left.numbers) > len(right.numbers) or len(left.numbers) + len(right.numbers) > _SEGMENT_LIMIT:
                break
            self._segments[-2:] = [_merged(left, right)]

    def candidates(self, values: Signature) -> dict[int, int]:
        """Return the numbers of all signatures that share a band with `values`, each with how many bands it shares."""
        return _found(_tags(values), self._newest_first(), _Question(self._before, np.inf, len(self) or 1))

    def in_turn(self, items: Sequence[Item], latest: float, seconds: float) -> list[dict[int, int]]:
        """Return the candidates of each item, as if it were asked first and added then, one item after the other.

        See :class:`clustering.candidates.CandidateIndex`. What it costs to ask is bounded by :data:`BUCKET`, not by
        how full a bucket is; only signatures outside the span of time that stand between newer ones are looked at in
        addition. Raises ValueError for more than a million items.
        """
        if len(items) > _SEGMENT_LIMIT:
            raise ValueError(f"{len(items)} items at once are more than {_SEGMENT_LIMIT}")
        own, older = _segment(items), self._newest_first()
        answers = []
        for place, (_, at, values) in enumerate(items):
            latest = max(latest, at)
            question = _Question(max(latest - seconds, self._before), at + seconds, BUCKET)
            answers.append(_found(_tags(values), [(own, place), *older], question))
        return answers

    def _newest_first(self) -> list[tuple[_Segment, int | None]]:
        return [(segment, None) for segment in reversed(self._segments)]

    def expire(self, before: float) -> None:
        """Forget signatures whose time is before `before` (seconds).

        They stop being candidates at once; a segment is rewritten when half of it has expired.
        """
        self._before = max(self._before, before)
        kept = []
        for segment in self._segments:
            alive = int(np.count_nonzero(segment.times >= self._before))
            if alive * 2 > len(segment.numbers):
                kept.append(segment)
            elif alive:
                kept.append(_without(segment, self._before))
        self._segments = kept

    def __len__(self) -> int:
        """Count the signatures that can still be candidates."""
        return sum(int(np.count_nonzero(segment.times >= self._before)) for segment in self._segments)

    @property
    def nbytes(self) -> int:
        """Bytes held in arrays, expired signatures that are not yet cleared included."""
        return sum(s.numbers.nbytes + s.times.nbytes + s.entries.nbytes for s in self._segments)
