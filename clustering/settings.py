"""What can be set about clustering."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a clusterer; see docs/configuration.md for what each means to a user."""

    index: Literal["compact", "datasketch"] = "compact"
    """Which structure finds candidates; both give the same answers."""

    window: timedelta = timedelta(days=3)
    """How far apart two versions of one story may be. In the labelled groups half of the copies come within 90
    minutes of one another, 99 % within 49 hours, all within 56."""

    join: float = 0.3
    """Log-odds that a version needs on average over a cluster's members to join it. Above 0, since two stories in one
    cluster do more harm than one in two: of the labelled pairs it costs 2 right ones in 1,024 and spares 6 wrong ones
    in 30."""

    merge: float = -1.0
    """Log-odds that two clusters need on average over pairs of their members to become one. Below `join`, since a
    version that agrees with both of them speaks for it too; from -1.5 on clusters grow together that have little in
    common."""

    candidates: int = 64
    """The most candidates looked at for one version, those sharing most bands first: bounds what a bucket full of
    one outlet's boilerplate can cost. 99 % of versions have fewer than 25."""

    members: int = 8
    """The most members of a cluster that a version is compared with."""
