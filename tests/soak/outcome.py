"""What a long run came to: figures, a plot, and everything in it that did not stay where it was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.soak.chart import Panel, chart
from tests.soak.door_figures import late_at_most
from tests.soak.flatness import WARM_UP, growth, settled
from tests.soak.virtual_run import Sample

MB = 1_000_000

MOST_GROWTH = 0.03
"""Of its memory, from the end of the warm-up to the end of a run. Measured over ten days: 0.3 %. What a list would keep
of each fetch or article, a kilobyte or two, is 3 % by then."""

MOST_HANDLES = 4
"""Files and threads more than the warm-up had: connections and threads of the pools, which are made when two meet."""


@dataclass(frozen=True, slots=True)
class SoakFigures:
    """A run in figures; bytes, seconds and counts. `memory_growth` is a share of the memory after the warm-up."""

    days: float
    real_s: float
    published: int
    stored: int
    memory: float
    memory_growth: float
    workers: float
    files: int
    files_before: int
    threads: int
    threads_before: int
    queue: int
    lag_median: float
    lag_p99: float
    step_median: float
    step_longest: float
    store: int
    cpu_s: float

    def drifts(self, most_growth: float = MOST_GROWTH) -> list[str]:
        """Return what did not stay where it was, in words; `most_growth` is that of the memory."""
        found = []
        if self.memory_growth > most_growth:
            found.append(f"memory grows by {self.memory_growth:.1%} after the warm-up")
        for name, most, before in (
            ("files", self.files, self.files_before),
            ("threads", self.threads, self.threads_before),
        ):
            if most > before + MOST_HANDLES:
                found.append(f"{most} {name} instead of {before}")
        return found


def soak_figures(samples: Sequence[Sample], busy: Sequence[float], published: int) -> SoakFigures:
    """Judge a run; `published` articles came out in it, `busy` is how long each step took."""
    last = samples[-1]
    before = samples[: len(samples) - len(settled(samples))]
    memory = [sample.pss for sample in settled(samples)]
    lag = before[-1].door.lag, last.door.lag
    return SoakFigures(
        days=last.day,
        real_s=last.real_s,
        published=published,
        stored=last.door.new - samples[0].door.new,
        memory=median(memory),
        memory_growth=growth(memory) / median(memory),
        workers=median(sample.workers for sample in settled(samples)),
        files=max(sample.files for sample in settled(samples)),
        files_before=max(sample.files for sample in before),
        threads=max(sample.threads for sample in settled(samples)),
        threads_before=max(sample.threads for sample in before),
        queue=max(sample.queue for sample in settled(samples)),
        lag_median=late_at_most(*lag, 0.5),
        lag_p99=late_at_most(*lag, 0.99),
        step_median=median(busy),
        step_longest=max(settled(busy)),
        store=last.store,
        cpu_s=last.cpu_s,
    )


def soak_plot(title: str, samples: Sequence[Sample]) -> str:
    """Draw a run as SVG."""
    between = zip([None, *samples], samples, strict=False)
    late = [late_at_most(before.door.lag if before else {}, after.door.lag, 0.99) * 1000 for before, after in between]
    panels = [
        *(Panel(heading, [read(sample) for sample in samples]) for heading, read in _READINGS.items()),
        Panel("event-loop lag, 99 of 100 wakings stay under, ms", late),
    ]
    days = [sample.day for sample in samples]
    return chart(title, days, "days", panels, max(days) * WARM_UP)


_READINGS: Mapping[str, Callable[[Sample], float]] = {
    "memory of the process (PSS), MB": lambda sample: sample.pss / MB,
    "memory of its parser workers (PSS), MB": lambda sample: sample.workers / MB,
    "open files": lambda sample: sample.files,
    "threads": lambda sample: sample.threads,
    "longest queue of ungrouped versions": lambda sample: sample.queue,
    "versions in the clusterer's window": lambda sample: sample.door.window,
    "database, MB": lambda sample: sample.store / MB,
}
