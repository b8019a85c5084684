"""How fast something went."""

import os
import time
from collections.abc import Iterator
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
    return time.process_time() + sum(_used_s(child) for child in _children("self"))


def process_cpu_s(process: int, *, ended: bool = False) -> float:
    """Return the processor time of a process and of its living children, with `ended` of those that ended as well."""
    return _used_s(process, ended=ended) + sum(_used_s(child, ended=ended) for child in _children(process))


def own_cpu_s(process: int) -> float:
    """Return the processor time of a process without its children, seconds."""
    return _used_s(process)


def _children(process: int | str) -> Iterator[int]:
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        yield from map(int, children.read_text("ascii").split())


def _used_s(process: int, *, ended: bool = False) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rsplit(")", 1)[1].split()
    return sum(map(int, fields[11 : 15 if ended else 13])) / os.sysconf("SC_CLK_TCK")
