"""The lease of the one process that clusters, whatever it does to the clusters."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

from storage import leases
from storage.engine import writing

LEASE = "clusterer"

LEASE_TIME = timedelta(seconds=60)
"""How long a clusterer that was cut off from the store keeps others waiting. A batch takes well under a second; one
that dies on this machine is noticed at once, by its process being gone."""


class LeaseLost(Exception):  # noqa: N818 - it names a state, as its readers say it
    """Somebody else clusters: what this process knows of the clusters is no longer the truth."""


class ClustererLease:
    """The lease as `holder` has it, or not."""

    def __init__(self, engine: Engine, holder: str) -> None:
        self._engine = engine
        self._holder = holder
        self._until: datetime | None = None  # None: not ours

    def take(self) -> bool:
        """Become the one clusterer, or stay it; False while another process is.

        A lease is renewed when half of it has passed, so that asking every second costs nothing.
        """
        now = datetime.now(UTC)
        if self._until is not None and now < self._until - LEASE_TIME / 2:
            return True
        with writing(self._engine) as conn:
            mine = leases.take(conn, LEASE, self._holder, now, now + LEASE_TIME)
        self._until = now + LEASE_TIME if mine else None
        return mine

    def drop(self) -> None:
        """Let another process cluster."""
        self._until = None
        with writing(self._engine) as conn:
            leases.drop(conn, LEASE, self._holder)

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, datetime]]:
        """Give a transaction that proves and renews the lease, and its time. Raises LeaseLost."""
        now = datetime.now(UTC)
        with writing(self._engine) as conn:
            if not leases.renew(conn, LEASE, self._holder, now + LEASE_TIME):
                self._until = None
                raise LeaseLost("another process has taken over the clustering")
            yield conn, now
