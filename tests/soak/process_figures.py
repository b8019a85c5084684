"""What the kernel says of a running process and of its children."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_USER_TICKS, _SYSTEM_TICKS = 11, 12
"""Places in /proc/PID/stat behind the name of the program: proc(5)'s fields 14 and 15."""


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """Bytes, counts and processor seconds of one process.

    `rss` counts every page that is in memory, `pss` those that several processes share only in part.
    """

    rss: int
    pss: int
    files: int
    threads: int
    cpu_s: float


def process_figures(pid: int) -> ProcessFigures:
    """Return the figures of a process; raises OSError when it is gone."""
    home = Path(f"/proc/{pid}")
    sizes = _sizes((home / "smaps_rollup").read_text("ascii"))
    fields = (home / "stat").read_text("utf-8").rpartition(")")[2].split()
    return ProcessFigures(
        rss=sizes["Rss"],
        pss=sizes["Pss"],
        files=len(os.listdir(home / "fd")),  # noqa: PTH208 - names only
        threads=len(os.listdir(home / "task")),  # noqa: PTH208 - names only
        cpu_s=(int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])) / _TICKS,
    )


def children(pid: int) -> list[int]:
    """Return the processes that a process has begun and that still run."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        # A thread may end between the listing and the reading; its children pass to another.
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, (task / "children").read_text("ascii").split())
    return found


def ended_children_cpu_s(pid: int) -> float:
    """Return the processor seconds of the children that have ended and were waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[_USER_TICKS + 2]) + int(fields[_SYSTEM_TICKS + 2])) / _TICKS


def _sizes(text: str) -> dict[str, int]:
    lines = (line.split() for line in text.splitlines()[1:])
    return {name.rstrip(":"): int(size) << 10 for name, size, *_ in lines}
