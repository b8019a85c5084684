"""A thread of its own for one kind of work, of which one can tell whether it still answers."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class AnsweringThread(ThreadPoolExecutor):
    """An executor of one thread; work that fails is answered too."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(1, name)
        self._clock = clock
        self._lock = threading.Lock()
        self._open = 0
        self._answered_at = clock()

    @property
    def answered_at(self) -> float:
        """When a piece of work was last done, or the thread was made."""
        return self._answered_at

    @property
    def busy(self) -> bool:
        """Whether work waits or is under way."""
        return self._open > 0

    def submit(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Put work in the line. Raises RuntimeError after a shutdown."""
        future = super().submit(work, *args, **kwargs)
        with self._lock:
            self._open += 1
        # Called at once where the work is done already, and for work that is cancelled before its turn.
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Future[R]) -> None:
        with self._lock:
            self._open -= 1
        if not future.cancelled():
            self._answered_at = self._clock()
