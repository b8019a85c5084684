"""Two texts of a story side by side."""

from typing import Literal

from typing_extensions import TypedDict

from clustering.diff import Piece
from web.comparison import Comparison
from web.shapes import documented
from web.shapes.descents import ChangeShape, change_shapes


@documented
class PieceShape(TypedDict):
    """A run of words."""

    kind: Literal["same", "removed", "added"]
    """Whether both texts have it, the first one only, or the second one only."""
    text: str
    """The words, in the spelling of the text they come from: the second where both have them."""


@documented
class Side(TypedDict):
    """One of the two texts."""

    version: int
    """Its number."""
    article: int
    """The article it is a text of."""
    source: str
    """The outlet's id."""
    source_name: str
    """The outlet's name."""


@documented
class ComparisonShape(TypedDict):
    """What changed from one text to another; spelling variants are no change."""

    cluster: int
    """The story."""
    a: Side
    """The first text."""
    b: Side
    """The second text."""
    similarity: float
    """How much of the two is shared (Jaccard, 0 to 1)."""
    title: list[PieceShape]
    """The headlines, word by word."""
    text: list[PieceShape]
    """The texts, word by word; a line break is a word."""
    changed_figures: list[ChangeShape]
    """Numbers that changed in the title or the lead."""
    changed_names: list[ChangeShape]
    """Names that changed there."""


def comparison_shape(cluster_id: int, found: Comparison) -> ComparisonShape:
    """Return two texts compared."""
    a, b = (
        Side(version=side.version_id, article=side.article_id, source=side.source_id, source_name=side.source_name)
        for side in (found.a, found.b)
    )
    return {
        "cluster": cluster_id,
        "a": a,
        "b": b,
        "similarity": round(found.similarity, 3),
        "title": [_piece(piece) for piece in found.title],
        "text": [_piece(piece) for piece in found.text],
        "changed_figures": change_shapes(found.changes, "figure"),
        "changed_names": change_shapes(found.changes, "name"),
    }


def _piece(piece: Piece) -> PieceShape:
    return {"kind": piece.kind, "text": " ".join(piece.words)}
