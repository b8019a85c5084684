"""What systemd hears of the service: that it is ready, that it lives, how it does, that it reloads or stops."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from daemon.answering_thread import AnsweringThread
from daemon.notify import notify, reloading
from daemon.status_line import one_line, status_line
from daemon.watchdog import Signs, Silence, silences
from storage.brief import Brief, brief
from storage.engine import reading

log = logging.getLogger(__name__)


class Pulse:
    """Gathers the signs of the parts and passes them on.

    `clusters` says whether this process has a clusterer, `lack` why nothing may be written now, None when it may.
    """

    def __init__(
        self,
        engine: Engine,
        store: AnsweringThread,
        *,
        clusters: bool,
        lack: Callable[[], str | None] = lambda: None,
        send: Callable[[str], None] = notify,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._store = store
        self._lack = lack
        self._send = send
        self._clock = clock
        self._ticked_at = clock()
        self._clusterer_at = clock() if clusters else None
        self._ready = False
        self._refused: str | None = None  # why the last reload changed nothing
        self._silent = frozenset[str]()

    def ticked(self, *, usable: bool) -> None:
        """Hear that a tick has ended. The first one that could use the store makes the service ready."""
        self._ticked_at = self._clock()
        if usable and not self._ready:
            self._ready = True
            self._send("READY=1")

    def clustered(self) -> None:
        """Hear that the clusterer came a step further, or found nothing to do. Any thread may call this."""
        self._clusterer_at = self._clock()

    def reloading(self) -> None:
        """Hear that the configuration is about to be read again."""
        if self._ready:
            self._send(reloading())

    async def reloaded(self, refused: str | None = None) -> None:
        """Hear how that ended; `refused` says why the old configuration stays."""
        self._refused = refused
        if self._ready:
            self._send("READY=1")
            await self.tell()  # whoever has asked for it looks at the status now

    def stopping(self) -> None:
        """Hear that the service has been told to stop."""
        self._send("STOPPING=1\nSTATUS=stopping")

    def silences(self) -> tuple[Silence, ...]:
        """Return the parts that are stuck."""
        return silences(self._signs(), self._clock())

    async def beat(self) -> None:
        """Send a sign of life if every part is at work, else say in the log which is not."""
        stuck = self.silences()
        parts = frozenset(silence.part for silence in stuck)
        for silence in stuck:
            if silence.part not in self._silent:
                log.error("%s: systemd gets no sign of life until it goes on", silence)
        for part in sorted(self._silent - parts):
            log.info("%s goes on", part)
        self._silent = parts
        if not stuck:
            self._send("WATCHDOG=1")
        # A thread that has nothing to do proves that it could.
        if not self._store.busy:
            self._store.submit(lambda: None)

    async def tell(self) -> None:
        """Send the line that `systemctl status` shows."""
        troubles = [str(silence) for silence in self.silences()]
        if (lack := self._lack()) is not None:
            troubles.append(f"paused, {lack}")
        if self._refused is not None:
            troubles.append(f"a reload was refused: {self._refused}")
        try:
            figures = await asyncio.to_thread(self._figures)
        except DBAPIError as error:
            line = one_line("; ".join([f"the store cannot be used: {error.orig}", *troubles]))
        else:
            line = status_line(figures, datetime.now(UTC), troubles)
        self._send(f"STATUS={line}")

    def _figures(self) -> Brief:
        with reading(self._engine) as conn:
            return brief(conn, datetime.now(UTC))

    def _signs(self) -> Signs:
        return Signs(self._ticked_at, self._store.answered_at, self._store.busy, self._clusterer_at)
