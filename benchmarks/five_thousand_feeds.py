"""Five thousand feeds on one machine for a virtual day: ``python -m benchmarks.five_thousand_feeds [HOURS]``.

`riwaya run` with the shipped intervals, on feeds of invented news. The clock leaps from minute to minute as soon as all
that was due is done (tests/soak/virtual_run.py) and goes by the real one meanwhile. So what lies between publication
and cluster is the wait for the feed's turn, up to a minute for the leap, and the real seconds of the work. Feeds come
due in crowds of a minute here and one by one out there: queue and event-loop lag are those of a much busier service.
"""

import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from sqlalchemy import Engine, func, select

from benchmarks.machine import machine
from benchmarks.table import table
from storage.engine import reading
from storage.schema import Event, Fetch, Version
from tests.soak.door_figures import late_at_most
from tests.soak.outcome import MB
from tests.soak.publishing import Invented
from tests.soak.virtual_run import DAY_S, Plan, Sample, virtual_run

FEEDS, HOURS, A_DAY = 5_000, 24.0, 20_000
"""Four articles a feed and day: a few papers publish a hundred, most of them one or two."""

START = 1_788_220_800.0
_BEFORE_S = DAY_S / 8
_SETTLED = 1 / 4
"""The first part is not counted: every feed was read at once at its beginning, and intervals are being learnt."""

_SETTINGS = {"fetch": {"concurrency": 200}, "pages": {"concurrency": 50}}
"""Jobs start so much at once: the crowd of a minute comes in one second here."""


@dataclass(frozen=True, slots=True)
class CrowdFigures:
    """A day of many feeds; `share` is of one processor, delays are seconds, bytes as they stand at the end.

    `idle_share` is what the service takes besides when it has nothing to do: most of a real second is that, and the
    clock leaps over it.
    """

    hours: float
    real_s: float
    fetches: int
    articles: int
    share: float
    idle_share: float
    service: int
    workers: int
    sighted_median: float
    sighted_p95: float
    clustered_median: float
    clustered_p95: float
    lag_median: float
    lag_p99: float
    queue: int


def five_thousand_feeds(hours: float = HOURS, feeds: int = FEEDS) -> CrowdFigures:
    """Run and measure."""
    days = hours / 24
    news = Invented(feeds, START, days, A_DAY * feeds // FEEDS, before_s=_BEFORE_S)
    steps = round(hours * 60)
    plan = Plan(feeds, START, days, step_s=60, sample_every=max(1, steps // 24), settings=_SETTINGS, flow=1)
    with tempfile.TemporaryDirectory() as folder, virtual_run(plan, news, Path(folder)) as run:
        samples = run.run()
        before = run.sample()
        run.pass_by(_IDLE_S)
        after = run.sample()
        return _figures(run.engine, samples, (after.cpu_s - before.cpu_s) / (after.real_s - before.real_s))


_IDLE_S = 20.0


def _figures(engine: Engine, samples: list[Sample], idle: float) -> CrowdFigures:
    counted = samples[round(len(samples) * _SETTLED) :]
    first, last = counted[0], counted[-1]
    since = START + first.day * DAY_S
    sighted, clustered = _delays(engine, since)
    with reading(engine) as conn:
        asked = select(func.count()).select_from(Fetch).where(Fetch.started_at >= datetime.fromtimestamp(since, UTC))
        fetches = conn.execute(asked).scalar_one()
    lag = first.door.lag, last.door.lag
    return CrowdFigures(
        hours=(last.day - first.day) * 24,
        real_s=last.real_s - first.real_s,
        fetches=fetches,
        articles=last.door.new - first.door.new,
        share=(last.cpu_s - first.cpu_s) / ((last.day - first.day) * DAY_S),
        idle_share=idle,
        service=last.pss,
        workers=last.workers,
        sighted_median=_part(sighted, 50),
        sighted_p95=_part(sighted, 95),
        clustered_median=_part(clustered, 50),
        clustered_p95=_part(clustered, 95),
        lag_median=late_at_most(*lag, 0.5),
        lag_p99=late_at_most(*lag, 0.99),
        queue=max(sample.queue for sample in counted),
    )


def _delays(engine: Engine, since: float) -> tuple[list[float], list[float]]:
    """Return the seconds from publication to first sight, and to the cluster, of what came out since a moment."""
    moment = datetime.fromtimestamp(since, UTC)
    with reading(engine) as conn:
        rows = conn.execute(
            select(Version.published_at, Version.seen_at, func.min(Event.at))
            .join(Event, Event.version_id == Version.id)
            .where(Version.published_at >= moment, Event.kind.in_(("born", "joined")))
            .group_by(Version.id, Version.published_at, Version.seen_at)
        ).all()
    dated = [(published, seen, at) for published, seen, at in rows if published is not None]
    sighted = [(seen - published).total_seconds() for published, seen, _ in dated]
    return sighted, [(at - published).total_seconds() for published, _, at in dated]


def _part(values: list[float], percent: int) -> float:
    return quantiles(values, n=100)[percent - 1]


def rows(found: CrowdFigures) -> list[tuple[str, str]]:
    """Return the figures as lines of a table."""
    return [
        ("virtual hours counted, real minutes", f"{found.hours:g}, {found.real_s / 60:.0f}"),
        ("fetches, articles", f"{found.fetches:,}, {found.articles:,}"),
        ("share of one processor for this work", f"{found.share:.1%}"),
        ("and for waking every second", f"{found.idle_share:.1%}"),
        ("memory of the service / its parsers, PSS", f"{found.service / MB:,.0f} / {found.workers / MB:,.0f} MB"),
        ("publication to sight, median / p95", f"{found.sighted_median / 60:.1f} / {found.sighted_p95 / 60:.1f} min"),
        (
            "until it stands in a cluster",
            f"{found.clustered_median / 60:.1f} / {found.clustered_p95 / 60:.1f} min",
        ),
        ("event-loop lag stays under, half / 99 of 100", f"{found.lag_median * 1e3:g} / {found.lag_p99 * 1e3:g} ms"),
        ("longest queue of ungrouped versions", f"{found.queue:,}"),
    ]


def main() -> None:
    """Run and print."""
    found = five_thousand_feeds(float(sys.argv[1]) if len(sys.argv) > 1 else HOURS)
    print(f"{machine()}\n\n{table([f'{FEEDS:,} feeds', ''], rows(found))}")


if __name__ == "__main__":
    main()
