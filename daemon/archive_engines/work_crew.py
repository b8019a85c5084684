"""Work spread over processes, its results in the order in which it was given out, never much of it at once."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")

_WAITING = 3
"""Pieces of work for each process that are under way: enough that none waits, few enough that memory is bounded."""


class WorkerLostError(Exception):
    """A process of the crew ended before its work was done, as when memory runs out."""


def usable_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(work: Callable[[_Given], _Made], given: Iterable[_Given], processes: int) -> Generator[_Made, None, None]:
    """Yield what `work` makes of each piece, in order; with one process, in this very one.

    Closing the iterator ends the processes. Raises WorkerLostError, and what `work` raises.
    """
    if processes < 2:  # noqa: PLR2004 - a second process for the work of one would only cost memory
        yield from map(work, given)
        return
    under_way: deque[Future[_Made]] = deque()
    # Forked processes would inherit threads of the engine in the midst of what they hold.
    crew = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _end_with_parent)
    try:
        for piece in given:
            under_way.append(crew.submit(work, piece))
            if len(under_way) >= _WAITING * processes:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerLostError("a worker process ended before its work was done; was there enough memory?") from error
    finally:
        crew.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """Let this process end when the one that started it is gone: waiting for work, it would never hear of that."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
