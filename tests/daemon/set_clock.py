"""`riwaya` on a wall clock that a file sets: ``python -m tests.daemon.set_clock FILE PYTHON -m daemon ARGUMENTS``.

The file holds by how many seconds the clock goes before the real one. What is measured in seconds, time limits and
pauses, goes by the steady clock, which nobody sets. The clock stands between two wakings, 20 ms apart: so each change
is one step for all threads, and none is ever given another time.
"""

import sys
import threading
import time
from pathlib import Path

import time_machine

from daemon.cli import main as riwaya

_WAKE_S = 0.02
_PROGRAM = 5
"""Where the arguments of riwaya begin: behind this module, the file, and what would start riwaya otherwise."""


def _go(clock: time_machine.Traveller, file: Path, ahead: float) -> None:
    last = time.monotonic()
    while True:
        time.sleep(_WAKE_S)
        now, wanted = time.monotonic(), float(file.read_text("ascii"))
        clock.shift(now - last + wanted - ahead)
        last, ahead = now, wanted


def main() -> None:
    """Run the program on the clock of the file."""
    file = Path(sys.argv[1])
    ahead = float(file.read_text("ascii"))
    with time_machine.travel(time.time() + ahead, tick=False) as clock:
        threading.Thread(target=_go, args=(clock, file, ahead), daemon=True).start()
        sys.argv = ["riwaya", *sys.argv[_PROGRAM:]]
        riwaya()


if __name__ == "__main__":
    main()
