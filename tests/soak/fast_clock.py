"""`riwaya` on a clock that its standard input moves: ``python -m tests.soak.fast_clock --config FILE run``.

The first line is how fast the clock runs, each further one a moment in Unix time to which it leaps, never back. Where
it runs twenty times as fast as the real one, the jobs of every second come ten times a second. Only the date and the
time of day are moved. What is measured in seconds (time limits of requests, pauses of the event loop and how late it
is) goes by the real clock, so a figure of it means what it means in production. Everything else is the program as it
is, but for two pauses that would be wrong between two clocks, below.
"""

import os
import signal
import sys
import threading
import time

import time_machine
from apscheduler.schedulers import base

from daemon import service
from daemon.cli import main as riwaya

WAKE_S = 0.1
"""The scheduler sleeps no longer, real seconds: it reckons its sleep by a clock that leaps meanwhile."""

FIGURES_S = 6 * 3600
"""Between two readings of the figures, virtual seconds: every 15 of them would be at every waking."""


class Clock:
    """The moved clock of this process, for two threads."""

    def __init__(self, clock: time_machine.Traveller, flow: float) -> None:
        self._clock = clock
        self._flow = flow
        self._lock = threading.Lock()

    def follow(self) -> None:
        """Leap to each moment that is read."""
        for line in sys.stdin:
            with self._lock:
                self._clock.move_to(max(float(line), time.time()))
        # Whoever moved it is gone, even if it was killed: nothing may be left behind.
        os.kill(os.getpid(), signal.SIGTERM)

    def run(self) -> None:
        """Let time go by at every waking."""
        while True:
            time.sleep(WAKE_S)
            with self._lock:
                self._clock.shift(self._flow * WAKE_S)


def main() -> None:
    """Run the program from the first moment on."""
    flow = float(sys.stdin.readline())
    with time_machine.travel(float(sys.stdin.readline()), tick=False) as traveller:
        clock = Clock(traveller, flow)
        for work in (clock.follow, clock.run):
            threading.Thread(target=work, daemon=True).start()
        base.TIMEOUT_MAX = WAKE_S
        service.FIGURES_S = FIGURES_S  # type: ignore[attr-defined]  # it has it from elsewhere
        riwaya()


if __name__ == "__main__":
    main()
