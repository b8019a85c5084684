"""What a way of clustering gave."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """The name of the way, a cluster for each version number, and the processor seconds from text to clusters."""

    name: str
    clusters: dict[int, int]
    seconds: float
