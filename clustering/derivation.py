"""How one text could have come from another: copied whole, cut, added to, corrected, or written anew."""

from dataclasses import dataclass
from typing import Literal

from clustering.containment import Contained, Passages, contained, passages
from clustering.fold import fold
from clustering.furniture import without_furniture
from clustering.head_changes import Change, Head, head, head_changes

Kind = Literal["verbatim", "reheadlined", "corrected", "trimmed", "extended", "reworded"]

WHOLE = 0.95
"""The share of a text in another from which all of it is there: one word in twenty may differ. Of 542 labelled
copies 217 are this near their parent both ways; below it desks have changed phrases, not letters."""

MOSTLY = 0.85
"""The share from which a text that lost or gained much more than it changed is called trimmed or extended. Cutting
desks mend the seams; below this they have rephrased as well, and the text is reworded."""

_ONE_SIDED = 2
"""How many times more letters must have gone than come for a text to be trimmed, and the other way for extended.
Replaced words count on both sides alike, so what is cut shows as the difference."""

SAME_HEADLINE = 0.8
"""The similarity of titles from which they are one headline. Above it, of the labelled copies, stand «وفاة» for
«ينعى», an added «وكالة», a dropped «الشريفين»; below it headlines written anew."""

TAIL = 70
"""Folded letters at the end of another article that do not count. What outlets hang below every article and no phrase
gives away (the title again, tags) takes up to 67 in the labelled copies; a last paragraph is seldom so short."""

OPENING = 40
"""The same at the beginning: bylines and datelines take up to 31 («دبي، الإمارات العربية المتحدة (CNN)»)."""

_FORGIVEN = 0.25
"""The most of a text that may be forgiven at either end: in an item of one sentence, 70 letters are the news."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A title and a body, ready to be compared.

    `trigrams` are every three letters in a row of the folded title (blanks do not count, since feeds lose them);
    `spellings` the words of the body as they stand; `head` is title and lead word by word.
    """

    passages: Passages
    trigrams: frozenset[str]
    spellings: frozenset[str]
    head: Head


def text(title: str, body: str) -> Text:
    """Prepare a text; about a millisecond for 300 words."""
    # An item without a body still has its headline to be recognised by.
    body = without_furniture(body or title)
    folded = fold(title)
    trigrams = frozenset(folded[start : start + 3] for start in range(max(1, len(folded) - 2)) if folded)
    return Text(passages(body), trigrams, frozenset(body.split()), head(title, body))


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a later text and an earlier one have in common.

    `here` is what of the later text stands in the earlier one, `there` what of the earlier stands in the later;
    `titles` is the similarity of the titles, `spelled` the share of the later text's words that the earlier one
    has in the same spelling, both 0 to 1.
    """

    here: Contained
    there: Contained
    titles: float
    spelled: float

    @property
    def most(self) -> float:
        """The greater of both shares."""
        return max(self.here.share, self.there.share)

    @property
    def closeness(self) -> float:
        """How well the earlier text accounts for the later one; only comparisons with other texts mean anything.

        What stands in a text must have come from somewhere, while a desk leaves out what it likes: so `here` counts
        twice as much as `there`. Spelling and title decide between copies of one text: they weigh about as much as
        the line that an outlet hangs below.
        """
        return (2 * self.here.share + self.there.share) / 3 + 0.1 * self.spelled + 0.05 * self.titles


def overlap(earlier: Text, later: Text) -> Overlap:
    """Compare two texts."""
    return Overlap(
        here=contained(later.passages, earlier.passages),
        there=contained(earlier.passages, later.passages),
        titles=title_similarity(earlier, later),
        spelled=len(later.spellings & earlier.spellings) / max(1, len(later.spellings)),
    )


def title_similarity(one: Text, other: Text) -> float:
    """Return the Dice coefficient of the letter trigrams of two titles; 1 where either has none to differ in."""
    if not one.trigrams or not other.trigrams:
        return 1.0
    return 2 * len(one.trigrams & other.trigrams) / (len(one.trigrams) + len(other.trigrams))


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a text could have come from an earlier one.

    `contained` holds two shares: of this text in the earlier one, and of the earlier text in this one. `titles` is the
    similarity of the titles. `changes` are the numbers and names of title and lead that differ.
    """

    kind: Kind
    contained: tuple[float, float]
    titles: float
    changes: tuple[Change, ...]


def derivation(earlier: Text, later: Text, *, revision: bool) -> Derivation:
    """Tell how the later text could have come from the earlier one, which `revision` says is the same article's."""
    common = overlap(earlier, later)
    # An article's tail stands below its former text too: what is added there is news.
    opening, tail = (0, 0) if revision else (OPENING, TAIL)
    here, there = (_inside(one, opening, tail) for one in (common.here, common.there))
    changes = head_changes(earlier.head, later.head, revision=revision)
    kind: Kind = _copied(here, there, common)
    if changes and max(here, there) >= MOSTLY:
        kind = "corrected"
    elif kind == "verbatim" and common.titles < SAME_HEADLINE:
        kind = "reheadlined"
    return Derivation(kind, (common.here.share, common.there.share), common.titles, changes)


def _inside(one: Contained, opening: int, tail: int) -> float:
    most = int(one.characters * _FORGIVEN)
    return one.inside(min(opening, most), min(tail, most))


def _copied(here: float, there: float, common: Overlap) -> Literal["verbatim", "trimmed", "extended", "reworded"]:
    if here >= WHOLE and there >= WHOLE:
        return "verbatim"
    added = (1 - here) * common.here.characters
    dropped = (1 - there) * common.there.characters
    if here >= MOSTLY and dropped >= _ONE_SIDED * added:
        return "trimmed"
    if there >= MOSTLY and added >= _ONE_SIDED * dropped:
        return "extended"
    return "reworded"
