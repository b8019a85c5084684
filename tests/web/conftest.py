"""The stores of the web tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.engine import open_engine
from tests.daemon.conftest import archive
from tests.web.hostile_strings import store_hostile

__all__ = ["archive", "hostile_store"]


@pytest.fixture(scope="session")
def hostile_store(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Engine]:
    """A store in which every hostile string is a story of two outlets; for tests that only read."""
    path = tmp_path_factory.mktemp("hostile") / "riwaya.db"
    shutil.copyfile(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    store_hostile(engine)
    engine.dispose()
    reader = open_engine(f"sqlite:///{path}", read_only=True)
    yield reader
    reader.dispose()
