"""From bytes to text: what a feed declares about its encoding is often wrong, its bytes are not.

One decision for the whole document, in this order:

1. a byte order mark, or zero bytes as only UTF-16 has them, written with or without a mark;
2. strict UTF-8, whatever was declared: Arabic in another encoding practically never happens to be valid. A letter
   that the end of the body cuts in two is no reason against it;
3. UTF-8 with a few bad bytes, which are replaced one by one instead of turning the whole feed into another alphabet;
4. the declared charset, ISO-8859-6, windows-1256 or MacArabic, whichever gives the least broken Arabic words, see
   `sources.parsing.charset_choice`;
5. for what is no Arabic at all the declared charset, else windows-1252 if it gives Latin words;
6. UTF-8 with the bad bytes replaced.
"""

import codecs
import re
from dataclasses import dataclass

from sources.parsing.charset_choice import best_arabic, codec_of, latin_words

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # Before UTF-16, whose little-endian mark it begins with.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The upper halves of the characters of an Arabic feed in UTF-16: ASCII and Latin-1, Arabic, punctuation.
_UPPER_HALVES = b"\x00\x06\x20"
# In UTF-16 one half of each pair is nearly always one of those and the other half nearly never zero; bytes of any
# other encoding do not care for odd and even.
_UPPER_SHARE = 0.9
_ZERO_SHARE = 0.02
# Enough to tell, and bounded.
_SAMPLE = 65_536
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PROLOG_CHARSET = re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
# Where a prolog may stand: some servers print warnings before it.
_PROLOG_REACH = 4096
_BAD_PLACE = re.compile("\ufffd+")
_FOREIGN_LETTER = re.compile("[^\\W\\d_\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and how it was won from its bytes."""

    text: str
    declared: str | None
    """What the header and the document claimed, lower case; both, parted by a stroke, when they disagree."""
    used: str
    repairs: tuple[str, ...]


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Decode a feed's body. Never raises: the last resort is UTF-8 with the bad bytes replaced."""
    header = _HEADER_CHARSET.search(content_type or "")
    claims = [header[1].lower()] if header else []
    for bom, charset in _BOMS:
        if body.startswith(bom):
            rest = body[len(bom) :]
            return _utf8(rest, claims) if charset == "utf-8" else _wide(rest, charset, claims)
    wide = _utf16_without_mark(body)
    return _wide(body, wide, claims) if wide else _utf8(body, claims)


def _utf16_without_mark(body: bytes) -> str | None:
    sample = body[:_SAMPLE]
    if 0 not in sample:
        return None
    first, second = sample[::2], sample[1::2]
    for upper, lower, charset in ((second, first, "utf-16-le"), (first, second, "utf-16-be")):
        known = sum(map(upper.count, _UPPER_HALVES))
        if 0 in upper and known >= len(upper) * _UPPER_SHARE and lower.count(0) <= len(lower) * _ZERO_SHARE:
            return charset
    return None


def _wide(body: bytes, charset: str, claims: list[str]) -> Decoded:
    width = 4 if "32" in charset else 2
    whole = len(body) - len(body) % width
    text = body[:whole].decode(charset, "replace")
    bad = text.count("\ufffd")
    repairs = (f"bad characters replaced: {bad}",) if bad else ()
    return Decoded(
        text, _declared(claims, text), charset, repairs if whole == len(body) else (*repairs, "cut inside a letter")
    )


def _utf8(body: bytes, claims: list[str]) -> Decoded:
    start = body[:_PROLOG_REACH].decode("ascii", "replace")
    declared = _declared(claims, start)
    text, complete = _utf8_prefix(body)
    if text is not None:
        return Decoded(text, declared, "utf-8", () if complete else ("cut inside a letter",))
    repaired = body.decode("utf-8", "replace")
    bad = repaired.count("\ufffd")
    damaged = Decoded(repaired, declared, "utf-8", (f"bad bytes replaced: {bad}",))
    # In another encoding read as UTF-8 a word has one good letter at most, where a punctuation mark follows its last,
    # and the rest of it is one place. A bad byte inside a letter leaves three signs of one place.
    if len(_FOREIGN_LETTER.findall(repaired)) > min(bad, 2 * len(_BAD_PLACE.findall(repaired))):
        return damaged
    believed = dict.fromkeys(filter(None, map(codec_of, (declared or "").split(" / "))))
    found = best_arabic(body, tuple(believed))
    if found is None:
        found = next(((text, name) for name in believed if (text := _strict(body, name)) is not None), None)
    if found is None:
        found = _latin(body)
    if found is None:
        return damaged
    return Decoded(found[0], declared, found[1], () if found[1] in believed else (f"read as {found[1]}",))


def _declared(claims: list[str], text: str) -> str | None:
    prolog = _PROLOG_CHARSET.search(text, 0, _PROLOG_REACH)
    every = dict.fromkeys([*claims, *([prolog[1].lower()] if prolog else [])])
    return " / ".join(every) or None


def _utf8_prefix(body: bytes) -> tuple[str | None, bool]:
    """Decode strictly, but for a letter that the end of the body cuts in two."""
    try:
        return body.decode(), True
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end == len(body):
            return body[: error.start].decode(), False
    return None, False


def _latin(body: bytes) -> tuple[str, str] | None:
    text = _strict(body, "windows-1252")
    return None if text is None or not latin_words(text) else (text, "windows-1252")


def _strict(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except UnicodeError:
        return None
