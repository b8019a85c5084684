"""Where the names of agencies stand in a text, and how sure one can be that they are meant."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from clustering.agencies import AGENCIES, ANONYMOUS
from clustering.agency_phrases import PROCLITIC_LETTERS, SHORTEST_GLUED, Certainty, Phrase, glued_names, phrase_tree
from clustering.fold import words


@dataclass(frozen=True, slots=True)
class Mention:
    """An agency's name at `start` to `end` of a folded text (:class:`clustering.folded_text.FoldedText`)."""

    agency: str
    start: int
    end: int
    certainty: Certainty


_WORD = re.compile(r"\w+")

# Within a name: blanks, the full stops and slashes of an abbreviation, the hyphen of «فرانس-برس».
_GAP = re.compile(r"[ .]{0,4}|[ ]?[-/][ ]?")

_LONGEST_GLUED = 80  # letters; what is longer is no text

_WORDS_BEFORE = re.compile(r'(?:(\w+)[ "(]{1,3})?(?:(\w+)[ "(]{1,3})?(\w+)[ "(]{1,3}$')


def find_mentions(plain: str) -> list[Mention]:
    """Return every spelling of an agency in a folded text, in reading order, without overlaps."""
    spelled, tree = _WORD.findall(plain), phrase_tree()
    # A name that is glued to something stands in a long word, and these are few.
    long = " ".join([word for word in spelled if len(word) >= SHORTEST_GLUED])
    glued = [name for name in glued_names() if name in long]
    possible = [
        place for place, word in enumerate(spelled) if word in tree or (glued and any(name in word for name in glued))
    ]
    if not possible:
        return []  # as of most texts, which then need no places
    tokens = [found.span() for found in _WORD.finditer(plain)]
    mentions: list[Mention] = []
    behind = 0
    for place in possible:
        if place < behind:
            continue
        start, end = tokens[place]
        found = _longest(plain, tokens, place) if spelled[place] in tree else None
        if found:
            phrase, proclitics, behind = found
            mention = Mention(phrase.agency, start + proclitics, tokens[behind - 1][1], phrase.certainty)
            if not (_is_trade(plain, tokens, behind, mention) or _is_another(plain, mention)):
                mentions.append(mention)
        else:
            mentions.extend(_inside(plain, start, end, glued))
    return mentions


def _longest(plain: str, tokens: Sequence[tuple[int, int]], place: int) -> tuple[Phrase, int, int] | None:
    """Return the longest phrase that begins at a word, the length of its proclitics, and the word behind it."""
    node = phrase_tree()[plain[slice(*tokens[place])]]
    found = None
    while True:
        place += 1
        if node.phrase:
            found = node.phrase, node.proclitics, place
        if place == len(tokens) or not node.following:
            return found
        start, end = tokens[place]
        following = node.following.get(plain[start:end])
        if following is None or not _GAP.fullmatch(plain, tokens[place - 1][1], start):
            return found
        node = following


@cache
def _forbidden(agency: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(text)) for known in AGENCIES if known.id == agency for text in known.never_after)


def _is_trade(plain: str, tokens: Sequence[tuple[int, int]], place: int, mention: Mention) -> bool:
    """Tell whether «وكالات» goes on with a word that is no agency: «وكالات السفر»."""
    if place == len(tokens) or mention.agency != ANONYMOUS or mention.certainty != Certainty.WORD:
        return False
    start, end = tokens[place]
    between = plain[tokens[place - 1][1] : start]
    return not between.strip(" ") and plain[start:end] not in phrase_tree()


def _inside(plain: str, start: int, end: int, names: Sequence[str]) -> Iterator[Mention]:
    """Yield the names that stand inside a word, in their order."""
    behind = start
    for place, name in sorted((plain.find(name, start, min(end, start + _LONGEST_GLUED)), name) for name in names):
        if place >= behind:
            mention = Mention(glued_names()[name], place, place + len(name), Certainty.NAME)
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
    # «لتومسون رويترز»: the first word may carry what Arabic writes onto it.
    return any(
        (run[-count][letters:], *run[len(run) - count + 1 :]) in forbidden
        for count in range(1, len(run) + 1)
        for letters in (0, 1)
        if letters == 0 or run[-count][0] in PROCLITIC_LETTERS
    )
