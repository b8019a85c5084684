"""A word diff for a terminal: removed words in [-brackets-], added ones in {+braces+}, in colour where there is any."""

import click

from clustering.diff import Piece, word_diff
from daemon.cli.terminal import isolated, plain, shortened

_WIDEST = 70  # columns of a change that is only mentioned


def marked(old: str, new: str) -> list[str]:
    """Return the newer text as lines, with what was removed and added marked."""
    text = " ".join(_marked(piece) for piece in word_diff(old, new))
    return [isolated(line.strip()) for line in text.split("\n") if line.strip()]


def changes(old: str, new: str, most: int) -> list[str]:
    """Return the first changes alone, a line each, and how many more there are."""
    pieces = [piece for piece in word_diff(old, new) if piece.kind != "same" and plain(" ".join(piece.words))]
    lines = [_mark(piece, shortened(plain(" ".join(piece.words)), _WIDEST)) for piece in pieces[:most]]
    rest = len(pieces) - most
    return lines if rest <= 0 else [*lines, f"and {rest} more {'change' if rest == 1 else 'changes'}"]


def _marked(piece: Piece) -> str:
    if piece.kind == "same":
        return "\n".join(plain(part) for part in " ".join(piece.words).split("\n"))
    words = plain(" ".join(piece.words))
    return _mark(piece, words) if words else ""


def _mark(piece: Piece, words: str) -> str:
    if piece.kind == "removed":
        return click.style(f"[-{isolated(words)}-]", fg="red")
    return click.style(f"{{+{isolated(words)}+}}", fg="green")
