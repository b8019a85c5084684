"""Two processes writing and four reading one SQLite store: ``python -m benchmarks.many_hands [SECONDS]``.

One writer stores documents as fetches do, the other groups what waits; the readers ask what people ask. Counted are the
transactions of each, the longest wait, and every error that a user would have seen. Afterwards the store must be whole
and hold every document that was committed.
"""

import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sqlalchemy import Engine, func, select

from benchmarks.invented_texts import invented_texts
from benchmarks.table import table
from clustering.clitics import SEARCH_EDITION
from clustering.fold import FOLD_VERSION
from clustering.settings import Settings
from daemon.searching import read
from daemon.stored_clusterer import StoredClusterer
from storage.articles import EntryRow, save_entries
from storage.catalogue import FeedSpec, SourceSpec, sync
from storage.check import check
from storage.cluster_detail import cluster_detail
from storage.cluster_list import ClusterFilters, list_clusters
from storage.engine import open_engine, reading, writing
from storage.migrate import upgrade
from storage.overview import overview
from storage.schema import Article
from storage.search import search

SECONDS = 300
DOCUMENT = 20
_SOURCES = tuple(f"s{number}" for number in range(10))


def main() -> None:
    """Run and print."""
    print(many_hands(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))


def many_hands(seconds: float) -> str:
    """Return the table and the verdict."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'riwaya.db'}"
        engine = open_engine(url)
        upgrade(engine)
        specs = [
            SourceSpec(
                one,
                one,
                f"https://{one}.example/",
                "JO",
                "ar",
                None,
                "false",
                (FeedSpec(f"https://{one}.example/rss"),),
            )
            for one in _SOURCES
        ]
        with writing(engine) as conn:
            sync(conn, specs, datetime.now(UTC))
        works = [_store, _group, *[_ask] * 4]
        told: multiprocessing.Queue[tuple[str, Counter[str], float]] = multiprocessing.Queue()
        hands = [
            multiprocessing.Process(target=_work, args=(url, work, number, seconds, told))
            for number, work in enumerate(works)
        ]
        for hand in hands:
            hand.start()
        found = [told.get() for _ in hands]
        for hand in hands:
            hand.join()
        with reading(engine) as conn:
            stored = conn.execute(select(func.count()).select_from(Article)).scalar_one()
            broken = [
                one.rule for one in check(conn, fold_version=FOLD_VERSION, search_edition=SEARCH_EDITION) if one.count
            ]
        engine.dispose()
    rows = [
        [
            name,
            f"{counts['done']:,}",
            f"{longest * 1000:,.0f}",
            str(sum(counts.values()) - counts["done"] - counts["stored"]),
        ]
        for name, counts, longest in sorted(found, key=lambda one: one[0])
    ]
    promised = sum(counts["stored"] for _, counts, _ in found)
    errors = Counter[str]()
    for _, counts, _ in found:
        errors.update({word: count for word, count in counts.items() if word not in ("done", "stored")})
    return "\n".join(
        [
            table([f"{seconds:.0f} s on one SQLite file", "transactions", "longest ms", "errors"], rows),
            (
                f"\ncommitted {promised:,} articles, found {stored:,}; rules broken: {broken or 'none'};"
                f" errors: {dict(errors) or 'none'}"
            ),
        ]
    )


def _work(
    url: str,
    work: Callable[[Engine, Random, Counter[str], Callable[[], bool]], float],
    number: int,
    seconds: float,
    told: "multiprocessing.Queue[tuple[str, Counter[str], float]]",
) -> None:
    counts: Counter[str] = Counter()
    until = time.monotonic() + seconds
    engine = open_engine(url)
    longest = work(engine, Random(number), counts, lambda: time.monotonic() < until)  # noqa: S311 - a measurement
    engine.dispose()
    told.put((f"{work.__name__.strip('_')} {number}", counts, longest))


def _timed(counts: Counter[str], act: Callable[[], object]) -> float:
    began = time.perf_counter()
    try:
        act()
    except Exception as error:  # noqa: BLE001 - every error is what is counted here
        counts[f"{type(error).__name__}: {error}"[:80]] += 1
    else:
        counts["done"] += 1
    return time.perf_counter() - began


def _store(engine: Engine, chance: Random, counts: Counter[str], going: Callable[[], bool]) -> float:
    longest, number = 0.0, 0
    texts = invented_texts(500)
    while going():
        source = chance.choice(_SOURCES)
        document = []
        for _ in range(DOCUMENT):
            body = f"{chance.choice(texts)} {number}"
            document.append(EntryRow(f"guid:{number}", None, body[:60], "", body, None, None, None))
            number += 1

        def save() -> None:
            with writing(engine) as conn:
                save_entries(conn, source, None, document, datetime.now(UTC))  # noqa: B023 - called at once

        longest = max(longest, _timed(counts, save))
        counts["stored"] += DOCUMENT
        # As fast as two cores can group beside four readers that never rest.
        time.sleep(0.4)
    return longest


def _group(engine: Engine, chance: Random, counts: Counter[str], going: Callable[[], bool]) -> float:
    del chance
    longest = 0.0
    clusterer = StoredClusterer(engine, Settings(), "bench", 100)
    while going():
        longest = max(longest, _timed(counts, lambda: clusterer.take_lease() and clusterer.step()))
        time.sleep(0.01)
    return longest


def _ask(engine: Engine, chance: Random, counts: Counter[str], going: Callable[[], bool]) -> float:
    longest = 0.0

    def ask() -> None:
        with reading(engine) as conn:
            match chance.randrange(4):
                case 0:
                    list_clusters(conn, ClusterFilters(min_sources=2))
                case 1:
                    cluster_detail(conn, chance.randrange(1, 1000))
                case 2:
                    search(conn, read("source:s1 since:1h", datetime.now(UTC)), 20)
                case _:
                    overview(conn, datetime.now(UTC))

    while going():
        longest = max(longest, _timed(counts, ask))
    return longest


if __name__ == "__main__":
    main()
