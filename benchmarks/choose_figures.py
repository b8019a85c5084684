"""Which figures of the evidence should be weighed, told on groups that had no part in the fit.

    python -m benchmarks.choose_figures DATA_DIR

The labelled groups are halved at random, many times; the weights are fitted to one half, the other is judged by them
and put into clusters by average linkage, group by group, and both halves are scored together. A line tells what leaving
out a figure that is weighed, or weighing one that is only told, changes in the adjusted Rand index, with the standard
error of the change. The evidence is gathered once, with the stream judged by the shipped weights.
"""

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
import numpy.typing as npt

from benchmarks.corpus import Corpus, read_corpus
from benchmarks.labelled_pairs import Pair, labelled_pairs
from benchmarks.regression import fit
from benchmarks.table import table
from clustering.evaluation import LabelledGroup, score
from clustering.verdict import BY_HAND, FIGURES, fitted_weights

HALVINGS = 24
_CLIP = 6.0  # as clustering.assignment

Floats = npt.NDArray[np.float64]


def unseen(
    pairs: Sequence[Pair], groups: Sequence[LabelledGroup], ids: Mapping[int, str], figures: Sequence[str]
) -> list[float]:
    """Return the adjusted Rand index of unseen halves, a value a halving, when these figures are weighed."""
    design = np.array([[getattr(pair.evidence, name) for name in figures] for pair in pairs], dtype=np.float64)
    by_hand = np.array(
        [sum(weight * getattr(pair.evidence, name) for name, weight in BY_HAND.items()) for pair in pairs]
    )
    same = np.array([pair.same for pair in pairs], dtype=np.bool_)
    made = []
    for second in _halvings([pair.group for pair in pairs], sorted({pair.group for pair in pairs})):
        odds = np.zeros(len(pairs))
        for tested in (second, ~second):
            intercept, weights = fit(design[~tested], same[~tested])
            odds[tested] = intercept + design[tested] @ weights
        made.append(score(groups, clusters(pairs, groups, ids, odds + by_hand)).ari)
    return made


def _halvings(group_of: Sequence[str], groups: Sequence[str]) -> Iterator[npt.NDArray[np.bool_]]:
    for seed in range(HALVINGS):
        chosen = set(random.Random(seed).sample(groups, len(groups) // 2))  # noqa: S311 - a sample, no secret
        yield np.array([group in chosen for group in group_of])


def clusters(
    pairs: Sequence[Pair], groups: Sequence[LabelledGroup], ids: Mapping[int, str], odds: Floats
) -> dict[str, tuple[str, int]]:
    """Put the articles of each group into clusters: the two that agree best on average become one, while any do."""
    between = {
        frozenset((ids[left], ids[right])): max(-_CLIP, min(_CLIP, value))
        for (left, right), value in zip((pair.articles for pair in pairs), odds.tolist(), strict=True)
    }
    found: dict[str, tuple[str, int]] = {}
    for group in groups:
        parts = [[article] for story in group.stories for article in story]
        while len(parts) > 1:
            value, left, right = max(
                (fmean(between[frozenset((one, other))] for one in parts[i] for other in parts[j]), i, j)
                for i, j in combinations(range(len(parts)), 2)
            )
            if value <= 0:
                break
            parts[left] += parts.pop(right)
        found |= {article: (group.name, place) for place, part in enumerate(parts) for article in part}
    return found


def changes(corpus: Corpus, pairs: Sequence[Pair]) -> Iterator[tuple[str, float, float]]:
    """Yield what leaving out each figure, or weighing it too, changes: the mean over all halvings, and its error."""
    now = unseen(pairs, corpus.groups, corpus.ids, FIGURES)
    yield "all that are weighed", fmean(now), stdev(now) / HALVINGS**0.5
    others = [(f"without {name}", [one for one in FIGURES if one != name]) for name in FIGURES]
    others += [(f"with {name}", [*FIGURES, name]) for name, weight in BY_HAND.items() if weight == 0]
    for name, figures in others:
        steps = [then - one for then, one in zip(unseen(pairs, corpus.groups, corpus.ids, figures), now, strict=True)]
        yield name, fmean(steps), stdev(steps) / HALVINGS**0.5


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.choose_figures", description=__doc__)
    parser.add_argument("data", type=Path, help="directory of the labelled corpus")
    corpus = read_corpus(parser.parse_args(arguments).data)
    found = changes(corpus, labelled_pairs(corpus, fitted_weights()))
    rows = [[name, f"{value:+.4f}", f"{error:.4f}"] for name, value, error in found]
    print(table(["figures", "adjusted Rand index", "standard error"], rows))


if __name__ == "__main__":
    main()
