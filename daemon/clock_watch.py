"""Whether the clock of the machine was set: found by a clock that nobody can set."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NoReturn

from apscheduler.schedulers.base import BaseScheduler

log = logging.getLogger(__name__)

_LOOK_S = 1.0

STEP_S = 10.0
"""What differs by less is taken as it is: a look that was late, or a leap second."""


class ClockWatch:
    """Compares how time went by on both clocks; `wall` is the one that people set."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._ahead = wall() - steady()

    def look(self) -> float:
        """Return by how many seconds the clock was set since the last look, less than 0 when it was set back.

        A machine that slept looks like one whose clock was set forward.
        """
        ahead = self._wall() - self._steady()
        step = ahead - self._ahead
        if abs(step) < STEP_S:
            return 0.0
        self._ahead = ahead
        return step


async def follow_clock(scheduler: BaseScheduler, set_back: Callable[[], Awaitable[bool]]) -> NoReturn:
    """Look every second, whatever the clock shows; have jobs go on that would sleep until the old time is reached.

    `set_back` is called after the clock was set back, again and again until it says that it has done its part.
    """
    watch, owed = ClockWatch(), False
    while True:
        await asyncio.sleep(_LOOK_S)
        if step := watch.look():
            log.warning("the clock was set %s by %.0f s", "forward" if step > 0 else "back", abs(step))
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
            owed = owed or step < 0
        if owed:
            owed = not await set_back()
