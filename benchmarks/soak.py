"""The service over a month of virtual days: ``python -m benchmarks.soak CORPUS [ARTICLES]``.

`riwaya run` on five hundred loopback feeds made of the articles of a corpus, on a clock that leaps from rest to rest
(tests/soak/virtual_run.py says what that does not show). Prints what it took, draws it into the folder that
RIWAYA_TEST_ARTEFACTS names, and fails when something grew in the last third of the month.
"""

import gc
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.table import table
from daemon.corpus import CorpusArticle, read_articles
from tests.soak.artefacts import artefact
from tests.soak.outcome import MB, SoakFigures, soak_figures, soak_plot
from tests.soak.publishing import BEFORE_S, Publication
from tests.soak.virtual_run import DAY_S, Plan, virtual_run

FEEDS, DAYS = 500, 30
START = 1_788_220_800.0
"""1 September 2026, 00:00 UTC."""

MOST_REAL_S = 20 * 60

SETTINGS: dict[str, dict[str, Any]] = {
    # Half-hourly looks at every feed of a month would be 720,000 requests, hours of work. What can leak does so by
    # documents, articles and days; each feed still is asked some fifty times.
    "fetch": {"every": "12h", "min_every": "2h", "max_every": "1d", "concurrency": 100},
    # What is old goes while the month lasts, so that deleting is part of it.
    "retention": {"fetches": "7d", "lone_articles": "8d"},
}


@dataclass(frozen=True, slots=True)
class CorpusMonth:
    """The articles of a corpus in so many feeds over a span of days, evenly, in the order in which they came out.

    An outlet becomes as many papers as its share of the articles allows, and its articles go round among them. With
    `most`, every so manieth article only.
    """

    corpus: Path
    feeds: int
    start: float
    days: float
    most: int

    def __iter__(self) -> Iterator[Publication]:
        """Give each article once."""
        streams = [self._chosen(file) for file in sorted(self.corpus.glob("*.jsonl.gz"))]
        total = sum(len(stream) for stream in streams)
        span = self.days * DAY_S + BEFORE_S
        outlets: dict[str, list[Publication]] = {}
        for stream in streams:
            for place, article in enumerate(stream):
                at = self.start - BEFORE_S + span * place / len(stream)
                outlets.setdefault(article.source, []).append(Publication(0, at, article.title, article.text))
        first = 0
        for number, published in enumerate(outlets.values(), start=1):
            left = len(outlets) - number
            papers = self.feeds - first if not left else max(1, round(self.feeds * len(published) / total))
            papers = min(papers, self.feeds - first - left)
            for place, one in enumerate(published):
                yield Publication(first + place % papers, one.at, one.title, one.text)
            first += papers

    def _chosen(self, file: Path) -> list[CorpusArticle]:
        found = sorted(read_articles(file), key=lambda one: (one.published, one.id))
        return found[:: self._every()]

    def _every(self) -> int:
        return max(1, round(_ARTICLES / self.most))


_ARTICLES = 37_210
"""In the labelled corpus."""


def soak(corpus: Path, articles: int = _ARTICLES, days: float = DAYS) -> SoakFigures:
    """Run, draw and judge."""
    month = CorpusMonth(corpus, FEEDS, START, days, articles)
    published = sum(1 for one in month if one.at > START)
    gc.collect()
    plan = Plan(FEEDS, START, days, step_s=3 * 3600, sample_every=2, settings=SETTINGS)
    with tempfile.TemporaryDirectory() as folder, virtual_run(plan, month, Path(folder)) as run:
        samples = run.run()
        figures = soak_figures(samples, run.busy, published)
    title = f"riwaya run: {FEEDS} feeds, {published:,} articles, {days:g} virtual days in {figures.real_s / 60:.0f} min"
    print(f"drawn: {artefact('soak.svg', soak_plot(title, samples))}")
    return figures


def rows(figures: SoakFigures) -> list[tuple[str, str]]:
    """Return the figures as lines of a table."""
    return [
        ("virtual days, real minutes", f"{figures.days:g}, {figures.real_s / 60:.1f}"),
        ("articles published, stored", f"{figures.published:,}, {figures.stored:,}"),
        ("memory of the process after the warm-up", f"{figures.memory / MB:,.0f} MB"),
        ("its growth from there to the end", f"{figures.memory_growth:+.1%}"),
        ("memory of the parser workers", f"{figures.workers / MB:,.0f} MB"),
        ("open files, threads at most", f"{figures.files}, {figures.threads}"),
        ("the same in the warm-up", f"{figures.files_before}, {figures.threads_before}"),
        ("longest queue of ungrouped versions", f"{figures.queue:,}"),
        (
            "event-loop lag stays under, half / 99 of 100",
            f"{figures.lag_median * 1e3:g} / {figures.lag_p99 * 1e3:g} ms",
        ),
        ("from a leap to rest, median / longest", f"{figures.step_median:.2f} / {figures.step_longest:.2f} s"),
        ("database at the end", f"{figures.store / MB:,.0f} MB"),
        ("processor time of all its processes", f"{figures.cpu_s:,.0f} s"),
    ]


def main() -> None:
    """Run, print, and fail when something drifts."""
    figures = soak(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else _ARTICLES)  # noqa: PLR2004 - the second argument
    print(f"{machine()}\n\n{table(['soak', ''], rows(figures))}")
    wrong = figures.drifts()
    if figures.real_s > MOST_REAL_S:
        wrong.append(f"it took {figures.real_s / 60:.0f} minutes")
    if wrong:
        sys.exit("; ".join(wrong))


if __name__ == "__main__":
    main()
