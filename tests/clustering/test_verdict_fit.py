"""The fitting of the verdict's weights, on figures made for the test."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.choose_figures import clusters
from benchmarks.honest_figures import folds_by_name, judged, pair_figures
from benchmarks.labelled_pairs import Pair, fit_weights, same_by
from benchmarks.regression import fit
from clustering.evaluation import LabelledGroup
from clustering.evidence import Evidence
from clustering.verdict import FIGURES

PENALTY = 1 / 0.3


def penalised_loss(intercept: float, weights: np.ndarray, figures: np.ndarray, labels: np.ndarray) -> float:
    """What is to be least, written down directly: the loss, and half the squared weights of standardised figures."""
    odds = intercept + figures @ weights
    loss = np.logaddexp(0, np.where(labels, -odds, odds)).sum()
    return float(loss + PENALTY / 2 * ((weights * figures.std(axis=0)) ** 2).sum())


@given(st.integers(0, 10_000), st.integers(20, 120), st.integers(1, 5))
@settings(deadline=None, max_examples=30)
def test_no_other_weights_fit_better(seed: int, pairs: int, width: int) -> None:
    random = np.random.default_rng(seed)
    figures = random.normal(size=(pairs, width)) * random.uniform(0.1, 20, width) + random.uniform(-5, 5, width)
    labels = random.random(pairs) < 1 / (1 + np.exp(-figures[:, 0]))
    labels[:2] = [True, False]
    intercept, weights = fit(figures, labels)
    least = penalised_loss(intercept, weights, figures, labels)
    for _ in range(40):
        step = random.normal(size=width + 1) * 10.0 ** random.uniform(-4, 0)
        assert penalised_loss(intercept + step[0], weights + step[1:], figures, labels) >= least - 1e-9


def test_separable_pairs_are_no_trouble() -> None:
    figures = np.arange(20, dtype=np.float64)[:, np.newaxis]
    intercept, weights = fit(figures, np.arange(20) >= 10)
    assert np.array_equal(intercept + figures @ weights > 0, np.arange(20) >= 10)


def test_a_figure_that_never_varies_has_no_weight() -> None:
    figures = np.column_stack([np.arange(20, dtype=np.float64), np.full(20, 7.0)])
    _, weights = fit(figures, np.arange(20) % 3 == 0)
    assert weights[1] == 0


def test_one_outcome_alone_cannot_be_fitted() -> None:
    with pytest.raises(ValueError, match="both outcomes"):
        fit(np.zeros((3, 1)), np.array([True, True, True]))


def made_pairs(groups: int) -> list[Pair]:
    """Make pairs that a figure tells apart, but for one in each group that is labelled the wrong way round."""
    nothing = dict.fromkeys(Evidence.__dataclass_fields__, 0.0)
    return [
        Pair(f"group {group:02}", (1, 2), Evidence(**{**nothing, "new_lead": told}), same)
        for group in range(groups)
        for told, same in [(0.9, True), (0.8, True), (0.7, True), (0.2, False), (0.1, False), (0.15, True)]
    ]


def test_fitted_weights_tell_pairs_apart() -> None:
    pairs = made_pairs(20)
    weights = fit_weights(pairs)
    assert set(weights.by_figure) == set(FIGURES)
    assert weights.by_figure["new_lead"] > 0
    assert same_by(weights, pairs) == [pair.evidence.new_lead > 0.5 for pair in pairs]
    assert judged(weights, pairs) == {"pairs": 120, "accuracy": 5 / 6, "precision": 1.0, "recall": 3 / 4}


def test_pair_figures_are_counted() -> None:
    assert pair_figures([True, True, False, False], [True, False, True, False]) == {
        "pairs": 4,
        "accuracy": 0.5,
        "precision": 0.5,
        "recall": 0.5,
    }


def test_folds_are_even_and_do_not_depend_on_the_order() -> None:
    names = {f"group {number}" for number in range(25)}
    folds = folds_by_name(names, 10)
    assert [folds[name] for name in sorted(names)[9:12]] == [9, 0, 1]
    assert sorted(list(folds.values()).count(fold) for fold in range(10)) == [2] * 5 + [3] * 5


def test_clusters_meet_by_their_average_and_not_by_one_pair() -> None:
    evidence = Evidence(**dict.fromkeys(Evidence.__dataclass_fields__, 0.0))
    odds = {(1, 2): 5.0, (3, 4): 4.0, (2, 3): 3.0, (1, 3): -2.0, (1, 4): -2.0, (2, 4): -2.0}
    pairs = [Pair("flood", articles, evidence, same=True) for articles in odds]
    groups = [LabelledGroup("flood", [["a", "b", "c", "d"]])]
    found = clusters(pairs, groups, {1: "a", 2: "b", 3: "c", 4: "d"}, np.array(list(odds.values())))
    assert found["a"] == found["b"] != found["c"] == found["d"]
    found = clusters(
        pairs, groups, {1: "a", 2: "b", 3: "c", 4: "d"}, np.array([*list(odds.values())[:3], 2.0, 2.0, 2.0])
    )
    assert len(set(found.values())) == 1
