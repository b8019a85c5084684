"""How long the event loop is held by one callback: what stands between two of them is what every feed waits for."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_KEPT = 8
_LONGEST_NAME = 90
# Asking the kernel takes longer than most callbacks do.
_PEAK_EVERY = 50


@dataclass(frozen=True, slots=True, order=True)
class Hold:
    """One callback: seconds by the clock, when, and what it was.

    Of the seconds by the clock, `cpu_s` were spent working and `queued_s` waiting for a processor that other programs
    had; the rest is waiting for other threads of this process or for the system.
    """

    wall_s: float
    cpu_s: float
    queued_s: float
    at_s: float
    what: str


@dataclass
class LoopWatch:
    """What was seen of all callbacks."""

    callbacks: int = 0
    wall_s: float = 0.0
    """From the first callback to the last."""
    cpu_s: float = 0.0
    """Processor time of the whole process in that time."""
    peak_bytes: int = 0
    """The most memory that the process has had, until just before the last callback."""
    longest: list[Hold] = field(default_factory=list)
    """The few longest, the longest first."""

    def add(self, hold: Hold) -> None:
        """Count a callback."""
        self.callbacks += 1
        if len(self.longest) < _KEPT or hold > self.longest[-1]:
            self.longest = sorted([*self.longest, hold], reverse=True)[:_KEPT]


@contextmanager
def watched_loops() -> Iterator[LoopWatch]:
    """Time every callback of the last event loop that runs meanwhile in this process.

    One that ran before it is forgotten: it got something ready, and held nobody up.
    """
    watch = LoopWatch()
    run = asyncio.Handle._run  # noqa: SLF001 - asyncio's debug mode tells slow callbacks too, and makes all of them slow
    began: list[float] = []
    watched: list[object] = []

    def timed(handle: asyncio.Handle) -> None:
        wall, cpu, queued = time.perf_counter(), time.thread_time(), _queued_s()
        loop = handle._loop  # type: ignore[attr-defined] # noqa: SLF001 - the handle has no public name for it
        if watched != [loop]:
            watched[:] = [loop]
            began[:] = wall, time.process_time()
            watch.callbacks, watch.longest = 0, []
        # Before it runs: a task that has ended no longer tells what it was doing.
        what = _name(handle)
        run(handle)
        ended = time.perf_counter()
        watch.add(Hold(ended - wall, time.thread_time() - cpu, _queued_s() - queued, wall - began[0], what))
        if watch.callbacks % _PEAK_EVERY == 0:
            watch.peak_bytes = peak_bytes()
        watch.wall_s, watch.cpu_s = ended - began[0], time.process_time() - began[1]

    asyncio.Handle._run = timed  # type: ignore[assignment, method-assign] # noqa: SLF001
    try:
        yield watch
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign] # noqa: SLF001


def peak_bytes() -> int:
    """Return the most memory that this process has had since it began, or since the kernel was told to forget it."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


def _queued_s() -> float:
    """Return how long this thread has waited for a processor; the kernel counts it when it is built to."""
    try:
        with Path("/proc/thread-self/schedstat").open("rb", buffering=0) as file:
            return int(file.read().split()[1]) / 1e9
    except OSError:
        return 0.0


def _name(handle: asyncio.Handle) -> str:
    """Name the innermost place at which a task goes on, or the function called."""
    callback = handle._callback  # type: ignore[attr-defined] # noqa: SLF001 - the handle has no public name for it
    task = getattr(callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        return str(getattr(callback, "__qualname__", callback))[:_LONGEST_NAME]
    names: list[str] = []
    # A coroutine or a generator: each names what it waits for in its own way.
    inner: Any = task.get_coro()
    while inner is not None:
        names.append(getattr(inner, "__qualname__", type(inner).__name__))
        inner = getattr(inner, "cr_await", None) or getattr(inner, "ag_await", None)
    return " > ".join(names)[-_LONGEST_NAME:]
