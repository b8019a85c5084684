"""Every pair of articles of one labelled group, with its evidence and what people said about it.

The evidence is what the clusterer saw when the later of the two came: what is new or rare depends on the stream before.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.corpus import Corpus
from benchmarks.regression import fit
from benchmarks.streaming import BATCH
from clustering.clusterer import Clusterer
from clustering.evidence import Evidence
from clustering.settings import Settings
from clustering.verdict import FIGURES, Weights, judge
from clustering.version import Version


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair; `articles` are their numbers in the stream, `same` tells whether people called it one story."""

    group: str
    articles: tuple[int, int]
    evidence: Evidence
    same: bool


UNFITTED = Weights(-3.0, {**dict.fromkeys(FIGURES, 0.0), "jaccard": 10.0})
"""Weights that no label has touched: one story from a Jaccard of 0.3 on. The first round of a fit streams by them."""

ROUNDS = 2
"""Of fitting. What is new or rare depends on what counts as one story, and that on the weights: the second round
streams by the weights of the first. A third changes no figure in its second decimal."""


def labelled_pairs(corpus: Corpus, weights: Weights) -> list[Pair]:
    """Stream the corpus through the clusterer and weigh up every pair of articles that stand in one group.

    `weights` are those of the streaming, which decide what is counted as one story. Raises KeyError when a labelled
    article is missing.
    """
    numbers = {article: number for number, article in corpus.ids.items()}
    places = {
        numbers[article]: (group.name, story)
        for group in corpus.groups
        for story, articles in enumerate(group.stories)
        for article in articles
    }
    clusterer = Clusterer(Settings(), weights=weights)
    texts = {version.number: version for version in corpus.versions}
    before: dict[str, list[Version]] = {}
    pairs = []
    for batch in _cut_before(corpus.versions, frozenset(places)):
        if batch[0].number in places:
            version = batch[0]
            group, story = places[version.number]
            for other in before.setdefault(group, []):
                evidence = clusterer.compare(other, version).evidence
                pairs.append(
                    Pair(group, (other.number, version.number), evidence, places[other.number] == (group, story))
                )
            before[group].append(version)
        clusterer.place(clusterer.propose(batch), texts)
    return pairs


def _cut_before(versions: Sequence[Version], labelled: frozenset[int]) -> Iterable[Sequence[Version]]:
    """Cut a stream into batches in which only the first version is labelled."""
    batch: list[Version] = []
    for version in versions:
        if batch and (version.number in labelled or len(batch) == BATCH):
            yield batch
            batch = []
        batch.append(version)
    if batch:
        yield batch


def fitted(corpus: Corpus, unfitted: Sequence[Pair], groups: Collection[str]) -> tuple[Weights, list[Pair]]:
    """Fit to the pairs of some groups; returns the weights with the pairs of the last round, of every group.

    `unfitted` are the pairs of the whole corpus streamed by UNFITTED, which every fit begins with.
    """
    pairs = list(unfitted)
    weights = fit_weights([pair for pair in pairs if pair.group in groups])
    for _ in range(ROUNDS - 1):
        pairs = labelled_pairs(corpus, weights)
        weights = fit_weights([pair for pair in pairs if pair.group in groups])
    return weights, pairs


def fit_weights(pairs: Sequence[Pair]) -> Weights:
    """Fit the verdict's weights to labelled pairs; those set by hand have no part in it."""
    figures = np.array([[getattr(pair.evidence, name) for name in FIGURES] for pair in pairs], dtype=np.float64)
    same = np.array([pair.same for pair in pairs], dtype=np.bool_)
    intercept, weights = fit(figures, same)
    return Weights(intercept, dict(zip(FIGURES, weights.tolist(), strict=True)))


def same_by(weights: Weights, pairs: Iterable[Pair]) -> list[bool]:
    """Tell which pairs the verdict by these weights calls one story."""
    return [judge(pair.evidence, weights).same_story for pair in pairs]
