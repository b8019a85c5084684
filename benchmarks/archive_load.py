"""A labelled corpus loaded into both databases: ``python -m benchmarks.archive_load CORPUS``.

Loading, grouping, the room that an article takes, and whether both come to the same stories, ids aside.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row, text

from benchmarks.databases import NAMES, empty_store, size_of
from benchmarks.table import table
from clustering.settings import Settings
from daemon.archive import ArchivedArticle, BadLine, batches, read_archive, store_archived
from daemon.searching import read
from daemon.stored_clusterer import StoredClusterer
from storage.engine import open_engine, reading
from storage.migrate import upgrade
from storage.search import search

_QUERIES = {
    "search, two words, ms": lambda engine: _searched(engine, "مجلس الأمن"),
    "search, a phrase with filters, ms": lambda engine: _searched(engine, '"مجلس الأمن" wire:رويترز min_sources:2'),
    "v_timeline of the largest story, ms": lambda engine: _asked(
        engine,
        f"SELECT * FROM v_timeline WHERE cluster_id = {_largest(engine)}",  # noqa: S608 - a number
    ),
    "v_source_lag of all outlets, ms": lambda engine: _asked(engine, "SELECT * FROM v_source_lag"),
}


def main() -> None:
    """Load, ask and print."""
    files = sorted(Path(sys.argv[1]).glob("*-dev.jsonl.gz"))
    columns: dict[str, dict[str, str]] = {}
    stories = {}
    for name in NAMES:
        with empty_store(name) as url:
            columns[name], stories[name] = _loaded(url, files)
    rows = [[row, *(columns[name][row] for name in NAMES)] for row in columns[NAMES[0]]]
    print(table([", ".join(path.name for path in files), *NAMES], rows))
    print(f"\nthe same stories on both, ids aside: {stories[NAMES[0]] == stories[NAMES[1]]}")


def _loaded(url: str, files: list[Path]) -> tuple[dict[str, str], set[frozenset[tuple[str, str]]]]:
    engine = open_engine(url)
    upgrade(engine)
    began = time.perf_counter()
    for path in files:
        for batch in batches(_articles(path)):
            store_archived(engine, batch, datetime.now(UTC))
    stored = time.perf_counter()
    clusterer = StoredClusterer(engine, Settings(), "bench", 500)
    assert clusterer.take_lease()
    while clusterer.step() is not None:
        pass
    grouped = time.perf_counter()
    with reading(engine) as conn:
        articles = conn.execute(text("SELECT count(*) FROM article")).scalar_one()
        members: dict[int, set[tuple[str, str]]] = {}
        for cluster, source, key in conn.execute(text("SELECT cluster_id, source_id, key FROM article")):
            members.setdefault(cluster, set()).add((source, key))
    found = {
        "articles": f"{articles:,}",
        "storing, s": f"{stored - began:.1f}",
        "grouping, s": f"{grouped - stored:.1f}",
        "bytes an article": f"{size_of(engine) / articles:,.0f}",
        "stories of two outlets or more": f"{_count(engine, 'v_cluster WHERE sources > 1'):,}",
    }
    for name, ask in _QUERIES.items():
        found[name] = f"{min(_milliseconds(ask, engine) for _ in range(5)):.1f}"
    engine.dispose()
    return found, {frozenset(group) for group in members.values()}


def _articles(path: Path) -> Iterator[ArchivedArticle]:
    return (one for one in read_archive(path) if not isinstance(one, BadLine))


def _milliseconds(ask: Callable[[Engine], object], engine: Engine) -> float:
    began = time.perf_counter()
    ask(engine)
    return (time.perf_counter() - began) * 1000


def _largest(engine: Engine) -> int:
    return int(_asked(engine, "SELECT cluster_id FROM v_cluster ORDER BY sources DESC LIMIT 1")[0][0])


def _searched(engine: Engine, query: str) -> object:
    with reading(engine) as conn:
        return search(conn, read(query, datetime.now(UTC)), 20)


def _asked(engine: Engine, query: str) -> Sequence[Row[Any]]:
    with reading(engine) as conn:
        return conn.execute(text(query)).all()


def _count(engine: Engine, what: str) -> int:
    with reading(engine) as conn:
        return int(conn.execute(text(f"SELECT count(*) FROM {what}")).scalar_one())  # noqa: S608 - our own words


if __name__ == "__main__":
    main()
