"""The service on many feeds and a clock that leaps: what it needs while virtual days go by in real minutes.

The clock stands still while the service works and leaps by a step when everything that was due is fetched, stored and
grouped. So the work of a month is done without the waiting in between. What this cannot show: work that takes longer
than the pause before it, as every leap waits for rest, and what only real hours wear out.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import yaml
from sqlalchemy import Engine, func, or_, select

from storage.engine import open_engine, reading
from storage.queue import queue
from storage.room import size_bytes
from storage.schema import Feed, Page
from tests.daemon.newsroom import ROOT, clean_environment
from tests.soak.configuration import configuration, free_port
from tests.soak.door_figures import DoorFigures, door_figures
from tests.soak.feed_town import feed_town
from tests.soak.process_figures import children, ended_children_cpu_s, process_figures
from tests.soak.publishing import Publication

DAY_S = 86_400.0

FLOW = 20.0
"""Leases of three minutes must outlive a real fetch on a busy machine."""

_LOOK_S = 0.03
"""Between two looks whether there is rest."""

_PATIENCE_S, _PATIENCE_A_FEED_S = 120.0, 0.25
"""For one step. The first one is a document of every feed, and on a busy machine a quarter of a second each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A run: so many feeds for so many virtual days from `start` (Unix time), the clock leaping by `step_s`.

    `settings` are sections of the configuration. `sample_every` counts steps. Between two leaps the clock runs `flow`
    times as fast as the real one: jobs of every second come oftener then, and a step is the sooner over.
    """

    feeds: int
    start: float
    days: float
    step_s: float
    sample_every: int
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    flow: float = FLOW

    @property
    def steps(self) -> int:
        """How often the clock leaps."""
        return round(self.days * DAY_S / self.step_s)


@dataclass(frozen=True, slots=True)
class Sample:
    """The service at a moment, `day` virtual days after the start and `real_s` real seconds.

    Bytes are of the process itself; `workers` is what its parsers take beside it. `cpu_s` is of all of them since the
    start. `queue` is the most versions that waited since the sample before, `busy_s` the longest that a step took.
    """

    day: float
    real_s: float
    rss: int
    pss: int
    workers: int
    files: int
    threads: int
    cpu_s: float
    queue: int
    busy_s: float
    store: int
    door: DoorFigures


class VirtualRun:
    """A service that runs, its feeds, and its store."""

    def __init__(
        self, plan: Plan, process: "subprocess.Popen[bytes]", move: Callable[[float], None], engine: Engine, port: int
    ) -> None:
        self.plan = plan
        self.now = plan.start
        self.engine = engine
        self.busy: list[float] = []
        """Real seconds from each leap to rest."""
        self._process = process
        self._move = move
        self._port = port
        self._began = time.monotonic()
        self._queue = 0

    def run(self) -> list[Sample]:
        """Let all the days go by; the first sample is of the start."""
        samples = [self.sample()]
        for step in range(1, self.plan.steps + 1):
            self.leap(self.plan.step_s)
            if step % self.plan.sample_every == 0:
                samples.append(self.sample())
        return samples

    def leap(self, seconds: float) -> None:
        """Move the clock on and wait for rest."""
        self.now += seconds
        self._move(self.now)
        began = time.monotonic()
        patience = _PATIENCE_S + _PATIENCE_A_FEED_S * self.plan.feeds
        while not self._rests():
            assert self._process.poll() is None, "the service has ended"
            assert time.monotonic() - began < patience, "the service does not come to rest"
            time.sleep(_LOOK_S)
        self.busy.append(time.monotonic() - began)

    def pass_by(self, seconds: float) -> None:
        """Let real seconds pass without a leap, so that the service is at rest."""
        time.sleep(seconds)

    def sample(self) -> Sample:
        """Look at the service."""
        pid = self._process.pid
        own = process_figures(pid)
        workers = []
        for child in children(pid):
            # A parser's process ends when it has had its share of documents, perhaps just now.
            with suppress(FileNotFoundError, ProcessLookupError):
                workers.append(process_figures(child))
        with reading(self.engine) as conn:
            store = size_bytes(conn)
        most, self._queue = self._queue, 0
        return Sample(
            day=(self.now - self.plan.start) / DAY_S,
            real_s=time.monotonic() - self._began,
            rss=own.rss,
            pss=own.pss,
            workers=sum(worker.pss for worker in workers),
            files=own.files,
            threads=own.threads,
            cpu_s=own.cpu_s + ended_children_cpu_s(pid) + sum(worker.cpu_s for worker in workers),
            queue=most,
            busy_s=max(self.busy[-self.plan.sample_every :]),
            store=store,
            door=door_figures(self._port),
        )

    def _rests(self) -> bool:
        now = datetime.fromtimestamp(self.now, UTC)
        busy = or_(Feed.next_fetch_at <= now, Feed.lease_by.is_not(None))
        with reading(self.engine) as conn:
            waiting = queue(conn).versions
            self._queue = max(self._queue, waiting)
            return not (
                waiting
                or conn.execute(select(Feed.id).where(Feed.active, busy).limit(1)).first()
                or conn.execute(select(func.count()).select_from(Page).where(Page.due_at.is_not(None))).scalar_one()
            )


@contextmanager
def virtual_run(plan: Plan, publications: Iterable[Publication], folder: Path) -> Iterator[VirtualRun]:
    """Start feeds and service in a folder; it is at rest at the moment `plan.start`. Stopped at the end."""
    store, port = f"sqlite:///{folder / 'riwaya.db'}", free_port()
    with ExitStack() as stack:
        town = stack.enter_context(feed_town(publications, plan.feeds, plan.start))
        config = folder / "config.yaml"
        config.write_text(
            yaml.safe_dump(configuration(town.urls, store, port, plan.settings), allow_unicode=True), "utf-8"
        )
        log = stack.enter_context((folder / "service.log").open("wb"))
        process = stack.enter_context(_service(config, log))
        assert process.stdin is not None
        clock: IO[bytes] = process.stdin

        def move(moment: float) -> None:
            town.move_to(moment)
            clock.write(f"{moment}\n".encode())
            clock.flush()

        clock.write(f"{plan.flow}\n".encode())
        move(plan.start)
        _answers(port, process)
        engine = open_engine(store, read_only=True)
        stack.callback(engine.dispose)
        run = VirtualRun(plan, process, move, engine, port)
        run.leap(0)
        yield run
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    complaints = [line for line in (folder / "service.log").read_text("utf-8").splitlines() if line]
    assert not complaints, complaints[:3]


@contextmanager
def _service(config: Path, log: IO[bytes]) -> "Iterator[subprocess.Popen[bytes]]":
    command = [sys.executable, "-m", "tests.soak.fast_clock", "--config", str(config), "--log-level", "error", "run"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=clean_environment(), cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the service is at its work: its store is made and its feeds are filled in by then."""
    until = time.monotonic() + _PATIENCE_S
    while process.poll() is None:
        try:
            door_figures(port)
        except OSError:
            assert time.monotonic() < until, "the service does not answer"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the service has ended: see service.log")
