"""Which agencies the versions of a story credit, as the commands say and take it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from daemon.cli.terminal import isolated

if TYPE_CHECKING:  # loaded by the commands that need it
    from web.shapes.wires import Wire as WireShape


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


def wires_in_words(ranked: "Sequence[WireShape]") -> str:
    """Return a phrase such as «رويترز (3), واس (1)»."""
    return ", ".join(f"{isolated(one['name'])} ({one['versions']})" for one in ranked)
