"""Which agencies the versions of a story credit, as the commands say and take it."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from daemon.cli.terminal import isolated

if TYPE_CHECKING:  # loaded by the commands themselves
    from storage.cluster_detail import VersionDetail
    from storage.wire import CreditRow


class Wire(click.ParamType[str]):
    """A news agency, by its id (reuters, afp, spa) or any of its names, in any spelling."""

    name = "AGENCY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 - click's own
        """Return the agency's id, or fail with the nearest ones."""
        from clustering.agencies import agency_id  # noqa: PLC0415 - loads numpy

        try:
            return agency_id(str(value))
        except ValueError as error:
            return self.fail(str(error), param, ctx)


WIRE = Wire()


def wires(versions: "Sequence[VersionDetail]") -> list[dict[str, object]]:
    """Return the agencies that versions credit for their text, each with how many do, the most credited first."""
    from clustering.agencies import AGENCY_NAMES  # noqa: PLC0415 - not needed by --help

    credited = [{one.agency for one in version.credits if one.kind == "credit"} for version in versions]
    counts = Counter(agency for agencies in credited for agency in agencies)
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [{"agency": agency, "name": AGENCY_NAMES.get(agency, agency), "versions": n} for agency, n in ranked]


def wires_in_words(ranked: Sequence[dict[str, object]]) -> str:
    """Return a phrase such as «رويترز (3), واس (1)»."""
    return ", ".join(f"{isolated(str(one['name']))} ({one['versions']})" for one in ranked)


def credits_as_data(found: "Sequence[CreditRow]") -> list[dict[str, object]]:
    """Return what `--json` prints of a version's credits and quotes, with the passage that shows each.

    Offsets are into its title or its text (the summary where it has none).
    """
    return [
        {"agency": one.agency, "kind": one.kind, "where": one.place, "start": one.start, "end": one.end}
        for one in found
    ]
