"""How the running service does: disk, memory, event loop, the store's figures, and the door at which one may ask.

The service tells it what happens; it counts, decides by pure functions what that means, and answers.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from daemon.config import Config
from daemon.disk_watch import DiskWatch
from daemon.memory_watch import MemoryWatch, give_back
from daemon.metrics.door import Door
from daemon.metrics.recorded import count_refusal, count_transaction, new_metrics, set_figures, set_totals
from daemon.watchdog import Silence
from storage.engine import reading
from storage.store_figures import StoreFigures, store_figures
from storage.totals import Totals, totals
from storage.transaction_times import observe
from web.readiness import Check, answer, clustering, disk, fetching

log = logging.getLogger(__name__)

FIGURES_S = 15
"""As often as most Prometheus servers ask."""

_TOTALS_EVERY = 4
"""Readings of the figures for one count of whole tables: a minute."""

_LAG_S = 0.5

_TOLD_AGAIN_S = 60.0
"""Parts try every second; a log that says so every second hides everything else."""

_UNREAD_S = 60.0
"""For so long the store may refuse to be read before the service is not ready: four readings of the figures."""


class Vitals:
    """The signs of one service.

    `silences` tells which parts are stuck, `clusters` whether there is a clusterer. `drop_caches` is called when memory
    runs short.
    """

    def __init__(self, engine: Engine, silences: Callable[[], tuple[Silence, ...]], *, clusters: bool) -> None:
        self._engine = engine
        self.metrics = new_metrics(engine.dialect.name)
        self.disk = DiskWatch(engine.url)
        self._memory = MemoryWatch(self._drop)
        self.drop_caches: Callable[[], None] = self.give_back
        self._silences = silences
        self._parts = ("tick", "store", "clusterer") if clusters else ("tick", "store")
        self._read_at = time.monotonic()
        self._figures: StoreFigures | None = None
        self._trouble: str | None = None
        self._readings = 0
        self._told: dict[str, float] = {}  # what waits for the store, and when the log was last told
        self._door: Door | None = None
        self._lag: asyncio.Task[None] | None = None
        observe(engine, lambda kind, seconds: count_transaction(self.metrics, kind, seconds))

    async def follow(self, config: Config) -> None:
        """Take the settings over, at a start and whenever they were read again."""
        self.disk.least = config.limits.free_disk
        self._memory.limit = config.limits.memory
        self.metrics.disk_limit.set(config.limits.free_disk)
        self.metrics.memory_limit.set(config.limits.memory)
        await self.close()
        if config.metrics.enabled:
            self._door = Door(config.metrics.host, config.metrics.port, self.metrics, self.readiness)
            await self._door.open()
            self._lag = asyncio.create_task(self._measure_lag(), name="event-loop lag")
            await self.refresh()

    async def close(self) -> None:
        """Answer no longer."""
        if self._door is not None:
            await self._door.close()
            self._door = None
        if self._lag is not None:
            self._lag.cancel()
            self._lag = None

    def look(self) -> None:
        """Look at disk and memory; done at every tick."""
        self.disk.look()
        self._memory.look()
        self.metrics.paused.set(self.disk.lack is not None)
        if self.disk.free is not None:
            self.metrics.disk_free.set(self.disk.free)

    def ticked(self, fetches: int, pages: int) -> None:
        """Hear that a tick has ended, with so many fetches and page readings under way."""
        self.metrics.last_tick.set_to_current_time()
        self.metrics.fetches_running.set(fetches)
        self.metrics.pages_running.set(pages)

    def refused(self, error: DBAPIError) -> bool:
        """Hear that the store refused a transaction; tell whether since nobody can write, of which the log tells."""
        count_refusal(self.metrics, error)
        return self.disk.is_told(error)

    def told(self, error: DBAPIError, what: str) -> None:
        """Hear the same, and say in the log `what` waits, once a minute for as long as it does."""
        if self.refused(error):
            return
        now = time.monotonic()
        if now - self._told.get(what, float("-inf")) >= _TOLD_AGAIN_S:
            self._told[what] = now
            log.error("the store cannot be used, %s: %s", what, " ".join(str(error.orig).split()))

    def usable(self) -> None:
        """Hear that the store has taken something."""
        if self._told:
            self._told.clear()
            log.info("the store can be used again")

    def unstored(self, error: BaseException, kind: str) -> bool:
        """Hear that the outcome of a fetch or a page was not stored; tell whether the log should name the error."""
        self.metrics.unstored.labels(kind).inc()
        return not (isinstance(error, DBAPIError) and self.refused(error))

    async def refresh(self) -> None:
        """Read the figures about the store again, if somebody may ask for them."""
        if self._door is None:
            return
        now = datetime.now(UTC)
        whole = self._readings % _TOTALS_EVERY == 0
        try:
            figures, held = await asyncio.to_thread(self._read, now, whole=whole)
        except DBAPIError as error:
            count_refusal(self.metrics, error)
            self._trouble = " ".join(str(error.orig).split())
            return
        self._readings += 1
        self._trouble, self._figures = None, figures
        self._read_at = time.monotonic()
        set_figures(self.metrics, figures, now.timestamp())
        if held is not None:
            set_totals(self.metrics, held)
        self._set_checks()

    def readiness(self) -> Mapping[str, object]:
        """Return what /readyz answers."""
        self._set_checks()
        return answer(self._checks())

    def _set_checks(self) -> None:
        for check in self._checks():
            self.metrics.check_ok.labels(check.name).set(check.ok)

    def _checks(self) -> list[Check]:
        stuck = {silence.part: str(silence) for silence in self._silences()}
        checks = [Check(part, part not in stuck, stuck.get(part, "at work")) for part in self._parts]
        unread = time.monotonic() - self._read_at
        reason = f"last read {unread:.0f} s ago"
        if self._trouble is not None:
            reason = f"{reason}: {self._trouble}"
        checks.append(Check("database", unread <= _UNREAD_S, reason))
        if self._figures is not None:
            moment = datetime.now(UTC)
            checks += [fetching(self._figures, moment), clustering(self._figures, moment)]
        lack = self.disk.lack
        checks.append(disk(self.disk.free, self.disk.least) if lack is None else Check("disk", ok=False, reason=lack))
        return checks

    def _read(self, now: datetime, *, whole: bool) -> tuple[StoreFigures, Totals | None]:
        with reading(self._engine) as conn:
            return store_figures(conn, now), totals(conn) if whole else None

    def _drop(self) -> None:
        self.metrics.caches_dropped.inc()
        self.drop_caches()

    def give_back(self) -> None:
        """Have what is free returned to the system, off the event loop."""
        self._giving_back = asyncio.get_running_loop().run_in_executor(None, give_back)

    async def _measure_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            wanted = loop.time() + _LAG_S
            await asyncio.sleep(_LAG_S)
            self.metrics.loop_lag.observe(max(0.0, loop.time() - wanted))
