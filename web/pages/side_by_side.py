"""Two texts side by side, with the words that one has and the other lacks marked in each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clustering.diff import Piece, tokens, word_diff
from web.pages.marked_text import Paragraph, Run, paragraphs_of

MOST_WORDS = 3_000
"""Words of a text that are compared: ten times a news item, compared in well under a second. What follows is cut."""

REMOVED, ADDED = "removed", "added"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two texts: its title and body as paragraphs."""

    title: tuple[Paragraph, ...]
    body: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Both, with how many words were removed and added; `cut` tells that only the beginnings were compared."""

    left: Side
    right: Side
    removed: int
    added: int
    cut: bool

    @property
    def equal(self) -> bool:
        """Whether they differ in spelling at most."""
        return not self.removed and not self.added


def side_by_side(left: tuple[str, str], right: tuple[str, str]) -> SideBySide:
    """Compare two texts, each given as title and body."""
    titles = _compared(left[0], right[0])
    bodies = _compared(left[1], right[1])
    return SideBySide(
        left=Side(_side(titles.old, REMOVED), _side(bodies.old, REMOVED)),
        right=Side(_side(titles.new, ADDED), _side(bodies.new, ADDED)),
        removed=_words(titles.old) + _words(bodies.old),
        added=_words(titles.new) + _words(bodies.new),
        cut=titles.cut or bodies.cut,
    )


@dataclass(frozen=True, slots=True)
class _Compared:
    """The pieces of both texts, each in its own spelling; True for those that the other lacks."""

    old: tuple[tuple[bool, tuple[str, ...]], ...]
    new: tuple[tuple[bool, tuple[str, ...]], ...]
    cut: bool


def _compared(old: str, new: str) -> _Compared:
    old_cut, new_cut = _beginning(old), _beginning(new)
    pieces = word_diff(old_cut, new_cut)
    return _Compared(
        old=tuple(_as_spelled(pieces, tokens(old_cut))),
        new=tuple((piece.kind == "added", piece.words) for piece in pieces if piece.kind != "removed"),
        cut=old_cut != old or new_cut != new,
    )


def _beginning(text: str) -> str:
    lines, left = [], MOST_WORDS
    for line in text.splitlines():
        words = line.split(maxsplit=left)
        if len(words) > left:
            return "\n".join([*lines, " ".join(words[:left])])
        lines.append(line)
        left -= len(words)
        if left <= 0:
            break
    return text if len(lines) == len(text.splitlines()) else "\n".join(lines)


def _as_spelled(pieces: Sequence[Piece], spelled: Sequence[str]) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Yield the pieces of the older text: those that both have are given in the newer spelling."""
    place = 0
    for piece in pieces:
        if piece.kind != "added":
            yield piece.kind == "removed", tuple(spelled[place : place + len(piece.words)])
            place += len(piece.words)


def _side(pieces: Sequence[tuple[bool, tuple[str, ...]]], mark: str) -> tuple[Paragraph, ...]:
    runs = []
    for changed, words in pieces:
        # A blank between pieces belongs to neither, so that no mark runs over it.
        runs += [Run(" ".join(words).replace(" \n ", "\n"), mark if changed else ""), Run(" ")]
    return paragraphs_of(runs)


def _words(pieces: Sequence[tuple[bool, tuple[str, ...]]]) -> int:
    return sum(word != "\n" for changed, words in pieces if changed for word in words)
