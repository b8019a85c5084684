"""The job that groups: a thread of its own, at work while texts wait, this process has the lease, and there is room."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.exc import DBAPIError

from daemon.clusterer_lease import LeaseLost
from daemon.memory_watch import give_back
from daemon.metrics.recorded import count_step
from daemon.pulse import Pulse
from daemon.stored_clusterer import StoredClusterer
from daemon.vitals import Vitals

log = logging.getLogger(__name__)


class ClusterJob:
    """Runs `clusterer`, which may be replaced: its thread reads the name once a step."""

    def __init__(self, clusterer: StoredClusterer, vitals: Vitals, pulse: Pulse) -> None:
        self.clusterer = clusterer
        self._vitals = vitals
        self._pulse = pulse
        self._thread = ThreadPoolExecutor(1, "cluster")
        self._stopping = threading.Event()
        self._dropping = threading.Event()

    async def run(self) -> None:
        """Place what waits."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._work)

    def drop_caches(self) -> None:
        """Have memory given back that can be had without a change to any result, between two steps."""
        self._dropping.set()

    def break_off(self) -> None:
        """Let the step under way be the last."""
        self._stopping.set()

    async def stop(self) -> None:
        """End when the step under way has ended."""
        self.break_off()
        await asyncio.to_thread(self._thread.shutdown)

    def _work(self) -> None:
        mine = False
        try:
            if self._may_go_on():
                mine = self.clusterer.take_lease()
                if mine:
                    with self.clusterer.lease_kept():
                        self._place_waiting()
                self._vitals.usable()
        except LeaseLost as lost:
            log.warning("%s", lost)
        except DBAPIError as error:
            self._vitals.told(error, "clustering waits")
        # Idle, or waiting for others: either way not stuck. A fault of our own ends elsewhere and is no progress.
        self._pulse.clustered()
        self._vitals.metrics.clusterer.set(mine)

    def _place_waiting(self) -> None:
        while self._may_go_on() and (step := self.clusterer.step()) is not None:
            self._pulse.clustered()
            count_step(self._vitals.metrics, step)
            if step.corrected:
                log.info("%d corrections applied", step.corrected)
            else:
                log.info("grouped %d texts: %d new clusters, %d merged", step.placed, step.founded, step.merged)

    def _may_go_on(self) -> bool:
        if self._dropping.is_set():
            self._dropping.clear()
            self.clusterer.drop_caches()
            give_back()
        return not self._stopping.is_set() and self._vitals.disk.lack is None
