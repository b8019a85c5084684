"""Which versions carry another story as one of several items."""

from dataclasses import dataclass

from sqlalchemy import Connection, Select, select

from storage.record import record
from storage.schema import Article, Match, Source, Version, aliased


@dataclass(frozen=True, slots=True)
class RoundUp:
    """A version of a cluster and one of another cluster, of which one carries the other.

    `carries` tells that the version of the cluster asked about is the round-up; `share` of the item's text stands in
    it.
    """

    version_id: int
    carries: bool
    share: float
    other_version_id: int
    other_article_id: int
    other_cluster_id: int
    other_source_name: str
    other_title: str


def round_ups(conn: Connection, cluster_id: int) -> list[RoundUp]:
    """Return what the versions of a living cluster carry of other stories, and who carries them, by version."""
    found = [
        record(RoundUp, row) for placed in (True, False) for row in conn.execute(_related(cluster_id, placed=placed))
    ]
    return sorted(found, key=lambda one: (one.version_id, one.other_version_id))


def _related(cluster_id: int, *, placed: bool) -> Select[int, bool, float, int, int, int | None, str, str]:
    """Select the relations that were found when a version of the cluster was placed, or when the other one was."""
    own, other = aliased(Version), aliased(Version)
    own_id, other_id = (
        (Match.version_id, Match.other_version_id) if placed else (Match.other_version_id, Match.version_id)
    )
    return (
        select(
            own.id.label("version_id"),
            (Match.kind == ("contains" if placed else "inside")).label("carries"),
            Match.score.label("share"),
            other.id.label("other_version_id"),
            other.article_id.label("other_article_id"),
            other.cluster_id.label("other_cluster_id"),
            Source.name.label("other_source_name"),
            other.title.label("other_title"),
        )
        .select_from(own)
        .join(Match, own_id == own.id)
        .join(other, other.id == other_id)
        .join(Article, Article.id == other.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(own.cluster_id == cluster_id, Match.kind.in_(("contains", "inside")), other.cluster_id != cluster_id)
    )
