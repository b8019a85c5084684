"""Texts that carry another story as one of several items."""

from typing import Literal

from typing_extensions import TypedDict

from storage.round_ups import RoundUp
from web.shapes import documented


@documented
class RoundUpShape(TypedDict):
    """A text of the story and one of another story, of which one carries the other."""

    version: int
    """The text of this story."""
    relation: Literal["contains", "inside"]
    """contains: it carries the other one among others; inside: the other one carries it."""
    share: float
    """How much of the item stands in the round-up, 0 to 1."""
    other_version: int
    """The other text."""
    other_article: int
    """The article it is a text of."""
    other_cluster: int
    """The story it is in."""


def round_up_shape(one: RoundUp) -> RoundUpShape:
    """Return a relation between two texts."""
    return {
        "version": one.version_id,
        "relation": "contains" if one.carries else "inside",
        "share": round(one.share, 4),
        "other_version": one.other_version_id,
        "other_article": one.other_article_id,
        "other_cluster": one.other_cluster_id,
    }
