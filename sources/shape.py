"""What a document looks like from afar: a feed that suddenly looks different deserves a look at its bytes."""

import re
from itertools import islice

from sources.entry import Document

_LETTER = re.compile(r"[^\W\d_]")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
# Titles of Arabic feeds are Arabic to nine tenths, those of others and of text read in a wrong alphabet not at all.
_READS_ARABIC = 0.2
# So many titles tell, and so much of each; a feed of thousands need not be read through, nor a title of megabytes,
# whose letters one by one took 200 MB.
_TITLES = 50
_LONGEST_TITLE = 300


_NOTHING = "no entries"


def showed_entries(shape: str | None) -> bool:
    """Tell whether a document that looked like this had entries."""
    return shape is not None and not shape.endswith(_NOTHING)


def shape_of(document: Document) -> str:
    """Describe a document: its format, the charset it was read in, and whether it has entries and in which letters.

    Two documents of a feed that differ in this differ in more than their news.
    """
    titles = " ".join(entry.title[:_LONGEST_TITLE] for entry in islice(document.entries, _TITLES))
    letters = len(_LETTER.findall(titles))
    if not document.entries:
        content = _NOTHING
    elif len(_ARABIC.findall(titles)) >= letters * _READS_ARABIC:
        content = "Arabic"
    else:
        content = "other letters"
    return f"{document.format}, {document.used_charset}, {content}"
