"""The lineage of a stored story."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clustering.lineage import DatedVersion, Descent, Origin, independent_texts, lineage
from storage.cluster_detail import ClusterDetail, VersionDetail
from storage.version_texts import VersionText

_LONGEST_TITLE = 1_000
"""Characters of a headline that are compared, ten times a long one: two of a megabyte would take four seconds."""


@dataclass(frozen=True, slots=True)
class StoredLineage:
    """Where the versions of a cluster come from: `descents` by version id, `texts` the number of independent ones."""

    origin: Origin
    texts: int
    descents: Mapping[int, Descent]


def stored_lineage(found: ClusterDetail) -> StoredLineage:
    """Trace the versions of a cluster."""
    return traced_lineage(found.versions)


def traced_lineage(versions: Iterable[VersionDetail | VersionText]) -> StoredLineage:
    """Trace versions of one cluster, of which there must be one."""
    traced = lineage(_dated(version) for version in versions)
    return StoredLineage(
        origin=traced.origin,
        texts=len(independent_texts(traced)),
        descents={descent.version: descent for descent in traced.descents},
    )


def _dated(version: VersionDetail | VersionText) -> DatedVersion:
    return DatedVersion(
        number=version.version_id,
        article=version.article_id,
        source=version.source_id,
        title=version.title[:_LONGEST_TITLE],
        body=version.text or version.summary,
        dated=version.dated or version.first_seen,
        seen=version.first_seen,
    )
