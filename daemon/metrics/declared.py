"""Every metric that the service has, with its meaning. docs/monitoring.md lists them; a test compares the two.

Labels take their values from short lists of our own words, never from addresses, texts or names of sources, so that
the number of series is fixed. Times are seconds, sizes bytes, moments Unix time.
"""

from collections.abc import Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, disable_created_metrics
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

_FETCH: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0)
_STORE: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0)
_BATCH: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
_LAG: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
_CANDIDATES: Final = (0, 1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        # A second series for every counter, which the start of the process tells as well.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # theirs
        # Memory, processor time, open files and start of the process, under the names that every exporter gives them.
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._declare_process()
        self._declare_fetching()
        self._declare_clustering()
        self._declare_store()

    def _declare_process(self) -> None:
        self.build = Info("riwaya_build", "Release, and the kind of its database", registry=self.registry)
        self.last_tick = self._gauge("last_tick_timestamp_seconds", "When the tick last ended")
        self.loop_lag = self._histogram("event_loop_lag_seconds", "How late the event loop woke a sleeper", _LAG)
        self.parser_workers_ended = self._counter(
            "parser_workers_ended",
            "Parser workers that ended: killed for a document, broken off with their fetch, or worn by 500 documents",
            "reason",
        )
        self.check_ok = self._gauge("check_ok", "Whether a condition of /readyz holds, 1 or 0", "check")
        self.paused = self._gauge("paused", "Whether fetching and grouping pause for want of disk space, 1 or 0")
        self.memory_limit = self._gauge("memory_limit_bytes", "The soft limit of memory, 0 for none")
        self.caches_dropped = self._counter("caches_dropped", "How often caches were dropped for want of memory")

    def _declare_fetching(self) -> None:
        self.sources = self._gauge("sources", "Sources that the configuration names")
        self.feeds = self._gauge("feeds", "Feeds that the configuration names")
        self.feeds_due = self._gauge("feeds_due", "Feeds that wait to be fetched")
        self.feeds_late = self._gauge("feeds_late", "Feeds that have waited for more than five minutes")
        self.feeds_failing = self._gauge("feeds_failing", "Feeds whose last fetch failed")
        self.fetches = self._counter("fetches", "Attempts at feeds that ended and were stored", "outcome")
        self.fetch_seconds = self._histogram("fetch_seconds", "From the start of a fetch until it was read", _FETCH)
        self.fetch_bytes = self._counter("fetch_received_bytes", "Bytes of feeds as they came over the network")
        self.fetches_running = self._gauge("fetches_running", "Fetches under way")
        self.entries = self._counter("entries", "Entries read from documents of feeds")
        self.versions_stored = self._counter(
            "versions_stored", "Versions that fetches brought: of new articles, or changed texts of known ones", "kind"
        )
        self.pages_waiting = self._gauge("pages_waiting", "Article pages that are to be read, now or later")
        self.pages_running = self._gauge("pages_running", "Article pages being read")
        self.pages = self._counter("pages", "Attempts at article pages that ended and were stored", "outcome")
        self.unstored = self._counter(
            "unstored", "Attempts whose outcome could not be stored; they are made again", "kind"
        )
        self.last_fetch = self._gauge("last_fetch_timestamp_seconds", "When any process last began a fetch")

    def _declare_clustering(self) -> None:
        self.queue = self._gauge("queue_versions", "Versions that wait to be grouped")
        self.queue_age = self._gauge("queue_age_seconds", "How long the first of them has waited, 0 when none does")
        self.placed = self._counter("versions_placed", "Versions that this process grouped")
        self.founded = self._counter("clusters_founded", "Clusters that it founded")
        self.merged = self._counter("clusters_merged", "Clusters that it merged into others")
        self.corrections = self._counter("corrections_applied", "Decisions of people that it applied")
        self.candidates = self._histogram(
            "version_candidates", "Earlier versions that the index named for a new one", _CANDIDATES
        )
        self.verdicts = self._counter("verdicts", "Pairs of texts that were judged")
        self.batch_seconds = self._histogram(
            "batch_seconds",
            "Time of a batch by phase: index (fold, signature, candidates), read, verdict (evidence, judging, placing),"
            " write",
            _BATCH,
            "phase",
        )
        self.window = self._gauge("window_versions", "Versions in the memory of the clusterer")
        self.clusterer = self._gauge("clusterer", "Whether this process holds the clusterer's lease, 1 or 0")
        self.last_cluster = self._gauge("last_cluster_timestamp_seconds", "When a story last changed")

    def _declare_store(self) -> None:
        self.articles = self._gauge("articles", "Articles in the store")
        self.versions = self._gauge("versions", "Versions in the store")
        self.clusters = self._gauge("clusters", "Living clusters in the store")
        self.store_size = self._gauge("store_size_bytes", "Size of the database")
        self.disk_free = self._gauge("disk_free_bytes", "What is free on the disk of a SQLite store")
        self.disk_limit = self._gauge("disk_limit_bytes", "What limits.free_disk keeps free there, 0 for none")
        self.transaction_seconds = self._histogram(
            "store_transaction_seconds",
            "From the wait for a turn to the end of the transaction, whether committed or rolled back",
            _STORE,
            "kind",
        )
        self.store_errors = self._counter(
            "store_errors", "Transactions that the store refused: full, busy, gone, read_only, other", "kind"
        )
        self.figures_at = self._gauge(
            "store_figures_timestamp_seconds", "When the figures about the store were last read from it"
        )

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"riwaya_{name}", meaning, labels, registry=self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"riwaya_{name}", meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(f"riwaya_{name}", meaning, labels, buckets=buckets, registry=self.registry)
