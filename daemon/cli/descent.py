"""Where a version comes from, as the commands say it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from daemon.cli.terminal import isolated, plain

if TYPE_CHECKING:  # loaded by the commands themselves
    from clustering.head_changes import Change
    from clustering.lineage import Descent

_FROM = {
    "verbatim": "verbatim copy of {}",
    "reheadlined": "same text as {}, other headline",
    "corrected": "copy of {} with other figures: {}",
    "trimmed": "trimmed from {}",
    "extended": "extended from {}",
    "reworded": "reworded from {}",
}

_EDITED = {
    "verbatim": "a few words or signs",
    "reheadlined": "other headline",
    "corrected": "other figures",
    "trimmed": "trimmed",
    "extended": "extended",
    "reworded": "reworded",
}


def descent_in_words(descent: "Descent", outlets: Mapping[int, str]) -> str:
    """Return a short phrase; `outlets` names the outlet of each version of the story."""
    found = descent.derivation
    if found is None or descent.parent is None:
        return "original text"
    changes = ", ".join(_changed(change) for change in _spoken(found.changes))
    if descent.revision:
        return f"edited: {changes}" if changes else f"edited: {_EDITED[found.kind]}"
    outlet = isolated(plain(outlets[descent.parent]))
    if descent.independent:
        return f"own words, nearest to {outlet}"
    return _FROM[found.kind].format(outlet, changes)


def _spoken(changes: "tuple[Change, ...]") -> "list[Change]":
    """Return each change once, though title and lead may both have it."""
    return list({(change.was, change.now): change for change in changes}.values())


def _changed(change: "Change") -> str:
    return f"{isolated(plain(change.was))} -> {isolated(plain(change.now))}"
