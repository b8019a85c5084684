"""The lease of the one process that clusters, whatever it does to the clusters."""

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storage import leases
from storage.engine import writing

LEASE = "clusterer"

LEASE_TIME = timedelta(seconds=12)
"""How long a clusterer that died keeps others waiting. They ask every second, so one of them takes over within 15 s.
A batch takes well under a second; what takes longer, such as reading the window after a start, is done under `kept`."""

_RENEW_S = LEASE_TIME.total_seconds() / 3
"""The age at which a lease is renewed: a renewal may be late by a few seconds, or be lost, and nothing happens."""


class LeaseLost(Exception):  # noqa: N818 - it names a state, as its readers say it
    """Somebody else clusters: what this process knows of the clusters is no longer the truth."""


class ClustererLease:
    """The lease as `holder` has it, or not. Its age is measured by a clock that nobody sets."""

    def __init__(self, engine: Engine, holder: str) -> None:
        self._engine = engine
        self._holder = holder
        self._renewed: float | None = None  # None: not ours
        self._asking = threading.Lock()

    def take(self) -> bool:
        """Become the one clusterer, or stay it; False while another process is.

        The store is asked only when the lease has some age, so that asking every second costs nothing. A lease that
        another process had meanwhile, though it is free again, was lost: False once, to be taken by the next call.
        """
        with self._asking:
            asked = time.monotonic()
            if self._renewed is not None and asked < self._renewed + _RENEW_S:
                return True
            now = datetime.now(UTC)
            with writing(self._engine) as conn:
                if self._renewed is None:
                    mine = leases.take(conn, LEASE, self._holder, now, now + LEASE_TIME)
                else:
                    mine = leases.renew(conn, LEASE, self._holder, now + LEASE_TIME)
            self._renewed = asked if mine else None
            return mine

    def drop(self) -> None:
        """Let another process cluster."""
        with self._asking:
            self._renewed = None
            with writing(self._engine) as conn:
                leases.drop(conn, LEASE, self._holder)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Have a lease that is ours renewed from a thread of its own, for what may take longer than it lasts.

        Whether that worked is seen where it counts, in `writing`.
        """
        done = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(done,), name="clusterer's lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, datetime]]:
        """Give a transaction that proves and renews the lease, and its time. Raises LeaseLost."""
        now = datetime.now(UTC)
        with writing(self._engine) as conn:
            if not leases.renew(conn, LEASE, self._holder, now + LEASE_TIME):
                self._renewed = None
                raise LeaseLost("another process has taken over the clustering")
            yield conn, now

    def _keep(self, done: threading.Event) -> None:
        while not done.wait(_RENEW_S):
            # The store may be gone for a while; the next renewal, or whoever writes, finds out what that came to.
            with self._asking, contextlib.suppress(DBAPIError), writing(self._engine) as conn:
                leases.renew(conn, LEASE, self._holder, datetime.now(UTC) + LEASE_TIME)
