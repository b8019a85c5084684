"""Timing."""

from collections.abc import Callable
from time import perf_counter


def best_seconds(work: Callable[[], object], times: int = 3) -> float:
    """Do some work several times and return the seconds of the fastest: what the machine needs when left alone."""
    seconds = []
    for _ in range(times):
        started = perf_counter()
        work()
        seconds.append(perf_counter() - started)
    return min(seconds)
