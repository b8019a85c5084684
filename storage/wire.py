"""Agencies that texts credit, as rows."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.record import record
from storage.schema import Article, Cluster, Credit, Version


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


def wires_of(conn: Connection, cluster_ids: Collection[int]) -> dict[int, tuple[tuple[str, int], ...]]:
    """Return the agencies that the versions of these clusters credit, each with how many do, the most credited first.

    A cluster that credits none is left out.
    """
    count = func.count(Credit.version_id.distinct())
    rows = conn.execute(
        select(Cluster.id, Credit.agency, count)
        .join(Version, Version.cluster_id == Cluster.id)
        .join(Credit, Credit.version_id == Version.id)
        .where(Cluster.id.in_(cluster_ids), Credit.kind == "credit")
        .group_by(Cluster.id, Credit.agency)
        .order_by(Cluster.id, count.desc(), Credit.agency)
    )
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for cluster_id, agency, versions in rows:
        found[cluster_id].append((agency, versions))
    return {cluster_id: tuple(agencies) for cluster_id, agencies in found.items()}


@dataclass(frozen=True, slots=True)
class AgencyCounts:
    """How many versions credit an agency, in how many clusters, of how many outlets."""

    agency: str
    versions: int
    clusters: int
    sources: int


def agency_counts(conn: Connection, since: datetime | None = None) -> list[AgencyCounts]:
    """Return the agencies that versions dated at or after `since` credit, the most credited first."""
    versions = func.count(Version.id.distinct()).label("versions")
    chosen = (
        select(
            Credit.agency,
            versions,
            func.count(Version.cluster_id.distinct()).label("clusters"),
            func.count(Article.source_id.distinct()).label("sources"),
        )
        .join(Version, Version.id == Credit.version_id)
        .join(Article, Article.id == Version.article_id)
        .where(Credit.kind == "credit")
        .group_by(Credit.agency)
        .order_by(versions.desc(), Credit.agency)
    )
    if since is not None:
        chosen = chosen.where(Version.dated_at >= since)
    return [record(AgencyCounts, row) for row in conn.execute(chosen)]
