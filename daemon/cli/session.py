"""What the commands of one call share: the configuration and the store."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.cli.failure import Failed, Misconfigured

if TYPE_CHECKING:  # the store takes a third of a second to import, which `riwaya --help` need not wait for
    from sqlalchemy import Connection, Engine

    from daemon.config import Config

DEFAULT_PATHS = (Path("config.yaml"), Path("/etc/riwaya/config.yaml"))


class Session:
    """The configuration file chosen on the command line or in the environment, and what hangs on it."""

    def __init__(self, config_path: Path | None) -> None:
        self._given = config_path

    @property
    def path(self) -> Path:
        """The configuration file. Raises Misconfigured when none is named and none of the usual ones is there."""
        if self._given is not None:
            return self._given
        for path in DEFAULT_PATHS:
            if path.exists():
                return path
        tried = " nor ".join(str(path) for path in DEFAULT_PATHS)
        raise Misconfigured(f"there is no configuration: neither {tried} exists; name one with --config")

    def read_config(self) -> "Config":
        """Read the configuration as it stands now. Raises daemon.config.ConfigError."""
        from daemon.config import load_config  # noqa: PLC0415 - see above

        return load_config(self.path, os.environ)

    @cached_property
    def config(self) -> "Config":
        """The configuration as it stood when it was first asked for. Raises Misconfigured."""
        from daemon.config import ConfigError  # noqa: PLC0415 - see above

        try:
            return self.read_config()
        except ConfigError as error:
            raise Misconfigured(str(error)) from error

    @contextmanager
    def writable_store(self) -> "Iterator[Engine]":
        """Open the store with the schema of this release. Raises Failed."""
        from daemon.start import open_store  # noqa: PLC0415 - see above

        with self._told():
            engine = open_store(self.config)
            try:
                yield engine
            finally:
                engine.dispose()

    @contextmanager
    def existing_store(self) -> "Iterator[Engine]":
        """Open the store as it is, whatever its schema; nothing is written. Raises Failed."""
        from storage.engine import open_engine  # noqa: PLC0415 - see above

        with self._told():
            engine = open_engine(self.config.database, read_only=True)
            try:
                yield engine
            finally:
                engine.dispose()

    @contextmanager
    def reader(self) -> "Iterator[Connection]":
        """Open a store of this release for one consistent reading; nothing is written. Raises Failed."""
        from storage.engine import reading  # noqa: PLC0415 - see above
        from storage.migrate import require_current  # noqa: PLC0415 - see above

        with self.existing_store() as engine:
            require_current(engine)
            with reading(engine) as conn:
                yield conn

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn a store that cannot be used into one clear message."""
        from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - see above

        from storage.engine import StoreUnavailable  # noqa: PLC0415 - see above
        from storage.migrate import SchemaMissing, SchemaTooNew  # noqa: PLC0415 - see above

        try:
            yield
        except (StoreUnavailable, SchemaTooNew, SchemaMissing) as error:
            raise Failed(f"{self.path}: database: {error}") from error
        except DBAPIError as error:
            raise Failed(f"{self.path}: database: {error.orig}") from error
