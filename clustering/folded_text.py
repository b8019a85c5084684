"""A text in which spelling variants meet, and which still knows where each character came from.

Letters are those of :mod:`clustering.fold`. Unlike there, what stands between words is kept, reduced to few kinds:
every dash is «-», every quotation mark «"», every bracket «(» or «)», every blank a space, every line end a line feed.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate

from clustering.fold import fold, words

_KINDS: Mapping[str, str] = {"Pd": "-", "Ps": "(", "Pe": ")", "Pi": '"', "Pf": '"', "Zl": "\n", "Zp": "\n"}

_SIGNS: Mapping[str, str] = {
    "\n": "\n",
    "\x85": "\n",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "…": ".",
    "。": ".",
    "'": '"',
    "`": '"',
    "−": "-",
    # A hashtag is words: «#البيت_الأبيض».
    "_": " ",
    "#": " ",
}

# Outlets type a lone tatweel for a dash; inside a word it is a stretched letter.
_TATWEEL = "\u0640"
_LONE_TATWEEL = re.compile(rf"(?<!\S){_TATWEEL}+(?!\S)")


def _plain(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    if letters := fold(character):
        return letters
    if len(words(f"ا{character}ا")) == 1:
        return ""
    return _KINDS.get(unicodedata.category(character), character if character.isascii() else " ").replace("\r", " ")


class _Table(dict[int, str]):
    """What each character becomes, learned as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = " " if chr(code).isspace() and chr(code) not in "\n\x85\u2028\u2029" else _plain(chr(code))
        return plain


_TABLE = _Table()


class FoldedText:
    """The folded form of a text in `plain`; :meth:`origin` leads back."""

    def __init__(self, text: str) -> None:
        stretched = _TATWEEL in text
        self._text = _LONE_TATWEEL.sub(lambda found: "-" * len(found[0]), text) if stretched else text
        self.plain = self._text.translate(_TABLE)

    @cached_property
    def _ends(self) -> list[int] | None:
        """Where in `plain` each character of the text ends; None when the two run in step."""
        lengths = [len(_TABLE[ord(character)]) for character in self._text]
        return None if all(length == 1 for length in lengths) else list(accumulate(lengths))

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters `start` to `end` of `plain` stand in the text itself.

        Marks that were dropped behind the last letter belong to it.
        """
        ends = self._ends
        if ends is None:
            return start, end
        if start >= end:
            first = bisect_right(ends, start)
            return first, first
        return bisect_right(ends, start), bisect_right(ends, end) if end < len(self.plain) else len(ends)
