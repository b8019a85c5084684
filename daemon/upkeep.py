"""What is done to the store now and then, in steps so small that no other writer waits for long.

Old records and lone articles are deleted as `retention` says; what an update of riwaya derives in another way (the
words of the search index, signatures) is made anew. One process at a time does so, and any of it goes on after a stop.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

from clustering.clitics import SEARCH_EDITION
from clustering.fold import FOLD_VERSION
from daemon.alerts.decide import LATELY
from daemon.config import Config
from daemon.failpoints import Point, reached
from daemon.searching import search_text
from daemon.stored_versions import signed
from storage.alerts import delete_settled
from storage.engine import writing
from storage.fetches import delete_fetches
from storage.leases import drop, take
from storage.lone_articles import delete_lone_articles
from storage.search_queue import begin_rebuilding, index_step, stored_edition
from storage.signature_upkeep import renew_step

log = logging.getLogger(__name__)

LEASE = "upkeep"
_LEASE_TIME = timedelta(minutes=5)
_RECORDS = 2_000
"""Records of fetches, or alerts, deleted in one transaction: some 20 ms."""
_TEXTS = 25
"""Texts prepared and indexed, signed or deleted in one transaction: 1 to 2 ms each, for which other writers wait."""


class Upkeep:
    """The work that is left for now; `holder` is the process that does it."""

    def __init__(self, engine: Engine, config: Config, holder: str, now: Callable[[], datetime] | None = None) -> None:
        self._engine = engine
        self._config = config
        self._holder = holder
        self._now = now or (lambda: datetime.now(UTC))
        self._signed_through = self._lone_through = 0
        self._works = [self._fetches, self._alerts, self._lone_articles, self._search, self._signatures]

    def step(self) -> bool:
        """Do one step in one transaction; False when nothing is left, or another process is at it."""
        now = self._now()
        with writing(self._engine) as conn:
            if not take(conn, LEASE, self._holder, now, now + _LEASE_TIME):
                return False
            while self._works:
                if self._works[0](conn, now):
                    reached(Point.UPKEEP_WRITTEN)
                    return True
                self._works.pop(0)
        return False

    def drop_lease(self) -> None:
        """Let another process take care."""
        with writing(self._engine) as conn:
            drop(conn, LEASE, self._holder)

    def _fetches(self, conn: Connection, now: datetime) -> bool:
        deleted = delete_fetches(conn, now - self._config.retention.fetches, _RECORDS)
        if deleted:
            log.info("deleted %d old fetch records", deleted)
        return deleted > 0

    def _alerts(self, conn: Connection, now: datetime) -> bool:
        # What rang for a story is remembered by its alerts, so they outlive the time in which it can grow.
        keep = max(self._config.retention.alerts, self._config.clustering.window + 2 * LATELY)
        deleted = delete_settled(conn, now - keep, _RECORDS)
        if deleted:
            log.info("deleted %d old alerts", deleted)
        return deleted > 0

    def _lone_articles(self, conn: Connection, now: datetime) -> bool:
        keep = self._config.retention.lone_articles
        if keep is None or stored_edition(conn) not in (None, SEARCH_EDITION):
            # The index forgets words only as they were put in.
            return False
        step = delete_lone_articles(conn, now - keep, _TEXTS, search_text, self._lone_through)
        if step.deleted:
            log.info("deleted %d articles that no other outlet carried", step.deleted)
        self._lone_through = step.after or 0
        return step.after is not None

    def _search(self, conn: Connection, now: datetime) -> bool:
        del now
        edition = stored_edition(conn)
        if edition not in (None, SEARCH_EDITION):
            log.info("the search index is made anew: edition %d instead of %d", SEARCH_EDITION, edition)
            begin_rebuilding(conn, SEARCH_EDITION)
        return index_step(conn, search_text, _TEXTS) > 0

    def _signatures(self, conn: Connection, now: datetime) -> bool:
        del now
        last = renew_step(conn, FOLD_VERSION, signed, _TEXTS, self._signed_through)
        if last is None:
            return False
        self._signed_through = last
        return True


def index_left(engine: Engine) -> int:
    """Index some of the versions that wait, which a crash left out or a rebuilding put there; return how many."""
    with writing(engine) as conn:
        return index_step(conn, search_text, _TEXTS)
