"""The alerts of a running service: what rings is written down, what is written down goes out."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from daemon.alerts.delivery import Delivery
from daemon.alerts.weighing import Weighing
from daemon.config import Config

log = logging.getLogger(__name__)

DRAIN_S = 3.0
"""How long a stop waits for alerts under way; what it breaks off is sent again at the next start."""
_STEPS = 20
"""Steps of weighing between two looks at what is due: a load of changes does not hold deliveries up."""


class AlertDesk:
    """Weighs and delivers while this process has the clusterer's lease. It has a thread of its own for the store.

    `refused` hears of every transaction that the store refused, and says whether the log has been told of it.
    """

    def __init__(
        self,
        engine: Engine,
        config: Config,
        holder: str,
        refused: Callable[[DBAPIError], bool] = lambda _error: False,
    ) -> None:
        self._refused = refused
        self._store = ThreadPoolExecutor(1, "alerts")
        self._weighing = Weighing(engine, config, holder)
        self._delivery = Delivery(engine, config, holder, self._store)
        self._at_work = asyncio.Lock()
        self._closed = False

    async def tick(self) -> None:
        """Weigh what changed and start what is due."""
        async with self._at_work:
            if self._closed:
                return
            try:
                await asyncio.get_running_loop().run_in_executor(self._store, self._weigh)
                await self._delivery.start_due()
            except DBAPIError as error:
                if not self._refused(error):
                    log.error("the store cannot be used, alerts wait: %s", error.orig)  # noqa: TRY400 - one line says it

    async def deliver_all(self) -> None:
        """Weigh all that changed, try everything that is due once, and wait for the outcomes."""
        while await asyncio.get_running_loop().run_in_executor(self._store, self._weigh):
            pass
        await self._delivery.all_ended()
        while await self._delivery.start_due():
            await self._delivery.all_ended()

    async def close(self) -> None:
        """End what is under way."""
        async with self._at_work:
            self._closed = True
            await self._delivery.close(DRAIN_S)
        await asyncio.to_thread(self._store.shutdown)

    def _weigh(self) -> bool:
        """Weigh for some steps; say whether more may wait."""
        for _ in range(_STEPS):
            rung = self._weighing.step()
            if rung is None:
                return False
            if rung:
                log.info("%d alerts rang", rung)
        return True
