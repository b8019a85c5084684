"""Evidence: what two versions have in common and where they differ, in figures that a person can check."""

from dataclasses import asdict, dataclass
from typing import Literal

Counted = Literal["earlier", "both", "together"]
"""Which of a pair the counts of the stream hold: the earlier only (the later is being placed), each as a story of its
own, or both as one story."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures of a pair. Shares are between 0 and 1; every figure is the same whichever version comes first.

    The earlier of the two is the one with the earlier time, not the one that came first, so that the order of arrival
    matters as little as may be. *New* is what no other story of the last weeks
    says, *rare* a word the more the fewer of them have it (see :class:`clustering.rarity.Rarity`).
    """

    jaccard: float
    """Shingles of the bodies in common, of all that either has."""

    longest_passage: float
    """The longest passage in common, as a share of the shorter body: one block of old background in two different
    stories is long and alone, while a reworded copy agrees in many places."""

    new_lead: float
    """Of what is new in the later lead, the share that stands anywhere in the earlier body. The single best figure: a
    copy's news is its original's; a follow-up or the next day's bulletin has news of its own."""

    new_leads: float
    """The same, for that of the two leads of which less stands in the other body: a round-up's lead is not in its
    items."""

    rare_words: float
    """How alike the words of the two texts are, rare ones counting more (cosine of the sets weighed by rarity)."""

    words_within: float
    """How much of the words of the text that has less of them the other has too, rare ones counting more: a copy that
    was cut to its lead is a small part of the whole text, and wholly in it."""

    title_elsewhere: float
    """How much of one title the other text says although the titles differ: one topic, told as another story."""

    other_matter: float
    """How much of either body comes after a turn to another matter and is not in the other: a round-up carries the
    story as one item among several."""

    names_apart: float
    """Names in the titles (words that the title's own body says again) that stand nowhere in the other text, of all
    such names: a new development brings new people and places."""

    names_swapped: float
    """Names that recur in one text where the other has others; the first is not counted, nor more than three."""

    numbers_swapped: float
    """Places of the two texts that have other numbers between the same words; the first three are not counted, nor
    more than five."""

    numbers_apart: float
    """Numbers in the title and head of either that stand nowhere in the other, of all such numbers; 0 without any."""

    ordinals_apart: float
    """1 when both titles count («الطائرة الثانية», «الطائرة الثالثة») and not the same, else 0."""

    days_apart: float
    """Time between the two, in days."""

    same_source: float
    """1 when one outlet published both (it seldom repeats itself), else 0."""

    strangers: float
    """1 when the two have no words in common but the most usual, falling to 0 where they have some."""

    wordless: float
    """1 when one of the two has no text to speak of: a caption, the name of a column; else 0."""


def figures(evidence: Evidence) -> dict[str, float]:
    """Return the figures by name, rounded to what a person reads."""
    return {name: round(value, 4) for name, value in asdict(evidence).items()}
