"""Whether anything has been written since: a text that is another one after every commit."""

import contextlib
from threading import Lock
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import SQLAlchemyError


class StoreGeneration:
    """Looks at a store over a connection of its own. Any thread may ask; one at a time does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.at_once = engine.dialect.name == "sqlite"
        """Whether a look takes microseconds; with a server it takes a round trip, for which a thread should wait."""
        # SQLite says whether others have committed since this very connection looked last. A snapshot of PostgreSQL
        # names the transactions that are not to be seen yet: two that read alike see the same.
        self._question = "PRAGMA data_version" if self.at_once else "SELECT pg_current_snapshot()::text"
        self._connection: PoolProxiedConnection | None = None
        self._driver_error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._looking = Lock()

    def __call__(self) -> str | None:
        """Return it as of now; None when the store does not answer."""
        with self._looking:
            try:
                if self._connection is None:
                    self._connection = self._connected()
                cursor = self._connection.cursor()
                cursor.execute(self._question)
                row = cursor.fetchone()
                cursor.close()
            except (self._driver_error, SQLAlchemyError):
                # Whoever asks the store itself will tell what is wrong; the next look connects anew.
                self._close()
                return None
            return None if row is None else str(row[0])

    def close(self) -> None:
        """Give the connection back."""
        with self._looking:
            self._close()

    def _connected(self) -> PoolProxiedConnection:
        connection = self._engine.raw_connection()
        if not self.at_once:
            driver: Any = connection.driver_connection
            driver.autocommit = True  # else every look would see what the first one saw
        connection.detach()  # it is never given to anybody else
        return connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(self._driver_error, SQLAlchemyError):
                connection.close()
