"""Many damaged documents through the parser workers: ``python -m benchmarks.parser_fuzz [--documents N] [--seed N]``.

The test suite makes a short run of the same. It ends with a failure when a document kills a worker, is no reason and no
document, or gives what no database can hold; such documents are written beside the others for a look.
"""

import argparse
import asyncio
import hashlib
import time
from pathlib import Path

from benchmarks.table import table
from tests.hostile.fuzzing import Run, fuzz

_WORKERS = 2
_SHOWN = 10


def main() -> None:
    """Make a run, print what came of it, and exit with 1 when there are findings."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parser_fuzz", description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"), help="where findings are written")
    given = parser.parse_args()
    began = time.monotonic()
    run = asyncio.run(fuzz(given.seed, given.documents, _WORKERS))
    print(_figures(run, time.monotonic() - began))
    for what, body in run.findings[:_SHOWN]:
        given.keep.mkdir(exist_ok=True)
        path = given.keep / hashlib.sha256(body).hexdigest()[:16]
        path.write_bytes(body)
        print(f"{path}: {what}")
    raise SystemExit(1 if run.findings else 0)


def _figures(run: Run, seconds: float) -> str:
    rows = [
        *((f"outcome {outcome}", f"{count:,}") for outcome, count in run.outcomes.most_common()),
        *((f"exception inside: {name}", f"{count:,}") for name, count in run.gave_up.most_common()),
        ("findings", f"{len(run.findings):,}"),
        ("longest document", f"{run.longest_s:,.2f} s"),
        ("in all", f"{seconds:,.0f} s"),
    ]
    return table([f"{run.outcomes.total():,} damaged documents", ""], rows)


if __name__ == "__main__":
    main()
