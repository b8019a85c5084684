"""From bytes to text: what a feed declares about its encoding is often wrong, its bytes are not.

Valid UTF-8 is UTF-8, whatever was declared: Arabic in another encoding practically never happens to be
valid. A few bad bytes in otherwise valid UTF-8 are replaced one by one instead of turning the whole feed into
another alphabet. Only then is the declared charset believed, and only if the result reads as Arabic or
windows-1256, the common encoding of older Arabic sites, does not read better.
"""

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first two ASCII characters of a document ("<?", "<r", "{\n") betray UTF-16 by the place of their zero bytes.
_UTF16_LE_START = re.compile(rb"[\x09-\x7e]\x00[\x09-\x7e]\x00")
_UTF16_BE_START = re.compile(rb"\x00[\x09-\x7e]\x00[\x09-\x7e]")
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PROLOG_CHARSET = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
# Where a prolog may stand: some servers print warnings before it.
_PROLOG_REACH = 4096
# Ten good letters for each bad byte: damaged UTF-8. Another encoding read as UTF-8 has nearly none that are good.
_GOOD_PER_BAD = 10
# The share of Arabic among letters outside ASCII: 1.0 for text read rightly, near 0 when read as Latin.
_READS_ARABIC = 0.5
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
_FOREIGN_LETTER = re.compile("[^\\W\\d_\x00-\x7f]")
_FALLBACK = "cp1256"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and how it was won from its bytes."""

    text: str
    declared: str | None
    used: str
    repairs: tuple[str, ...]


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Decode a feed's body. Never raises: the last resort is UTF-8 with the bad bytes replaced."""
    declared = _declared(body, content_type)
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return _lenient(body[len(bom) :], charset, declared)
    if _UTF16_LE_START.match(body):
        return _lenient(body, "utf-16-le", declared)
    if _UTF16_BE_START.match(body):
        return _lenient(body, "utf-16-be", declared)
    text, complete = _utf8_prefix(body)
    if text is not None:
        return Decoded(text, declared, "utf-8", () if complete else ("cut inside a letter",))
    return _not_quite_utf8(body, declared)


def _declared(body: bytes, content_type: str | None) -> str | None:
    header = _HEADER_CHARSET.search(content_type or "")
    if header is not None:
        return header[1].lower()
    prolog = _PROLOG_CHARSET.search(body[:_PROLOG_REACH])
    return prolog[1].decode("ascii", "replace").lower() if prolog else None


def _lenient(body: bytes, charset: str, declared: str | None) -> Decoded:
    text = body.decode(charset, "replace")
    bad = text.count("\ufffd")
    return Decoded(text, declared, charset, (f"{bad} bad characters replaced",) if bad else ())


def _utf8_prefix(body: bytes) -> tuple[str | None, bool]:
    """Decode strictly, but for a letter that the end of the body cuts in two."""
    try:
        return body.decode(), True
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end == len(body):
            return body[: error.start].decode(), False
    return None, False


def _not_quite_utf8(body: bytes, declared: str | None) -> Decoded:
    repaired = body.decode("utf-8", "replace")
    bad = repaired.count("\ufffd")
    good = len(_FOREIGN_LETTER.findall(repaired))
    damaged = Decoded(repaired, declared, "utf-8", (f"{bad} bad bytes replaced",))
    if good >= bad * _GOOD_PER_BAD:
        return damaged
    believed = _strict(body, declared) if declared else None
    if believed is not None and _reads_arabic(believed):
        return Decoded(believed, declared, str(declared), ())
    guessed = _strict(body, _FALLBACK)
    if guessed is not None and (believed is None or _reads_arabic(guessed)):
        return Decoded(guessed, declared, _FALLBACK, (f"read as {_FALLBACK}",))
    return damaged if believed is None else Decoded(believed, declared, str(declared), ())


def _strict(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeError, LookupError, ValueError):
        return None


def _reads_arabic(text: str) -> bool:
    foreign = len(_FOREIGN_LETTER.findall(text))
    return foreign > 0 and len(_ARABIC.findall(text)) >= foreign * _READS_ARABIC
