"""How one text came from another, in words: the kinds of docs/lineage.md."""

from collections.abc import Mapping
from dataclasses import dataclass

from clustering.lineage import Descent
from web.pages.wording import N_

COPIED: Mapping[str, str] = {
    "original": N_("original text"),
    "verbatim": N_("copied word for word"),
    "reheadlined": N_("same text, other headline"),
    "corrected": N_("figures corrected"),
    "trimmed": N_("shortened"),
    "extended": N_("extended"),
    "reworded": N_("reworded"),
    "own": N_("in its own words"),
}
"""What another outlet made of a text; `own` is a text of its own that tells the same."""

EDITED: Mapping[str, str] = {
    "verbatim": N_("edited: a few words or signs"),
    "reheadlined": N_("edited: other headline"),
    "corrected": N_("edited: figures changed"),
    "trimmed": N_("edited: shortened"),
    "extended": N_("edited: extended"),
    "reworded": N_("edited: reworded"),
    "page": N_("the fuller text of its page"),
}
"""What an outlet made of its own text; `page` is what its page says beyond its feed."""

EXPLAINED: Mapping[str, str] = {
    "original": N_("no earlier text of this story could be its source"),
    "verbatim": N_("the same text under the same headline"),
    "reheadlined": N_("the same text under another headline"),
    "corrected": N_("the same text with another figure or name in the headline or the lead"),
    "trimmed": N_("cut, with nothing of weight added"),
    "extended": N_("all of the earlier text, and more"),
    "reworded": N_("told in other words, or partly replaced"),
    "own": N_("the same news in sentences of its own"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, or a name, that stands where the earlier text has another."""

    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Made:
    """How a version came to be. `label` is a message; `parent` the version it was made from, None for an original.

    `share` is what of this text stands in the parent, `kept` what of the parent stands in this text.
    """

    kind: str
    label: str
    revision: bool
    parent: int | None
    share: float | None
    kept: float | None
    figures: tuple[Figure, ...]


def made(descent: Descent, *, page_added: bool = False) -> Made:
    """Put a descent into words; `page_added` tells that the version is what its page says beyond its feed."""
    found = descent.derivation
    if found is None or descent.parent is None:
        return Made("original", COPIED["original"], False, None, None, None, ())
    kind = "own" if descent.independent else found.kind
    label = EDITED["page" if page_added else found.kind] if descent.revision else COPIED[kind]
    figures = dict.fromkeys(Figure(change.was, change.now) for change in found.changes)
    return Made(
        kind=kind,
        label=label,
        revision=descent.revision,
        parent=descent.parent,
        share=found.contained[0],
        kept=found.contained[1],
        figures=tuple(figures),
    )
