"""One round over hundreds of feeds in one process, as `riwaya fetch --all` makes it: its cost, and what it holds up."""

import json
import resource
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from click.testing import CliRunner

from benchmarks.feed_farm import BAD_EVERY, HOSTS, feed_farm
from benchmarks.loop_watch import LoopWatch, watched_loops
from benchmarks.table import table
from daemon.cli import root

# Shorter than the defaults: a feed that hangs would else be all that the time of the round shows.
# Without a gap between requests to a host: with one, the round would measure waiting.
_LIMITS = {"timeout": "10s", "parse_timeout": "5s", "host_gap": "0s"}
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to. Processor times are seconds."""

    outcomes: Counter[str]
    stored: int
    watch: LoopWatch
    workers_cpu_s: float


def fetch_load() -> str:
    """Make one round over a new store, and return the table."""
    with feed_farm() as feeds, tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(yaml.safe_dump(_configuration(feeds, Path(folder) / "riwaya.db")), "utf-8")
        done = _round(config)
    assert done.outcomes["ok"] >= len(feeds) * (BAD_EVERY - 1) // BAD_EVERY, done.outcomes
    return f"{_figures(len(feeds), done)}\n\n{_holds(done.watch)}"


def _configuration(feeds: Sequence[str], store: Path) -> dict[str, object]:
    return {
        "database": f"sqlite:///{store}",
        "fetch": {"allow_private": sorted({str(urlsplit(url).hostname) for url in feeds}), **_LIMITS},
        "sources": [
            {
                "id": f"paper-{number}",
                "name": f"صحيفة {number}",
                "homepage": f"http://paper{number}.example/",
                "country": "JO",
                "feeds": [{"url": url}],
            }
            for number, url in enumerate(feeds)
        ],
    }


def _round(config: Path) -> Round:
    # The kernel forgets the peak of what ran before.
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    workers = _workers_cpu_s()
    with watched_loops() as watch:
        ended = CliRunner().invoke(root, ["--config", str(config), "--log-level", "error", "fetch", "--all", "--json"])
    assert ended.exit_code == 0, ended.stderr
    rows = [json.loads(line) for line in ended.stdout.splitlines()]
    outcomes = Counter(row["outcome"] for row in rows)
    return Round(outcomes, sum(row["new"] for row in rows), watch, _workers_cpu_s() - workers)


def _workers_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _figures(feeds: int, done: Round) -> str:
    watch = done.watch
    cpu = watch.cpu_s + done.workers_cpu_s
    rows = [
        ("outcomes", ", ".join(f"{count} {outcome}" for outcome, count in done.outcomes.most_common())),
        ("articles stored", f"{done.stored:,}"),
        ("requests a second", f"{feeds / watch.wall_s:,.1f} ({watch.wall_s:,.1f} s in all)"),
        ("processor time a feed", f"{cpu / feeds * 1000:,.0f} ms"),
        ("  of it in this process", f"{watch.cpu_s / feeds * 1000:,.0f} ms"),
        ("  of it in the parsers", f"{done.workers_cpu_s / feeds * 1000:,.0f} ms"),
        ("peak memory of this process", f"{watch.peak_bytes / _MEGABYTE:,.0f} MB"),
        ("the event loop was held for", f"{watch.longest[0].wall_s * 1000:,.0f} ms at most"),
    ]
    return table([f"{feeds} feeds of {HOSTS} hosts, one in {BAD_EVERY} misbehaves", ""], rows)


def _holds(watch: LoopWatch) -> str:
    rows = [
        (
            hold.what,
            f"{hold.at_s:,.1f} s",
            f"{hold.wall_s * 1000:,.0f} ms",
            f"{hold.cpu_s * 1000:,.0f} ms",
            f"{hold.queued_s * 1000:,.0f} ms",
        )
        for hold in watch.longest
    ]
    return table(
        [f"longest of {watch.callbacks:,} callbacks", "at", "by the clock", "working", "in the queue for a processor"],
        rows,
    )


if __name__ == "__main__":
    print(fetch_load())
