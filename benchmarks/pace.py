"""How fast something went."""

import os
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pace:
    """So many of something, seconds by the clock, and seconds of processor time of the process and its workers."""

    count: int
    wall_s: float
    cpu_s: float

    @property
    def a_second(self) -> float:
        """How many a second, by the clock."""
        return self.count / self.wall_s


def cpu_s() -> float:
    """Return the processor time of this process and of its living children, seconds."""
    used = time.process_time()
    ticks = os.sysconf("SC_CLK_TCK")
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text("ascii").split():
            fields = Path(f"/proc/{child}/stat").read_text("ascii").rsplit(")", 1)[1].split()
            used += (int(fields[11]) + int(fields[12])) / ticks
    return used
