"""Looks whether the store can be written to, and says in the log when work pauses and when it goes on."""

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from daemon.config.size import rounded_size
from daemon.disk_space import Room, looked, refused
from storage.engine import store_name
from storage.room import free_bytes, unwritable
from storage.trouble import trouble

log = logging.getLogger(__name__)

_DENIED_S = 10.0
"""So long is a store left alone that said that it may only be read: a standby that takes over needs seconds."""

_DENIED = "the store can only be read"


class DiskWatch:
    """Follows whether there is room for the store at `url` and it may be written to; any thread may ask and tell."""

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
        self._denied: str | None = None  # why nobody may write, whatever room there is
        self._denied_until = float("-inf")
        self.least = 0
        """How many bytes shall stay free."""

    @property
    def lack(self) -> str | None:
        """Why nothing can be written now, in plain words; None while it can."""
        if self._denied is not None:
            return f"{_DENIED}: {self._denied}"
        return None if self._room.lack is None else f"no room for the store: {self._room.lack}"

    @property
    def free(self) -> int | None:
        """How many bytes were free at the last look; None where that is not known."""
        return self._room.free

    def look(self) -> None:
        """Look again."""
        with self._lock:
            now = self._clock()
            denied = unwritable(self._url) or (self._denied if now < self._denied_until else None)
            self._become(looked(self._room, self._free(self._url), self.least, now), denied)

    def is_told(self, error: DBAPIError) -> bool:
        """Take an error of the store in; tell whether it says that nothing can be written, of which the log tells."""
        kind = trouble(error)
        denied = unwritable(self._url)
        if kind not in ("full", "read_only") and denied is None:
            return False
        with self._lock:
            if kind == "read_only":
                self._denied_until = self._clock() + _DENIED_S
                denied = denied or f"{store_name(self._url)} refuses whoever writes"
            # A disk that was mounted anew for reading may show in the same way as a full one.
            room = self._room if denied else refused(self._room, self._free(self._url), self._clock())
            self._become(room, denied)
        return True

    def _become(self, room: Room, denied: str | None) -> None:
        before = self.lack
        self._room, self._denied = room, denied
        lack = self.lack
        if lack is not None and before is None:
            log.error("%s; fetching and grouping pause and go on by themselves, nothing is lost", lack)
        elif lack is None and before is not None:
            if before.startswith(_DENIED):
                log.info("the store can be written to again; fetching and grouping go on")
                return
            free = "" if room.free is None else f": {rounded_size(room.free)} are free"
            log.info("there is room for the store again%s; fetching and grouping go on", free)
