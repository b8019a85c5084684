"""The service: a few scheduled jobs around the store, from start to a clean stop.

    tick (1 s)         lease the due feeds and article pages, start their requests
    cluster (1 s)      place what waits, if this process holds the clusterer's lease
    alerts (1 s)       ask the alert rules about what changed, send what rang, under the same lease
    maintenance (1 h)  delete what is old, make anew what an update derives in another way
    beat, tell (10 s)  tell systemd that all of this gets on, and how it does
    figures (15 s)     read what the metrics tell of the store

The web interface is a process beside it (daemon/web_process.py).

Nothing is handed from one job to another in memory: they meet in the store.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal, ParamSpec, TypeVar

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from daemon.alerts.desk import AlertDesk
from daemon.answering_thread import AnsweringThread
from daemon.clock_watch import follow_clock
from daemon.cluster_job import ClusterJob
from daemon.clustering_settings import clustering_settings
from daemon.config import Config, ConfigError
from daemon.feed_fetcher import FeedFetcher, FetchReport
from daemon.holder import holder_name
from daemon.metrics.recorded import count_fetch, count_page, count_worker_end
from daemon.notify import watchdog_s
from daemon.page_reader import PageReader, PageReport
from daemon.pulse import Pulse
from daemon.reach import NOBODY_ANSWERS, Reach
from daemon.start import bring_times_back, free_dead_leases, sync_catalogue
from daemon.stored_clusterer import StoredClusterer
from daemon.upkeep import LEASE as UPKEEP
from daemon.upkeep import Upkeep
from daemon.vitals import FIGURES_S, Vitals
from daemon.watchdog import LONGEST_PAUSE_S, pause_s
from daemon.web_process import WebProcess
from daemon.wiring import PARSER_WORKERS, fetch_settings, lease_time, rereads, schedule_bounds
from sources.http import HttpClient
from sources.parsing.pool import ParserPool
from sources.robots import Robots, product_token
from storage.engine import writing
from storage.feeds import FeedState, lease_due, release
from storage.leases import drop
from storage.pages import PageState, lease_pages
from storage.trouble import trouble

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

Part = Literal["fetch", "cluster", "web"]

TICK_S = 1
MAINTENANCE_S = 3600
DRAIN_S = 5.0
"""How long a stop waits for fetches to finish before it breaks them off; the whole stop stays under ten seconds."""

_BETWEEN_UPKEEP_S = 0.05
"""Between two steps of upkeep, each some 50 ms long: half of the time belongs to others."""


class Service:
    """A running riwaya: `parts` says what of it this process does."""

    def __init__(
        self,
        engine: Engine,
        config: Config,
        reload: Callable[[], Config],
        parts: frozenset[Part],
        web: WebProcess,
    ) -> None:
        self._engine = engine
        self._config = config
        self._reload = reload
        self._parts = parts
        self._web = web
        self._holder = holder_name()
        self._stopping = asyncio.Event()
        self._fetches: dict[asyncio.Task[FetchReport], FeedState] = {}
        self._readings = set[asyncio.Task[PageReport]]()
        self._owed = set[int]()  # feeds whose leases are to be freed as soon as the store takes something again
        # One thread writes what fetches bring, another clusters; the event loop never waits for the store.
        self._writer = AnsweringThread("store")
        clusters = "cluster" in parts
        self._pulse = Pulse(engine, self._writer, clusters=clusters, lack=lambda: self._vitals.disk.lack)
        self._vitals = Vitals(engine, self._pulse.silences, clusters=clusters)
        self._grouping = ClusterJob(self._new_clusterer(config), self._vitals, self._pulse)
        self._vitals.drop_caches = self._grouping.drop_caches if clusters else self._vitals.give_back
        self._reconnecting = asyncio.Lock()  # held while a fetch is started, and while what fetches is replaced
        self._reloading = asyncio.Lock()  # one reading of the configuration at a time: the last one must win
        self._reloads: set[asyncio.Task[None]] = set()
        self._connect(config)

    def _connect(self, config: Config) -> None:
        settings = fetch_settings(config)
        self._http = HttpClient(settings)
        self._parser = ParserPool(
            PARSER_WORKERS,
            settings.parse_timeout_s,
            ended=lambda end: count_worker_end(self._vitals.metrics, end),
        )
        self._host_gap_s = config.fetch.host_gap.total_seconds()
        self._fetcher = FeedFetcher(
            self._engine,
            self._http,
            self._parser,
            schedule_bounds(config),
            self._writer,
            host_gap_s=self._host_gap_s,
            keep_bytes=config.retention.raw_bodies,
        )
        self._reader = PageReader(
            self._engine,
            self._http,
            self._parser,
            Robots(self._http, product_token(settings.user_agent), lambda: datetime.now(UTC)),
            self._writer,
            host_gap_s=self._host_gap_s,
            rereads=rereads(config),
        )
        self._alerts = AlertDesk(self._engine, config, self._holder, self._alerts_refused)
        self._reach = Reach(sum(len(source.feeds) for source in config.sources))

    def _new_clusterer(self, config: Config) -> StoredClusterer:
        return StoredClusterer(self._engine, clustering_settings(config), self._holder, config.clustering.batch)

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT; SIGHUP reads the configuration again."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._on_hangup)
        free_dead_leases(self._engine)
        bring_times_back(self._engine, self._config)
        await self._vitals.follow(self._config)
        scheduler = self._scheduler()
        scheduler.start()
        clock = asyncio.create_task(follow_clock(scheduler, self._clock_was_set_back), name="clock")
        self._start_web()
        log.info("riwaya runs: %d sources, %d feeds", len(self._config.sources), self._reach.feeds)
        try:
            await self._stopping.wait()
        finally:
            self._pulse.stopping()
            log.info("stopping")
            clock.cancel()
            # Paused first: a shutdown breaks jobs off, and a tick that has just leased feeds must start or free them.
            scheduler.pause()
            self._grouping.break_off()
            await self._web.stop()
            await self._stop()
            await self._vitals.close()
            scheduler.shutdown(wait=False)
            log.info("stopped")

    def _scheduler(self) -> AsyncIOScheduler:
        # No grace time: a tick that is late is still wanted. Coalesced: many late ones are one.
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        now = datetime.now(UTC)
        scheduler.add_job(self._tick, "interval", seconds=TICK_S, next_run_time=now, id="tick")
        if "fetch" in self._parts:
            scheduler.add_job(self._maintain, "interval", seconds=MAINTENANCE_S, next_run_time=now, id="maintenance")
        if "cluster" in self._parts:
            scheduler.add_job(self._grouping.run, "interval", seconds=TICK_S, next_run_time=now, id="cluster")
            scheduler.add_job(self._alert, "interval", seconds=TICK_S, next_run_time=now, id="alerts")
        scheduler.add_job(self._pulse.beat, "interval", seconds=pause_s(watchdog_s()), next_run_time=now, id="beat")
        scheduler.add_job(self._vitals.refresh, "interval", seconds=FIGURES_S, id="figures")
        scheduler.add_job(self._pulse.tell, "interval", seconds=LONGEST_PAUSE_S, next_run_time=now, id="tell")
        return scheduler

    def _start_web(self) -> None:
        if "web" in self._parts and self._config.web.enabled:
            self._web.start()

    async def _tick(self) -> None:
        usable = True
        self._vitals.look()
        if "fetch" in self._parts and self._vitals.disk.lack is None:
            async with self._reconnecting:
                try:
                    await self._start_all()
                    self._vitals.usable()
                except DBAPIError as error:
                    self._vitals.told(error, "fetching waits")
                    usable = False
        self._pulse.ticked(usable=usable)
        self._vitals.ticked(len(self._fetches), len(self._readings))

    async def _start_all(self) -> None:
        free = self._config.fetch.concurrency - len(self._fetches)
        if free > 0 and not self._stopping.is_set():
            await self._start_fetches(free)
        free = self._config.pages.concurrency - len(self._readings)
        if free > 0 and not self._stopping.is_set():
            await self._start_readings(free)

    async def _start_fetches(self, limit: int) -> None:
        owed = sorted(self._owed)
        feeds = await self._in_writer(self._lease, limit, owed)
        self._owed.difference_update(owed)
        for feed in feeds:
            task = asyncio.create_task(self._fetcher.fetch(feed), name=f"fetch {feed.url}")
            self._fetches[task] = feed
            task.add_done_callback(self._fetched)

    def _lease(self, limit: int, owed: list[int]) -> list[FeedState]:
        now = datetime.now(UTC)
        until = now + lease_time(self._config)
        with writing(self._engine) as conn:
            if owed:
                release(conn, owed, self._holder)
            return lease_due(conn, now, self._holder, until, limit, self._config.fetch.per_host, self._host_gap_s)

    async def _start_readings(self, limit: int) -> None:
        pages = await self._in_writer(self._lease_pages, limit)
        for page in pages:
            task = asyncio.create_task(self._reader.read(page), name=f"page {page.url}")
            self._readings.add(task)
            task.add_done_callback(self._read)

    def _lease_pages(self, limit: int) -> list[PageState]:
        now = datetime.now(UTC)
        until = now + lease_time(self._config)
        with writing(self._engine) as conn:
            return lease_pages(conn, now, self._holder, until, limit, self._config.fetch.per_host, self._host_gap_s)

    def _read(self, task: asyncio.Task[PageReport]) -> None:
        self._readings.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            count_page(self._vitals.metrics, task.result())
        elif self._vitals.unstored(error, "page"):
            # Its claim lapses by itself, and the page is read again.
            log.error("%s could not be stored: %s", task.get_name(), error)

    def _fetched(self, task: asyncio.Task[FetchReport]) -> None:
        feed = self._fetches.pop(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            count_fetch(self._vitals.metrics, task.result())
            if self._reach.tell(task.result()):
                log.warning(NOBODY_ANSWERS)
            return
        # The outcome could not be stored. The feed is fetched again: at once when the store was to blame, else when the
        # lease lapses by itself, since an error of its own may come again.
        if isinstance(error, DBAPIError) and trouble(error) in ("full", "gone", "read_only"):
            self._owed.add(feed.id)
        if self._vitals.unstored(error, "fetch"):
            log.error("its fetch could not be stored: %s", error, extra={"source": feed.source_id, "feed": feed.url})

    async def _clock_was_set_back(self) -> bool:
        try:
            await self._in_writer(bring_times_back, self._engine, self._config)
        except DBAPIError as error:
            self._vitals.told(error, "times that a clock was wrong about wait to be brought back")
            return False
        return True

    async def _alert(self) -> None:
        if self._vitals.disk.lack is None:
            await self._alerts.tick()  # the one of this moment: a reload closes it and puts another in its place

    def _alerts_refused(self, error: DBAPIError) -> bool:
        self._vitals.told(error, "alerts wait")
        return True

    async def _maintain(self) -> None:
        if self._vitals.disk.lack is not None:
            return
        upkeep = Upkeep(self._engine, self._config, self._holder)
        try:
            # A clock may have been wrong for so short that nobody saw it set.
            await self._in_writer(bring_times_back, self._engine, self._config)
            while await self._in_writer(upkeep.step):
                # The fetches that wait in the same line come in between.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), _BETWEEN_UPKEEP_S)
                    break
            if not self._stopping.is_set():
                await self._in_writer(upkeep.drop_lease)
        except DBAPIError as error:
            self._vitals.told(error, "its upkeep waits")

    def _on_hangup(self) -> None:
        task = asyncio.create_task(self._reload_told(), name="reload")
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)

    async def _reload_told(self) -> None:
        async with self._reloading:
            self._pulse.reloading()
            refused: str | None = "its reading failed"
            try:
                refused = await self._read_again()
            finally:
                await self._pulse.reloaded(refused)

    async def _read_again(self) -> str | None:
        """Take the configuration as it stands now; return why the old one stays, None where it does not."""
        try:
            config = await asyncio.to_thread(self._reload)
        except ConfigError as error:
            log.error("the configuration has mistakes, the old one stays:\n%s", error)  # noqa: TRY400 - no traceback
            return "the configuration has mistakes"
        if config.database != self._config.database:
            log.warning("database: a change takes effect at the next start")
        async with self._reconnecting:
            if self._stopping.is_set():
                return None
            try:
                await self._in_writer(sync_catalogue, self._engine, config)
            except DBAPIError as error:
                log.error("the store cannot be used, the old configuration stays: %s", error.orig)  # noqa: TRY400 - as above
                return "the store could not be used"
            await asyncio.gather(self._drain(), self._alerts.close())
            await self._disconnect()
            self._config = config
            self._connect(config)
            # The new one begins from what the old one has stored.
            self._grouping.clusterer = self._new_clusterer(config)
            await self._vitals.follow(config)
        await self._web.stop()
        self._start_web()
        log.info("the configuration was read again: %d sources, %d feeds", len(config.sources), self._reach.feeds)
        return None

    async def _in_writer(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, lambda: work(*args, **kwargs))

    async def _drain(self) -> None:
        """Let requests finish for a while, then break the rest off; each of them still records its outcome."""
        running: set[asyncio.Task[Any]] = {*self._fetches, *self._readings}
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=DRAIN_S)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=DRAIN_S / 2)

    async def _disconnect(self) -> None:
        await self._http.close()
        await self._parser.close()

    async def _stop(self) -> None:
        async with self._reconnecting:  # a tick or a reload that is under way comes to its end
            await asyncio.gather(self._drain(), self._alerts.close())
            await self._disconnect()
        await self._grouping.stop()
        try:
            if "cluster" in self._parts:
                await asyncio.to_thread(self._grouping.clusterer.drop_lease)
            if "fetch" in self._parts:
                await self._in_writer(self._release, [feed.id for feed in self._fetches.values()])
        except DBAPIError as error:
            log.warning("the store cannot be used, leases lapse by themselves: %s", error.orig)
        await asyncio.to_thread(self._writer.shutdown)

    def _release(self, feeds: list[int]) -> None:
        with writing(self._engine) as conn:
            release(conn, feeds, self._holder)
            drop(conn, UPKEEP, self._holder)
