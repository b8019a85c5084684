"""The service killed at random moments and at every named point: ``python -m benchmarks.crash [KILLS] [SECONDS]``.

`riwaya run` on feeds that move on, killed with SIGKILL KILLS times on each database, at moments by chance, and once at
each point of daemon/failpoints.py; started again after each. Then the store is compared with that of a run that nobody
disturbed over the same feeds: articles, versions, sightings, clusters, events and alerts. SECONDS ends the random
kills of one database sooner.
"""

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.databases import NAMES, empty_store
from benchmarks.table import table
from daemon.failpoints import Point
from tests.daemon import crash_rounds
from tests.daemon.crash_rounds import Rounds
from tests.daemon.feed_server import FeedServer
from tests.daemon.newsroom import Newsroom

KILLS = 200
MOST_BEFORE_A_KILL_S = 1.5
"""Feeds are asked once a second, so a moment falls anywhere between two rounds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the kills on one database came to."""

    database: str
    moments: int
    points: int
    rounds: int
    rows: int
    lost: int
    doubled: int
    untold: int
    twice: int
    whole: bool

    @property
    def good(self) -> bool:
        """Whether everything that is promised was kept."""
        return self.whole and not (self.lost or self.doubled or self.untold)


def main() -> None:
    """Run, print, and fail when something was lost."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else float("inf")  # noqa: PLR2004 - the second argument
    outcomes = [_attacked(name, kills, seconds) for name in NAMES]
    head = [
        "database", "random moments", "points", "rounds", "rows compared", "lost", "doubled", "alerts untold",
        "alerts sent again", "db check",
    ]  # fmt: skip
    print(table(head, [_row(outcome) for outcome in outcomes]))
    if not all(outcome.good for outcome in outcomes):
        sys.exit(1)


def _row(outcome: Outcome) -> list[str]:
    figures = (
        outcome.moments, outcome.points, outcome.rounds, outcome.rows, outcome.lost, outcome.doubled, outcome.untold,
        outcome.twice,
    )  # fmt: skip
    return [outcome.database, *(f"{figure:,}" for figure in figures), "whole" if outcome.whole else "broken"]


def _attacked(name: str, kills: int, seconds: float) -> Outcome:
    chance = Random(kills)  # noqa: S311 - moments, not secrets
    until = time.monotonic() + seconds
    with (
        tempfile.TemporaryDirectory() as folder,
        empty_store(name) as url,
        FeedServer() as server,
        FeedServer() as calm_server,
    ):
        rounds = Rounds(Newsroom(Path(folder) / "killed", server, database=url))
        crash_rounds.undisturbed(rounds, crash_rounds.BEFORE_A_MERGE, merged=False)
        rounds.play()
        for point in Point:
            crash_rounds.die_at(rounds, point)
        moments = 0
        while moments < kills and time.monotonic() < until:
            crash_rounds.die_at_random(rounds, chance, MOST_BEFORE_A_KILL_S)
            moments += 1
        crash_rounds.bring_to_rest(rounds)
        calm = Rounds(Newsroom(Path(folder) / "calm", calm_server))
        crash_rounds.undisturbed(calm, rounds.played, merged=True)
        wanted = calm.image()
        lost, doubled = crash_rounds.differences(rounds.image(), wanted)
        for word, rows in (("lost", lost), ("doubled", doubled)):
            for kind, found in rows.items():
                print(f"{name}: {word} in {kind}: {list(found.items())[:5]}", file=sys.stderr)
        return Outcome(
            database=name,
            moments=moments,
            points=len(Point),
            rounds=rounds.played,
            rows=sum(found.total() for found in wanted.values()),
            lost=sum(found.total() for found in lost.values()),
            doubled=sum(found.total() for found in doubled.values()),
            untold=len(crash_rounds.untold(rounds)),
            twice=sum(times - 1 for times in rounds.receiver.times("desk").values()),
            whole=rounds.newsroom.call("db", "check").code == 0,
        )


if __name__ == "__main__":
    main()
