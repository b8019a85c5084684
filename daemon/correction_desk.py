"""Where people's corrections are handed in: written down, and applied at once by whoever clusters.

That is this process, if no other one does; else the running service applies it within a second or two, and this one
waits to see what comes of it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from clustering.settings import Settings
from daemon.clusterer_lease import LeaseLost
from daemon.corrections import CorrectionRefused
from daemon.failpoints import Point, reached
from daemon.holder import holder_name
from daemon.start import free_dead_leases
from daemon.stored_clusterer import StoredClusterer
from storage.corrections import CorrectionRow, corrections
from storage.engine import reading, writing

PATIENCE_S = 15.0
"""How long to wait for the running service: its ticks come every second, and a batch under way takes less."""

_STEP_S = 0.1


def hand_in(
    engine: Engine,
    settings: Settings,
    write_down: Callable[[Connection, datetime], int],
    patience_s: float = PATIENCE_S,
) -> CorrectionRow:
    """Write down a correction or an undoing, and see to it that it takes effect; return it as it stands then.

    `write_down` returns the number of the correction. One that is still open was left to the running service. Raises
    CorrectionRefused.
    """
    with writing(engine) as conn:
        number = write_down(conn, datetime.now(UTC))
    reached(Point.CORRECTION_ASKED)
    free_dead_leases(engine)
    clusterer = StoredClusterer(engine, settings, holder_name(), batch=1)
    until = time.monotonic() + patience_s
    while (row := _row(engine, number)).open and time.monotonic() < until:
        if not _applied(clusterer):
            time.sleep(_STEP_S)
    if row.refusal is not None:
        raise CorrectionRefused(row.refusal)
    return row


def _applied(clusterer: StoredClusterer) -> bool:
    """Apply what waits, unless another process clusters."""
    if not clusterer.take_lease():
        return False
    try:
        clusterer.correct()
    except LeaseLost:
        return False
    finally:
        clusterer.drop_lease()
    return True


def _row(engine: Engine, number: int) -> CorrectionRow:
    with reading(engine) as conn:
        (row,) = corrections(conn, [number])
    return row
