"""Whether what a service takes stays where it is: pure decisions over a series of figures."""

from collections.abc import Sequence
from itertools import combinations
from statistics import median
from typing import TypeVar

T = TypeVar("T")

WARM_UP = 2 / 3
"""The share of a run that is not judged. What the stream has said is counted for two weeks (clustering/rarity.py), and
meanwhile caches fill, the first old things are deleted, and the allocator finds its level: of a month, twenty days."""


def settled(series: Sequence[T]) -> Sequence[T]:
    """Return what comes after the warm-up."""
    return series[round(len(series) * WARM_UP) :]


def growth(series: Sequence[float]) -> float:
    """Return by how much a series grows from its first to its last figure.

    By the median of the slopes between all pairs (Theil and Sen), which a few outliers cannot move: a collection of
    garbage that comes late is no leak, and one that comes early hides none.
    """
    slopes = [(after - before) / (later - sooner) for (sooner, before), (later, after) in _pairs(series)]
    return median(slopes) * (len(series) - 1)


def _pairs(series: Sequence[float]) -> list[tuple[tuple[int, float], tuple[int, float]]]:
    return list(combinations(enumerate(series), 2))
