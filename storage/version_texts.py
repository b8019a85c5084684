"""The texts of many clusters at once: all that their lineage is traced from."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, select

from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.record import record
from storage.schema import Article, Version


@dataclass(frozen=True, slots=True)
class VersionText:
    """A version with its words and its times; see `storage.cluster_detail.VersionDetail`."""

    cluster_id: int
    version_id: int
    article_id: int
    number: int
    source_id: str
    title: str
    summary: str
    text: str
    dated: datetime | None
    first_seen: datetime


_IDS: BindParameter[Collection[int]] = bindparam("ids", expanding=True)
_TEXTS = with_bodies(
    select(
        Version.cluster_id,
        Version.id.label("version_id"),
        Version.article_id,
        Version.number,
        Article.source_id,
        Version.title,
        SUMMARY,
        TEXT,
        Version.dated_at.label("dated"),
        Version.seen_at.label("first_seen"),
    )
    .join(Article, Article.id == Version.article_id)
    .where(Version.cluster_id.in_(_IDS))
)


def version_texts(conn: Connection, cluster_ids: Collection[int]) -> dict[int, tuple[VersionText, ...]]:
    """Return the versions in each of these clusters, in no order."""
    found: defaultdict[int, list[VersionText]] = defaultdict(list)
    for row in conn.execute(_TEXTS, {"ids": list(cluster_ids)}):
        found[row.cluster_id].append(record(VersionText, row))
    return {cluster_id: tuple(versions) for cluster_id, versions in found.items()}
