"""A story in short."""

from typing_extensions import TypedDict

from storage.clusters import ClusterSummary
from web.moments import moment
from web.shapes import Moment, documented


@documented
class ClusterFacts(TypedDict):
    """What is told of a story wherever it is told of."""

    id: int
    """Never given to another story; when stories become one, the older id stays and the other leads to it."""
    title: str
    """The headline of its first text."""
    articles: int
    """How many articles carry it."""
    sources: list[str]
    """The ids of the outlets that carry it, in alphabetical order."""
    first_seen: Moment
    """When a fetch first brought one of its texts."""
    last_seen: Moment
    """When a fetch first brought the newest of its texts."""
    published: Moment | None
    """The earliest time at which an outlet claims to have published it; null when none says so."""


@documented
class Cluster(ClusterFacts):
    """A story in short: the articles that carry the same text."""

    versions: int
    """How many texts these articles have had."""


def cluster_shape(cluster: ClusterSummary) -> Cluster:
    """Return a story in short."""
    return {
        "id": cluster.id,
        "title": cluster.title,
        "articles": cluster.articles,
        "versions": cluster.versions,
        "sources": list(cluster.sources),
        "first_seen": moment(cluster.first_seen),
        "last_seen": moment(cluster.last_seen),
        "published": moment(cluster.published),
    }
