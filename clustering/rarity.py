"""How common a passage or a word is in the recent stream, counted by story and not by copy.

What many stories say (a template, a tagline, the background of a war) tells little about two texts that both say it;
what no other story says tells nearly everything. So every story that the stream brings is counted once: the first text
of it whole, each further one with what it adds to the text that it came from.

The counts stand in tables of fixed size, reached by a hash. Each table has two generations, this week's and last
week's; when a week is over the older one is dropped. That forgets in one step what a sliding window would have to
take back text by text, and makes the tables a function of the stream alone.
"""

import struct
import zlib

import numpy as np
import numpy.typing as npt

from clustering.profile import Profile
from clustering.shingles import Shingles, membership

Counts = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float64]

GENERATION_S = 7 * 86_400
"""Seconds that a generation lasts, so that a passage is remembered for one to two weeks. On the labelled pairs three
days, seven days and everything since the beginning do nearly equally well (AUC 0.976, 0.978, 0.979)."""

SHINGLE_BITS = 23
"""Of the hash of a shingle: 8 million counters of one byte a generation. 1,500 articles a day fill a tenth of them in a
week, so one shingle in ten is taken for a common one at worst; with twice the counters the verdict was no better."""

WORD_BITS = 20

PRIOR_STORIES = 50
"""Added to the number of stories when words are weighed: in the first hours no word is much rarer than another."""

_FORMAT = 1
_HEAD = struct.Struct("<BqII")  # format, the week counted now, stories of this and of last week
# Fibonacci hashing: the high bits of a product with 2**64 / golden ratio.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Rarity:
    """Counts of the recent stream. Grows by :meth:`count` only, in the order of the stream."""

    def __init__(self) -> None:
        self._week: int | None = None
        self._shingles = _Generations(SHINGLE_BITS, np.uint8)
        self._words = _Generations(WORD_BITS, np.uint16)
        self._stories = [0, 0]

    def advance(self, at: float) -> None:
        """Let time pass to `at` (seconds); never back."""
        week = int(at // GENERATION_S)
        if self._week is None:
            self._week = week
        if week <= self._week:
            return
        gap = week > self._week + 1
        self._shingles.turn(gap)
        self._words.turn(gap)
        self._stories = [0, 0 if gap else self._stories[0]]
        self._week = week

    def count(self, one: Profile, source: Profile | None) -> None:
        """Count a text: all of it when it begins a story, else what it adds to its `source` in the same story."""
        if source is None:
            self._stories[0] += 1
            self._shingles.add(one.shingles)
            self._words.add(one.words)
            return
        self._shingles.add(one.shingles[~membership(one.shingles, source.shingles)])
        self._words.add(one.words[~membership(one.words, source.words)])

    def stories_with(self, shingles: Shingles) -> Counts:
        """Return in how many stories each shingle stood, up to 255 a week; same shape."""
        return self._shingles.get(shingles)

    def weights(self, words: Shingles) -> Weights:
        """Return how much each hashed word tells: the logarithm of one in how many stories has it (Spärck Jones 1972).

        Never below 0; every word weighs the same before anything is counted.
        """
        stories = sum(self._stories) + PRIOR_STORIES
        weights: Weights = np.log((stories + 1) / (self._words.get(words) + 1.0))
        return np.maximum(weights, 0.0)

    def to_bytes(self) -> bytes:
        """Return everything counted; some megabytes for a busy week."""
        week = -1 if self._week is None else self._week
        head = _HEAD.pack(_FORMAT, week, *self._stories)
        return head + zlib.compress(self._shingles.to_bytes() + self._words.to_bytes(), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Rarity":
        """Take up what :meth:`to_bytes` gave. Raises ValueError when it is of another format or damaged."""
        made = cls()
        try:
            made_format, week, *stories = _HEAD.unpack_from(data)
            tables = zlib.decompress(data[_HEAD.size :])
        except (struct.error, zlib.error) as error:
            raise ValueError(f"not the counts of a stream: {error}") from error
        if made_format != _FORMAT or len(tables) != made._shingles.size + made._words.size:
            raise ValueError(f"counts of a stream in format {made_format}, {len(tables)} bytes")
        made._week = None if week < 0 else week
        made._stories = stories
        made._shingles.take(tables[: made._shingles.size])
        made._words.take(tables[made._shingles.size :])
        return made


class _Generations:
    """Two tables of saturating counters, of this week and of the last."""

    def __init__(self, bits: int, kind: type[np.uint8] | type[np.uint16]) -> None:
        self._shift = np.uint64(64 - bits)
        self._most = np.iinfo(kind).max
        self._now: npt.NDArray[np.unsignedinteger] = np.zeros(1 << bits, dtype=kind)
        self._before: npt.NDArray[np.unsignedinteger] = np.zeros(1 << bits, dtype=kind)

    @property
    def size(self) -> int:
        return self._now.nbytes + self._before.nbytes

    def turn(self, gap: bool) -> None:
        self._before = np.zeros_like(self._now) if gap else self._now
        self._now = np.zeros_like(self._now)

    def add(self, hashes: Shingles) -> None:
        places = self._places(hashes)
        self._now[places] = np.minimum(self._now[places], self._most - 1) + 1

    def get(self, hashes: Shingles) -> Counts:
        places = self._places(hashes)
        return self._now[places].astype(np.int32) + self._before[places]

    def to_bytes(self) -> bytes:
        return self._now.tobytes() + self._before.tobytes()

    def take(self, data: bytes) -> None:
        both = np.frombuffer(data, dtype=self._now.dtype)
        half = len(self._now)
        self._now, self._before = both[:half].copy(), both[half:].copy()

    def _places(self, hashes: Shingles) -> npt.NDArray[np.uint64]:
        places: npt.NDArray[np.uint64] = (hashes.astype(np.uint64) * _SPREAD) >> self._shift
        return places
