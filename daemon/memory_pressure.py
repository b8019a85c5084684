"""Whether the process has outgrown its soft memory limit: decides when it is told and when caches are dropped.

Nothing is ended for memory here: a limit that kills belongs to systemd. Seconds are those of a monotonic clock.
"""

from dataclasses import dataclass, replace
from typing import Literal

WELL_UNDER = 0.9
"""Of the limit: only below this share is the excess over, so that a line is not written at every breath."""

DROP_AGAIN_S = 600.0
"""Between two droppings of caches: filling them again costs time, which a process that stays too large must not pay
at every look."""

Step = Literal["begun", "drop", "over", "none"]
"""What to do: tell that it begins and drop caches; drop them once more; tell that it is over; nothing."""


@dataclass(frozen=True, slots=True)
class Pressure:
    """How things stand: whether the process is too large, and when caches were last dropped."""

    high: bool = False
    dropped_at: float = float("-inf")


def looked(pressure: Pressure, resident: int | None, limit: int, now: float) -> tuple[Pressure, Step]:
    """Return how things stand with `resident` bytes in use, and what to do. A `limit` of 0 is none."""
    if resident is None or limit == 0:
        return Pressure(dropped_at=pressure.dropped_at), "over" if pressure.high else "none"
    if pressure.high and resident < WELL_UNDER * limit:
        return replace(pressure, high=False), "over"
    if resident <= limit:
        return pressure, "none"
    if not pressure.high:
        return Pressure(high=True, dropped_at=now), "begun"
    if now - pressure.dropped_at >= DROP_AGAIN_S:
        return replace(pressure, dropped_at=now), "drop"
    return pressure, "none"
