"""How long people and the tick wait for a store of a million versions.

    python -m benchmarks.store_queries [VERSIONS]

The store is filled by `benchmarks.bulk_store` on both databases, side by side on one machine. Times are of the wall,
for that is what a person waits; each query is asked with other values every time, by a connection that is open already.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from benchmarks.bulk_store import BEGAN, COMMON, EVERY_S, PHRASE, SOURCES, fill
from benchmarks.databases import NAMES, empty_store, size_of
from benchmarks.table import table
from storage.cluster_detail import cluster_detail
from storage.cluster_list import ClusterFilters, list_clusters
from storage.copying import copying
from storage.engine import open_engine, reading, writing
from storage.feeds import lease_due
from storage.migrate import upgrade
from storage.overview import overview
from storage.queue import unclustered
from storage.search import search
from storage.search_query import Filters, Phrase, Query

VERSIONS = 1_000_000
TIMES = 40
_P95 = 0.95

Ask = Callable[[Connection, random.Random, int], object]


def _moment(article: int) -> datetime:
    return datetime.fromtimestamp(BEGAN + EVERY_S * article, UTC)


def _day_before(article: int) -> datetime:
    return _moment(article - 86_400 // EVERY_S)


QUERIES: dict[str, Ask] = {
    "clusters --since 24h --min-sources 3": lambda conn, chance, last: list_clusters(
        conn, ClusterFilters(since=_day_before(chance.randrange(last // 2, last)), min_sources=3)
    ),
    "clusters --since 24h --order size": lambda conn, chance, last: list_clusters(
        conn, ClusterFilters(since=_day_before(chance.randrange(last // 2, last))), "size"
    ),
    "clusters --since 24h --order growth, the last day": lambda conn, chance, last: list_clusters(
        conn, ClusterFilters(since=_day_before(last - chance.randrange(1_000))), "growth"
    ),
    "clusters --source": lambda conn, chance, _: list_clusters(
        conn, ClusterFilters(sources=(f"s{chance.randrange(SOURCES)}",))
    ),
    "clusters --wire": lambda conn, _, __: list_clusters(conn, ClusterFilters(wires=("reuters",))),
    "clusters of a common word": lambda conn, _, __: list_clusters(
        conn, ClusterFilters(query=Query(Phrase((COMMON,))))
    ),
    "who copies whom, a week": lambda conn, _, last: copying(conn, _moment(last - 7 * 86_400 // EVERY_S)),
    "status": lambda conn, _, last: overview(conn, _moment(last)),
    "show": lambda conn, chance, last: cluster_detail(conn, chance.randrange(11, last, 10)),
    "search, a common word": lambda conn, _, __: search(conn, Query(Phrase((COMMON,))), 20),
    "search, a rare word": lambda conn, chance, _: search(
        conn, Query(Phrase((f"نادر{chance.randrange(90_000)}",))), 20
    ),
    "search, a phrase": lambda conn, _, __: search(conn, Query(Phrase(PHRASE)), 20),
    "search, a common word in one outlet": lambda conn, chance, _: search(
        conn, Query(Phrase((COMMON,)), Filters(sources=(f"s{chance.randrange(SOURCES)}",))), 20
    ),
    "the clusterer's queue": lambda conn, _, __: unclustered(conn, 500),
}


def main() -> None:
    """Fill, ask and print."""
    versions = int(sys.argv[1]) if len(sys.argv) > 1 else VERSIONS
    print(store_queries(versions))


def store_queries(versions: int) -> str:
    """Return the table."""
    columns: dict[str, dict[str, str]] = {}
    for name in NAMES:
        with empty_store(name) as url:
            columns[name] = _measured(url, versions)
    rows = [[row, *(columns[name][row] for name in NAMES)] for row in columns[NAMES[0]]]
    return table([f"{versions:,} versions: p50 / p95 ms", *NAMES], rows)


def _measured(url: str, versions: int) -> dict[str, str]:
    engine = open_engine(url)
    upgrade(engine)
    began = time.perf_counter()
    fill(engine, versions)
    found = {"filling, s": f"{time.perf_counter() - began:.0f}"}
    last = versions * 10 // 11
    reader = open_engine(url, read_only=True)
    for name, ask in QUERIES.items():
        chance = random.Random(7)  # noqa: S311 - a measurement must repeat itself
        with reading(reader) as conn:
            found[name] = _times(lambda: ask(conn, chance, last))  # noqa: B023 - called before the next turn
    reader.dispose()
    found["the tick's lease of due feeds"] = _times(lambda: _leased(engine))
    found["bytes a version"] = f"{size_of(engine) / versions:,.0f}"
    engine.dispose()
    return found


def _leased(engine: Engine) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    with writing(engine) as conn:
        lease_due(conn, now, "bench", now, 30, 2)


def _times(ask: Callable[[], object]) -> str:
    milliseconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        milliseconds.append((time.perf_counter() - began) * 1000)
    ordered = sorted(milliseconds)
    return f"{statistics.median(ordered):.1f} / {ordered[int(_P95 * len(ordered))]:.1f}"


if __name__ == "__main__":
    main()
