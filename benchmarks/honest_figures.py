"""How good weights are on articles that they were not fitted on: over pairs, and over the whole stream."""

from collections.abc import Sequence

import numpy as np

from benchmarks.corpus import Corpus, labelled_articles
from benchmarks.labelled_pairs import Pair, fit_weights, same_by
from benchmarks.streaming import stream
from clustering.evaluation import Figures, score
from clustering.verdict import Weights

FOLDS = 10

PairFigures = dict[str, float]


def pair_figures(same: Sequence[bool], called_same: Sequence[bool]) -> PairFigures:
    """Compare what people said of pairs with what a verdict calls them."""
    gold, cut = np.array(same, dtype=np.bool_), np.array(called_same, dtype=np.bool_)
    both = int(np.count_nonzero(gold & cut))
    return {
        "pairs": len(gold),
        "accuracy": float(np.mean(gold == cut)),
        "precision": both / max(1, int(np.count_nonzero(cut))),
        "recall": both / max(1, int(np.count_nonzero(gold))),
    }


def across(train: Sequence[Pair], test: Sequence[Pair]) -> PairFigures:
    """Fit on some pairs and judge others."""
    return pair_figures([pair.same for pair in test], same_by(fit_weights(train), test))


def cross_validated(pairs: Sequence[Pair], folds: int = FOLDS) -> PairFigures:
    """Judge each pair by weights fitted on the groups of the other folds; a group is never on both sides."""
    fold_of = folds_by_name({pair.group for pair in pairs}, folds)
    same: list[bool] = []
    called: list[bool] = []
    for fold in range(folds):
        train = [pair for pair in pairs if fold_of[pair.group] != fold]
        test = [pair for pair in pairs if fold_of[pair.group] == fold]
        if test:
            same += [pair.same for pair in test]
            called += same_by(fit_weights(train), test)
    return pair_figures(same, called)


def folds_by_name(groups: set[str], folds: int) -> dict[str, int]:
    """Deal groups out to folds in turn, in the order of their names."""
    return {group: place % folds for place, group in enumerate(sorted(groups))}


def streamed_across_corpora(corpus: Corpus, pairs: Sequence[Pair]) -> dict[str, Figures]:
    """Cluster each corpus by weights fitted on the others; `both` scores all of it together."""
    figures, clusters = {}, {}
    for name in corpus.parts:
        part = corpus.part(name)
        own = {group.name for group in part.groups}
        weights = fit_weights([pair for pair in pairs if pair.group not in own])
        found = _clusters(part, weights)
        figures[f"{name}, fitted on the rest"] = score(part.groups, found)
        clusters.update({article: (name, cluster) for article, cluster in found.items()})
    figures["each corpus, fitted on the rest"] = score(corpus.groups, clusters)
    return figures


def streamed_across_halves(corpus: Corpus, pairs: Sequence[Pair]) -> Figures:
    """Cluster everything twice, each time by weights of one half of the groups, and score the other half."""
    half_of = folds_by_name({group.name for group in corpus.groups}, 2)
    clusters: dict[str, object] = {}
    for half in (0, 1):
        weights = fit_weights([pair for pair in pairs if half_of[pair.group] != half])
        found = _clusters(corpus, weights)
        scored = [group for group in corpus.groups if half_of[group.name] == half]
        clusters.update({article: (half, found[article]) for article in labelled_articles(scored)})
    return score(corpus.groups, clusters)


def streamed(corpus: Corpus, weights: Weights) -> Figures:
    """Cluster everything by the given weights and score it."""
    return score(corpus.groups, _clusters(corpus, weights))


def _clusters(corpus: Corpus, weights: Weights) -> dict[str, int]:
    found = stream(corpus.versions, weights=weights).clusters
    return {corpus.ids[number]: cluster for number, cluster in found.items()}
