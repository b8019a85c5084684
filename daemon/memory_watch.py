"""Looks at the memory of this process, says in the log when it passes the soft limit, and has caches dropped."""

import contextlib
import gc
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from daemon.config.size import rounded_size
from daemon.memory_pressure import Pressure, looked

log = logging.getLogger(__name__)

_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident_bytes(pid: int | None = None) -> int | None:
    """Return the resident memory of a process, of this one by default; None where that cannot be known."""
    try:
        pages = Path(f"/proc/{'self' if pid is None else pid}/statm").read_text("ascii").split()[1]
    except (OSError, IndexError):
        return None
    return int(pages) * _PAGE


class MemoryWatch:
    """Follows the memory of this process; `drop` is called when caches have to go, from whoever looks."""

    def __init__(
        self,
        drop: Callable[[], None],
        *,
        resident: Callable[[], int | None] = resident_bytes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._drop = drop
        self._resident = resident
        self._clock = clock
        self._pressure = Pressure()
        self.limit = 0
        """The soft limit in bytes, 0 for none."""

    def look(self) -> None:
        """Look again, and do what is to be done."""
        used = self._resident()
        self._pressure, step = looked(self._pressure, used, self.limit, self._clock())
        match step:
            case "begun":
                self._drop()
                log.warning(
                    "memory: %s in use, more than the soft limit of %s (limits.memory): caches are dropped, nothing "
                    "is ended; a smaller clustering.window needs less",
                    rounded_size(used or 0),
                    rounded_size(self.limit),
                )
            case "drop":
                self._drop()
            case "over":
                log.info("memory: %s in use, under the soft limit again", rounded_size(used or 0))
            case "none":
                pass


def give_back() -> None:
    """Collect garbage, and let the allocator return what is free to the system, where it can (glibc)."""
    gc.collect()
    # Another C library has no such function, and where memory may not become code ctypes may refuse to load.
    with contextlib.suppress(ImportError, AttributeError, OSError, MemoryError):
        import ctypes  # noqa: PLC0415 - see above

        ctypes.CDLL(None).malloc_trim(0)
