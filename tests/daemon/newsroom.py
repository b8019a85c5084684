"""A configuration, a store and feeds of one test, and the program `riwaya` on them."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml
from click.testing import CliRunner
from sqlalchemy import text

from daemon.cli import root
from storage.engine import open_engine, reading
from tests.daemon.feed_server import Feed, FeedServer, Item, Page

ROOT = Path(__file__).parents[2]

QUICK = {"every": "1s", "min_every": "1s", "max_every": "1s"}
"""A fetch section under which every feed is asked about once a second."""


def clean_environment(**more: str) -> dict[str, str]:
    """Return the environment without settings of riwaya, so that a developer's own cannot reach a test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RIWAYA_", "NOTIFY_SOCKET"))}
    return kept | {"PYTHONPATH": str(ROOT)} | more


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def data(self) -> dict[str, Any]:
        """Standard output as the one JSON object that it must be."""
        (row,) = self.rows
        return row


def called(*args: object, config: Path | None = None, env: Mapping[str, str] | None = None) -> Ended:
    """Run a command inside this process; logging is put back as it was."""
    logger = logging.getLogger()
    handlers, level = list(logger.handlers), logger.level
    unset = dict.fromkeys(name for name in os.environ if name.startswith("RIWAYA_"))
    try:
        result = CliRunner(env={**unset, "COLUMNS": "120", **(env or {})}).invoke(
            root, _arguments(args, config), prog_name="riwaya", catch_exceptions=False
        )
    finally:
        logger.handlers[:] = handlers
        logger.setLevel(level)
    return Ended(result.exit_code, result.stdout, result.stderr)


def program(
    *args: object,
    config: Path | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = 60,
) -> Ended:
    """Run a command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "daemon", *_arguments(args, config)],
        capture_output=True,
        timeout=timeout,
        env=clean_environment(**(env or {})),
        cwd=cwd or ROOT,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def eventually(wanted: Callable[[], object], seconds: float = 60) -> None:
    """Wait until a condition holds; the machine may be slow, so the patience is long and the steps are short."""
    until = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


class RunningService:
    """A `riwaya run` process; its log is read from a file."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> list[dict[str, Any]]:
        """The log so far, one record a complete line."""
        written = self._log.read_text("utf-8")
        return [json.loads(line) for line in written[: written.rfind("\n") + 1].splitlines()]

    def said(self, words: str) -> bool:
        """Tell whether a log message holds these words."""
        return any(words in line["message"] for line in self.log)

    def hang_up(self) -> None:
        """Send SIGHUP."""
        self.process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """Send SIGKILL and wait for the end."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> float:
        """Send SIGTERM, wait for the end, and return how many seconds it took."""
        begun = time.monotonic()
        self.process.terminate()
        self.process.wait(20)
        return time.monotonic() - begun


@dataclass
class Newsroom:
    """A folder with a configuration and a store, and a server with feeds; one feed a source unless said otherwise."""

    folder: Path
    server: FeedServer
    database: str = ""
    fetch: dict[str, Any] = field(default_factory=dict)
    clustering: dict[str, Any] = field(default_factory=dict)
    retention: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)
    web: dict[str, Any] = field(default_factory=lambda: {"enabled": False})
    metrics: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)
    full_text: Literal[True, False, "auto"] = False
    urls: dict[str, list[str]] = field(default_factory=dict)
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)
    alerts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.yaml"

    def publish(self, source: str, content: Page) -> None:
        """Put a page at the address of the source's feed and the source into the configuration."""
        self.server.pages[f"/{source}/rss.xml"] = content
        self.urls[source] = [f"{self.server.base}/{source}/rss.xml"]
        self.write()

    def feed(self, source: str, *items: Item, validators: bool = True) -> Feed:
        """Publish a feed with these items, newest first."""
        content = Feed(items, validators=validators, base=f"{self.server.base}/{source}")
        self.publish(source, content)
        return content

    def write(self) -> None:
        """Write the configuration as things stand."""
        self.folder.mkdir(exist_ok=True)
        content = {
            "database": self.database or f"sqlite:///{self.folder / 'riwaya.db'}",
            # Every source of a newsroom is at one host.
            "fetch": {"allow_private": ["127.0.0.1"], "host_gap": "0s", **self.fetch},
            "clustering": self.clustering,
            "retention": self.retention,
            "pages": self.pages,
            "web": self.web,
            "targets": self.targets,
            "alerts": self.alerts,
            "metrics": self.metrics,
            "limits": self.limits,
            "sources": [
                {
                    "id": source,
                    "name": f"صحيفة {source}",
                    "homepage": f"https://{source}.example/",
                    "country": "JO",
                    "full_text": self.full_text,
                    "feeds": [{"url": url} for url in urls],
                }
                for source, urls in self.urls.items()
            ],
        }
        self.config.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")

    def call(self, *args: object, env: Mapping[str, str] | None = None) -> Ended:
        """Run a command inside this process."""
        return called(*args, config=self.config, env=env)

    def process(self, *args: object, env: Mapping[str, str] | None = None) -> Ended:
        """Run a command as a process of its own."""
        return program(*args, config=self.config, env=env)

    def fetch_all(self) -> dict[str, dict[str, Any]]:
        """Fetch every feed; return the outcomes by source."""
        return {row["source"]: row for row in self.call("fetch", "--all", "--json").rows}

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Ask the store; an empty list while it has no such table."""
        engine = open_engine(self.database or f"sqlite:///{self.folder / 'riwaya.db'}", read_only=True)
        try:
            with reading(engine) as conn:
                return [tuple(row) for row in conn.execute(text(query), values)]
        finally:
            engine.dispose()

    def count(self, table: str) -> int:
        """Count the rows of a table, which may carry a WHERE."""
        ((number,),) = self.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - a test's own words
        return int(number)

    def groups(self) -> set[frozenset[tuple[str, str]]]:
        """Return the clusters as sets of (source, article key)."""
        members: dict[int, set[tuple[str, str]]] = {}
        for cluster, source, key in self.rows("SELECT cluster_id, source_id, key FROM article"):
            members.setdefault(cluster, set()).add((source, key))
        return {frozenset(group) for group in members.values()}

    @contextmanager
    def service(
        self, *args: str, env: Mapping[str, str] | None = None, before: Sequence[str] = ()
    ) -> Iterator[RunningService]:
        """Run `riwaya run`, by way of a command `before` it; stopped at the end, killed where it will not stop."""
        number = len(list(self.folder.glob("*.log")))
        log = self.folder / f"service-{number}.log"
        riwaya = [sys.executable, "-m", "daemon", "--config", str(self.config), "--log-level", "debug"]
        command = [*before, *riwaya, "run", *args]
        with (
            log.open("wb") as lines,
            subprocess.Popen(
                command, stdout=lines, stderr=lines, env=clean_environment(**(env or {})), cwd=self.folder
            ) as process,
        ):
            try:
                yield RunningService(process, log)
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()


def _arguments(args: tuple[object, ...], config: Path | None) -> list[str]:
    chosen = [] if config is None else ["--config", str(config)]
    return [*chosen, *(str(arg) for arg in args)]
