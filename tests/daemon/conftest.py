"""Feeds and stores for the tests of the daemon."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL

from daemon.demo.configuration import render_configuration
from daemon.demo.server import DemoServer
from daemon.demo.stories import load_outlets, load_stories
from tests.daemon.feed_server import FeedServer
from tests.daemon.newsroom import Newsroom


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """A server without pages."""
    with FeedServer() as running:
        yield running


@pytest.fixture
def newsroom(tmp_path: Path, server: FeedServer) -> Newsroom:
    """A newsroom on SQLite, without sources."""
    return Newsroom(tmp_path, server)


@pytest.fixture
def any_newsroom(tmp_path: Path, server: FeedServer, store_url: str) -> Newsroom:
    """A newsroom on each of the databases."""
    return Newsroom(tmp_path, server, database=store_url)


@pytest.fixture
def newsroom_on_postgresql(
    tmp_path: Path, server: FeedServer, postgresql_stores: Callable[[], AbstractContextManager[URL]]
) -> Iterator[Newsroom]:
    """A newsroom on PostgreSQL, for what only several processes on one server can do."""
    with postgresql_stores() as url:
        yield Newsroom(tmp_path, server, database=url.render_as_string(hide_password=False))


class Played:
    """A clock that a test moves: seconds since the beginning of the demonstration."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """The demonstration's stories, fetched before and after the edit of one of them; for tests that only read."""
    folder = tmp_path_factory.mktemp("archive")
    clock = Played()
    started = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    with FeedServer() as nobody, DemoServer(load_outlets(), load_stories(), clock=clock, started=started) as demo:
        room = Newsroom(folder, nobody)
        room.config.write_text(render_configuration(load_outlets(), demo.base_url, folder / "riwaya.db"), "utf-8")
        for clock.seconds in (4.5, 60.0):
            ended = room.call("fetch", "--all", "--json")
            assert ended.code == 0, ended.err
    return room
