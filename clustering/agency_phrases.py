"""Every spelling of every agency, as a tree of words in which the longest one at a place is found in one walk."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from clustering.agencies import AGENCIES, ANONYMOUS, Agency
from clustering.fold import words


class Certainty(IntEnum):
    """How far a spelling speaks for itself, see :class:`clustering.agencies.Agency`."""

    WORD = 1
    MARK = 2
    NAME = 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """A spelling as folded words."""

    words: tuple[str, ...]
    agency: str
    certainty: Certainty

    @property
    def abbreviation(self) -> bool:
        """Whether it is written in letters: «أ ف ب»."""
        return all(len(word) == 1 for word in self.words)


@dataclass(slots=True)
class Node:
    """A place in the tree: the words that may follow, and the phrase that ends here with its proclitics' length."""

    following: dict[str, "Node"] = field(default_factory=dict)
    phrase: Phrase | None = None
    proclitics: int = 0


_PROCLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فل")
PROCLITIC_LETTERS = "وفبلك"
"""The letters that Arabic writes onto the next word: and, so, in, for, like."""

_RANKS = ("", "الرسمية", "الحكومية", "الوطنية", "المركزية", "العربية", "شبه الرسمية")
_PLACED = ("في", "الرسمية في")

SHORTEST_GLUED = 6  # letters; a shorter name is too often part of another word
_SHORTEST_JOINED = 7


@cache
def phrase_tree() -> dict[str, Node]:
    """Return the tree by first words, each as it stands with the letters that Arabic writes onto it."""
    roots: dict[str, Node] = {}
    for phrase in sorted(dict.fromkeys(_phrases()), key=lambda phrase: -phrase.certainty):
        for spelling, proclitics in _first_words(phrase).items():
            node = roots.setdefault(spelling, Node())
            for word in phrase.words[1:]:
                node = node.following.setdefault(word, Node())
            if node.phrase is None:  # the surest comes first
                node.phrase, node.proclitics = phrase, proclitics
    return roots


@cache
def glued_names() -> dict[str, str]:
    """Map the names that are found inside a longer word too, since feeds glue words together, to their agencies."""
    joined = {"".join(words(name)): agency.id for agency in AGENCIES for name in agency.names}
    return {name: agency for name, agency in joined.items() if len(name) >= SHORTEST_GLUED}


def _first_words(phrase: Phrase) -> dict[str, int]:
    """Return the spellings of the first word with proclitics, and how many letters those take."""
    first = phrase.words[0]
    if phrase.abbreviation:
        return {first: 0, "ل" + first: 1}
    if phrase.certainty == Certainty.WORD and phrase.agency != ANONYMOUS:
        # «بوات»: with a letter before it a short word is another word; «للألمانية» is not.
        return {first: 0, "لل" + first[2:]: 1} if first.startswith("ال") else {first: 0}
    # «فارنا» is a town, no «ف» before «إرنا».
    proclitics = ("", "و", "ل", "ول") if phrase.certainty == Certainty.MARK else _PROCLITICS
    spellings = {proclitic + first: len(proclitic) for proclitic in proclitics}
    if first.startswith("ال"):
        # The article loses its alif after ل: «للأناضول».
        spellings |= {"لل" + first[2:]: 1, "ولل" + first[2:]: 2}
    return spellings


def _phrases() -> Iterator[Phrase]:
    for agency in AGENCIES:
        for spellings, certainty in (
            ((*agency.names, *_titles(agency)), Certainty.NAME),
            (agency.marks, Certainty.MARK),
            (agency.words, Certainty.WORD),
        ):
            for spelling in spellings:
                phrase = Phrase(tuple(words(spelling)), agency.id, certainty)
                yield phrase
                joined = "".join(phrase.words)
                if len(phrase.words) > 1 and len(joined) >= _SHORTEST_JOINED:
                    yield Phrase((joined,), agency.id, certainty)


def _titles(agency: Agency) -> Iterator[str]:
    """Spell out the titles under which a national agency is known."""
    for adjective in agency.adjectives:
        for rank in _RANKS:
            yield f"وكالة الأنباء {rank} {adjective}"
            yield f"وكالة أنباء {rank} {adjective}"
        yield f"الوكالة {adjective} للأنباء"
        yield f"الوكالة الرسمية {adjective}"
        yield f"الوكالة {adjective} الرسمية"
        yield f"الوكالة الوطنية {adjective} للأنباء"
    for country in agency.countries:
        for rank in (*_RANKS, *_PLACED):
            yield f"وكالة الأنباء {rank} {country}"
        yield f"وكالة الأنباء الرسمية {_of(country)}"
        yield f"وكالة أنباء {country}"
        yield f"وكالة {country} للأنباء"
        yield f"وكالة {country} الرسمية للأنباء"
        yield f"وكالة {country} الرسمية"


def _of(country: str) -> str:
    return "لل" + country.removeprefix("ال") if country.startswith("ال") else "ل" + country
