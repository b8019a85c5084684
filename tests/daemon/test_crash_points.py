"""The service killed at every named point and at random moments: its store is that of a service nobody disturbed."""

from pathlib import Path
from random import Random

import pytest

from daemon.failpoints import Point
from tests.daemon import crash_rounds
from tests.daemon.crash_rounds import Rounds
from tests.daemon.feed_server import FeedServer
from tests.daemon.newsroom import Newsroom

pytestmark = pytest.mark.slow

MOMENTS = 2
MOST_BEFORE_A_KILL_S = 1.2


def test_a_service_killed_at_every_point_has_the_store_of_one_that_ran_on(
    any_newsroom: Newsroom, tmp_path: Path
) -> None:
    rounds = Rounds(any_newsroom)
    chance = Random(5)  # noqa: S311 - moments, not secrets
    crash_rounds.undisturbed(rounds, crash_rounds.BEFORE_A_MERGE, merged=False)
    rounds.play()
    for point in Point:
        crash_rounds.die_at(rounds, point)
    for _ in range(MOMENTS):
        crash_rounds.die_at_random(rounds, chance, MOST_BEFORE_A_KILL_S)
    crash_rounds.bring_to_rest(rounds)
    with FeedServer() as server:
        calm = Rounds(Newsroom(tmp_path / "calm", server))
        crash_rounds.undisturbed(calm, rounds.played, merged=True)
        assert crash_rounds.differences(rounds.image(), calm.image()) == ({}, {})
    assert not crash_rounds.untold(rounds)
    ended = any_newsroom.call("db", "check")
    assert ended.code == 0, ended.out
