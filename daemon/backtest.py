"""The clusterer of the service run over a file of articles, to see what it would do and how well."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from clustering.clusterer import Clusterer, Proposal
from clustering.settings import Settings
from clustering.version import Version
from daemon.corpus import CorpusArticle, CorpusError

BATCH = 200
"""Articles placed at a time; the result does not depend on it."""

Pair = frozenset[str]
"""The ids of two articles, in no order."""


@dataclass(frozen=True, slots=True)
class Backtested:
    """What became of a stream: the cluster of each article id.

    `judged` holds the log-odds of those watched pairs that were candidates of one another.
    """

    clusters: dict[str, int] = field(default_factory=dict)
    judged: dict[Pair, float] = field(default_factory=dict)


def backtest(
    articles: Sequence[CorpusArticle],
    settings: Settings,
    progress: Callable[[int], None] = lambda _: None,
    watched: Collection[Pair] = (),
) -> Backtested:
    """Cluster articles in the order of their publication.

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
    judged: dict[Pair, float] = {}
    for batch in _batched(versions, BATCH):
        proposal = clusterer.propose(batch)
        for placement in clusterer.place(proposal, {number: versions[number] for number in proposal.needed}):
            clusters[placement.number] = placement.cluster
            redirects.update(dict.fromkeys(placement.swallowed, placement.cluster))
        for one, other in _candidates(proposal):
            pair = Pair({ordered[one].id, ordered[other].id})
            if pair in watched:
                judged[pair] = clusterer.compare(versions[other], versions[one]).log_odds
        progress(len(batch))
    return Backtested({ordered[number].id: _living(cluster, redirects) for number, cluster in clusters.items()}, judged)


def _candidates(proposal: Proposal) -> Iterator[tuple[int, int]]:
    for one, numbers in zip(proposal.profiles, proposal.candidates, strict=True):
        for other in numbers:
            yield one.version.number, other


def _living(cluster: int, redirects: dict[int, int]) -> int:
    while cluster in redirects:
        cluster = redirects[cluster]
    return cluster


def _batched(versions: Sequence[Version], size: int) -> Iterator[Sequence[Version]]:
    rest = iter(versions)
    while batch := list(islice(rest, size)):
        yield batch
