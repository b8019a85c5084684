"""A short piece of a text around the words that were searched for, in the spelling of the outlet."""

from collections.abc import Collection

from clustering.fold import words

BEFORE, AFTER = 8, 22
"""Words shown before and after the first hit: about two lines on a page."""


def snippet(text: str, wanted: Collection[str]) -> str:
    """Return the words around the first of the `wanted` folded words, or the beginning when none stands there."""
    spelled = text.split()
    sought = set(wanted)
    hit = next((place for place, word in enumerate(spelled) if sought.intersection(words(word))), 0)
    start = max(0, hit - BEFORE)
    end = hit + AFTER
    excerpt = " ".join(spelled[start:end])
    return f"{'… ' if start else ''}{excerpt}{' …' if end < len(spelled) else ''}"
