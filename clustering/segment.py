"""A segment of the compact index: the band hashes of up to a million signatures in one ascending array.

An entry is one 64-bit word for a band of a signature: the upper 44 bits are a hash of (band, key), called the tag, the
lower 20 the place of the signature in its segment. A bucket is a run of entries with one tag. A directory by the first
bits of the tag says where to look: a search by halves through a whole array of a million stories would wait for the
memory some twenty times, here it waits for the directory once and then looks at a few neighbouring lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clustering.bands import BANDS
from clustering.candidates import Item
from clustering.signature import VALUES, Signature

PLACE_BITS = 20
LIMIT = 1 << PLACE_BITS
"""Signatures that a segment can hold."""

_PLACE_MASK = np.uint64(LIMIT - 1)

_PER_DIRECTORY = 32
"""At least so many entries for each of the directory's: a twentieth of a byte an entry, which keeps a story under 700
bytes. With half as many the search takes one step less, a tenth of its time."""

_CHUNK = 4_096  # signatures hashed at a time: what they need then stays in the cache

# Odd constants of splitmix64 (Steele, Lea and Flood 2014), a mixing step whose output bits all depend on all input.
_GOLDEN = 0x9E3779B97F4A7C15
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_BAND_SALT = np.array([((band + 1) * _GOLDEN) & 0xFFFFFFFFFFFFFFFF for band in range(BANDS)], dtype=np.uint64)

Tags = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Times = npt.NDArray[np.float64]


def tags(signatures: Sequence[Signature]) -> Tags:
    """Return the hash of each band in the upper 44 bits, the lower 20 zero: shape (signatures, BANDS)."""
    made = np.empty((len(signatures), BANDS), dtype=np.uint64)
    for start in range(0, len(signatures), _CHUNK):
        part = made[start : start + _CHUNK]
        values = np.concatenate(signatures[start : start + _CHUNK]).reshape(-1, VALUES)
        # A band of two values is one word of 64 bits; in which order does not matter inside an index.
        np.add(values.view(np.uint64), _BAND_SALT, out=part)
        part ^= part >> np.uint64(30)
        part *= _MIX_1
        part ^= part >> np.uint64(27)
        part *= _MIX_2
        part ^= part >> np.uint64(31)
        part &= ~_PLACE_MASK
    return made


@dataclass(frozen=True, slots=True)
class Runs:
    """Where the tags asked for stand: that at the place `asked` of the question in the entries `first` to `last`."""

    asked: Places
    first: Places
    last: Places


class Segment:
    """Signatures in the order of their numbers: `numbers` and `times` (seconds) by place, `entries` as told above."""

    def __init__(self, numbers: Places, times: Times, entries: Tags) -> None:
        self.numbers, self.times, self.entries = numbers, times, entries
        bits = max(1, (len(entries) // _PER_DIRECTORY).bit_length() - 1)
        self._shift = np.uint64(64 - bits)
        firsts = np.arange(1 << bits, dtype=np.uint64) << self._shift
        self._directory = entries.searchsorted(firsts).astype(np.uint32)
        longest = int(np.diff(self._directory, append=np.uint32(len(entries))).max(initial=0))
        self._steps = [1 << bit for bit in reversed(range(longest.bit_length()))]
        # Half of the signatures are as old as this or older.
        middle = (len(times) + 1) // 2 - 1
        self._half = float(np.partition(times, middle)[middle]) if len(times) else np.inf

    @classmethod
    def of(cls, items: Sequence[Item], made: Tags | None = None) -> "Segment":
        """Make a segment of at most LIMIT items; `made` are their tags where they are known."""
        entries = tags([values for _, _, values in items]) if made is None else made.copy()
        entries |= np.arange(len(items), dtype=np.uint64)[:, np.newaxis]
        entries = entries.ravel()
        entries.sort()
        numbers = np.array([number for number, _, _ in items], dtype=np.int64)
        return cls(numbers, np.array([time for _, time, _ in items], dtype=np.float64), entries)

    def __len__(self) -> int:
        return len(self.numbers)

    def find(self, wanted: Tags) -> Runs:
        """Return where tags stand; those that stand nowhere are left out."""
        first = self._from(wanted, self._directory.take(wanted >> self._shift).astype(np.int64))
        asked = ((self.entries.take(first, mode="clip") & ~_PLACE_MASK) == wanted).nonzero()[0]
        # A tag beyond every entry was compared with the last entry, which it is not.
        first = first[asked]
        return Runs(asked, first, self._from(wanted[asked] + np.uint64(LIMIT), first))

    def _from(self, wanted: Tags, first: Places) -> Places:
        """Return the first entries from `first` on that are not below what is wanted."""
        for step in self._steps:
            first = first + step * (self.entries.take(first + (step - 1), mode="clip") < wanted)
        return np.minimum(first, len(self.entries))

    def places(self, entries: Places) -> Places:
        """Return whose entries these are."""
        return (self.entries[entries] & _PLACE_MASK).astype(np.int64)

    def first_of_newest(self, first: int, last: int, most: int, since: float, until: float) -> int:
        """Return where in a run of entries the `most` newest with a time from `since` to `until` begin.

        A run is in the order of places and so of numbers; the walk from its end is as long as it must be.
        """
        width = most
        while True:
            start = max(first, last - width)
            times = self.times[self.places(np.arange(start, last))]
            valid = ((times >= since) & (times <= until)).nonzero()[0]
            if len(valid) >= most:
                return start + int(valid[-most])
            if start == first:
                return first
            width *= 2

    def merged(self, right: "Segment") -> "Segment":
        """Return one segment of this one and a later one."""
        entries = np.concatenate([self.entries, right.entries + np.uint64(len(self))])
        entries.sort(kind="stable")  # which finds the two ascending halves and merges them
        return Segment(
            np.concatenate([self.numbers, right.numbers]), np.concatenate([self.times, right.times]), entries
        )

    def alive(self, before: float) -> int:
        """Count the signatures whose time is not before `before`."""
        return int(np.count_nonzero(self.times >= before))

    def since(self, before: float) -> "Segment":
        """Return a segment without signatures before `before`; this one while less than half of it is as old."""
        if self._half >= before:
            return self
        keep = self.times >= before
        places = np.cumsum(keep) - 1
        old = (self.entries & _PLACE_MASK).astype(np.int64)
        alive = keep[old]
        entries = (self.entries[alive] & ~_PLACE_MASK) | places[old[alive]].astype(np.uint64)
        entries.sort(kind="stable")
        return Segment(self.numbers[keep], self.times[keep], entries)

    @property
    def nbytes(self) -> int:
        """Bytes held in arrays."""
        return self.numbers.nbytes + self.times.nbytes + self.entries.nbytes + self._directory.nbytes
