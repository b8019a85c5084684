"""Every pair of articles of one labelled group, with its evidence and what people said about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from benchmarks.corpus import Corpus
from benchmarks.regression import Floats, fit
from clustering.evidence import Evidence, weigh_up
from clustering.profile import profile
from clustering.verdict import FIGURES, Weights


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair; `same` tells whether people called it one story."""

    group: str
    evidence: Evidence
    same: bool


def labelled_pairs(corpus: Corpus) -> list[Pair]:
    """Weigh up every pair of articles that stand in one group. Raises KeyError when a labelled article is missing."""
    versions = {corpus.ids[version.number]: version for version in corpus.versions}
    pairs = []
    for group in corpus.groups:
        profiles = [(story, profile(versions[a])) for story, articles in enumerate(group.stories) for a in articles]
        for (left_story, left), (right_story, right) in combinations(profiles, 2):
            pairs.append(Pair(group.name, weigh_up(left, right), left_story == right_story))
    return pairs


def figures_of(pairs: Iterable[Pair]) -> Floats:
    """Return a row of figures a pair, in the order of the fields of the evidence."""
    return np.array([[getattr(pair.evidence, name) for name in FIGURES] for pair in pairs], dtype=np.float64)


def same_of(pairs: Iterable[Pair]) -> npt.NDArray[np.bool_]:
    """Return what people said, in the order of the pairs."""
    return np.array([pair.same for pair in pairs], dtype=np.bool_)


def fit_weights(pairs: Sequence[Pair]) -> Weights:
    """Fit the verdict's weights to labelled pairs."""
    intercept, weights = fit(figures_of(pairs), same_of(pairs))
    return Weights(intercept, dict(zip(FIGURES, weights.tolist(), strict=True)))


def same_by(weights: Weights, pairs: Sequence[Pair]) -> npt.NDArray[np.bool_]:
    """Tell which pairs the weights call one story."""
    by_figure: Mapping[str, float] = weights.by_figure
    return np.asarray(figures_of(pairs) @ np.array([by_figure[name] for name in FIGURES]) + weights.intercept > 0)
