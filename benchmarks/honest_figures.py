"""How good weights are on articles that they were not fitted on: over pairs, and over the whole stream."""

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.corpus import Corpus, labelled_articles
from benchmarks.labelled_pairs import Pair, fitted, same_by
from benchmarks.streaming import stream
from clustering.evaluation import Figures, score
from clustering.verdict import Weights

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


def judged(weights: Weights, pairs: Sequence[Pair]) -> PairFigures:
    """Compare what people said of pairs with the verdicts by some weights."""
    return pair_figures([pair.same for pair in pairs], same_by(weights, pairs))


def folds_by_name(groups: set[str], folds: int) -> dict[str, int]:
    """Deal groups out to folds in turn, in the order of their names."""
    return {group: place % folds for place, group in enumerate(sorted(groups))}


def fitted_on_half(corpus: Corpus, unfitted: Sequence[Pair]) -> Mapping[int, tuple[Weights, list[Pair]]]:
    """Fit to one half of the groups and to the other: by the half that is left for testing, 0 or 1."""
    half_of = halves(corpus)
    return {
        test: fitted(corpus, unfitted, {group for group, half in half_of.items() if half != test}) for test in (0, 1)
    }


def halves(corpus: Corpus) -> dict[str, int]:
    """Deal the groups out to two halves."""
    return folds_by_name({group.name for group in corpus.groups}, 2)


def pairs_across_halves(corpus: Corpus, fits: Mapping[int, tuple[Weights, list[Pair]]]) -> PairFigures:
    """Judge the pairs of each half by weights fitted to the other."""
    half_of = halves(corpus)
    same: list[bool] = []
    called: list[bool] = []
    for test, (weights, pairs) in fits.items():
        tested = [pair for pair in pairs if half_of[pair.group] == test]
        same += [pair.same for pair in tested]
        called += same_by(weights, tested)
    return pair_figures(same, called)


def streamed_across_corpora(corpus: Corpus, unfitted: Sequence[Pair]) -> dict[str, Figures]:
    """Cluster each corpus by weights fitted on the others, and score all of it together too."""
    figures, clusters = {}, {}
    for name in corpus.parts:
        part = corpus.part(name)
        others = {group.name for group in corpus.groups} - {group.name for group in part.groups}
        weights, _ = fitted(corpus, unfitted, others)
        found = _clusters(part, weights)
        figures[f"{name}, fitted on the rest"] = score(part.groups, found)
        clusters.update({article: (name, cluster) for article, cluster in found.items()})
    figures["each corpus, fitted on the rest"] = score(corpus.groups, clusters)
    return figures


def streamed_across_halves(corpus: Corpus, fits: Mapping[int, tuple[Weights, list[Pair]]]) -> Figures:
    """Cluster everything twice, each time by weights of one half of the groups, and score the other half."""
    half_of = halves(corpus)
    clusters: dict[str, object] = {}
    for test, (weights, _) in fits.items():
        found = _clusters(corpus, weights)
        scored = [group for group in corpus.groups if half_of[group.name] == test]
        clusters.update({article: (test, found[article]) for article in labelled_articles(scored)})
    return score(corpus.groups, clusters)


def streamed(corpus: Corpus, weights: Weights) -> dict[str, Figures]:
    """Cluster everything by the given weights and score it, whole and each corpus by itself."""
    found = _clusters(corpus, weights)
    parts = {f"{name}, fitted on all": score(corpus.part(name).groups, found) for name in corpus.parts}
    return {"fitted on all": score(corpus.groups, found), **parts}


def _clusters(corpus: Corpus, weights: Weights) -> dict[str, int]:
    found = stream(corpus.versions, weights=weights).clusters
    return {corpus.ids[number]: cluster for number, cluster in found.items()}
