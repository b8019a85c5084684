"""The grouped versions as a stream, to be grouped again, and the evidence kept for each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from storage.cluster_counts import recount
from storage.placement_row import MatchRow
from storage.queue import QueuedVersion, queued_versions
from storage.record import record
from storage.schema import Match, Version

# Ids in one IN list; SQLite takes 32,766.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept of a version's comparison: its time, its signature, and the pairs that were accepted."""

    version_id: int
    dated_at: datetime
    fold_version: int
    signature: bytes
    matches: tuple[MatchRow, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the stream: the grouped versions from `first` to `last` (ids), and how many they are."""

    first: int
    last: int
    versions: int


def stretch_since(conn: Connection, since: datetime | None) -> Stretch | None:
    """Return the stretch that begins with the first version seen at or after `since`; None when it is empty."""
    begin = select(func.min(Version.id))
    if since is not None:
        begin = begin.where(Version.seen_at >= since)
    first: int | None = conn.execute(begin).scalar_one()
    if first is None:
        return None
    grouped = Version.cluster_id.is_not(None) & (Version.id >= first)
    lowest, last, versions = conn.execute(
        select(func.min(Version.id), func.max(Version.id), func.count()).where(grouped)
    ).one()
    return Stretch(lowest, last, versions) if versions else None


def stream_part(conn: Connection, after: int, last: int, limit: int) -> list[QueuedVersion]:
    """Return the next grouped versions with ids above `after` and up to `last`, in their order."""
    rows = conn.execute(
        queued_versions()
        .where(Version.id > after, Version.id <= last, Version.cluster_id.is_not(None))
        .order_by(Version.id)
        .limit(limit)
    )
    return [record(QueuedVersion, row) for row in rows]


def articles_before(conn: Connection, article_ids: Sequence[int], first: int) -> set[int]:
    """Return which of these articles have a version before `first`."""
    found: set[int] = set()
    for start in range(0, len(article_ids), BATCH):
        some = Version.article_id.in_(article_ids[start : start + BATCH])
        found.update(conn.execute(select(Version.article_id).where(some, Version.id < first).distinct()).scalars())
    return found


def clusters_before(conn: Connection, cluster_ids: Sequence[int], first: int) -> set[int]:
    """Return which of these clusters hold a version before `first`."""
    found: set[int] = set()
    for start in range(0, len(cluster_ids), BATCH):
        some = Version.cluster_id.in_(cluster_ids[start : start + BATCH])
        rows = conn.execute(select(Version.cluster_id).where(some, Version.id < first).distinct()).scalars()
        found.update(cluster for cluster in rows if cluster is not None)
    return found


def stored_evidence(conn: Connection, version_ids: Sequence[int]) -> dict[int, Evidence]:
    """Return what is kept of these versions; those that are not grouped are left out."""
    matches: defaultdict[int, list[MatchRow]] = defaultdict(list)
    for version_id, other, kind, score, figures in conn.execute(
        select(Match.version_id, Match.other_version_id, Match.kind, Match.score, Match.figures)
        .where(Match.version_id.in_(version_ids))
        .order_by(Match.id)
    ):
        matches[version_id].append(MatchRow(other, kind, score, cast("Mapping[str, float | str]", figures)))
    rows = conn.execute(
        select(Version.id, Version.dated_at, Version.fold_version, Version.signature).where(
            Version.id.in_(version_ids), Version.cluster_id.is_not(None)
        )
    )
    return {
        version_id: Evidence(version_id, dated_at, fold_version, bytes(signature), tuple(matches[version_id]))
        for version_id, dated_at, fold_version, signature in rows
        if dated_at is not None and fold_version is not None and signature is not None
    }


def differing(conn: Connection, evidence: Mapping[int, Evidence]) -> dict[int, Evidence]:
    """Return what of this evidence differs from what is kept, by version; versions that are not grouped do not."""
    stored = stored_evidence(conn, sorted(evidence))
    return {number: one for number, one in sorted(evidence.items()) if number in stored and stored[number] != one}


def replace_evidence(conn: Connection, evidence: Mapping[int, Evidence], now: datetime) -> int:
    """Keep this evidence instead of what is kept, where the two differ; return for how many versions they did."""
    changed = list(differing(conn, evidence).values())
    if not changed:
        return 0
    numbers = [one.version_id for one in changed]
    conn.execute(delete(Match).where(Match.version_id.in_(numbers)))
    rows = [
        {
            "version_id": one.version_id,
            "other_version_id": match.other_version_id,
            "kind": match.kind,
            "score": match.score,
            "figures": match.figures,
            "created_at": now,
        }
        for one in changed
        for match in one.matches
    ]
    if rows:
        conn.execute(insert(Match), rows)
    conn.execute(
        update(Version).where(Version.id == bindparam("version")),
        [
            {
                "version": one.version_id,
                "dated_at": one.dated_at,
                "fold_version": one.fold_version,
                "signature": one.signature,
            }
            for one in changed
        ],
    )
    # A title may follow another text when times are others.
    homes = select(Version.cluster_id).where(Version.id.in_(numbers)).distinct()
    recount(conn, {cluster for cluster in conn.execute(homes).scalars() if cluster is not None})
    return len(changed)
