"""Two versions compared word by word."""

from collections import Counter
from dataclasses import dataclass

from clustering.diff import Piece, word_diff
from clustering.head_changes import Change, head, head_changes
from clustering.similarity import text_similarity
from storage.cluster_detail import VersionDetail

MOST_PAIRS = 2_000_000
"""Pairs of equal words in two texts, which is what comparing them costs: below a second or two. Two reports of 3,000
words come to 200,000; only texts that say one word over and over come near it."""

MOST_WORDS = 30_000
"""Words of either text: a hundred pages."""


class TooLong(Exception):  # noqa: N818 - it says what they are
    """Two texts cannot be compared within a time that somebody would wait."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from version `a` to version `b`; `changes` are figures and names in title and lead."""

    a: VersionDetail
    b: VersionDetail
    title: list[Piece]
    text: list[Piece]
    changes: tuple[Change, ...]
    similarity: float


def compare(a: VersionDetail, b: VersionDetail) -> Comparison:
    """Compare two versions of a story. Raises TooLong."""
    texts = a.text or a.summary, b.text or b.summary
    for one, other in ((a.title, b.title), texts):
        _refuse_long(one, other)
    return Comparison(
        a,
        b,
        title=word_diff(a.title, b.title),
        text=word_diff(*texts),
        changes=head_changes(head(a.title, texts[0]), head(b.title, texts[1]), revision=a.article_id == b.article_id),
        similarity=text_similarity(*texts),
    )


def _refuse_long(one: str, other: str) -> None:
    left, right = one.split(), other.split()
    if max(len(left), len(right)) > MOST_WORDS:
        raise TooLong(f"texts of more than {MOST_WORDS} words are not compared")
    counts = Counter(right)
    if sum(counts[word] for word in left) > MOST_PAIRS:
        raise TooLong("these texts repeat a word too often to be compared")
