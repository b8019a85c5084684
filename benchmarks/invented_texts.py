"""Texts without a meaning and signatures without a text, as large and as alike as those of news."""

import numpy as np

from clustering.signature import VALUES, Signature

_LETTERS = np.array(list("ااااالللنننممميييوووررتتبعدسفقكحجهةىءأشصخضطذغزثظئؤ"))

_EVERY = 3  # the share of signatures that are near-duplicates of another

WORDS = 300
"""Words in a text: the mean of the labelled corpus is 290."""


def invented_texts(count: int, seed: int = 1) -> list[str]:
    """Write texts of :data:`WORDS` words of two to eight letters."""
    random = np.random.default_rng(seed)
    return [
        " ".join("".join(random.choice(_LETTERS, length)) for length in random.integers(2, 9, WORDS))
        for _ in range(count)
    ]


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
