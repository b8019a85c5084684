"""The words of a passage with its numbers read, whether in digits or in words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from clustering.fold import fold
from clustering.stem import stem


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a number of a passage.

    `key` is equal for what says the same: a folded word without clitics, or a number as «3.5». `written` is how it
    stood, without vowel marks and with digits as 0-9. `is_number` tells the two apart.
    """

    key: str
    written: str
    is_number: bool


# A number keeps its separators: decimals, thousands, clock times, dates. Letters and digits part even where the
# blank between them was lost («12شخصا»).
_TOKEN = re.compile(r"\d+(?:[.,:/٫٬]\d+)+|\d+ر\d+|\d+|[^\W\d_]+")

_MARKS = re.compile("[\u064b-\u0652\u0670]")

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)

_THOUSANDS = re.compile(r"\d{1,3}(?:([,.٬٫])\d{3})(?:\1\d{3})*")

_ZEROS = re.compile(r"(?<=\d)(?:000)+$")

# The Saudi Press Agency writes the fraction before the ر and the whole behind it: «4ر95» is 95.4.
_FRACTION_FIRST = re.compile(r"(\d+)ر(\d+)")

_UNITS = {
    "ثلاث": 3,
    "اربع": 4,
    "خمس": 5,
    "ست": 6,
    "سبع": 7,
    "ثمان": 8,
    "تسع": 9,
}
"""Both genders, by the form without ta marbuta. One and two are left out: they are said by the noun itself, and
«اثنين» is Monday as well."""

_TENS = {"عشر": 20, "ثلاث": 30, "اربع": 40, "خمس": 50, "ست": 60, "سبع": 70, "ثمان": 80, "تسع": 90}

_TEN = {"عشر", "عشره"}


def tokens(text: str) -> Iterator[Token]:
    """Yield the words and numbers of a text in their order."""
    plain = _MARKS.sub("", text).translate(_DIGITS)
    read = [_token(written) for written in _TOKEN.findall(plain)]
    place = 0
    while place < len(read):
        taken, token = _spelled(read, place)
        yield token
        place += taken


# A language has some ten thousand words in daily use, and folding one costs as much as everything else.
@lru_cache(maxsize=20_000)
def _token(written: str) -> Token:
    if written[0].isdecimal():
        return Token(_value(written), written, is_number=True)
    return Token(stem(fold(written)), written, is_number=False)


def _value(written: str) -> str:
    if _THOUSANDS.fullmatch(written):
        written = re.sub(r"\D", "", written)
    # Some desks write the zeros and some the word: «197.000.000», «197 مليون».
    written = _ZEROS.sub("", written)
    written = _FRACTION_FIRST.sub(r"\2.\1", written)
    # A comma between digits is a decimal point in Arabic, and clock times are written with a colon or a point.
    return re.sub(r"[,٫:]", ".", written).lstrip("0") or "0"


def _spelled(read: list[Token], place: int) -> tuple[int, Token]:
    """Read a number in words at a place: how many tokens it takes and what it says; the token itself when none."""
    token = read[place]
    if token.key in _TEN:
        return 1, Token("10", token.written, is_number=True)
    unit = _unit(token.key)
    if not unit:
        tens = _tens(token.key)
        return 1, Token(str(tens), token.written, is_number=True) if tens else token
    if place + 1 < len(read):
        following = read[place + 1]
        both = f"{token.written} {following.written}"
        if following.key in _TEN:
            return 2, Token(str(10 + unit), both, is_number=True)
        # «خمسة وعشرون»: the tens stand behind «and», which the stem has cut off.
        if following.written.startswith("و") and (tens := _tens(following.key)):
            return 2, Token(str(tens + unit), both, is_number=True)
    return 1, Token(str(unit), token.written, is_number=True)


def _unit(key: str) -> int:
    if key.startswith("ثمان"):  # «ثماني» keeps its ya before a noun
        key = key.removesuffix("ه").removesuffix("ي")
    return _UNITS.get(key.removesuffix("ه"), 0)


def _tens(key: str) -> int:
    return _TENS.get(key[:-2], 0) if key.endswith(("ون", "ين")) else 0
