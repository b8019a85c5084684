"""Numbers and names that changed in the title or the lead while the words around them stayed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from clustering.numerals import Token, tokens

Place = Literal["title", "lead"]

LEAD_TOKENS = 60
"""Two to three sentences: where an agency puts the figures that a later dispatch corrects."""

_AROUND = 5
"""Words on either side of a spot that are looked at: about a clause."""

_AGREEING = 0.6
"""The share of the words around a spot that must agree before what stands in it may be called a change. In two
wordings of a thing «في … من» meet by chance and put any number opposite any other."""

_LONGEST_CHANGE = 3
"""Words on either side of a spot: «12 شخصا» became «19 مدنيا». What is longer was rewritten, and nothing tells which
of its numbers stands for which."""

_LONGEST_TITLE, _LONGEST_BODY = 1_000, 100_000
"""Characters that are read, several times what the longest articles have; what a feed gives may be a megabyte."""

_SHORTEST_NAME = 3  # letters; what is shorter is a particle

_LONG_VOWELS = str.maketrans("", "", "اويه")

_END = Token("", "", is_number=False)

_Spot = tuple[Sequence[Token], Sequence[Token]]
"""What stands in one place of two passages."""


@dataclass(frozen=True, slots=True)
class Change:
    """A number or a name that stands where the earlier text has another, as both are written there."""

    place: Place
    sort: Literal["figure", "name"]
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Head:
    """The passages in which changes are looked for, and how often each word stands in the whole text."""

    title: tuple[Token, ...]
    lead: tuple[Token, ...]
    words: Counter[str]


def head(title: str, body: str) -> Head:
    """Read the head of a text."""
    in_title = tuple(tokens(title[:_LONGEST_TITLE]))
    in_body = tuple(tokens(body[:_LONGEST_BODY]))
    return Head(
        title=(*in_title, _END)[:LEAD_TOKENS],
        # The mark of the end stands only where the text ends: elsewhere the lead is cut, and what stands opposite
        # one another at the cut stands there by chance.
        lead=(*in_body, _END)[:LEAD_TOKENS],
        words=Counter(token.key for token in (*in_title, *in_body)),
    )


def head_changes(old: Head, new: Head, *, revision: bool) -> tuple[Change, ...]:
    """Return what changed from one head to the next, title before lead, each change once a place.

    Names are looked for only between two texts of one article. Two desks have two spellings and two favourite words
    for a thing: of 19 names that seemed changed from one article to the next in the labelled stories, none was.
    """
    places: tuple[tuple[Place, Sequence[Token], Sequence[Token]], ...] = (
        ("title", old.title, new.title),
        ("lead", old.lead, new.lead),
    )
    had, has = (_numbers((*one.title, *one.lead)) for one in (old, new))
    found: list[Change] = []
    for place, before, after in places:
        spots = _replaced(before, after)
        found += [
            Change(place, "figure", was.written, now.written)
            for was, now in _figures(before, after, spots)
            # A desk that takes the other figure of the story for its title has changed neither.
            if was.key not in has or now.key not in had
        ]
        if revision:
            found += [change for was, now in spots for change in _names(place, was, now, old, new)]
    return tuple(dict.fromkeys(found))


def _replaced(before: Sequence[Token], after: Sequence[Token]) -> list[_Spot]:
    """Return the short spots of two passages that differ between words that agree."""
    matcher = SequenceMatcher(None, [one.key for one in before], [one.key for one in after], autojunk=False)
    blocks = matcher.get_opcodes()
    same_before, same_after = np.zeros(len(before), dtype=bool), np.zeros(len(after), dtype=bool)
    for tag, a, b, c, d in blocks:
        same_before[a:b] = same_after[c:d] = tag == "equal"
    return [
        (before[a:b], after[c:d])
        for tag, a, b, c, d in blocks[:-1]  # what passages end with must agree, if only in being their end
        if tag == "replace"
        and max(b - a, d - c) <= _LONGEST_CHANGE
        and min(_agreeing(same_before, a, b), _agreeing(same_after, c, d)) >= _AGREEING
    ]


def _agreeing(same: npt.NDArray[np.bool_], start: int, end: int) -> float:
    around = np.concatenate((same[max(0, start - _AROUND) : start], same[end : end + _AROUND]))
    return float(around.mean())


def _figures(before: Sequence[Token], after: Sequence[Token], spots: Sequence[_Spot]) -> Iterator[tuple[Token, Token]]:
    """Pair numbers that stand in one spot, or that count the same noun; one that only moved has not changed."""
    gone, come = _numbers(before) - _numbers(after), _numbers(after) - _numbers(before)
    for was, now in (*_opposite(spots), *_counting(before, after)):
        if was.key in gone and now.key in come:
            yield was, now


def _numbers(passage: Iterable[Token]) -> Counter[str]:
    # What has a stroke is a date or a season, written in full by one desk and in part by another.
    return Counter(token.key for token in passage if token.is_number and "/" not in token.key)


def _opposite(spots: Iterable[_Spot]) -> Iterator[tuple[Token, Token]]:
    for spot in spots:
        left, right = ([token for token in side if token.is_number] for side in spot)
        if len(left) == len(right):
            yield from zip(left, right, strict=True)


def _counting(before: Sequence[Token], after: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Pair numbers by what they count, for titles that are new but for it: «12 قتيلا ...», «... إلى 19 قتيلا»."""
    left, right = _by_noun(before), _by_noun(after)
    for noun, was in left.items():
        now = right.get(noun)
        if was is not None and now is not None:
            yield was, now


def _by_noun(passage: Sequence[Token]) -> dict[str, Token | None]:
    """Return what stands before each noun that is counted; None where a noun is counted twice."""
    found: dict[str, Token | None] = {}
    for number, noun in pairwise(passage):
        if number.is_number and not noun.is_number and len(noun.key) >= _SHORTEST_NAME:
            found[noun.key] = None if noun.key in found else number
    return found


def _names(place: Place, was: Sequence[Token], now: Sequence[Token], old: Head, new: Head) -> Iterator[Change]:
    """Pair words of which one took the other's place throughout: said twice or more in its text, never in the other.

    Such words are mostly names. Verbs and turns of phrase, which desks exchange freely, seldom vanish altogether. A
    spelling with another long vowel («نتنياهو», «نتانياهو») is the same name.
    """
    if len(was) != len(now):
        return
    for one, other in zip(was, now, strict=True):
        if one.is_number or other.is_number or min(len(one.key), len(other.key)) < _SHORTEST_NAME:
            continue
        throughout = (
            old.words[one.key] > 1 and new.words[other.key] > 1 and not new.words[one.key] and not old.words[other.key]
        )
        if throughout and _consonants(one.key) != _consonants(other.key):
            yield Change(place, "name", one.written, other.written)


def _consonants(key: str) -> str:
    return key.translate(_LONG_VOWELS)
