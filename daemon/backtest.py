"""The clusterer of the service run over a file of articles, to see what it would do and how well."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from clustering.clusterer import Clusterer
from clustering.settings import Settings
from clustering.version import Version
from daemon.corpus import CorpusArticle, CorpusError

BATCH = 200
"""Articles placed at a time; the result does not depend on it."""


def backtest(
    articles: Sequence[CorpusArticle], settings: Settings, progress: Callable[[int], None] = lambda _: None
) -> dict[str, int]:
    """Cluster articles in the order of their publication; return the cluster of each article id.

    `progress` is told how many more articles are done. Raises CorpusError when an id occurs twice.
    """
    ordered = sorted(articles, key=lambda article: (article.published, article.id))
    repeated = [article for article, times in Counter(a.id for a in ordered).items() if times > 1]
    if repeated:
        raise CorpusError(f"an article id occurs twice: {repeated[0]}")
    versions = [article.as_version(number) for number, article in enumerate(ordered)]
    clusterer = Clusterer(settings)
    clusters: dict[int, int] = {}
    redirects: dict[int, int] = {}
    for batch in _batched(versions, BATCH):
        proposal = clusterer.propose(batch)
        for placement in clusterer.place(proposal, {number: versions[number] for number in proposal.needed}):
            clusters[placement.number] = placement.cluster
            redirects.update(dict.fromkeys(placement.swallowed, placement.cluster))
        progress(len(batch))
    return {ordered[number].id: _living(cluster, redirects) for number, cluster in clusters.items()}


def _living(cluster: int, redirects: dict[int, int]) -> int:
    while cluster in redirects:
        cluster = redirects[cluster]
    return cluster


def _batched(versions: Sequence[Version], size: int) -> Iterator[Sequence[Version]]:
    rest = iter(versions)
    while batch := list(islice(rest, size)):
        yield batch
