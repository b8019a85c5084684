"""What a folded word is to a comparison: its stem and the hash of that."""

import zlib
from collections.abc import Sequence
from operator import itemgetter

import numpy as np

from clustering.shingles import Shingles
from clustering.stem import stem

REMEMBERED = 50_000
"""Words that are kept with their stems, some 17 MB: of the words of 6,000 articles in a row 88 in 100 were among them
(94 of twice as many). A word that was not costs 1.5 us instead of 0.05."""


def hashed(stemmed: str) -> int:
    """Return 32 bits that stand for a stem: its crc32, since Python's own hash differs from run to run."""
    return zlib.crc32(stemmed.encode())


class _Lexicon(dict[str, tuple[str, int]]):
    def __missing__(self, word: str) -> tuple[str, int]:
        if len(self) >= REMEMBERED:
            self.clear()
        stemmed = stem(word)
        self[word] = entry = (stemmed, hashed(stemmed))
        return entry


_LEXICON = _Lexicon()
_HASH = itemgetter(1)


def entries(folded_words: Sequence[str]) -> list[tuple[str, int]]:
    """Return the stem of each word and the hash of the stem."""
    return [_LEXICON[word] for word in folded_words]


def hashes(found: Sequence[tuple[str, int]]) -> Shingles:
    """Return the hashes of what :func:`entries` found, in its order."""
    return np.fromiter(map(_HASH, found), dtype=np.uint32, count=len(found))
