"""The fold: the spelling-insensitive form of Arabic text, used to compare, to index and to search.

Two strengths, one table. The *stream* (:func:`fold`) keeps letters and digits only and drops white space too,
because real feeds glue words together (tag links run «أفغانستان» and «وباكستان» into one word). The *words*
(:func:`words`) keep the borders between words, for search and for reading.

What meets: tashkeel, tatweel, Quranic marks, bidi controls and joiners vanish; أ إ آ ٱ are ا; ى and the Persian ی
are ي; ة is ه; ؤ is و; ئ is ي; the Persian ک is ك; Arabic-Indic and Persian digits are 0-9; presentation forms and
other compatibility characters are what NFKC makes of them; Latin letters are lower case.
"""

import unicodedata

FOLD_VERSION = 1
"""Stored beside everything derived from the fold; a change of the table below must raise it."""

DROP = 0
"""What a character folds to that vanishes: marks, tatweel, controls."""

BREAK = 1
"""What a character folds to that ends a word: white space, punctuation, symbols."""

_LETTERS = {
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ة": "ه",
    "ۃ": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ؤ": "و",
    "ئ": "ي",
    "ک": "ك",
    "ڪ": "ك",
}

# NFKC spells this ligature out as the four words of the eulogy, which is noise that some outlets print after a
# name and others do not.
_EULOGY = "\ufdfa"


def folded_character(character: str) -> int:
    """Return the code that a character of a normalized text folds to, or DROP, or BREAK."""
    if character in _LETTERS:
        return ord(_LETTERS[character])
    category = unicodedata.category(character)
    if category == "Nd":
        return ord("0") + unicodedata.decimal(character)
    if category in {"Mn", "Me", "Cf", "Cs", "Cc"} and not character.isspace():
        return DROP
    if character == "ـ":  # tatweel is a letter (Lm) to Unicode
        return DROP
    if category[0] in "LN" or category in {"Mc", "Co"}:
        lower = character.lower()
        return ord(lower) if len(lower) == 1 else ord(character)
    return BREAK


def normalized(text: str) -> str:
    """Return the text as its characters are folded one by one: in the compatible, composed form of Unicode."""
    plain = text.replace(_EULOGY, " ")
    return plain if plain.isascii() else unicodedata.normalize("NFKC", plain)


class _Folding(dict[int, int | str | None]):
    """For `str.translate`: what each character becomes, worked out when it is first met.

    What NFKC leaves outside the Basic Multilingual Plane is emoji, not text to compare. It is not remembered either: a
    million characters, sent by somebody who means harm, would stay for as long as the process.
    """

    def __missing__(self, code: int) -> int | str | None:
        if code > _LAST:
            return None
        folded = folded_character(chr(code))
        self[code] = {DROP: None, BREAK: " "}.get(folded, folded)
        return self[code]


_LAST = 0xFFFF
_FOLDING = _Folding()


def words(text: str) -> list[str]:
    """Return the folded words of `text` in their order.

    >>> words("أَعْلَنَتِ الوِكالةُ، ١٢")
    ['اعلنت', 'الوكاله', '12']
    """
    return normalized(text).translate(_FOLDING).split()


def fold(text: str) -> str:
    """Return the folded stream of `text`: letters and digits only, without white space.

    >>> fold("أَعْلَنَتِ الوِكالةُ، ١٢")
    'اعلنتالوكاله12'
    """
    return "".join(words(text))
