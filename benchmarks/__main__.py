"""Prints the benchmark tables: ``python -m benchmarks [--data DIR]``.

The quality of grouping is measured when there is a labelled corpus: in the directory given, or in the one that the
environment variable RIWAYA_TEST_CORPUS names.
"""

import argparse
import os
from pathlib import Path

from benchmarks.corpus import read_corpus
from benchmarks.grouping_quality import grouping_quality
from benchmarks.index_speed import index_speed
from benchmarks.signature_speed import signature_speed


def main() -> None:
    """Run every benchmark that can be run here."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("RIWAYA_TEST_CORPUS"), help="the labelled corpus")
    given = parser.parse_args()
    print("Signatures\n", signature_speed(), sep="\n")
    print("\nIndex\n", index_speed(), sep="\n")
    if given.data:
        print("\nGrouping\n", grouping_quality(read_corpus(Path(given.data))), sep="\n")
    else:
        print("\nGrouping: not measured, neither --data nor RIWAYA_TEST_CORPUS names a labelled corpus")


if __name__ == "__main__":
    main()
