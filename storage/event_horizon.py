"""How far the events can be read without an earlier one coming to light later.

SQLite has one writer, so ids are committed in their order. On PostgreSQL an id is drawn before its transaction commits,
and several processes tell events: the clusterer, and every worker that sees an article vanish. An event may thus appear
below one that was read long ago, and whoever reads on from the highest id would never see it. Letting the writers take
turns would make them wait for one another while they hold articles. So the readers wait instead: an id that was drawn
before some moment is settled once every transaction that was under way at that moment is over.
"""

import time
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, Engine, text

_DRAWN = text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM event_id_seq")
# Whoever writes holds a lock on the number of its transaction until what it wrote can be seen. A snapshot would not do:
# it does not tell of transactions younger than the last one that ended.
_WRITING = text(
    "SELECT DISTINCT CAST(transactionid AS text) FROM pg_locks"
    " WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted"
)
EVERYTHING = 2**63 - 1
"""The horizon of a store in which ids are committed in their order."""

# A process that has just started knows nothing; the transactions of the service take well under a second.
_FIRST_WAIT_S, _STEP_S = 2.0, 0.02


@dataclass(frozen=True, slots=True)
class _Mark:
    """Ids up to `drawn` are settled when none of these transactions runs any more."""

    drawn: int
    running: frozenset[str]


class EventHorizon:
    """Remembers how far the events of a store are settled. One for a process; any thread may ask."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._settled = 0
        self._mark: _Mark | None = None

    def reach(self) -> int:
        """Return the highest id up to which a reading that begins now sees every event there will ever be.

        It never falls, and is 0 until something is known. A transaction that writes to any database of the server
        holds it back while it runs.
        """
        if self._engine.dialect.name != "postgresql":
            return EVERYTHING
        until = time.monotonic() + _FIRST_WAIT_S
        with self._lock:
            while not self._look() and self._settled == 0 and time.monotonic() < until:
                time.sleep(_STEP_S)
            return self._settled

    def _look(self) -> bool:
        """Learn what is settled; tell whether that is everything that was drawn."""
        with self._engine.connect() as conn:
            # In this order: who had drawn an id by then is among those who write, or has ended.
            drawn: int = conn.execute(_DRAWN).scalar_one()
            running = frozenset(conn.execute(_WRITING).scalars())
        if self._mark is not None and running.isdisjoint(self._mark.running):
            self._settled, self._mark = self._mark.drawn, None
        if not running:
            self._settled, self._mark = drawn, None
        elif self._mark is None:
            self._mark = _Mark(drawn, running)
        return self._settled == drawn


def announce(conn: Connection) -> None:
    """Let others see that a transaction writes; to be done before it draws the id of an event."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_current_xact_id()"))
