"""A short piece of a text around the words that were searched for, in the spelling of the outlet."""

from collections.abc import Collection
from dataclasses import dataclass

from clustering.clitics import bare
from clustering.fold import words

BEFORE, AFTER = 8, 22
"""Words shown before and after the first hit: about two lines on a page."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text; `hits` are the (start, end) of each word in it that was searched for, in characters."""

    text: str
    hits: tuple[tuple[int, int], ...]


def snippet(text: str, wanted: Collection[str]) -> Snippet:
    """Return the words around the first of the `wanted` bare words, or the beginning when none stands there."""
    spelled = text.split()
    sought = set(wanted)
    hits = {place for place, word in enumerate(spelled) if any(bare(one) in sought for one in words(word))}
    start = max(0, min(hits, default=0) - BEFORE)
    end = min(min(hits, default=0) + AFTER, len(spelled))
    text, marks = "… " if start else "", []
    for place in range(start, end):
        if place in hits:
            marks.append((len(text), len(text) + len(spelled[place])))
        text += spelled[place] + (" " if place + 1 < end else "")
    return Snippet(text + (" …" if end < len(spelled) else ""), tuple(marks))
