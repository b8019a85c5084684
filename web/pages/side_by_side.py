"""Two texts side by side, with the words that one has and the other lacks marked in each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clustering.diff import Piece, tokens
from storage.cluster_detail import VersionDetail
from web.comparison import TooLong, compare
from web.pages.marked_text import Paragraph, Run, marked_paragraphs, paragraphs_of
from web.pages.outside_text import LONGEST_TITLE

REMOVED, ADDED = "removed", "added"

_Spelled = tuple[bool, Sequence[str]]
"""Words in the spelling of their text, and whether the other text lacks them."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two texts: its title and body as paragraphs."""

    title: tuple[Paragraph, ...]
    body: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Both, with how many words were removed and added; None of them when the texts are too long to be compared."""

    left: Side
    right: Side
    removed: int | None
    added: int | None

    @property
    def equal(self) -> bool:
        """Whether they differ in spelling at most."""
        return self.removed == 0 and self.added == 0


def side_by_side(left: VersionDetail, right: VersionDetail) -> SideBySide:
    """Compare two versions."""
    try:
        compared = compare(left, right)
    except TooLong:
        return SideBySide(_unmarked(left), _unmarked(right), None, None)
    old = [_as_spelled(compared.title, left.title), _as_spelled(compared.text, left.text or left.summary)]
    new = [_newer(compared.title), _newer(compared.text)]
    return SideBySide(
        left=Side(_paragraphs(old[0], REMOVED), _paragraphs(old[1], REMOVED)),
        right=Side(_paragraphs(new[0], ADDED), _paragraphs(new[1], ADDED)),
        removed=_words(old[0]) + _words(old[1]),
        added=_words(new[0]) + _words(new[1]),
    )


def _unmarked(version: VersionDetail) -> Side:
    return Side(
        marked_paragraphs(version.title, most=LONGEST_TITLE), marked_paragraphs(version.text or version.summary)
    )


def _as_spelled(pieces: Sequence[Piece], text: str) -> list[_Spelled]:
    """Return the pieces of the older text; those that both have are given in the newer spelling."""
    return list(_older(pieces, tokens(text)))


def _older(pieces: Sequence[Piece], spelled: Sequence[str]) -> Iterator[_Spelled]:
    place = 0
    for piece in pieces:
        if piece.kind != "added":
            yield piece.kind == "removed", spelled[place : place + len(piece.words)]
            place += len(piece.words)


def _newer(pieces: Sequence[Piece]) -> list[_Spelled]:
    return [(piece.kind == "added", piece.words) for piece in pieces if piece.kind != "removed"]


def _paragraphs(pieces: Sequence[_Spelled], mark: str) -> tuple[Paragraph, ...]:
    runs = []
    for changed, words in pieces:
        # A blank between pieces belongs to neither, so that no mark runs over it.
        runs += [Run(" ".join(words), mark if changed else ""), Run(" ")]
    return paragraphs_of(runs)


def _words(pieces: Sequence[_Spelled]) -> int:
    return sum(word != "\n" for changed, words in pieces if changed for word in words)
