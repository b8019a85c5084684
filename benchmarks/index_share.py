"""What the search index costs the clusterer's transaction: ``python -m benchmarks.index_share CORPUS [ARTICLES]``.

The same placements are written into two stores of a database, once noting what is to be indexed and once not, side by
side; and the transactions that follow and index it, for comparison.
"""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Engine

from benchmarks.databases import NAMES, empty_store
from benchmarks.table import table
from clustering.settings import Settings
from daemon.archive import BadLine, batches, read_archive, store_archived
from daemon.stored_clusterer import StoredClusterer
from storage import placements
from storage.engine import open_engine, writing
from storage.migrate import upgrade
from storage.placement_row import Placement
from storage.placements import save_placements
from storage.search_queue import index_now

ARTICLES = 6_000


def main() -> None:
    """Write and print."""
    print(index_share(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ARTICLES))  # noqa: PLR2004


def index_share(directory: Path, articles: int) -> str:
    """Return the table."""
    path = min(directory.glob("*-dev.jsonl.gz"))
    batches_of_rows = _recorded(path, articles)
    rows = []
    for name in NAMES:
        noted, words = _written(name, path, articles, batches_of_rows)
        with patch.object(placements, "note_unindexed", lambda *_: None):
            without, _ = _written(name, path, articles, batches_of_rows)
        rows.append([name, f"{without:.2f}", f"{noted:.2f}", f"{noted / without:.2f}", f"{words:.2f}"])
    return table([f"{articles:,} articles", "without s", "with a note s", "ratio", "the words, apart s"], rows)


def _recorded(path: Path, articles: int) -> list[Sequence[Placement]]:
    """Group the articles once, and return what was written, batch by batch."""
    recorded: list[Sequence[Placement]] = []

    def record(conn: object, rows: Sequence[Placement], now: datetime) -> None:
        recorded.append(rows)
        save_placements(conn, rows, now)  # type: ignore[arg-type]

    with empty_store("sqlite") as url, patch("daemon.stored_clusterer.save_placements", record):
        clusterer = StoredClusterer(_filled(url, path, articles), Settings(), "bench", 500)
        clusterer.take_lease()
        _until_done(clusterer.step)
    return recorded


def _written(name: str, path: Path, articles: int, recorded: Sequence[Sequence[Placement]]) -> tuple[float, float]:
    """Write the batches into a store of their articles; return the seconds of that and of indexing them."""
    with empty_store(name) as url:
        engine = _filled(url, path, articles)
        placing = indexing = 0.0
        for rows in recorded:
            began = time.perf_counter()
            with writing(engine) as conn:
                save_placements(conn, rows, datetime.now(UTC))
            placed = time.perf_counter()
            with writing(engine) as conn:
                index_now(conn, [(row.version_id, row.search_text) for row in rows])
            placing += placed - began
            indexing += time.perf_counter() - placed
        engine.dispose()
    return placing, indexing


def _filled(url: str, path: Path, articles: int) -> Engine:
    engine = open_engine(url)
    upgrade(engine)
    good = (one for one in read_archive(path) if not isinstance(one, BadLine))
    for batch in batches(islice(good, articles)):
        store_archived(engine, batch, datetime.now(UTC))
    return engine


def _until_done(step: Callable[[], object]) -> None:
    while step() is not None:
        pass


if __name__ == "__main__":
    main()
