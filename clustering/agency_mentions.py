"""Where the names of agencies stand in a text, and how sure one can be that they are meant."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
class Mention:
    """An agency's name at `start` to `end` of a folded text (:class:`clustering.folded_text.FoldedText`)."""

    agency: str
    start: int
    end: int
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    agency: Agency
    certainty: Certainty

    @property
    def abbreviation(self) -> bool:
        return all(len(word) == 1 for word in self.words)


_WORD = re.compile(r"\w+")
_PROCLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فل")
_RANKS = ("", "الرسمية", "الحكومية", "الوطنية", "المركزية", "العربية", "شبه الرسمية", "الرسمية في", "في")

# Within a name: blanks, the full stops and slashes of an abbreviation, the hyphen of «فرانس-برس».
_GAP = re.compile(r"[ .]{0,4}|[ ]?[-/][ ]?")

_SHORTEST_GLUED = 6  # letters; a shorter name is too often part of another word
_SHORTEST_JOINED = 7

_WORDS_BEFORE = re.compile(r'(?:(\w+)[ "(]{1,3})?(?:(\w+)[ "(]{1,3})?(\w+)[ "(]{1,3}$')


def _titles(agency: Agency) -> Iterator[str]:
    """Spell out the titles under which a national agency is known."""
    for adjective in agency.adjectives:
        for rank in _RANKS[:-2]:
            yield f"وكالة الأنباء {rank} {adjective}"
            yield f"وكالة أنباء {rank} {adjective}"
        yield f"الوكالة {adjective} للأنباء"
        yield f"الوكالة الرسمية {adjective}"
        yield f"الوكالة {adjective} الرسمية"
        yield f"الوكالة الوطنية {adjective} للأنباء"
    for country in agency.countries:
        for rank in _RANKS:
            yield f"وكالة الأنباء {rank} {country}"
        yield f"وكالة أنباء {country}"
        yield f"وكالة {country} للأنباء"
        yield f"وكالة {country} الرسمية للأنباء"


def _phrases() -> Iterator[_Phrase]:
    for agency in AGENCIES:
        for spellings, certainty in (
            ((*agency.names, *_titles(agency)), Certainty.NAME),
            (agency.marks, Certainty.MARK),
            (agency.words, Certainty.WORD),
        ):
            for spelling in spellings:
                phrase = _Phrase(tuple(words(spelling)), agency, certainty)
                yield phrase
                joined = "".join(phrase.words)
                if len(phrase.words) > 1 and len(joined) >= _SHORTEST_JOINED:
                    yield _Phrase((joined,), agency, certainty)


@cache
def _index() -> dict[str, list[tuple[int, _Phrase]]]:
    """Map a first word, with its proclitics, to their length and the phrases it may open, the longest first."""
    index: dict[str, list[tuple[int, _Phrase]]] = {}
    for phrase in dict.fromkeys(_phrases()):
        first = phrase.words[0]
        spellings = {proclitic + first: len(proclitic) for proclitic in _PROCLITICS}
        if phrase.abbreviation or phrase.certainty == Certainty.WORD and phrase.agency.id != ANONYMOUS:
            # «وال», «بوات»: with a letter before it a short word is another word.
            spellings = {first: 0, **({"ل" + first: 1} if phrase.abbreviation else {})}
        elif first.startswith("ال"):
            # The article loses its alif after ل: «للأناضول».
            spellings |= {"لل" + first[2:]: 1, "ولل" + first[2:]: 2}
        for spelling, length in spellings.items():
            index.setdefault(spelling, []).append((length, phrase))
    for openings in index.values():
        openings.sort(key=lambda opening: (-len(opening[1].words), -opening[1].certainty))
    return index


@cache
def _glued() -> re.Pattern[str]:
    """Match the names that are found inside a longer word too, since feeds glue words together."""
    long = {
        phrase.words[0]
        for phrase in _phrases()
        if phrase.certainty == Certainty.NAME and len(phrase.words) == 1 and len(phrase.words[0]) >= _SHORTEST_GLUED
    }
    return re.compile("|".join(sorted((re.escape(word) for word in long), key=len, reverse=True)))


@cache
def _glued_agencies() -> dict[str, Agency]:
    return {
        phrase.words[0]: phrase.agency
        for phrase in _phrases()
        if phrase.certainty == Certainty.NAME and len(phrase.words) == 1
    }


@cache
def _forbidden(agency: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(text)) for known in AGENCIES if known.id == agency for text in known.never_after)


def find_mentions(plain: str) -> list[Mention]:
    """Return every spelling of an agency in a folded text, in reading order, without overlaps."""
    tokens = [(found.start(), found.end()) for found in _WORD.finditer(plain)]
    index = _index()
    mentions: list[Mention] = []
    place = 0
    while place < len(tokens):
        start, end = tokens[place]
        found = None
        last = place + 1
        for length, phrase in index.get(plain[start:end], ()):
            if behind := _reaches(plain, tokens, place, phrase):
                last = behind
                found = Mention(phrase.agency.id, start + length, tokens[last - 1][1], phrase.certainty)
                break
        if found and not _is_another(plain, found):
            mentions.append(found)
        elif not found and end - start > _SHORTEST_GLUED:
            mentions.extend(_inside(plain, start, end))
        place = last
    return mentions


def _reaches(plain: str, tokens: Sequence[tuple[int, int]], place: int, phrase: _Phrase) -> int:
    """Return the place behind the last word of a phrase whose first word stands at `place`; 0 when others follow."""
    behind = place + len(phrase.words)
    if behind > len(tokens):
        return 0
    for here, word in zip(range(place + 1, behind), phrase.words[1:], strict=True):
        start, end = tokens[here]
        gap = plain[tokens[here - 1][1] : start]
        if plain[start:end] != word or not _GAP.fullmatch(gap):
            return 0
    return behind


def _inside(plain: str, start: int, end: int) -> Iterator[Mention]:
    # No word is as long as this; what is, is no text.
    for found in _glued().finditer(plain, start, min(end, start + 60)):
        agency = _glued_agencies()[found[0]]
        mention = Mention(agency.id, found.start(), found.end(), Certainty.NAME)
        if not _is_another(plain, mention):
            yield mention


def _is_another(plain: str, mention: Mention) -> bool:
    """Tell whether the words before make it another thing's name: «تومسون رويترز», «لقاح سبوتنيك»."""
    forbidden = _forbidden(mention.agency)
    if not forbidden:
        return False
    before = _WORDS_BEFORE.search(plain[max(0, mention.start - 60) : mention.start])
    if not before:
        return False
    run = tuple(word for word in before.groups() if word)
    return any(run[-count:] in forbidden for count in range(1, len(run) + 1))
