"""Text that outlets, agencies or users wrote, made fit for a page: it is shown, and acts on nothing around it.

The templates escape everything; what is done here is what escaping leaves: characters that reorder or hide what stands
around them, texts without an end, and links that are none.
"""

import re
import unicodedata
from urllib.parse import urlsplit

LONGEST_TITLE = 300
"""Characters of a headline that a list shows; the longest of 13,000 real headlines has 230."""

LONGEST_BODY = 60_000
"""Characters of a text that a page shows, some 10,000 words: twenty times a long report. What is longer is cut."""

_REPLACEMENT = "\ufffd"

# Bidi marks, embeddings, overrides and isolates, and the deprecated format characters beside them; interlinear
# annotations and invisible tags. The two joiners (U+200C, U+200D) shape Arabic and stay.
_ACTING = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4})[\u0300-\u036f\u0483-\u0489\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
"""Marks on one letter beyond four, which would paint over the lines above; vowelled Arabic needs three."""

_ENDLESS = re.compile(r"(\S{400})\S+")
"""A word without an end, which is cut: a browser shapes a word as a whole, and one of 20,000 letters for half a minute.
Addresses in texts are shorter."""


def harmless(text: str) -> str:
    """Return the text without characters that act: what controls becomes a blank, what reorders is left out."""
    text = _LONE_SURROGATE.sub(_REPLACEMENT, text)
    text = _MARKS.sub(r"\1", _ACTING.sub("", _CONTROL.sub(" ", text)))
    return _ENDLESS.sub(r"\1…", text)


def one_line(text: str, most: int = LONGEST_TITLE) -> str:
    """Return a harmless text as one line of at most so many characters, with an ellipsis where it is cut."""
    # Cut before it is cleaned too, so that a title of a megabyte costs nothing.
    line = " ".join(harmless(text[: 4 * most]).split())
    return line if len(line) <= most and len(text) <= 4 * most else line[:most].rstrip() + "…"


def isolated(text: str, most: int = LONGEST_TITLE) -> str:
    """Return one line shielded by characters from what stands around it, for places that hold no elements."""
    return f"\u2068{one_line(text, most)}\u2069"


def web_address(url: str | None) -> str | None:
    """Return an address that a link may lead to: absolute, http or https, with a host; None for every other.

    One with a login before its host (https://almarfa.example@elsewhere.example) is there to deceive.
    """
    if url is None or url != harmless(url) or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host and not set("\\@") & set(parts.netloc) else None


def direction(text: str) -> str:
    """Return which way a text runs, rtl or ltr, by its first letter; what has none runs as the page does: auto."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "R" | "AL":
                return "rtl"
            case "L":
                return "ltr"
    return "auto"
