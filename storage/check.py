"""What a store must be like inside, asked of the store itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from storage.search_queue import stored_edition


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule and how many rows break it; `remedy` is a command that mends it, or None."""

    rule: str
    count: int
    remedy: str | None = None


_REBUILD_SEARCH = "riwaya db rebuild-search"
_REBUILD_SIGNATURES = "riwaya db rebuild-signatures"

_RULES = (
    (
        "every text is pointed at by a version",
        (
            "SELECT count(*) FROM body WHERE NOT EXISTS (SELECT 1 FROM version WHERE version.summary_id = body.id)"
            " AND NOT EXISTS (SELECT 1 FROM version WHERE version.body_id = body.id)"
        ),
        None,
    ),
    (
        "every article has the newest of its versions and counts them",
        (
            "SELECT count(*) FROM article WHERE latest_version_id IS NULL OR versions <> (SELECT count(*) FROM version"
            " WHERE version.article_id = article.id) OR NOT EXISTS (SELECT 1 FROM version"
            " WHERE version.id = article.latest_version_id AND version.article_id = article.id)"
        ),
        None,
    ),
    (
        "a grouped version is in the cluster of its article",
        (
            "SELECT count(*) FROM version JOIN article ON article.id = version.article_id"
            " WHERE version.cluster_id <> article.cluster_id"
        ),
        None,
    ),
    (
        "articles are in living clusters",
        (
            "SELECT count(*) FROM article JOIN cluster ON cluster.id = article.cluster_id"
            " WHERE cluster.merged_into IS NOT NULL"
        ),
        None,
    ),
    (
        "a merged cluster leads to a living one in one step",
        (
            "SELECT count(*) FROM cluster AS dead JOIN cluster AS target ON target.id = dead.merged_into"
            " WHERE target.merged_into IS NOT NULL"
        ),
        None,
    ),
    (
        "clusters count their articles, outlets and versions",
        (
            "SELECT count(*) FROM cluster WHERE articles <> (SELECT count(*) FROM article"
            " WHERE article.cluster_id = cluster.id) OR sources <> (SELECT count(DISTINCT source_id) FROM article"
            " WHERE article.cluster_id = cluster.id) OR versions <> (SELECT count(*) FROM version"
            " WHERE version.cluster_id = cluster.id)"
        ),
        None,
    ),
    (
        "the search index holds every grouped version that does not wait for it, and no other",
        (
            "SELECT (SELECT count(*) FROM version WHERE cluster_id IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM unindexed WHERE unindexed.version_id = version.id) AND NOT EXISTS"
            " (SELECT 1 FROM {indexed} WHERE {indexed}.{id} = version.id))"
            " + (SELECT count(*) FROM {indexed} WHERE NOT EXISTS (SELECT 1 FROM version"
            " WHERE version.id = {indexed}.{id} AND version.cluster_id IS NOT NULL))"
        ),
        _REBUILD_SEARCH,
    ),
)


def check(conn: Connection, *, fold_version: int, search_edition: int) -> Iterator[Finding]:
    """Yield every rule with how many rows break it, in the one state of the store that the connection sees.

    `fold_version` and `search_edition` are those of this release.
    """
    on_sqlite = conn.dialect.name == "sqlite"
    if on_sqlite:
        said = conn.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        yield Finding("SQLite finds the file whole", 0 if said == ["ok"] else len(said))
        broken = conn.exec_driver_sql("PRAGMA foreign_key_check").all()
        yield Finding("every reference leads somewhere", len(broken))
    # FTS5 keeps no table of its rows but the one of their lengths.
    names = {"indexed": "search_docsize", "id": "id"} if on_sqlite else {"indexed": "search", "id": "version_id"}
    for rule, query, remedy in _RULES:
        yield Finding(rule, conn.execute(text(query.format(**names))).scalar_one(), remedy)
    old = text("SELECT count(*) FROM version WHERE fold_version IS NOT NULL AND fold_version <> :now")
    count = conn.execute(old, {"now": fold_version}).scalar_one()
    yield Finding("signatures are of this release's edition", count, _REBUILD_SIGNATURES)
    edition = stored_edition(conn)
    outdated = edition is not None and edition != search_edition
    yield Finding("the search index is of this release's edition", int(outdated), _REBUILD_SEARCH)
