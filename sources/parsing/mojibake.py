"""Texts that were encoded twice: the bytes of UTF-8 taken for letters of another character set, and encoded again.

A document can be sound while one title in it says «Ø£Ø¹Ù„Ù†Øª» (UTF-8 taken for windows-1252 or Latin-1) or
«ط£ط¹ظ„ظ†طھ» (for windows-1256): somebody's database did it, and the feed carries it on. Every letter of Arabic is
then a pair of signs of which the first is one of four. Such pairs are put back, nothing else is touched, and only
where a whole chain of them stands: a lone «ط،» is how a sentence ends.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.entities import html5

_HEADS = (0xD8, 0xD9, 0xDA, 0xDB)
_TAILS = range(0x80, 0xC0)
# What a letter of Arabic text may turn out to be. The rest of its block does not occur in news.
_ARABIC = "\u060c\u061b\u061f\u0621-\u063a\u0640-\u0652\u0660-\u066c\u0670-\u0673\u0679-\u06d4\u06f0-\u06f9"
# And what stands between and beside: quotation marks, dashes, blanks, marks of direction, presentation forms.
_BESIDE = "\u00a0-\u00bf\u2000-\u206f\u20ac\ufb50-\ufdff\ufe70-\ufeff"
_PLAUSIBLE = re.compile(f"[{_ARABIC}{_BESIDE}]+")
_REFERENCE = re.compile(r"&(?:amp;)?(#\d{2,5}|#[xX][0-9a-fA-F]{2,4}|[A-Za-z]{2,8}\d{0,2});")


@dataclass(frozen=True, slots=True)
class Undone:
    """A text with its double encoding undone, and how many places that concerned."""

    text: str
    places: int

    @property
    def repairs(self) -> tuple[str, ...]:
        """The same in words, as a fetch records it."""
        return (f"double encoding undone: {self.places}",) if self.places else ()


@dataclass(frozen=True, slots=True)
class _Disguise:
    """What the bytes of UTF-8 look like when taken for one character set."""

    byte: dict[str, int]
    pair: str
    chain: re.Pattern[str]
    """Pairs, with anything of ASCII but markup between them."""
    proof: re.Pattern[str]
    """Pairs in a row that no honest text has."""
    heads: str
    """The signs of which one begins each pair, where it is no reference."""
    hints: tuple[re.Pattern[str], re.Pattern[str]]
    """What no proof is without, as searches five times as fast: one of those signs before a tail, or a reference."""

    def suspected(self, text: str) -> bool:
        """Tell whether there is anything in a text that makes the search for a proof worth its time."""
        signs, references = self.hints
        headed = any(sign in text for sign in self.heads) and signs.search(text) is not None
        return headed or references.search(text) is not None


def undo(text: str) -> Undone:
    """Undo double encoding wherever a chain of pairs proves it, in characters or in references to them.

    Linear in the length of the text. A text without such a chain comes back as it is.
    """
    places = 0
    for disguise in _DISGUISES:
        if disguise.suspected(text) and disguise.proof.search(text) is not None:
            text, found = _undo(text, disguise)
            places += found
    return Undone(text, places)


def _undo(text: str, disguise: _Disguise) -> tuple[str, int]:
    places = 0

    def chain(found: re.Match[str]) -> str:
        nonlocal places
        if disguise.proof.search(found[0]) is None:
            return found[0]
        mended = re.sub(disguise.pair, pair, found[0])
        places += mended != found[0]
        return mended

    def pair(found: re.Match[str]) -> str:
        plain = _REFERENCE.sub(_character, found[0])
        if plain == "Ù\ufffd":
            # Five bytes are nothing in windows-1252, so converters put the sign for "lost". Of the letters that it
            # can have been, 98 % are ف in news; the rest are marks (tashkeel).
            return "ف"
        try:
            letter = bytes(disguise.byte[sign] for sign in plain).decode()
        except (UnicodeDecodeError, KeyError):
            return found[0]
        return letter if _PLAUSIBLE.fullmatch(letter) else found[0]

    return disguise.chain.sub(chain, text), places


def _character(found: re.Match[str]) -> str:
    return html.unescape(f"&{found[1]};")


def _disguise(sign: Callable[[int], set[str]], in_a_row: int, lost: str = "") -> _Disguise:
    byte = {character: value for value in range(0x80, 0x100) for character in sign(value)}

    def signs(values: range | tuple[int, ...]) -> list[str]:
        return [character for character, value in byte.items() if value in values]

    def references(values: range | tuple[int, ...]) -> list[str]:
        return [f"&(?:amp;)?(?:#0*{ord(s)}|#[xX]0*{ord(s):x}|#[xX]0*{ord(s):X}{_names(s)});" for s in signs(values)]

    def one_of(values: range | tuple[int, ...], more: str = "") -> str:
        return f"(?:[{re.escape(''.join(signs(values)) + more)}]|{'|'.join(references(values))})"

    tail = one_of(_TAILS, lost)
    letter = f"{one_of(_HEADS)}{tail}"
    beside = f"{one_of((0xC2,))}{tail}|{one_of((0xE2, 0xEF))}{tail}{tail}"
    pair = f"(?:{letter}|{beside})"
    return _Disguise(
        byte,
        pair,
        re.compile(f"{pair}(?:[^<>&\x80-\U0010ffff]{{0,40}}{pair})*"),
        re.compile(f"(?:{letter}){{{in_a_row}}}"),
        "".join(signs(_HEADS)),
        (
            re.compile(f"[{''.join(signs(_HEADS))}][&{re.escape(''.join(signs(_TAILS)) + lost)}]"),
            re.compile(f"&(?:{'|'.join(one.removeprefix('&') for one in references(_HEADS))})"),
        ),
    )


def _names(sign: str) -> str:
    names = [name.removesuffix(";") for name, value in html5.items() if value == sign and name[-1] == ";"]
    return "".join(f"|{name}" for name in names)


def _as_western(value: int) -> set[str]:
    try:
        return {chr(value), bytes([value]).decode("cp1252")}
    except UnicodeDecodeError:
        return {chr(value)}


def _as_arabic(value: int) -> set[str]:
    return {bytes([value]).decode("cp1256")}


_DISGUISES = (
    # Two are enough where Arabic has no business: "Ø£" alone may be a diameter and a price.
    _disguise(_as_western, 2, "\ufffd"),
    # Among Arabic letters three: "ط،" ends a sentence, and an alphabet goes "ط، ظ،".
    _disguise(_as_arabic, 3),
)
