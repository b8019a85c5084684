"""The clusterer as it was after some version of the stream: the one way to make a clusterer for a store."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from clustering.clusterer import Clusterer, Indexed
from clustering.fold import FOLD_VERSION
from clustering.profile import profile
from clustering.rarity import Rarity
from clustering.settings import Settings
from clustering.signature import Signature, from_bytes, signature
from daemon.corrections import obeyed_corrections
from daemon.stored_versions import indexed, stored_version
from daemon.stream_counts import restored_counts
from storage.stored_texts import IndexedVersion, indexed_versions, latest_dated_at, stored_texts


def restored_clusterer(conn: Connection, settings: Settings, next_cluster: int, before: int | None = None) -> Clusterer:
    """Return a clusterer that knows the grouped versions inside the window and obeys people's corrections.

    With `before` it knows only versions with lower ids, to run the others again: their clusters stay as they are, so
    two of them never become one. `next_cluster` is the first id that it gives.
    """
    latest = latest_dated_at(conn, before)
    since = None if latest is None else latest - settings.window
    standing: frozenset[int] = frozenset()
    if before is not None and since is not None:
        standing = frozenset(row.cluster_id for row in indexed_versions(conn, since, before))
    clusterer = Clusterer(settings, next_cluster, corrections=obeyed_corrections(conn, before, standing))
    if since is not None:
        clusterer.restore(_placed(conn, since, before), restored_counts(conn, before))
    return clusterer


def clusterer_of_span(
    conn: Connection, settings: Settings, next_cluster: int, since: datetime, until: datetime, counts: Rarity
) -> Clusterer:
    """Return a clusterer that knows the grouped versions dated inside a span, for texts that come late.

    `counts` are what the stream has said, and go on counting.
    """
    clusterer = Clusterer(settings, next_cluster, corrections=obeyed_corrections(conn, None, frozenset()))
    clusterer.restore(_placed(conn, since, until=until), counts)
    return clusterer


def _placed(
    conn: Connection, since: datetime, before: int | None = None, until: datetime | None = None
) -> Iterator[Indexed]:
    """Yield the placed versions; signatures of another edition would match nothing, so these are made anew."""
    for row in indexed_versions(conn, since, before, until):
        yield indexed(row, from_bytes(row.signature) if row.fold_version == FOLD_VERSION else _made_anew(conn, row))


def _made_anew(conn: Connection, row: IndexedVersion) -> Signature:
    (text,) = stored_texts(conn, [row.version_id]).values()
    one = profile(stored_version(text))
    return signature(one.shingles, one.lead, one.title)
