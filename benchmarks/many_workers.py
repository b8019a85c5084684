"""One, two and four fetching processes, each its own host, on one PostgreSQL: ``python -m benchmarks.many_workers``.

`riwaya run --only fetch` as a person would start it, a clusterer and one that stands by, the store and the feeds on
further hosts; the hosts are network namespaces of this machine, which takes root. All of them share its processors, so
what a worker adds by the clock says little: the figures to go by are the processor time of each part, and for how much
of the time a worker has its connection in use. Raises AssertionError when a feed was asked twice in its interval or
forgotten, or when the stories in the store are not exactly those that were told.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

import yaml
from sqlalchemy import Engine, create_engine, select, text

from benchmarks.crew_figures import Reading, Step, crew_table, step_between, take
from benchmarks.invented_feeds import ITEMS, Newsrooms, outlet
from benchmarks.networked_postgresql import NetworkedPostgresql, networked_postgresql
from benchmarks.newsroom_farm import PORT, Asked, NewsroomFarm, feed_host, newsroom_farm
from benchmarks.separate_hosts import HUB_ADDRESS, Host, separate_hosts, why_not
from storage.engine import reading
from storage.schema import Article, Feed, Fetch

FEEDS = 80
ROUNDS = 30
"""More than the feeds can be asked within the measurement: a feed without news costs less."""
CREWS = (1, 2, 4)
STEP_S = 25.0
EVERY_S = 4.0

_ROOT = Path(__file__).resolve().parent.parent
_HOSTS = "10.77.0.0/16"
_LOOK_S = 0.2
_PATIENCE_S = 300
_FORGOTTEN = 4
"""A feed that waits so many times as long as the middle one, and an interval more, has been forgotten."""
_NICE = "10"


def many_workers(feeds: int = FEEDS, step_s: float = STEP_S, crews: Sequence[int] = CREWS) -> list[Step]:
    """Measure; first a single worker with nothing but new articles, then each crew with two new items a document."""
    newsrooms = Newsrooms(feeds, ROUNDS)
    with ExitStack() as stack:
        hosts = stack.enter_context(separate_hosts(2 + max(crews)))
        store = stack.enter_context(networked_postgresql(HUB_ADDRESS, _HOSTS))
        farm = stack.enter_context(newsroom_farm(newsrooms))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "config.yaml").write_text(yaml.safe_dump(_configuration(feeds, store)), "utf-8")
        crew = _Crew(folder, hosts, stack)
        crew.add("cluster")
        crew.add("cluster")
        engine = create_engine(store.near)
        stack.callback(engine.dispose)
        steps = list(_steps(crew, store, engine, feeds * ITEMS, step_s, crews))
        ended = time.monotonic()
        crew.stop("fetch")
        _eventually(lambda: _grouped(engine))
        crew.stop("cluster")
        _check_requests(farm, feeds, ended)
        _check_store(engine, farm, newsrooms)
    return steps


def _steps(
    crew: "_Crew", store: NetworkedPostgresql, engine: Engine, cold: int, step_s: float, crews: Sequence[int]
) -> Iterator[Step]:
    def read() -> Reading:
        return take(engine, store, crew.members())

    for number, size in enumerate(crews):
        began = read()
        while crew.count("fetch") < size:
            crew.add("fetch")
        if number == 0:
            seen = _watch(engine, lambda: _count(engine, "version WHERE cluster_id IS NOT NULL") >= cold)
            yield step_between(f"{size}, all new", began, read(), seen)
        time.sleep(2)
        began = read()
        until = time.monotonic() + step_s
        seen = _watch(engine, lambda: time.monotonic() >= until)  # noqa: B023 - called at once
        yield step_between(str(size), began, read(), seen)


class _Crew:
    """The processes, each on a host of its own."""

    def __init__(self, folder: Path, hosts: Sequence[Host], stack: ExitStack) -> None:
        self._folder = folder
        self._free = list(hosts)
        self._stack = stack
        self._members: list[tuple[str, Host, subprocess.Popen[bytes]]] = []

    def members(self) -> list[tuple[str, Host, int]]:
        """Return the part, the host and the process id of each."""
        return [(part, host, process.pid) for part, host, process in self._members]

    def count(self, part: str) -> int:
        """Return how many do this part."""
        return sum(member[0] == part for member in self._members)

    def add(self, part: str) -> None:
        """Start one more, and wait until it runs."""
        host = self._free.pop(0)
        log = self._folder / f"{host.namespace}.log"
        config = str(self._folder / "config.yaml")
        riwaya = (sys.executable, "-m", "daemon", "--config", config, "run", "--only", part)
        words = host.command("nice", "-n", _NICE, *riwaya)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RIWAYA_", "NOTIFY_SOCKET"))}
        with log.open("wb") as written:
            process = self._stack.enter_context(_ended(subprocess.Popen(words, stderr=written, env=kept, cwd=_ROOT)))  # noqa: S603
        self._members.append((part, host, process))

        def runs() -> bool:
            told = log.read_text("utf-8")
            assert process.poll() is None, told
            return "riwaya runs" in told

        _eventually(runs)

    def stop(self, part: str) -> None:
        """Ask those who do this part to end. Raises AssertionError when one ends or has ended badly."""
        concerned = [member for member in self._members if member[0] == part]
        for _, _, process in concerned:
            process.terminate()
        for _, host, process in concerned:
            assert process.wait(30) == 0, f"{host.namespace} ended with {process.returncode}"
            lines = (self._folder / f"{host.namespace}.log").read_text("utf-8").splitlines()
            errors = [line for line in lines if json.loads(line)["level"] == "error"]
            assert not errors, errors[0]


@contextmanager
def _ended(process: "subprocess.Popen[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _configuration(feeds: int, store: NetworkedPostgresql) -> dict[str, object]:
    hosts = [feed_host(feed) for feed in range(feeds)]
    every = f"{EVERY_S:.0f}s"
    return {
        "database": store.url.render_as_string(hide_password=False),
        # Feeds are looked for once a second, and so many at most are begun then.
        "fetch": {"every": every, "min_every": every, "max_every": every, "concurrency": 40, "allow_private": hosts},
        "web": {"enabled": False},
        "sources": [
            {
                "id": outlet(feed),
                "name": f"صحيفة {feed}",
                "homepage": f"http://paper{feed}.example/",
                "country": "JO",
                "full_text": False,
                "feeds": [{"url": f"http://{host}:{PORT}/{feed}"}],
            }
            for feed, host in enumerate(hosts)
        ],
    }


def _watch(engine: Engine, over: Callable[[], bool]) -> list[dict[str, str]]:
    """Look now and then at what the connections of other hosts do, until it is over."""
    seen = []
    until = time.monotonic() + _PATIENCE_S
    while not over():
        assert time.monotonic() < until, "it did not happen in time"
        with reading(engine) as conn:
            rows = conn.execute(
                text(
                    "SELECT host(client_addr), state, coalesce(wait_event_type, '') FROM pg_stat_activity"
                    " WHERE client_addr IS NOT NULL"
                )
            )
            seen.append({str(address): f"{state}/{waits}" for address, state, waits in rows if state != "idle"})
        time.sleep(_LOOK_S)
    return seen


def _eventually(wanted: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not wanted():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(_LOOK_S)


def _count(engine: Engine, what: str) -> int:
    with reading(engine) as conn:
        return int(conn.execute(text(f"SELECT count(*) FROM {what}")).scalar_one())  # noqa: S608 - fixed words


def _grouped(engine: Engine) -> bool:
    return _count(engine, "version WHERE cluster_id IS NULL") == 0


def _check_requests(farm: NewsroomFarm, feeds: int, ended: float) -> None:
    """Every feed in its time: none before its interval is over, none left waiting."""
    asked: list[list[Asked]] = [[] for _ in range(feeds)]
    for request in farm.asked():
        asked[request.feed].append(request)
    gaps = [later.at - one.at for requests in asked for one, later in pairwise(requests)]
    # From its record to the next fetch of a feed it is EVERY_S; the request stood before the record.
    assert min(gaps) >= EVERY_S, f"a feed was asked twice in {min(gaps):.2f} s"
    longest = _FORGOTTEN * median(gaps) + EVERY_S
    for feed, requests in enumerate(asked):
        assert requests, f"feed {feed} was never asked"
        times = [request.at for request in requests] + [ended]
        waited = max(later - one for one, later in pairwise(times))
        assert waited <= longest, f"feed {feed} was forgotten for {waited:.0f} s"
        assert requests[-1].turn <= ROUNDS, "the feeds ran out of news"


def _check_store(engine: Engine, farm: NewsroomFarm, newsrooms: Newsrooms) -> None:
    """Every article that was shown is there once, in the story that it tells."""
    with reading(engine) as conn:
        fetched = dict[str, int]()
        for source, outcome in conn.execute(
            select(Feed.source_id, Fetch.outcome).join(Fetch, Fetch.feed_id == Feed.id)
        ):
            assert outcome in ("ok", "abandoned"), outcome
            fetched[source] = fetched.get(source, 0) + (outcome == "ok")
        found: dict[int, set[tuple[str, str]]] = {}
        for cluster, source, key in conn.execute(select(Article.cluster_id, Article.source_id, Article.key)):
            found.setdefault(cluster or 0, set()).add((source, key))
    served = [0] * newsrooms.feeds
    for request in farm.asked():
        served[request.feed] += 1
    stored = [fetched[outlet(feed)] for feed in range(newsrooms.feeds)]
    # What was under way at the end was broken off, and is no one's.
    assert all(0 <= shown - kept <= 1 for shown, kept in zip(served, stored, strict=True)), "answers were lost"
    told = newsrooms.stories([kept - 1 for kept in stored])
    assert {frozenset(members) for members in found.values()} == told, "the clusters are not the stories that were told"


if __name__ == "__main__":
    missing = why_not()
    print(f"not measured: {missing}" if missing else crew_table(many_workers()))
