"""What people decided about groups."""

from typing import Literal, cast

from typing_extensions import TypedDict

from storage.corrections import CorrectionRow
from web.desk import Kind
from web.moments import moment
from web.shapes import Moment, documented

State = Literal["waiting", "in force", "refused", "being undone", "undone"]


@documented
class CorrectedArticle(TypedDict):
    """An article that a correction speaks of."""

    article: int
    """Its id."""
    side: int
    """0: merged, split off, pinned or named first; 1: stayed, named second, or the anchor of a pin."""
    came_from: int | None
    """The story it was in when the correction moved it; null if it was not moved."""


@documented
class CorrectionShape(TypedDict):
    """A decision that clustering obeys; docs/corrections.md says what each kind does."""

    correction: int
    """Its number."""
    kind: Kind
    """What was decided."""
    state: State
    """How things stand with it."""
    author: str
    """Who decided."""
    note: str
    """Why, in their words; may be empty."""
    made: Moment
    """When it was asked for."""
    applied: Moment | None
    """When the stories were changed accordingly."""
    undone: Moment | None
    """When its undoing was asked for."""
    undone_by: str | None
    """Who took it back."""
    refusal: str | None
    """Why it, or its undoing, could not take effect."""
    cluster: int | None
    """Where it put articles: kept by a merge, founded by a split or never, named by a pin."""
    clusters: list[int]
    """The stories that it names or that lead elsewhere because of it."""
    articles: list[CorrectedArticle]
    """The articles that it speaks of."""


def correction_shape(row: CorrectionRow) -> CorrectionShape:
    """Return a correction as it stands."""
    return {
        "correction": row.id,
        "kind": cast("Kind", row.kind),
        "state": state(row),
        "author": row.author,
        "note": row.note,
        "made": moment(row.made_at),
        "applied": moment(row.applied_at),
        "undone": moment(row.undone_at),
        "undone_by": row.undone_by,
        "refusal": row.refusal,
        "cluster": row.cluster_id,
        "clusters": sorted(row.led_to),
        "articles": [
            {"article": article, "side": row.sides[article], "came_from": row.came_from.get(article)}
            for article in sorted(row.sides)
        ],
    }


def state(row: CorrectionRow) -> State:
    """Return how things stand with a correction, in one or two words."""
    if row.undone_at is not None:
        return "being undone" if row.open else "undone"
    if row.applied_at is not None:
        return "in force"
    return "waiting" if row.open else "refused"
