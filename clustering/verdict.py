"""The verdict: same story or not, from the evidence of a pair.

A logistic regression: every figure of the evidence has a weight, and their sum is the logarithm of the odds that a
careful reader would call the two texts versions of one story. The weights are fitted by benchmarks/fit_verdict.py
and stand in verdict_weights.json with their date and what they reach. A sum of weighted figures was chosen over
trees and nets because each refusal can be told as "this spoke for it by so much, that against".
"""

import json
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import resources
from math import exp

from clustering.evidence import Evidence

BY_HAND = {
    # Cables of congratulation to two presidents reach log-odds of 1 to 7 without this figure, which is 1 or 2.
    "names_swapped": -6.0,
    # Bulletins of prices, rates and results reach 2 to 8; the figure is 1 or 2.
    "numbers_swapped": -6.0,
    # So do the second and the third flight of a relief bridge. No labelled pair counts apart.
    "ordinals_apart": -12.0,
    # The labelled pairs all have something in common, so by the fitted figures alone two texts that have nothing would
    # come out as doubtful: no ground to leave a story that a page does not tell any more.
    "strangers": -3.0,
    # Nothing can be said of such a pair: no other evidence outweighs this.
    "wordless": -50.0,
    # Told and not weighed: over 24 ways to halve the labelled groups, fitting it as well took 0.001 off the adjusted
    # Rand index of the half that had no part in the fit. What it says is said better by words_within and the leads.
    "jaccard": 0.0,
}
"""Weights that no fit should give: the labelled pairs hold no or hardly an example of what they tell apart."""

FIGURES = tuple(figure.name for figure in fields(Evidence) if figure.name not in BY_HAND)
"""The figures of the evidence whose weights are fitted."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each figure of the evidence adds to the log-odds, and what is there without any (`intercept`)."""

    intercept: float
    by_figure: dict[str, float]
    whole: tuple[tuple[str, float], ...] = field(init=False, repr=False)
    """Those of :data:`BY_HAND` too, where the fitted ones do not name the figure."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "whole", tuple({**BY_HAND, **self.by_figure}.items()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a pair was judged: `log_odds` above 0 means the same story."""

    log_odds: float
    evidence: Evidence

    @property
    def same_story(self) -> bool:
        """Whether the pair alone would be called one story."""
        return self.log_odds > 0

    @property
    def probability(self) -> float:
        """The log-odds as a number from 0 (surely two stories) to 1 (surely one)."""
        return 1.0 / (1.0 + exp(-max(-40.0, min(40.0, self.log_odds))))


@cache
def fitted_weights() -> Weights:
    """Read the weights shipped with the package."""
    stored = json.loads(resources.files("clustering").joinpath("verdict_weights.json").read_text("utf-8"))
    return Weights(stored["intercept"], {name: stored["weights"][name] for name in FIGURES})


def judge(evidence: Evidence, weights: Weights) -> Verdict:
    """Weigh the evidence of a pair."""
    parts = sum([weight * getattr(evidence, name) for name, weight in weights.whole])
    return Verdict(weights.intercept + parts, evidence)


def contributions(evidence: Evidence, weights: Weights) -> dict[str, float]:
    """Return what each figure added to the log-odds, the strongest (for or against) first."""
    parts = {name: weight * getattr(evidence, name) for name, weight in weights.whole}
    return dict(sorted(parts.items(), key=lambda part: -abs(part[1])))
