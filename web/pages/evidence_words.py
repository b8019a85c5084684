"""What each figure of the evidence for a match means to a reader; a test holds it against the evidence itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.cluster_detail import MatchDetail
from web.pages.wording import N_

WORDS: Mapping[str, str] = {
    "jaccard": N_("of all the text, the share that both have"),
    "longest_passage": N_("share of the shorter text that is one unbroken passage in common"),
    "new_lead": N_("of what is new in the later lead, the share that the earlier text has"),
    "new_leads": N_("of what is new in either lead, the smaller share that the other text has"),
    "rare_words": N_("how alike the words are, rare ones counting more"),
    "words_within": N_("of the words of the shorter text, the share that the other has, rare ones counting more"),
    "title_elsewhere": N_("share of one title that the other text says though the titles differ"),
    "other_matter": N_("share of a text that turns to another matter, which the other lacks"),
    "names_apart": N_("share of the names in the titles that the other text lacks"),
    "names_swapped": N_("other names in the same places, recurring"),
    "numbers_swapped": N_("other numbers in the same places, four or more"),
    "numbers_apart": N_("share of the numbers in title and lead that the other lacks"),
    "ordinals_apart": N_("both titles count (second, third …) and differ"),
    "days_apart": N_("days between the two"),
    "same_source": N_("both from one outlet (1) or not (0)"),
    "strangers": N_("no words in common but the most usual (1), hardly any (below 1), some (0)"),
    "wordless": N_("one of the two has no text to speak of (1) or both have (0)"),
}

SHARES = frozenset(
    {
        "jaccard",
        "longest_passage",
        "new_lead",
        "new_leads",
        "rare_words",
        "title_elsewhere",
        "other_matter",
        "names_apart",
        "words_within",
        "numbers_apart",
    }
)
"""Figures that are shares of 1; the others are numbers."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A figure of a match: its meaning, its value, and whether it is a share."""

    words: str
    value: float
    share: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a version stands with another one: `certainty` that both are one story, and the figures behind it."""

    other: int
    revision: bool
    certainty: float
    proofs: tuple[Proof, ...]


def evidence(match: MatchDetail) -> Evidence:
    """Tell a match; figures that this edition does not know are left out."""
    proofs = tuple(
        Proof(words, float(value), name in SHARES)
        for name, words in WORDS.items()
        if isinstance(value := match.figures.get(name), int | float)
    )
    return Evidence(match.other_version_id, match.kind == "revision", match.score, proofs)
