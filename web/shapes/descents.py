"""Where a version comes from, and what it changed."""

from collections.abc import Iterable
from typing import Literal

from typing_extensions import TypedDict

from clustering.head_changes import Change
from clustering.lineage import Descent
from web.shapes import documented

# In this spelling because `from` is a word of the language.
ChangeShape = TypedDict("ChangeShape", {"place": Literal["title", "lead"], "from": str, "to": str})
ChangeShape.__doc__ = """A figure or a name that stands where the earlier text has another, as both are written there.

`place` is title or lead, `from` what the earlier text has, `to` what the later one has.
"""


@documented
class Contained(TypedDict):
    """How much of two texts is common."""

    in_parent: float
    """The share of this text that stands in its parent, 0 to 1."""
    of_parent: float
    """The share of the parent that stands in this text."""


@documented
class DescentShape(TypedDict):
    """Which text a version was likely made from, and how; docs/lineage.md defines the kinds."""

    parent: int | None
    """The version it was made from; null for an original text."""
    kind: Literal["original", "verbatim", "reheadlined", "corrected", "trimmed", "extended", "reworded"]
    """What happened to the text on the way."""
    revision: bool
    """Whether the parent is the same article's former text."""
    contained: Contained | None
    """How much of the two is common; null for an original text."""
    changed_figures: list[ChangeShape]
    """Numbers that changed in the title or the lead."""
    changed_names: list[ChangeShape]
    """Names that changed there."""


def descent_shape(descent: Descent) -> DescentShape:
    """Return where a version comes from."""
    found = descent.derivation
    changes = () if found is None else found.changes
    return {
        "parent": descent.parent,
        "kind": "original" if found is None else found.kind,
        "revision": descent.revision,
        "contained": None
        if found is None
        else {"in_parent": round(found.contained[0], 3), "of_parent": round(found.contained[1], 3)},
        "changed_figures": change_shapes(changes, "figure"),
        "changed_names": change_shapes(changes, "name"),
    }


def change_shapes(changes: Iterable[Change], sort: Literal["figure", "name"]) -> list[ChangeShape]:
    """Return the changes of one sort."""
    return [{"place": one.place, "from": one.was, "to": one.now} for one in changes if one.sort == sort]
