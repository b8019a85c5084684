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
_LONGEST_GLUED = 80  # letters; what is longer is no text

_WORDS_BEFORE = re.compile(r'(?:(\w+)[ "(]{1,3})?(?:(\w+)[ "(]{1,3})?(\w+)[ "(]{1,3}$')


def _for(country: str) -> str:
    return "لل" + country.removeprefix("ال") if country.startswith("ال") else "ل" + country


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
        yield f"وكالة الأنباء الرسمية {_for(country)}"
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


_Openings = dict[str, list[tuple[int, _Phrase]]]


@cache
def _index() -> dict[str, _Openings]:
    """Map a first word, with its proclitics, and the second word ("" for none) to the phrases that they may open.

    Each comes with the length of the proclitics; the longest come first.
    """
    index: dict[str, _Openings] = {}
    for phrase in dict.fromkeys(_phrases()):
        first = phrase.words[0]
        spellings = {proclitic + first: len(proclitic) for proclitic in _PROCLITICS}
        if phrase.abbreviation or (phrase.certainty == Certainty.WORD and phrase.agency.id != ANONYMOUS):
            # «وال», «بوات»: with a letter before it a short word is another word.
            spellings = {first: 0, **({"ل" + first: 1} if phrase.abbreviation else {})}
        elif phrase.certainty == Certainty.MARK:
            # «فارنا» is a town, no «ف» before «إرنا».
            spellings = {proclitic + first: len(proclitic) for proclitic in ("", "و", "ل", "ول")}
        if first.startswith("ال") and phrase.certainty > Certainty.WORD:
            # The article loses its alif after ل: «للأناضول».
            spellings |= {"لل" + first[2:]: 1, "ولل" + first[2:]: 2}
        for spelling, length in spellings.items():
            second = phrase.words[1] if len(phrase.words) > 1 else ""
            index.setdefault(spelling, {}).setdefault(second, []).append((length, phrase))
    for openings in index.values():
        for ranked in openings.values():
            ranked.sort(key=lambda opening: (-len(opening[1].words), -opening[1].certainty))
    return index


@cache
def _glued() -> dict[str, str]:
    """Map the names that are found inside a longer word too, since feeds glue words together, to their agencies."""
    joined = {"".join(words(name)): agency.id for agency in AGENCIES for name in agency.names}
    return {name: agency for name, agency in joined.items() if len(name) >= _SHORTEST_GLUED}


@cache
def _forbidden(agency: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(text)) for known in AGENCIES if known.id == agency for text in known.never_after)


def find_mentions(plain: str) -> list[Mention]:
    """Return every spelling of an agency in a folded text, in reading order, without overlaps."""
    tokens = [(found.start(), found.end()) for found in _WORD.finditer(plain)]
    index = _index()
    glued = [name for name in _glued() if name in plain]
    mentions: list[Mention] = []
    place = 0
    while place < len(tokens):
        start, end = tokens[place]
        found = None
        last = place + 1
        if openings := index.get(plain[start:end]):
            second = plain[slice(*tokens[last])] if last < len(tokens) else ""
            for length, phrase in (*openings.get(second, ()), *openings.get("", ())):
                if behind := _reaches(plain, tokens, place, phrase):
                    last = behind
                    found = Mention(phrase.agency.id, start + length, tokens[last - 1][1], phrase.certainty)
                    break
        if found and found.agency == ANONYMOUS and found.certainty == Certainty.WORD and _goes_on(plain, tokens, last):
            found = None
        if found and not _is_another(plain, found):
            mentions.append(found)
        elif glued and not found and end - start > _SHORTEST_GLUED:
            mentions.extend(_inside(plain, start, end, glued))
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


def _goes_on(plain: str, tokens: Sequence[tuple[int, int]], place: int) -> bool:
    """Tell whether a word that is no agency follows on the line: «وكالات السفر»."""
    if place == len(tokens):
        return False
    start, end = tokens[place]
    between = plain[tokens[place - 1][1] : start]
    return not between.strip(" ") and plain[start:end] not in _index()


def _inside(plain: str, start: int, end: int, names: Sequence[str]) -> Iterator[Mention]:
    """Yield the names that stand inside a word, in their order."""
    behind = start
    for place, name in sorted((plain.find(name, start, min(end, start + _LONGEST_GLUED)), name) for name in names):
        if place >= behind:
            mention = Mention(_glued()[name], place, place + len(name), Certainty.NAME)
            if not _is_another(plain, mention):
                yield mention
                behind = mention.end


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
