"""Looks at the store's disk, and says in the log when work pauses for want of room and when it goes on."""

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from daemon.config.size import rounded_size
from daemon.disk_space import Room, looked, refused
from storage.room import free_bytes
from storage.trouble import trouble

log = logging.getLogger(__name__)


class DiskWatch:
    """Follows whether there is room for the store at `url`; any thread may ask and tell."""

    def __init__(
        self,
        url: URL,
        *,
        free: Callable[[URL], int | None] = free_bytes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._free = free
        self._clock = clock
        self._lock = threading.Lock()
        self._room = Room()
        self.least = 0
        """How many bytes shall stay free."""

    @property
    def lack(self) -> str | None:
        """Why nothing may be written now, in plain words; None while there is room."""
        return self._room.lack

    @property
    def free(self) -> int | None:
        """How many bytes were free at the last look; None where that is not known."""
        return self._room.free

    def look(self) -> None:
        """Look again."""
        with self._lock:
            self._become(looked(self._room, self._free(self._url), self.least, self._clock()))

    def is_full(self, error: DBAPIError) -> bool:
        """Take an error of the store in; tell whether it says that there is no room. What was begun is rolled back."""
        if trouble(error) != "full":
            return False
        with self._lock:
            self._become(refused(self._room, self._free(self._url), self._clock()))
        return True

    def _become(self, room: Room) -> None:
        before, self._room = self._room, room
        if room.lack is not None and before.lack is None:
            log.error(
                "no room for the store: %s; fetching and grouping pause and go on by themselves, nothing is lost",
                room.lack,
            )
        elif room.lack is None and before.lack is not None:
            free = "" if room.free is None else f": {rounded_size(room.free)} are free"
            log.info("there is room for the store again%s; fetching and grouping go on", free)
