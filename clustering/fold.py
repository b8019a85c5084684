"""The fold: the spelling-insensitive form of Arabic text, used to compare, to index and to search.

Two strengths, one table. The *stream* (:func:`fold`) keeps letters and digits only and drops white space too,
because real feeds glue words together (tag links run «أفغانستان» and «وباكستان» into one word). The *words*
(:func:`words`) keep the borders between words, for search and for reading.

What meets: tashkeel, tatweel, Quranic marks, bidi controls and joiners vanish; أ إ آ ٱ are ا; ى and the Persian ی
are ي; ة is ه; ؤ is و; ئ is ي; the Persian ک is ك; Arabic-Indic and Persian digits are 0-9; presentation forms and
other compatibility characters are what NFKC makes of them; Latin letters are lower case.
"""

import sys
import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

FOLD_VERSION = 1
"""Stored beside everything derived from the fold; a change of the table below must raise it."""

_DROP = 0  # vanishes: marks, tatweel, controls
_BREAK = 1  # ends a word: white space, punctuation, symbols
_SPACE, _ZERO, _NINE = (np.uint16(ord(sign)) for sign in " 09")

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

_UTF16 = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"


def _folded_character(character: str) -> int:
    if character in _LETTERS:
        return ord(_LETTERS[character])
    category = unicodedata.category(character)
    if category == "Nd":
        return ord("0") + unicodedata.decimal(character)
    if category in {"Mn", "Me", "Cf", "Cs", "Cc"} and not character.isspace():
        return _DROP
    if character == "ـ":  # tatweel is a letter (Lm) to Unicode
        return _DROP
    if category[0] in "LN" or category in {"Mc", "Co"}:
        lower = character.lower()
        return ord(lower) if len(lower) == 1 else ord(character)
    return _BREAK


@cache
def _table() -> npt.NDArray[np.uint16]:
    """Map each UTF-16 code unit to its folded one (65,536 entries, 128 KB).

    Surrogates are dropped: what NFKC leaves outside the Basic Multilingual Plane is emoji, not text to compare.
    """
    return np.array([_folded_character(chr(code)) for code in range(0x10000)], dtype=np.uint16)


def _folded_units(text: str) -> npt.NDArray[np.uint16]:
    plain = text.replace(_EULOGY, " ")
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
    units = np.frombuffer(plain.encode(_UTF16, "surrogatepass"), dtype=np.uint16)
    folded = _table().take(units)
    return np.asarray(folded[folded != _DROP])


class Folded:
    """A text, folded once for both strengths."""

    def __init__(self, text: str) -> None:
        self._folded = _folded_units(text)
        self._is_break = self._folded == _BREAK

    @property
    def units(self) -> npt.NDArray[np.uint16]:
        """The folded stream as UTF-16 code units, one a letter or digit."""
        # By places: where every sixth is left out, numpy takes half as long so as by a mask.
        return np.asarray(self._folded.take((~self._is_break).nonzero()[0]))

    @property
    def words(self) -> list[str]:
        """The folded words in their order."""
        return _split(self._folded, self._is_break)

    @property
    def numbers(self) -> list[str]:
        """The runs of digits, in words or by themselves, in their order."""
        is_digit = (self._folded >= _ZERO) & (self._folded <= _NINE)
        return _split(self._folded, ~is_digit) if is_digit.any() else []


def _split(units: npt.NDArray[np.uint16], at: npt.NDArray[np.bool_]) -> list[str]:
    return np.where(at, _SPACE, units).tobytes().decode(_UTF16).split()


def fold_units(text: str) -> npt.NDArray[np.uint16]:
    """Return the folded stream of `text` as UTF-16 code units, one a letter or digit."""
    return Folded(text).units


def fold(text: str) -> str:
    """Return the folded stream of `text`: letters and digits only, without white space.

    >>> fold("أَعْلَنَتِ الوِكالةُ، ١٢")
    'اعلنتالوكاله12'
    """
    return fold_units(text).tobytes().decode(_UTF16)


def words(text: str) -> list[str]:
    """Return the folded words of `text` in their order.

    >>> words("أَعْلَنَتِ الوِكالةُ، ١٢")
    ['اعلنت', 'الوكاله', '12']
    """
    return Folded(text).words
