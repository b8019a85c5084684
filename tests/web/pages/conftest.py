"""One browser, one demonstration store and one server for all page tests of a process."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.engine import open_engine
from tests.web.pages.chromium import Chromium, require_chromium
from tests.web.pages.demo_store import store_demo
from tests.web.serving import parts_on, served
from web.app import create_app


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    require_chromium()
    browser = Chromium()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """The store of the demonstration as a file; to be copied by who writes."""
    path = tmp_path_factory.mktemp("pages") / "riwaya.db"
    shutil.copyfile(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    store_demo(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def demo(demo_file: Path) -> Iterator[Engine]:
    """The same, for tests that only read."""
    engine = open_engine(f"sqlite:///{demo_file}", read_only=True)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def demo_site(demo: Engine) -> Iterator[str]:
    """The address of the pages over it."""
    with served(create_app(parts_on(demo))) as address:
        yield address
