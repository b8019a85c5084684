"""A service by the real clock whose feeds have been read and are quiet, with its web interface."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select

from storage.engine import open_engine, reading
from storage.queue import queue
from storage.schema import Feed, Page
from tests.daemon.newsroom import ROOT, clean_environment, eventually
from tests.soak.configuration import configuration, free_port
from tests.soak.door_figures import door_figures
from tests.soak.feed_town import feed_town
from tests.soak.process_figures import ProcessFigures, children, process_figures
from tests.soak.publishing import Invented

_A_FEED = 10
"""Articles that each feed has shown before."""

_SETTLE_S = 30.0
"""After the last work: connections that nobody uses are closed and the figures are read twice."""


@dataclass(frozen=True, slots=True)
class IdleService:
    """Its configuration file and its process."""

    config: Path
    pid: int

    def figures(self) -> tuple[ProcessFigures, list[ProcessFigures], ProcessFigures]:
        """Return what is taken by the service itself, by its parser workers and by its web interface."""
        web = [pid for pid in children(self.pid) if b"\0-m\0daemon\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        workers = [pid for pid in children(self.pid) if pid not in web]
        return process_figures(self.pid), [process_figures(pid) for pid in workers], process_figures(web[0])


@contextmanager
def quiet_feeds(folder: Path, feeds: int) -> Iterator[Path]:
    """Serve feeds that bring nothing new, and give a configuration of a service on them, in a folder."""
    now = time.time()
    sections: dict[str, dict[str, Any]] = {"web": {"enabled": True, "port": free_port()}, "fetch": {"every": "1h"}}
    with feed_town(Invented(feeds, now, 0.0, feeds * _A_FEED), feeds, now) as town:
        config = folder / "config.yaml"
        made = configuration(town.urls, _store(config), free_port(), sections)
        config.write_text(yaml.safe_dump(made, allow_unicode=True), "utf-8")
        yield config


@contextmanager
def idle_service(config: Path, feeds: int) -> Iterator[IdleService]:
    """Run the service of a configuration and wait until it has read its feeds and is at rest; stopped at the end."""
    command = [sys.executable, "-m", "daemon", "--config", str(config), "--log-level", "error", "run"]
    port = yaml.safe_load(config.read_text("utf-8"))["metrics"]["port"]
    with subprocess.Popen(command, env=clean_environment(), cwd=ROOT) as process:
        try:
            eventually(lambda: _answers(port))
            eventually(lambda: _rests(_store(config), feeds), 300)
            time.sleep(_SETTLE_S)
            yield IdleService(config, process.pid)
        finally:
            process.terminate()


def _store(config: Path) -> str:
    return f"sqlite:///{config.parent / 'riwaya.db'}"


def _answers(port: int) -> bool:
    try:
        door_figures(port)
    except OSError:
        return False
    return True


def _rests(store: str, feeds: int) -> bool:
    engine = open_engine(store, read_only=True)
    try:
        with reading(engine) as conn:
            asked = select(func.count()).where(Feed.last_fetch_at.is_not(None))
            pages = select(func.count()).where(Page.due_at.is_not(None))
            return (
                conn.execute(asked).scalar_one() == feeds
                and not conn.execute(pages).scalar_one()
                and not queue(conn).versions
            )
    finally:
        engine.dispose()
