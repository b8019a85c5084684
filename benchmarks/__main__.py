"""Prints the benchmark tables: ``python -m benchmarks [--data DIR]``; docs/benchmarks.md tells what they mean.

Grouping and candidates are measured when there is a labelled corpus: in the directory given, or in the one that the
environment variable RIWAYA_TEST_CORPUS names.
"""

import argparse
import os
from pathlib import Path

from benchmarks.candidate_coverage import candidate_coverage, meet
from benchmarks.corpus import read_corpus
from benchmarks.grouping_quality import grouping_quality
from benchmarks.index_speed import index_speed
from benchmarks.machine import machine
from benchmarks.schedule_replay import schedule_replay
from benchmarks.signature_speed import signature_speed, signature_table
from benchmarks.steady_cost import flooded, steady_cost
from benchmarks.streaming import stream
from clustering.settings import Settings


def main() -> None:
    """Run every benchmark that can be run here."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("RIWAYA_TEST_CORPUS"), help="the labelled corpus")
    given = parser.parse_args()
    _show("Machine", machine())
    _show("Signatures", signature_table(signature_speed()))
    _show("Index", index_speed())
    if given.data:
        _of_corpus(Path(given.data))
    else:
        _show("Candidates, cost, grouping", "not measured: neither --data nor RIWAYA_TEST_CORPUS names a corpus")


def _of_corpus(directory: Path) -> None:
    corpus, settings = read_corpus(directory), Settings()
    ours, met = stream(corpus.versions, settings), meet(corpus.versions, settings)
    _show("Candidates", candidate_coverage(corpus, met, settings))
    _show("Cost along the stream", steady_cost(corpus.versions, met, ours))
    _show("Cost of a flood", flooded(corpus.versions, settings))
    _show("Grouping", grouping_quality(corpus, ours))
    _show("When to fetch", schedule_replay(corpus.versions, corpus.names))


def _show(name: str, text: str) -> None:
    print(f"{name}\n\n{text}\n", flush=True)


if __name__ == "__main__":
    main()
