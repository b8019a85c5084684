"""What happened becomes figures: one function for each thing that the service does. Any thread may call them."""

from math import nan

from sqlalchemy.exc import DBAPIError

from daemon import __version__
from daemon.feed_fetcher import FetchReport
from daemon.metrics.declared import Metrics
from daemon.page_reader import PageReport
from daemon.stored_clusterer import Step
from sources.article_page import PageOutcome
from sources.outcome import Outcome
from sources.parsing.pool import WORKER_ENDS, WorkerEnd
from storage.store_figures import StoreFigures
from storage.totals import Totals
from storage.transaction_times import Kind
from storage.trouble import TROUBLES, trouble


def new_metrics(database: str) -> Metrics:
    """Return metrics that know every value of their labels, so that a first failure is an increase and no new series.

    `database` is the kind: sqlite or postgresql.
    """
    metrics = Metrics()
    metrics.build.info({"version": __version__, "database": database})
    # Not 1970, as long as there was none.
    metrics.last_fetch.set(nan)
    metrics.last_cluster.set(nan)
    for outcome in Outcome:
        metrics.fetches.labels(outcome.value)
    for page in PageOutcome:
        metrics.pages.labels(page.value)
    for kind in ("new", "changed"):
        metrics.versions_stored.labels(kind)
    for work in ("fetch", "page"):
        metrics.unstored.labels(work)
    for end in WORKER_ENDS:
        metrics.parser_workers_ended.labels(end)
    for phase in ("index", "read", "verdict", "write"):
        metrics.batch_seconds.labels(phase)
    for way in ("read", "write"):
        metrics.transaction_seconds.labels(way)
    for refusal in TROUBLES:
        metrics.store_errors.labels(refusal)
    return metrics


def count_fetch(metrics: Metrics, report: FetchReport) -> None:
    """Count an attempt at a feed."""
    metrics.fetches.labels(report.outcome.value).inc()
    metrics.fetch_seconds.observe(report.seconds)
    metrics.fetch_bytes.inc(report.received)
    metrics.entries.inc(report.counts.seen)
    metrics.versions_stored.labels("new").inc(report.counts.new)
    metrics.versions_stored.labels("changed").inc(report.counts.changed)


def count_page(metrics: Metrics, report: PageReport) -> None:
    """Count an attempt at an article's page."""
    metrics.pages.labels(report.outcome.value).inc()


def count_step(metrics: Metrics, step: Step) -> None:
    """Count what the clusterer did in one step."""
    metrics.corrections.inc(step.corrected)
    metrics.placed.inc(step.placed)
    metrics.founded.inc(step.founded)
    metrics.merged.inc(step.merged)
    metrics.verdicts.inc(step.verdicts)
    for number in step.candidates:
        metrics.candidates.observe(number)
    for phase, seconds in step.seconds.items():
        metrics.batch_seconds.labels(phase).observe(seconds)
    if step.placed:
        metrics.window.set(step.known)


def count_worker_end(metrics: Metrics, end: WorkerEnd) -> None:
    """Count a parser worker that ended."""
    metrics.parser_workers_ended.labels(end).inc()


def count_transaction(metrics: Metrics, kind: Kind, seconds: float) -> None:
    """Count a transaction."""
    metrics.transaction_seconds.labels(kind).observe(seconds)


def count_refusal(metrics: Metrics, error: DBAPIError) -> None:
    """Count a transaction that the store refused."""
    metrics.store_errors.labels(trouble(error)).inc()


def set_figures(metrics: Metrics, figures: StoreFigures, now: float) -> None:
    """Take over what the store shows, as of `now` (Unix time)."""
    metrics.sources.set(figures.sources)
    metrics.feeds.set(figures.feeds)
    metrics.feeds_due.set(figures.due)
    metrics.feeds_late.set(figures.late)
    metrics.feeds_failing.set(figures.failing)
    metrics.pages_waiting.set(figures.pages_waiting)
    metrics.queue.set(figures.waiting)
    since = figures.waiting_since
    metrics.queue_age.set(0.0 if since is None else max(0.0, now - since.timestamp()))
    if figures.last_fetch is not None:
        metrics.last_fetch.set(figures.last_fetch.timestamp())
    if figures.last_cluster is not None:
        metrics.last_cluster.set(figures.last_cluster.timestamp())
    metrics.store_size.set(figures.size_bytes)
    metrics.figures_at.set(now)


def set_totals(metrics: Metrics, held: Totals) -> None:
    """Take over how much the store holds."""
    metrics.articles.set(held.articles)
    metrics.versions.set(held.versions)
    metrics.clusters.set(held.clusters)
