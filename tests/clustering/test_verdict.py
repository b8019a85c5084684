import json
from dataclasses import fields, replace
from importlib import resources
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.evidence import Evidence
from clustering.verdict import BY_HAND, FIGURES, Weights, contributions, fitted_weights, judge

NUMBERS = st.floats(-50, 50)
ALL_FIGURES = [figure.name for figure in fields(Evidence)]
EVIDENCE = st.fixed_dictionaries({name: st.floats(0, 10) for name in ALL_FIGURES}).map(lambda made: Evidence(**made))
WEIGHTS = st.builds(
    lambda intercept, values: Weights(intercept, dict(zip(FIGURES, values, strict=True))),
    NUMBERS,
    st.lists(NUMBERS, min_size=len(FIGURES), max_size=len(FIGURES)),
)

COPY = Evidence(
    jaccard=0.9,
    longest_passage=0.6,
    new_lead=0.95,
    new_leads=0.9,
    rare_words=0.9,
    words_within=0.95,
    title_elsewhere=0.1,
    other_matter=0.0,
    names_apart=0.1,
    names_swapped=0.0,
    numbers_swapped=0.0,
    numbers_apart=0.0,
    ordinals_apart=0.0,
    days_apart=0.05,
    same_source=0.0,
    strangers=0.0,
    wordless=0.0,
)
STRANGERS = Evidence(
    jaccard=0.002,
    longest_passage=0.01,
    new_lead=0.0,
    new_leads=0.0,
    rare_words=0.05,
    words_within=0.06,
    title_elsewhere=0.0,
    other_matter=0.0,
    names_apart=0.9,
    names_swapped=0.8,
    numbers_swapped=0.2,
    numbers_apart=1.0,
    ordinals_apart=0.0,
    days_apart=1.5,
    same_source=0.0,
    strangers=0.5,
    wordless=0.0,
)


def test_the_weights_file_names_every_figure_and_no_other() -> None:
    stored = json.loads(resources.files("clustering").joinpath("verdict_weights.json").read_text("utf-8"))
    assert sorted([*stored["weights"], *BY_HAND]) == sorted(ALL_FIGURES)
    assert fitted_weights().by_figure == stored["weights"]
    assert fitted_weights().intercept == stored["intercept"]


def test_the_weights_file_says_when_it_was_fitted_and_what_it_reaches() -> None:
    stored = json.loads(resources.files("clustering").joinpath("verdict_weights.json").read_text("utf-8"))
    assert stored["fitted"] > "2020"
    assert all(0.5 < figures["ari"] <= 1 for figures in stored["figures"]["stream"].values())
    assert all(0.5 < figures["accuracy"] <= 1 for figures in stored["figures"]["pairs"].values())


@given(EVIDENCE, WEIGHTS)
def test_contributions_sum_to_the_log_odds(evidence: Evidence, weights: Weights) -> None:
    parts = contributions(evidence, weights)
    assert set(parts) == set(ALL_FIGURES)
    assert weights.intercept + sum(parts.values()) == pytest.approx(judge(evidence, weights).log_odds, abs=1e-9)


@given(EVIDENCE, WEIGHTS)
def test_the_strongest_contribution_stands_first(evidence: Evidence, weights: Weights) -> None:
    strengths = [abs(part) for part in contributions(evidence, weights).values()]
    assert strengths == sorted(strengths, reverse=True)


@given(EVIDENCE, WEIGHTS)
def test_probability_and_sign_say_the_same(evidence: Evidence, weights: Weights) -> None:
    verdict = judge(evidence, weights)
    assert 0 < verdict.probability <= 1
    assert verdict.same_story == (verdict.log_odds > 0)
    if abs(verdict.log_odds) < 30:
        assert verdict.probability == pytest.approx(1 / (1 + exp(-verdict.log_odds)))


def test_a_verdict_is_the_weighed_sum() -> None:
    weights = Weights(-1.5, dict.fromkeys(FIGURES, 0.0) | {"jaccard": 4.0, "days_apart": -2.0})
    verdict = judge(COPY, weights)
    assert verdict.log_odds == pytest.approx(-1.5 + 4.0 * 0.9 - 2.0 * 0.05)
    assert verdict.evidence is COPY


def test_names_swapped_in_a_template_outweigh_the_rest() -> None:
    assert not judge(replace(COPY, names_swapped=2.0), fitted_weights()).same_story


def test_numbers_swapped_in_a_template_outweigh_the_rest() -> None:
    assert not judge(replace(COPY, numbers_swapped=2.0), fitted_weights()).same_story


def test_the_shipped_weights_know_a_copy_from_a_stranger() -> None:
    assert judge(COPY, fitted_weights()).probability > 0.95
    assert judge(STRANGERS, fitted_weights()).probability < 0.05
