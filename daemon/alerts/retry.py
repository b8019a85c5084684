"""When to try a failed delivery again, and when to give it up."""

from dataclasses import dataclass
from datetime import timedelta

FIRST = timedelta(seconds=10)
"""A receiver that is being restarted is back after a few of these."""
FACTOR = 3
LONGEST = timedelta(hours=4)
MOST_ATTEMPTS = 13
"""The twelve waits between them (10 s, 30 s, 90 s, ... and at the end 4 h each) come to 23 hours: a receiver that
breaks in the evening is mended the next day."""
JITTER = 0.2
"""Each wait is longer or shorter by up to this share, so that what failed together does not come back together."""

PERMANENT = frozenset({400, 410, 413, 415, 422})
"""Answers that the same post will get tomorrow: it was understood and refused, or the address is gone for good.
401, 403, 404 and redirects are not among them: those are mended by people, on this side or the other."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that failed. `status` is None where no answer came; `retry_after_s` what the answer asked for."""

    reason: str
    status: int | None = None
    retry_after_s: float | None = None


def next_attempt(attempts: int, failure: Failure, chance: float) -> timedelta | None:
    """Return how long to wait after the latest of `attempts` failed; None to give up. `chance` is in [0, 1)."""
    if failure.status in PERMANENT or attempts >= MOST_ATTEMPTS:
        return None
    steady = min(FIRST * float(FACTOR ** (attempts - 1)), LONGEST)
    wait = steady * (1 + JITTER * (2 * chance - 1))
    # A receiver may ask for more time, not for so much that its alerts would wait for days.
    asked = timedelta(seconds=failure.retry_after_s or 0)
    return max(wait, min(asked, LONGEST))
