"""Text that may come from outside, made fit for a terminal whose lines run left to right."""

import re
import unicodedata

from wcwidth import wcswidth, wcwidth

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"

# Control characters could move the cursor, bidi controls reorder the line around them.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def plain(text: str) -> str:
    """Return the text as one line without anything that acts on a terminal."""
    return " ".join(_UNSAFE.sub(" ", text).split())


def isolated(text: str) -> str:
    """Shield the line from right-to-left text in the cell: an isolate around it, which takes no width."""
    if any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text


def width(text: str) -> int:
    """Return how many columns a plain text takes: marks take none, wide characters two."""
    return max(0, wcswidth(text))


def shortened(text: str, columns: int) -> str:
    """Cut a plain text to a width, with an ellipsis where something is missing."""
    if width(text) <= columns:
        return text
    taken, kept = 0, []
    for character in text:
        taken += max(0, wcwidth(character))
        if taken > columns - 1:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"
