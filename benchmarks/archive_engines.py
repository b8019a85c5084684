"""An archive grouped on each engine: time, processor time, memory, and whether all came to the same clusters.

    python -m benchmarks.archive_engines CORPUS [--articles N ...] [--engines local duckdb spark] [--jobs N]

CORPUS is a folder of *.jsonl.gz files of articles; without N their own number is taken, beyond it the corpus is
continued (benchmarks/continued_articles.py). Each engine runs in a process of its own, one after the other.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyarrow import parquet

from benchmarks.continued_articles import continued, corpus_articles, write_articles
from benchmarks.machine import machine
from benchmarks.process_tree import ProcessTree
from benchmarks.table import table
from daemon.archive_engines.engine import ENGINES
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
    asked = parser.parse_args()
    corpus = corpus_articles(asked.directory)
    print(machine(), flush=True)
    for count in asked.articles or [len(corpus)]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "articles.parquet")
            write_articles(path, continued(corpus, count))
            print(f"\n{as_table(archive_engines(path, asked.engines, asked.jobs, Path(folder)))}", flush=True)


if __name__ == "__main__":
    main()
