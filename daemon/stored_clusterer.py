"""The clusterer with its queue and its results in the store.

    waiting versions -> candidates -> their texts -> verdicts -> ONE transaction: clusters, matches, events

A version without a cluster is the queue; there is no other. One process at a time clusters, the one that holds the
lease; it proves so again in the very transaction that writes. People's corrections wait in the store in the same way,
and are applied before the next batch.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Literal

from sqlalchemy import Engine

from clustering.clitics import SEARCH_EDITION
from clustering.clusterer import Clusterer
from clustering.placement import Placement
from clustering.rarity import Rarity
from clustering.settings import Settings
from daemon.clusterer_lease import ClustererLease
from daemon.corrections import apply_open
from daemon.failpoints import Point, reached
from daemon.late_texts import around, late, slices
from daemon.restored_clusterer import clusterer_of_span, restored_clusterer
from daemon.stored_versions import placement_row, stored_version, version_of
from daemon.stream_counts import SAVE_EVERY, restored_counts
from storage.corrections import open_corrections
from storage.engine import reading, writing
from storage.placement_row import Placement as PlacementRow
from storage.placements import next_cluster_id, save_placements
from storage.queue import QueuedVersion, unclustered
from storage.search_queue import index_now, note_edition
from storage.stored_texts import latest_dated_at, stored_texts, texts_before
from storage.stream_counts import save_counts

Phase = Literal["index", "read", "verdict", "write"]


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch came to.

    `candidates` tells of each version how many earlier ones the index named, `verdicts` how many pairs were judged,
    `known` how many versions the clusterer has in mind, and `seconds` what the phases took.
    """

    placed: int
    founded: int
    merged: int
    corrected: int = 0
    candidates: tuple[int, ...] = ()
    verdicts: int = 0
    known: int = 0
    seconds: Mapping[Phase, float] = field(default_factory=dict)


class _Watch:
    """Measures the phases of a batch; a phase that comes twice is added up."""

    def __init__(self) -> None:
        self.seconds: dict[Phase, float] = {}

    @contextmanager
    def phase(self, name: Phase) -> Iterator[None]:
        began = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - began


class StoredClusterer:
    """Takes versions out of the queue, batch by batch, for as long as `holder` has the lease."""

    def __init__(self, engine: Engine, settings: Settings, holder: str, batch: int) -> None:
        self._engine = engine
        self._settings = settings
        self._batch = batch
        self._clusterer: Clusterer | None = None
        self._late_counts: Rarity | None = None
        self._uncopied = 0  # versions placed since the counts of the stream were last copied
        self._lease = ClustererLease(engine, holder)

    def lease_kept(self) -> AbstractContextManager[None]:
        """Keep the lease for as long as a block takes, a step that reads the window of a large store included."""
        return self._lease.kept()

    def take_lease(self) -> bool:
        """Become the one clusterer, or stay it; False while another process is."""
        mine = self._lease.take()
        if not mine:
            self._clusterer = None
        return mine

    def drop_lease(self) -> None:
        """Let another process cluster."""
        self._clusterer = self._late_counts = None
        self._lease.drop()

    def step(self) -> Step | None:
        """Apply the corrections that wait, or else place the next batch of waiting versions; None when nothing waits.

        Raises LeaseLost; then nothing was written, and the next step begins from what is stored.
        """
        if corrected := self.correct():
            return Step(placed=0, founded=0, merged=0, corrected=corrected)
        with reading(self._engine) as conn:
            waiting = unclustered(conn, self._batch)
            if not waiting:
                return None
            tardy = slices(late(waiting, latest_dated_at(conn), self._settings.window))
            known, self._clusterer = self._clusterer, None
            if tardy:
                waiting = tardy[0]
                settings, since, until = around(waiting, self._settings)
                # Reading the counts takes longer than placing a slice, so those that are at hand are taken on.
                counts = known.rarity if known is not None else self._late_counts or restored_counts(conn)
                clusterer = clusterer_of_span(conn, settings, next_cluster_id(conn), since, until, counts)
            else:
                clusterer = known or restored_clusterer(conn, self._settings, next_cluster_id(conn))
        step, placed = self._place(waiting, clusterer, copied=not tardy)
        # Only a batch that was written leaves a clusterer whose memory is worth keeping.
        if not tardy:
            self._clusterer, self._late_counts = clusterer, None
        elif known is not None and known.outlives(placed, clusterer.next_cluster):
            self._clusterer = known
        else:
            self._late_counts = clusterer.rarity
        return step

    def _place(
        self, waiting: Sequence[QueuedVersion], clusterer: Clusterer, *, copied: bool
    ) -> tuple[Step, Sequence[Placement]]:
        """Place a batch; `copied` says that what the clusterer counts is the stream's and may be kept."""
        watch, judged = _Watch(), clusterer.judged
        with watch.phase("index"):
            proposal = clusterer.propose([version_of(queued) for queued in waiting])
        with watch.phase("read"), reading(self._engine) as conn:
            texts = stored_texts(conn, sorted(proposal.needed))
            before = texts_before(conn, [queued.version_id for queued in waiting if queued.number > 1])
        with watch.phase("verdict"):
            placed = clusterer.place(proposal, {number: stored_version(text) for number, text in texts.items()})
            rows = [
                placement_row(queued, placement, before.get(queued.version_id))
                for queued, placement in zip(waiting, placed, strict=True)
            ]
        reached(Point.CLUSTER_DECIDED)
        with watch.phase("write"):
            self._save(rows, clusterer if copied else None)
        clusterer.stored()
        step = Step(
            placed=len(placed),
            founded=sum(placement.founded for placement in placed),
            merged=sum(len(placement.swallowed) for placement in placed),
            candidates=tuple(len(found) for found in proposal.candidates),
            verdicts=clusterer.judged - judged,
            known=len(clusterer),
            seconds=watch.seconds,
        )
        return step, placed

    def drop_caches(self) -> None:
        """Give back what memory can be had without a change to any result; call between two steps."""
        if self._clusterer is not None:
            self._clusterer.drop_profiles()

    def correct(self) -> int:
        """Apply the corrections that wait, in one transaction; return how many. Raises LeaseLost."""
        with reading(self._engine) as conn:
            if not open_corrections(conn):
                return 0
        # What the clusterer knows of the clusters is about to be old.
        self._clusterer = None
        with self._lease.writing() as (conn, now):
            applied = apply_open(conn, now)
            reached(Point.CORRECTION_WRITTEN)
        reached(Point.CORRECTION_COMMITTED)
        return applied

    def _save(self, rows: Sequence[PlacementRow], clusterer: Clusterer | None) -> None:
        uncopied = self._uncopied + len(rows)
        counts = clusterer.rarity.to_bytes() if clusterer is not None and uncopied >= SAVE_EVERY else None
        with self._lease.writing() as (conn, now):
            save_placements(conn, rows, now)
            note_edition(conn, SEARCH_EDITION)
            if counts is not None:
                save_counts(conn, rows[-1].version_id, counts, now)
            reached(Point.CLUSTER_WRITTEN)
        reached(Point.CLUSTER_COMMITTED)
        self._uncopied = 0 if counts is not None else uncopied
        # Apart, so that others need not wait twice as long; what a crash leaves out is upkeep's work.
        with writing(self._engine) as conn:
            index_now(conn, [(row.version_id, row.search_text) for row in rows])
            reached(Point.CLUSTER_INDEXED)
        reached(Point.CLUSTER_DONE)
