"""What the clusterer has counted of its stream, taken up again from the store."""

import logging
from datetime import UTC, datetime

from sqlalchemy import Connection

from clustering.profile import profile
from clustering.rarity import GENERATION_S, Rarity
from daemon.stored_versions import stored_version
from storage.stored_texts import latest_dated_at, stored_texts
from storage.stream_counts import counted_stream, first_dated_since, load_counts

log = logging.getLogger(__name__)

SAVE_EVERY = 2_000
"""Versions between two copies of the counts: a start counts on from the last one, two seconds at most."""


def restored_counts(conn: Connection, before: int | None = None) -> Rarity:
    """Return the counts as they stood after the last grouped version, or after the last with an id below `before`.

    From the copy that is kept, or else from the texts of this week and the last, which are all that counts.
    """
    latest = latest_dated_at(conn, before)
    if latest is None:
        return Rarity()
    rarity, after = _copied(conn, before)
    if after is None:
        week = int(latest.timestamp() // GENERATION_S) - 1
        first = first_dated_since(conn, datetime.fromtimestamp(week * GENERATION_S, UTC))
        after = 0 if first is None else first - 1
    for some in counted_stream(conn, after, before):
        wanted = {number for one in some for number in (one.version_id, one.source_id) if number is not None}
        texts = stored_texts(conn, sorted(wanted))
        for one in some:
            version = stored_version(texts[one.version_id])
            source = None if one.source_id is None else profile(stored_version(texts[one.source_id]))
            rarity.advance(version.at)
            rarity.count(profile(version), source)
    return rarity


def _copied(conn: Connection, before: int | None) -> tuple[Rarity, int | None]:
    kept = load_counts(conn, before)
    if kept is None:
        return Rarity(), None
    number, data = kept
    try:
        return Rarity.from_bytes(data), number
    except ValueError as error:
        log.warning("the copy of the stream's counts is of no use, counting again: %s", error)
        return Rarity(), None
