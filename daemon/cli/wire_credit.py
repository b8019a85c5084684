"""Which agencies the versions of a story credit, as the commands say it."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from daemon.cli.terminal import isolated

if TYPE_CHECKING:  # loaded by the commands themselves
    from clustering.wire import Credit
    from storage.cluster_detail import VersionDetail


def read_credits(version: "VersionDetail") -> "tuple[Credit, ...]":
    """Find what a version says of agencies; offsets are into its title or its text (the summary where it has none)."""
    from clustering.wire import credits as found  # noqa: PLC0415 - loads numpy

    return found(version.title, version.text or version.summary)


def wires(found: "Sequence[Sequence[Credit]]") -> list[dict[str, object]]:
    """Return the agencies that versions credit for their text, each with how many do, the most credited first."""
    from clustering.agencies import AGENCY_NAMES  # noqa: PLC0415 - as above

    counts = Counter(
        agency for credits_ in found for agency in {one.agency for one in credits_ if one.kind == "credit"}
    )
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [{"agency": agency, "name": AGENCY_NAMES[agency], "versions": times} for agency, times in ranked]


def wires_in_words(ranked: Sequence[dict[str, object]]) -> str:
    """Return a phrase such as «رويترز (3), واس (1)»."""
    return ", ".join(f"{isolated(str(one['name']))} ({one['versions']})" for one in ranked)


def credits_as_data(found: "Sequence[Credit]") -> list[dict[str, object]]:
    """Return what `--json` prints of a version's credits and quotes, with the span that shows each."""
    return [
        {"agency": one.agency, "kind": one.kind, "where": one.where, "start": one.start, "end": one.end}
        for one in found
    ]
