"""A word diff for a terminal: removed words in [-brackets-], added ones in {+braces+}, in colour where there is any."""

import click

from clustering.diff import Piece, word_diff
from daemon.cli.terminal import isolated, plain


def marked(old: str, new: str) -> list[str]:
    """Return the newer text as lines, with what was removed and added marked."""
    text = " ".join(_marked(piece) for piece in word_diff(old, new))
    return [isolated(line.strip()) for line in text.split("\n") if line.strip()]


def _marked(piece: Piece) -> str:
    if piece.kind == "same":
        return "\n".join(plain(part) for part in " ".join(piece.words).split("\n"))
    words = plain(" ".join(piece.words))
    if not words:
        return ""
    if piece.kind == "removed":
        return click.style(f"[-{words}-]", fg="red")
    return click.style(f"{{+{words}+}}", fg="green")
