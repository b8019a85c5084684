"""Every figure of speed and size beside what it should be: ``python -m benchmarks.performance [PART...]``.

Prints the table and writes it to docs/performance.md. What was measured is kept in benchmarks/performance.json, part by
part with its day and its machine, so that one part can be measured anew. Every part raises AssertionError when the
thing measured gives a wrong result, and is then shown as failed.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.performance_parts import PARTS, Figure, NotMeasured

_ROOT = Path(__file__).resolve().parent.parent
_KEPT = _ROOT / "benchmarks" / "performance.json"
_PAGE = _ROOT / "docs" / "performance.md"

_NOT_TRIED = "not measured: "

_HEAD = """# Performance

What riwaya should do on a machine with two cores, and what it did. `make bench` measures all of it again and writes
this page; `python -m benchmarks.performance PART...` measures a part. A figure that should be reached and was not
stands here all the same. [benchmarks.md](benchmarks.md) tells how things are measured, [scaling.md](scaling.md) what
the figures mean for a machine and for many.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of a part, or why there are none; when, on what, and how much else the machine had to do."""

    figures: Sequence[Figure]
    failed: str | None
    day: str
    machine: str
    load: float
    """Of the minute before, in processes that want a processor."""

    @property
    def not_tried(self) -> bool:
        """Whether there was no way to measure it, so that what was measured before still stands."""
        return self.failed is not None and self.failed.startswith(_NOT_TRIED)


def _measured(name: str) -> Measured:
    load = os.getloadavg()[0]
    figures: Sequence[Figure] = ()
    failed = None
    try:
        figures = PARTS[name].measure()
    except NotMeasured as reason:
        failed = f"{_NOT_TRIED}{reason}"
    except AssertionError as error:
        failed = f"failed: {error}"
    return Measured(figures, failed, datetime.now(UTC).date().isoformat(), machine(), round(load, 1))


def _kept() -> dict[str, Measured]:
    if not _KEPT.is_file():
        return {}
    stored = json.loads(_KEPT.read_text("utf-8"))
    return {
        name: Measured(**{**part, "figures": [Figure(**figure) for figure in part["figures"]]})
        for name, part in stored.items()
        if name in PARTS
    }


def page(parts: dict[str, Measured]) -> str:
    """Return docs/performance.md."""
    lines = [_HEAD]
    for name, part in PARTS.items():
        measured = parts.get(name)
        lines += [f"## {part.title}", ""]
        if measured is None:
            lines += [f"Not measured yet: `python -m benchmarks.performance {name}`.", ""]
            continue
        if measured.failed is not None:
            lines += [f"{measured.failed[0].upper()}{measured.failed[1:]}.", ""]
        if measured.figures:
            lines += ["| what | should be | is | |", "|---|---|---|---|"]
            lines += [f"| {one.what} | {one.target} | {one.value} | {_verdict(one)} |" for one in measured.figures]
            lines += [""]
        lines += [f"`{part.command}`; {measured.day}, {measured.machine}, load {measured.load} before.", ""]
        if part.remarks:
            lines += [part.remarks, ""]
    return "\n".join(lines).rstrip() + "\n"


def _verdict(figure: Figure) -> str:
    return "" if figure.met is None else "met" if figure.met else "**missed**"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.performance", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--page", action="store_true", help="only write the page from what is kept")
    given = parser.parse_args()
    if strangers := set(given.parts) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(strangers))}")
    for name in () if given.page else given.parts or PARTS:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        measured = _measured(name)
        # Another part may have been measured beside this one.
        kept = _kept()
        if measured.not_tried and name in kept:
            continue
        parts = kept | {name: measured}
        _KEPT.write_text(json.dumps({name: asdict(part) for name, part in parts.items()}, indent=1) + "\n", "utf-8")
    written = page(_kept())
    _PAGE.write_text(written, "utf-8")
    print(written)


if __name__ == "__main__":
    main()
