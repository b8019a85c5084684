"""Texts without a meaning and signatures without a text, as large and as alike as those of news."""

from functools import cache

import numpy as np
import numpy.typing as npt

from clustering.signature import VALUES, Signature

_LETTERS = np.array(list("ااااالللنننممميييوووررتتبعدسفقكحجهةىءأشصخضطذغزثظئؤ"))

_EVERY = 3  # the share of signatures that are near-duplicates of another

WORDS = 300
"""Words in a text: the mean of the labelled corpus is 290."""


_VOCABULARY = 150_000
_FLATTENED = 10
"""As in Mandelbrot's form of Zipf's law: of words drawn so, 6,000 texts hold some 100,000 different ones, as 6,000
articles of the labelled corpus do."""


@cache
def _words() -> tuple[npt.NDArray[np.str_], npt.NDArray[np.float64]]:
    """Return the words of an invented language, of two to eight letters, and how often each is used."""
    random = np.random.default_rng(0)
    words = ["".join(random.choice(_LETTERS, length)) for length in random.integers(2, 9, _VOCABULARY)]
    shares = 1.0 / (np.arange(_VOCABULARY) + _FLATTENED)
    return np.array(words), shares.cumsum() / shares.sum()


def invented_texts(count: int, seed: int = 1) -> list[str]:
    """Write texts of :data:`WORDS` words, some of which are used as often as news uses its own."""
    random = np.random.default_rng(seed)
    words, until = _words()
    drawn = until.searchsorted(random.random((count, WORDS))).clip(max=_VOCABULARY - 1)
    return [" ".join(words[row].tolist()) for row in drawn]


def invented_signatures(count: int, seed: int = 1) -> list[Signature]:
    """Make signatures of which a third are near-duplicates, at every distance, of one of the 2,000 before them."""
    random = np.random.default_rng(seed)
    made: list[Signature] = []
    for place in range(count):
        values = random.integers(0, 2**32, VALUES, dtype=np.uint32)
        if place % _EVERY == _EVERY - 1:
            model = made[place - 1 - int(random.integers(min(place, 2000)))]
            values = np.where(random.random(VALUES) < random.random(), model, values)
        made.append(values)
    return made
