"""Timing, by the processor's time of this process: what else the machine does stays out of it."""

from collections.abc import Callable
from time import process_time


def best_seconds(work: Callable[[], object], times: int = 3) -> float:
    """Do some work several times and return the seconds of the fastest."""
    seconds = []
    for _ in range(times):
        started = process_time()
        work()
        seconds.append(process_time() - started)
    return min(seconds)
