"""The clusterer with its queue and its results in the store.

    waiting versions -> candidates -> their texts -> verdicts -> ONE transaction: clusters, matches, events

A version without a cluster is the queue; there is no other. One process at a time clusters, the one that holds the
lease; it proves so again in the very transaction that writes.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

from clustering.clusterer import Clusterer, Indexed
from clustering.evidence import figures
from clustering.fold import FOLD_VERSION, words
from clustering.placement import Match, Placement
from clustering.settings import Settings
from clustering.signature import from_bytes, to_bytes
from clustering.version import Version
from clustering.wire import credits  # noqa: A004 - the name of the thing, not of the builtin
from sources.dates import dated_at
from storage import leases, placements
from storage.engine import reading, writing
from storage.placements import MatchRow, next_cluster_id, save_placements
from storage.queue import QueuedVersion, unclustered
from storage.stored_texts import StoredText, indexed_versions, latest_dated_at, stored_texts
from storage.wire import CreditRow

log = logging.getLogger(__name__)

LEASE = "clusterer"

LEASE_TIME = timedelta(seconds=60)
"""How long a clusterer that was cut off from the store keeps others waiting. A batch takes well under a second; one
that dies on this machine is noticed at once, by its process being gone."""


class LeaseLost(Exception):  # noqa: N818 - it names a state, as its readers say it
    """Somebody else clusters: what this process knows of the clusters is no longer the truth."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch came to."""

    placed: int
    founded: int
    merged: int


class StoredClusterer:
    """Takes versions out of the queue, batch by batch, for as long as `holder` has the lease."""

    def __init__(self, engine: Engine, settings: Settings, holder: str, batch: int) -> None:
        self._engine = engine
        self._settings = settings
        self._holder = holder
        self._batch = batch
        self._clusterer: Clusterer | None = None
        self._lease_until: datetime | None = None  # None: not ours

    def take_lease(self) -> bool:
        """Become the one clusterer, or stay it; False while another process is.

        A lease is renewed when half of it has passed, so that asking every second costs nothing.
        """
        now = datetime.now(UTC)
        if self._lease_until is not None and now < self._lease_until - LEASE_TIME / 2:
            return True
        with writing(self._engine) as conn:
            mine = leases.take(conn, LEASE, self._holder, now, now + LEASE_TIME)
        self._lease_until = now + LEASE_TIME if mine else None
        if not mine:
            self._clusterer = None
        return mine

    def drop_lease(self) -> None:
        """Let another process cluster."""
        self._clusterer = self._lease_until = None
        with writing(self._engine) as conn:
            leases.drop(conn, LEASE, self._holder)

    def step(self) -> Step | None:
        """Place the next batch of waiting versions; None when none waits.

        Raises LeaseLost; then nothing was written, and the next step begins from what is stored.
        """
        with reading(self._engine) as conn:
            waiting = unclustered(conn, self._batch)
            if not waiting:
                return None
            clusterer = self._clusterer or self._restored(conn)
        # Only a batch that was written leaves a clusterer whose memory is worth keeping.
        self._clusterer = None
        versions = [_version(queued) for queued in waiting]
        proposal = clusterer.propose(versions)
        with reading(self._engine) as conn:
            texts = stored_texts(conn, sorted(proposal.needed))
        placed = clusterer.place(proposal, {number: _stored_version(number, text) for number, text in texts.items()})
        self._save(waiting, placed)
        self._clusterer = clusterer
        return Step(
            placed=len(placed),
            founded=sum(placement.founded for placement in placed),
            merged=sum(len(placement.swallowed) for placement in placed),
        )

    def _restored(self, conn: Connection) -> Clusterer:
        clusterer = Clusterer(self._settings, next_cluster_id(conn))
        latest = latest_dated_at(conn)
        if latest is not None:
            clusterer.restore(
                Indexed(
                    number=row.version_id,
                    article=row.article_id,
                    source=row.source_id,
                    cluster=row.cluster_id,
                    at=row.dated_at.timestamp(),
                    began=row.cluster_began_at.timestamp(),
                    signature=from_bytes(row.signature),
                )
                for row in indexed_versions(conn, latest - self._settings.window)
            )
        return clusterer

    def _save(self, waiting: Sequence[QueuedVersion], placed: Sequence[Placement]) -> None:
        now = datetime.now(UTC)
        rows = [_row(queued, placement) for queued, placement in zip(waiting, placed, strict=True)]
        with writing(self._engine) as conn:
            if not leases.renew(conn, LEASE, self._holder, now + LEASE_TIME):
                self._lease_until = None
                raise LeaseLost("another process has taken over the clustering")
            save_placements(conn, rows, now)


def _time(queued: QueuedVersion) -> datetime:
    return dated_at(queued.published_at, queued.updated_at, queued.seen_at, revised=queued.number > 1)


def _version(queued: QueuedVersion) -> Version:
    return Version(
        number=queued.version_id,
        article=queued.article_id,
        source=queued.source_id,
        title=queued.title,
        body=queued.text or queued.summary,
        at=_time(queued).timestamp(),
        cluster=queued.article_cluster_id,
    )


def _stored_version(number: int, text: StoredText) -> Version:
    return Version(
        number=number,
        article=text.article_id,
        source=text.source_id,
        title=text.title,
        body=text.text or text.summary,
        at=text.dated_at.timestamp(),
    )


def _row(queued: QueuedVersion, placement: Placement) -> placements.Placement:
    body = queued.text or queued.summary
    return placements.Placement(
        version_id=placement.number,
        article_id=placement.article,
        cluster_id=placement.cluster,
        founded=placement.founded,
        dated_at=_time(queued),
        fold_version=FOLD_VERSION,
        signature=to_bytes(placement.signature),
        search_text=" ".join(words(f"{queued.title}\n{body}")),
        matches=tuple(_match_row(match) for match in placement.matches),
        merges=placement.swallowed,
        credits=tuple(
            CreditRow(credit.agency, credit.kind, credit.where, credit.start, credit.end)
            for credit in credits(queued.title, body)
        ),
    )


def _match_row(match: Match) -> MatchRow:
    return MatchRow(match.other, match.kind, match.verdict.probability, figures(match.verdict.evidence))
