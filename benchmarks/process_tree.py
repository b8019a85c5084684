"""A process and all that it started, watched through /proc: memory at most, and processor time."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


class ProcessTree:
    """What a process and its descendants use, as seen at each :meth:`look`; the last moments of each are missed.

    `memory` is the most bytes held at once, with shared pages counted once (PSS).
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._seconds: dict[int, float] = {}
        self.memory = 0

    @property
    def processor_seconds(self) -> float:
        """Seconds of processor time of all processes seen so far."""
        return sum(self._seconds.values())

    def look(self) -> None:
        """Take note of what is there now."""
        processes = _tree(self._root)
        self.memory = max(self.memory, sum(_held(process) for process in processes))
        for process in processes:
            self._seconds[process] = max(self._seconds.get(process, 0.0), _used(process))


def _tree(root: int) -> list[int]:
    found = [root]
    for process in found:  # grows while it is walked
        for thread in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                found += [int(child) for child in thread.read_text("ascii").split()]
            except OSError:  # it has just ended
                continue
    return found


def _held(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _used(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
