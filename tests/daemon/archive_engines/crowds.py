"""Signatures that crowd into few buckets, and what the index finds among them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from clustering.candidates import Item, best
from clustering.compact_index import CompactIndex
from clustering.settings import Settings
from clustering.signature import VALUES
from daemon.archive_engines.band_join import band_tags

SECONDS = Settings(window=timedelta(seconds=50), candidates=6)


def crowded(count: int, seed: int) -> list[Item]:
    """Make signatures of three templates that keep a part of their values, in the order of time, some at one time."""
    random = np.random.default_rng(seed)
    templates = random.integers(0, 2**32, (3, VALUES), dtype=np.uint32)
    at, made = 1_500_000_000.0, []
    for number in range(1, count + 1):
        at += float(random.choice([0.0, 0.25, 1.0, 7.0, 50.0], p=[0.3, 0.3, 0.2, 0.15, 0.05]))
        kept = random.random(VALUES) < random.choice([0.1, 0.5, 1.0])
        values = np.where(kept, templates[random.integers(3)], random.integers(0, 2**32, VALUES, dtype=np.uint32))
        made.append((number, at, values))
    return made


def bands_of(items: Sequence[Item]) -> Iterator[tuple[int, float, int]]:
    """Yield number, moment and tag of each band."""
    for (number, at, _), tags in zip(items, band_tags([values for _, _, values in items]).tolist(), strict=True):
        for tag in tags:
            yield number, at, tag


def by_index(items: Sequence[Item]) -> dict[int, tuple[int, ...]]:
    """Ask the compact index for the candidates of each item in turn; those without any are left out."""
    found = CompactIndex().in_turn(items, float("-inf"), SECONDS.window.total_seconds())
    answers = {item[0]: best(one, SECONDS.candidates) for item, one in zip(items, found, strict=True)}
    return {number: numbers for number, numbers in answers.items() if numbers}


def pairs_of(rows: Iterable[Any]) -> dict[int, tuple[int, ...]]:
    """Put rows of number, other and standing into the same shape."""
    made: dict[int, list[int]] = {}
    for number, other, standing in sorted(rows, key=lambda row: (row[0], row[2])):
        made.setdefault(number, []).append(other)
        assert len(made[number]) == standing
    return {number: tuple(others) for number, others in made.items()}
