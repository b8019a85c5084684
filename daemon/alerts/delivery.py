"""Bringing alerts to their targets, each again and again until it is taken or given up.

An alert that is under way is known to this process alone. One that dies in the middle has noted nothing, so whoever
comes next sends the alert again, under the same id: at least once, and never silently less.
"""

import asyncio
import json
import logging
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import Engine

from daemon.alerts.apprise_target import send_by_apprise
from daemon.alerts.message import message_of
from daemon.alerts.retry import Failure, next_attempt
from daemon.alerts.webhook import post_alert, webhook_client
from daemon.clusterer_lease import LEASE
from daemon.config import Config
from daemon.failpoints import Point, reached
from storage.alerts import DueAlert, due_alerts, give_up_strays, note_delivered, note_failed
from storage.engine import reading, writing
from storage.leases import holds

log = logging.getLogger(__name__)

AT_A_TIME = 4
"""Posts under way to one webhook: a slow one takes its alerts abreast, and is not stormed."""
# Chats count messages by the second, and mail servers connections.
_BY_APPRISE = 1


class Senders:
    """Sends to the targets of a configuration, and remembers nothing."""

    def __init__(self, config: Config) -> None:
        self._targets = config.targets
        self._http = webhook_client(config)

    async def send(self, target: str, alert_id: str, body: str) -> Failure | None:
        """Send a body, a payload as JSON, to a target; None when it was taken."""
        where = self._targets[target]
        if where.webhook is not None:
            secrets = [secret.get_secret_value() for secret in where.secret]
            return await post_alert(self._http, where.webhook.get_secret_value(), secrets, alert_id, body)
        assert where.apprise is not None  # noqa: S101 - the configuration sees to one of the two
        return await send_by_apprise(where.apprise.get_secret_value(), *message_of(json.loads(body)))

    def limit(self, target: str) -> int:
        """Return how many alerts may be under way to a target."""
        return AT_A_TIME if self._targets[target].webhook is not None else _BY_APPRISE

    async def close(self) -> None:
        """Close what is open."""
        await self._http.close()


class Delivery:
    """The alerts under way. `store` is the thread that asks and writes the store."""

    def __init__(self, engine: Engine, config: Config, holder: str, store: ThreadPoolExecutor) -> None:
        self._engine = engine
        self._targets = tuple(config.targets)
        self._senders = Senders(config)
        self._holder = holder
        self._store = store
        self._under_way: dict[asyncio.Task[None], DueAlert] = {}
        self._strays_seen = False

    async def start_due(self) -> int:
        """Start what is due, as many a target as it bears; return how many. Nothing while others have the lease."""
        free = {target: self._senders.limit(target) for target in self._targets}
        for target, count in Counter(alert.target for alert in self._under_way.values()).items():
            free[target] -= count
        known = frozenset(alert.id for alert in self._under_way.values())
        loop = asyncio.get_running_loop()
        due = await loop.run_in_executor(self._store, self._due, free, known)
        for alert in due:
            task = asyncio.create_task(self._deliver(alert), name=f"alert {alert.id}")
            self._under_way[task] = alert
            task.add_done_callback(self._ended)
        return len(due)

    async def all_ended(self) -> None:
        """Wait until nothing is under way."""
        if self._under_way:
            await asyncio.wait(set(self._under_way))

    async def close(self, patience_s: float) -> None:
        """Let what is under way end for a while, then break it off: it will be sent again."""
        running = set(self._under_way)
        if running:
            _, late = await asyncio.wait(running, timeout=patience_s)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        await self._senders.close()

    def _due(self, free: dict[str, int], known: frozenset[str]) -> list[DueAlert]:
        now = datetime.now(UTC)
        with reading(self._engine) as conn:
            if not holds(conn, LEASE, self._holder, now):
                return []
            found = [
                alert
                for target, places in free.items()
                if places > 0
                for alert in due_alerts(conn, target, now, places, known)
            ]
        if not self._strays_seen:
            with writing(self._engine) as conn:
                strays = give_up_strays(conn, self._targets, now)
            if strays:
                log.error("%d alerts are given up: the configuration has their targets no more", strays)
            self._strays_seen = True
        return found

    async def _deliver(self, alert: DueAlert) -> None:
        try:
            failure = await self._senders.send(alert.target, alert.id, alert.payload)
        except Exception as error:  # a fault of our own must not leave an alert under way for ever
            log.exception("alert %s to %s could not be sent", alert.id, alert.target)
            failure = Failure(f"a fault of riwaya: {type(error).__name__}")
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._store, self._record, alert, failure)

    def _record(self, alert: DueAlert, failure: Failure | None) -> None:
        now = datetime.now(UTC)
        if failure is None:
            reached(Point.ALERT_SENT)
            with writing(self._engine) as conn:
                note_delivered(conn, alert.id, now)
                reached(Point.ALERT_NOTED)
            log.info("alert %s of rule %s was delivered to %s", alert.id, alert.rule, alert.target)
            return
        wait = next_attempt(alert.attempts + 1, failure, random.random())  # noqa: S311 - no secret: it spreads retries
        with writing(self._engine) as conn:
            note_failed(conn, alert.id, failure.reason, now, None if wait is None else now + wait)
        if wait is None:
            log.error("alert %s to %s is given up: %s", alert.id, alert.target, failure.reason)
        else:
            again = round(wait.total_seconds())
            log.warning("alert %s to %s failed, again in %d s: %s", alert.id, alert.target, again, failure.reason)

    def _ended(self, task: asyncio.Task[None]) -> None:
        alert = self._under_way.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("what became of alert %s could not be noted, it will be sent again: %s", alert.id, error)
