"""What a service answers at the door of its metrics, as far as a long run looks at it."""

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

_LAG = 'riwaya_event_loop_lag_seconds_bucket{le="'


@dataclass(frozen=True, slots=True)
class DoorFigures:
    """Versions stored for new articles, and in the memory of the clusterer; `lag` counts wakings by how late at most.

    The counts of `lag` run up from bucket to bucket, as Prometheus has them; its keys are seconds.
    """

    new: int
    window: int
    lag: Mapping[float, int]


def door_figures(port: int) -> DoorFigures:
    """Ask; raises OSError when nobody answers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    values = {name: float(value) for line in lines if line[0] != "#" for name, value in [line.rsplit(" ", 1)]}
    return DoorFigures(
        new=int(values['riwaya_versions_stored_total{kind="new"}']),
        window=int(values["riwaya_window_versions"]),
        lag={
            float(name.removeprefix(_LAG)[:-2]): int(value) for name, value in values.items() if name.startswith(_LAG)
        },
    )


def late_at_most(before: Mapping[float, int], after: Mapping[float, int], share: float) -> float:
    """Return the bound under which this share of the wakings between two answers stayed, seconds; 0 without any."""
    counts = {bound: after[bound] - before.get(bound, 0) for bound in sorted(after)}
    wanted = share * max(counts.values())
    return next((bound for bound, count in counts.items() if count >= wanted), 0.0) if wanted else 0.0
