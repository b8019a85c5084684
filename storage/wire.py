"""Agencies that texts credit, as rows."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.schema import Credit


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A passage that names an agency: characters `start` to `end` of the title or the body, and what it means."""

    agency: str
    kind: str
    place: str
    start: int
    end: int


def credits_of(conn: Connection, version_ids: Collection[int]) -> dict[int, tuple[CreditRow, ...]]:
    """Return what these versions say of agencies, in reading order; a version that names none is left out."""
    rows = conn.execute(
        select(Credit.version_id, Credit.agency, Credit.kind, Credit.place, Credit.start_offset, Credit.end_offset)
        .where(Credit.version_id.in_(version_ids))
        # The title is read first.
        .order_by(Credit.version_id, Credit.place.desc(), Credit.start_offset)
    )
    found: defaultdict[int, list[CreditRow]] = defaultdict(list)
    for version_id, agency, kind, place, start, end in rows:
        found[version_id].append(CreditRow(agency, kind, place, start, end))
    return {version_id: tuple(credits_) for version_id, credits_ in found.items()}
