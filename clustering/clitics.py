"""Words without what Arabic writes together with them, so that «الحكومة» finds «للحكومة» and «والحكومة».

The conjunctions و and ف, the prepositions ب, ك and ل and the article ال are written as one word with the noun. They are
taken off by rule, on both sides of the search: what two words come to is all that is compared. The article shows
itself; a single letter may as well be the first of a root («وزير», «بيان», «فرنسا»), so common words that begin
with one are listed in lexical_words.txt, found by counting (benchmarks/fit_clitics.py). A rare word that loses a letter
of its root loses it everywhere, which costs nothing.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

SEARCH_EDITION = 1
"""Stored beside the search index; a change of what `bare` returns, of the list or of the fold must raise it."""

SHORTEST = 3
"""Letters that a word keeps: Arabic roots have three."""

# «لل» is ل with the article, whose alif falls away.
_ARTICLE = re.compile("[وف]?(?:[بك]?ال|لل)")
# «للبنان» is ل and «لبنان»: two of ل hide a word that begins with one.
_TO_L = re.compile("[وف]?ل(?=ل)")
# «لله» and its like are ل with «الله».
_GOD = re.compile("[وفبت]?(?:الله|لله)$")
_CONJUNCTIONS, _PREPOSITIONS = "وف", "بكل"


@cache
def lexical_words() -> frozenset[str]:
    """Return the folded words whose first letter belongs to them although it could be a particle."""
    return frozenset(files("clustering").joinpath("lexical_words.txt").read_text("utf-8").split())


@lru_cache(maxsize=50_000)  # as many as clustering/lexicon.py keeps, for the same reason
def bare(word: str) -> str:
    """Return a folded word without the particles and the article before it.

    >>> bare("الحكومه"), bare("وللحكومه"), bare("بحكومه"), bare("وزير"), bare("وقال")
    ('حكومه', 'حكومه', 'حكومه', 'وزير', 'قال')
    """
    if _GOD.match(word):
        return "الله"
    found = _TO_L.match(word)
    if found and word[found.end() :] in lexical_words():
        return word[found.end() :]
    found = _ARTICLE.match(word)
    if found and len(word) - found.end() >= SHORTEST:
        word = word[found.end() :]
    word = _without(word, _CONJUNCTIONS)
    return _without(word, _PREPOSITIONS)


def _without(word: str, letters: str) -> str:
    if len(word) <= SHORTEST or word[0] not in letters or word in lexical_words():
        return word
    return word[1:]
