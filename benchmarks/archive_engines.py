"""An archive grouped on each engine: time, processor time, memory, and whether all came to the same clusters.

    python -m benchmarks.archive_engines CORPUS [--articles N ...] [--engines local duckdb spark] [--jobs N]

CORPUS is a folder of *.jsonl.gz files of articles; without N their own number is taken, beyond it the corpus is
continued (benchmarks/continued_articles.py). Each engine runs in a process of its own, one after the other. --bands N
times the band join alone in DuckDB, over N invented signatures.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from benchmarks.continued_articles import continued, corpus_articles, write_articles
from benchmarks.invented_texts import invented_signatures
from benchmarks.machine import machine
from benchmarks.process_tree import ProcessTree
from benchmarks.table import table
from clustering.bands import BANDS
from clustering.settings import Settings
from daemon.archive_engines.band_join import band_tags, candidate_pairs
from daemon.archive_engines.engine import ENGINES
from daemon.archive_engines.on_duckdb import MEMORY
from daemon.archive_engines.work_crew import usable_cores

_LOOK_S = 0.2  # between two looks at the memory


@dataclass(frozen=True, slots=True)
class Figures:
    """What an engine took for some articles: seconds by the clock, of all processors, and bytes of memory at most.

    Memory is that of all its processes, with what they share counted once.
    """

    engine: str
    articles: int
    clusters: int
    seconds: float
    processor_seconds: float
    memory: int


def archive_engines(articles: Path, engines: Sequence[str], jobs: int, folder: Path) -> list[Figures]:
    """Group a Parquet file on each engine. Raises AssertionError when two come to different clusters."""
    made = []
    first = None
    for engine in engines:
        target = folder / f"{engine}.parquet"
        made.append(_measured(engine, articles, target, jobs))
        print(made[-1], file=sys.stderr, flush=True)
        found = parquet.read_table(target)
        first = found if first is None else first
        assert found.equals(first), f"{engine} and {engines[0]} came to different clusters"
    return made


def _measured(engine: str, articles: Path, target: Path, jobs: int) -> Figures:
    command = [sys.executable, "-m", "daemon", "recluster", "--engine", engine, "--input", str(articles)]
    command += ["--output", str(target), "--jobs", str(jobs), "--force"]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:  # noqa: S603 - our own program
        tree = ProcessTree(running.pid)
        while running.poll() is None:
            tree.look()
            time.sleep(_LOOK_S)
    seconds = time.perf_counter() - begun
    if running.returncode:
        raise RuntimeError(f"{engine} ended with {running.returncode}")
    clusters = parquet.read_table(target, columns=["cluster"])["cluster"]
    return Figures(engine, len(clusters), len(clusters.unique()), seconds, tree.processor_seconds, tree.memory)


def band_join_seconds(count: int, folder: Path) -> float:
    """Return the seconds that DuckDB takes, in its usual memory, to join the bands of invented signatures.

    A window holds a tenth of them. Raises AssertionError when the pairs are fewer than the near-duplicates among them.
    """
    signatures = invented_signatures(count)
    numbers = np.arange(1, count + 1).repeat(BANDS)
    band = pa.table({"number": numbers, "moment": numbers.astype(float), "tag": band_tags(signatures).ravel()})
    with duckdb.connect(str(folder / "bands.duckdb"), config={"memory_limit": MEMORY}) as base:
        base.execute("SET preserve_insertion_order = false")
        base.register("given", band).execute("CREATE TABLE band AS SELECT * FROM given")
        base.unregister("given")
        begun = time.perf_counter()
        base.execute(f"CREATE TABLE pair AS {candidate_pairs(Settings(window=timedelta(seconds=count / 10)))}")
        seconds = time.perf_counter() - begun
        found = base.execute("SELECT count(*) FROM pair").fetchone()
    assert found is not None
    assert found[0] > count / 4, found
    return seconds


def as_table(figures: Sequence[Figures]) -> str:
    """Return the table."""
    rows = [
        [
            one.engine,
            f"{one.articles:,}",
            f"{one.clusters:,}",
            f"{one.seconds:.0f}",
            f"{one.processor_seconds:.0f}",
            f"{one.processor_seconds / one.articles * 1e3:.2f}",
            f"{one.memory / 1e6:.0f}",
        ]
        for one in figures
    ]
    return table(["engine", "articles", "clusters", "s", "processor s", "processor ms an article", "MB"], rows)


def main() -> None:
    """Measure the sizes and engines that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archive_engines", description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, metavar="CORPUS")
    parser.add_argument("--articles", type=int, nargs="+", default=None, metavar="N")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--jobs", type=int, default=usable_cores())
    parser.add_argument("--bands", type=int, metavar="N")
    asked = parser.parse_args()
    if asked.bands:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{asked.bands:,} signatures joined in {band_join_seconds(asked.bands, Path(folder)):.0f} s")
        return
    corpus = corpus_articles(asked.directory)
    print(machine(), flush=True)
    for count in asked.articles or [len(corpus)]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "articles.parquet")
            write_articles(path, continued(corpus, count))
            print(f"\n{as_table(archive_engines(path, asked.engines, asked.jobs, Path(folder)))}", flush=True)


if __name__ == "__main__":
    main()
