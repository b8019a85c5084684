"""Titles and names from outside, made fit to travel: one plain line, bounded, without what acts on its surroundings."""

import re

LONGEST = 300
"""Characters of a title; what is longer is no headline, and chats refuse long messages."""

# Control characters, bidi controls and lone surrogates; what separates lines does so everywhere.
_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")
# Signs that chats read as mentions, tags and links, and the letters that look the same and mean nothing to them.
_MEANINGLESS = str.maketrans({"@": "＠", "<": "‹", ">": "›", "[": "［", "]": "］", "*": "∗", "`": "ˋ"})
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def one_line(text: str) -> str:
    """Return the text as one line of at most LONGEST characters."""
    line = " ".join(_ACTING.sub(" ", text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def for_chat(text: str) -> str:
    """Return one line that cannot be read as markup or a mention, and does not reorder the line it is put into."""
    return f"{_FIRST_STRONG_ISOLATE}{one_line(text).translate(_MEANINGLESS)}{_POP_ISOLATE}"
