"""Feeds and stores for the tests of the daemon."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
