"""Every pair of articles of one labelled group, with its evidence and what people said about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from benchmarks.corpus import Corpus
from benchmarks.regression import fit
from clustering.evidence import Evidence, weigh_up
from clustering.profile import profile
from clustering.verdict import FIGURES, Weights, judge


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


def fit_weights(pairs: Sequence[Pair]) -> Weights:
    """Fit the verdict's weights to labelled pairs; those set by hand have no part in it."""
    figures = np.array([[getattr(pair.evidence, name) for name in FIGURES] for pair in pairs], dtype=np.float64)
    same = np.array([pair.same for pair in pairs], dtype=np.bool_)
    intercept, weights = fit(figures, same)
    return Weights(intercept, dict(zip(FIGURES, weights.tolist(), strict=True)))


def same_by(weights: Weights, pairs: Iterable[Pair]) -> list[bool]:
    """Tell which pairs the verdict by these weights calls one story."""
    return [judge(pair.evidence, weights).same_story for pair in pairs]
