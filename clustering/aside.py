"""Where a text turns to another matter: «من جهة أخرى», «على صعيد آخر», «إلى ذلك» and their like.

A round-up carries a story as one of several items; what follows such a turn and is not in the other text is another
item, where the same length of background would be part of the story.
"""

import re
from collections.abc import Sequence

_OTHER = "(?:اخري|اخر|ثانيه|ثان|متصل|متصله|منفصل|منفصله|مواز|موازيه)"
# Folded words, as `clustering.fold.words` gives them. «من جهته» and «من جانبه» are not here: they bring in the next
# speaker on the same matter.
_TURN = re.compile(
    rf" و?(?:من (?:جهه|ناحيه|جانب|طرف) {_OTHER}"
    rf"|(?:في|علي|ب) ?(?:سياق|صعيد|شان|موضوع|تطور|ملف|خبر|حادث|حادثه|قضيه|محور|مسار) {_OTHER}"
    r"|علي الجانب الاخر|علي الطرف الاخر|الي ذلك|في غضون ذلك|في (?:هذه )?الاثناء|بموازاه ذلك)(?= |$)"
)

# Words without which there is no turn; most texts have none of them, and looking for these takes a twentieth.
_MARKS = ("اخر", "ثان", "متصل", "منفصل", "مواز", " ذلك", " الاثناء")

EARLIEST = 0.1
"""A turn in the first tenth of a text belongs to its lead («إلى ذلك» also means "thereto")."""


def aside(folded_words: Sequence[str]) -> int | None:
    """Return where the text first turns to another matter, in letters of its fold, or None.

    The turn's own words count as part of what follows.
    """
    text = " ".join(["", *folded_words])  # every word has a blank before it, which is quick to search for
    if not any(mark in text for mark in _MARKS):
        return None
    found = _TURN.search(text, int(len(text) * EARLIEST))
    if found is None:
        return None
    before = text[: found.start()]
    return len(before) - before.count(" ")
