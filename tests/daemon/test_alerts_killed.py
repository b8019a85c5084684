"""The service killed at any moment while receivers fail: every alert comes, none twice under two ids."""

import time
from collections import Counter
from random import Random

import pytest
from sqlalchemy import text

from storage.engine import open_engine, writing
from tests.clustering.arabic_text import Writer
from tests.daemon.alert_receiver import SECRET, TAKEN, Receiver
from tests.daemon.feed_server import HANG, Answer, Hang, Item, Request
from tests.daemon.newsroom import QUICK, Newsroom, eventually
from tests.daemon.story_stream import OUTLETS, Stream

pytestmark = pytest.mark.slow

STORIES = 4
KILLS = 2
MOST_BEFORE_A_KILL_S = 0.5


class Moody:
    """Fails, hangs or stalls by chance until it is well."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.well = False

    def __call__(self, request: Request) -> Answer | Hang:
        del request
        if self.well:
            return TAKEN
        mood = self._chance.random()
        if mood < 0.2:
            time.sleep(0.3)  # taken, but the answer is slow: a kill in between must bring it again
        return Answer(b"", 503, ()) if mood > 0.7 else HANG if mood > 0.6 else TAKEN


def all_delivered(newsroom: Newsroom) -> bool:
    """Say whether nothing waits; let the waits between attempts be over for what does."""
    engine = open_engine(newsroom.database)
    with writing(engine) as conn:
        conn.execute(text("UPDATE alert SET next_attempt_at = created_at WHERE state = 'waiting' AND attempts > 0"))
    engine.dispose()
    return newsroom.count("alert WHERE state <> 'delivered'") == 0


def test_every_alert_comes_through_kills_and_failures(any_newsroom: Newsroom) -> None:
    newsroom = any_newsroom
    chance = Random(7)  # noqa: S311 - moments, not secrets
    newsroom.fetch = dict(QUICK)
    receiver = Receiver(newsroom.server, "desk", "steady")
    moody = receiver.answers["desk"] = Moody(chance)
    newsroom.targets = {name: receiver.target(name) for name in ("desk", "steady")}
    newsroom.alerts = [
        {"name": "all", "event": ["born", "joined"], "to": ["desk", "steady"]},
        {"name": "three", "min_sources": 3, "to": "desk"},
    ]
    stream = Stream(newsroom, STORIES, pause=0.15)
    stream.start()
    for _ in range(KILLS):
        with newsroom.service() as service:
            before = len(receiver.posts("desk"))
            eventually(lambda: len(receiver.posts("desk")) > before)  # noqa: B023 - called at once
            time.sleep(chance.uniform(0, MOST_BEFORE_A_KILL_S))
            service.kill()
    with newsroom.service() as service:
        stream.finish()
        eventually(lambda: newsroom.count("event WHERE kind IN ('born', 'joined')") == stream.items, 90)
        eventually(lambda: newsroom.count("unweighed") == 0)
        # A hanging receiver holds the steady one up in nothing.
        steady = "alert WHERE target = 'steady' AND state = 'delivered'"
        eventually(lambda: newsroom.count(steady) == stream.items)
        moody.well = True
        newsroom.server.closing.set()  # whoever hangs is let go
        eventually(lambda: all_delivered(newsroom), 90)
        assert service.stop() < 10

    # An alert for each event and target, and one for each story; every one of them came.
    assert newsroom.count("event WHERE kind IN ('born', 'joined')") == stream.items == STORIES * len(OUTLETS)
    stored = newsroom.rows("SELECT target, rule, coalesce(event_id, -cluster_id), id FROM alert")
    assert Counter((target, rule) for target, rule, _, _ in stored) == {
        ("desk", "all"): stream.items,
        ("steady", "all"): stream.items,
        ("desk", "three"): STORIES,
    }
    assert len({key[:3] for key in stored}) == len(stored)
    for path in ("desk", "steady"):
        assert receiver.taken(path) == {id_ for target, _, _, id_ in stored if target == path}
    # What came more than once is one alert, letter by letter.
    posts = {path: receiver.posts(path) for path in ("desk", "steady")}
    for came in posts.values():
        said = {(post["id"], str(post)) for post in came}
        assert len(said) == len({id_ for id_, _ in said})
    causes = {(post["rule"], post.get("event_id"), post["story"]["id"], post["id"]) for post in posts["desk"]}
    assert len({cause[:2] for cause in causes if cause[1]}) == stream.items
    assert len(posts["desk"]) > len(causes), "no attempt failed, so nothing was tried"


def test_a_reload_takes_the_rules_and_a_stop_waits_for_nobody(newsroom: Newsroom) -> None:
    newsroom.fetch = dict(QUICK)
    title, text_ = Writer(12).story(4)
    feed = newsroom.feed("almarfa")
    receiver = Receiver(newsroom.server, "desk", "hangs")
    receiver.answers["hangs"] = lambda _: HANG
    with newsroom.service() as service:
        eventually(lambda: service.said("riwaya runs"))
        newsroom.targets = {name: receiver.target(name) for name in ("desk", "hangs")}
        newsroom.alerts = [{"name": "all", "source": "almarfa", "to": ["desk", "hangs"]}]
        newsroom.write()
        service.hang_up()
        eventually(lambda: service.said("the configuration was read again"))
        feed.items = [Item("a", title, text_)]
        eventually(lambda: receiver.taken("desk") and newsroom.server.asked("/hook/hangs"))
        assert service.stop() < 10
        assert service.process.returncode == 0
    assert newsroom.rows("SELECT target, state, attempts FROM alert ORDER BY target") == [
        ("desk", "delivered", 1),
        ("hangs", "waiting", 0),
    ]
    told = " ".join(str(line) for line in service.log)
    assert "was delivered to desk" in told
    assert SECRET not in told
    assert "/hook/desk" not in told
