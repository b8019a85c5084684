"""Feeds that move on by rounds, each when the one before is stored, grouped and told, and the service killed over them.

A round brings a new story by one outlet, copies of earlier ones by two more, a page that is fuller than its feed, and
now and then an edit. No two texts of a round are of one story, so the order in which they come in changes nothing, and
a store that went through kills must equal one that did not.
"""

import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import update

from daemon.failpoints import VARIABLE, Point
from storage.engine import StoreUnavailable, open_engine, writing
from storage.schema import Page
from tests.clustering.arabic_text import Writer, first_paragraphs, respelled
from tests.daemon.alert_receiver import Receiver
from tests.daemon.feed_server import Item, page
from tests.daemon.newsroom import QUICK, Newsroom, eventually
from tests.sources.article_pages import article_page

EDIT_EVERY = 3
"""Every so many rounds a text is edited."""
SHOWN = 30
"""Items that a feed shows: nothing leaves it before it is stored, as a round waits for the one before."""
BEGUN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=12)
"""When the first text was published, in every play of this process."""

MERGED = ("one", "guid:n0"), ("one", "guid:n1")
"""The stories of these articles are merged by hand."""

BEFORE_A_MERGE = 4
"""Rounds after which nothing more comes of the stories that are merged."""

Image = dict[str, Counter[tuple[object, ...]]]
"""What a store holds, without ids and without the times at which it came to hold it."""


class Rounds:
    """The feeds of a newsroom, and what its store must hold by now."""

    def __init__(self, newsroom: Newsroom) -> None:
        newsroom.fetch = dict(QUICK)
        newsroom.database = newsroom.database or f"sqlite:///{newsroom.folder / 'riwaya.db'}"
        newsroom.full_text = "auto"
        self.newsroom = newsroom
        self.receiver = Receiver(newsroom.server, "desk")
        newsroom.targets = {"desk": self.receiver.target("desk")}
        newsroom.alerts = [
            {"name": "all", "event": ["born", "joined"], "to": "desk"},
            {"name": "three", "min_sources": 3, "to": "desk"},
        ]
        self.feeds = [newsroom.feed(outlet) for outlet in ("one", "two", "three")]
        self.played = 0
        self._writer = Writer(71)
        self._items: list[Item] = []
        self._versions = self._alerts = 0

    def play(self) -> None:
        """Publish the next round."""
        number = self.played
        self.played += 1
        title, body = self._writer.story(5)
        self._items.append(Item(f"n{number}", title, body, BEGUN + timedelta(minutes=number)))
        self._show(0, self._items[number])
        if number >= 1:
            first = self._items[number - 1]
            self._show(1, Item(first.guid, first.title, respelled(first.text), first.published))
        if number >= 2:
            first = self._items[number - 2]
            self._show(2, Item(first.guid, first.title, first_paragraphs(first.text, 1), first.published))
            whole = article_page(first.title, tuple(first.text.split("\n")))
            self.newsroom.server.pages[f"/three/a/{first.guid}"] = page(whole, "text/html; charset=utf-8")
            self._versions += 1
            self._alerts += 1
        if number >= 3 and number % EDIT_EVERY == 0:
            old = self._items[number - 3]
            items = self.feeds[0].items
            edited = Item(old.guid, old.title, f"{old.text}\nوأضاف المصدر أن العمل مستمر.", old.published)
            self.feeds[0].items = [edited if item is old else item for item in items]
            self._versions += 1
        self._versions += min(self.played, 3)
        self._alerts += min(self.played, 3)

    def _show(self, outlet: int, item: Item) -> None:
        feed = self.feeds[outlet]
        feed.items = [item, *feed.items][:SHOWN]

    def settled(self) -> bool:
        """Tell whether everything published is stored, grouped, indexed and told."""
        try:
            ((versions, alerts, left),) = self.newsroom.rows(
                "SELECT (SELECT count(*) FROM version WHERE cluster_id IS NOT NULL),"
                " (SELECT count(*) FROM alert WHERE state = 'delivered'), (SELECT count(*) FROM unweighed)"
            )
        except StoreUnavailable:
            return self.played == 0
        return (versions, alerts, left) == (self._versions, self._alerts, 0)

    def go_on(self) -> None:
        """Publish the next round if its time has come."""
        if self.settled():
            self.play()

    def restart_pages(self) -> None:
        """Let the time be over for which a reader that died has taken the pages it was at."""
        engine = open_engine(self.newsroom.database)
        with writing(engine) as conn:
            conn.execute(update(Page).where(Page.due_at.is_not(None), Page.outcome.is_(None)).values(due_at=BEGUN))
        engine.dispose()

    def merge(self, **env: str) -> int:
        """Merge two stories by hand; return how the command ended."""
        homes = {
            (source, key): home
            for source, key, home in self.newsroom.rows("SELECT source_id, key, cluster_id FROM article")
        }
        return self.newsroom.process("merge", *(homes[article] for article in MERGED), "--author", "سلمى", env=env).code

    def image(self) -> Image:
        """Return what the store holds."""
        rows = self.newsroom.rows
        leads = dict(rows("SELECT id, merged_into FROM cluster"))

        def living(cluster: int) -> int:
            while leads[cluster] is not None:
                cluster = leads[cluster]
            return cluster

        members: dict[int, set[tuple[str, str]]] = {}
        for cluster, source, key in rows("SELECT cluster_id, source_id, key FROM article"):
            members.setdefault(cluster, set()).add((source, key))
        groups = {cluster: tuple(sorted(found)) for cluster, found in members.items()}
        events = {
            event: (kind, groups[living(cluster)], source, key, number)
            for event, kind, cluster, source, key, number in rows(
                "SELECT e.id, e.kind, e.cluster_id, a.source_id, a.key, v.number FROM event e"
                " LEFT JOIN article a ON a.id = e.article_id LEFT JOIN version v ON v.id = e.version_id"
            )
        }
        base = self.newsroom.server.base
        return {
            "articles": Counter(
                (source, key, url.removeprefix(base), bool(dated), versions)
                for source, key, url, dated, versions in rows(
                    "SELECT source_id, key, url, published_at IS NOT NULL, versions FROM article"
                )
            ),
            "versions": Counter(
                rows(
                    "SELECT a.source_id, a.key, v.number, v.title, s.text, b.text, CAST(v.from_page AS INTEGER)"
                    " FROM version v JOIN article a ON a.id = v.article_id"
                    " LEFT JOIN body s ON s.id = v.summary_id LEFT JOIN body b ON b.id = v.body_id"
                )
            ),
            "sightings": Counter(
                rows(
                    "SELECT a.source_id, a.key, v.number, f.source_id FROM sighting s"
                    " JOIN version v ON v.id = s.version_id JOIN article a ON a.id = v.article_id"
                    " JOIN feed f ON f.id = s.feed_id"
                )
            ),
            "clusters": Counter((group,) for group in groups.values()),
            "events": Counter(events.values()),
            "alerts": Counter(
                (rule, target, state, groups[living(cluster)], events.get(event))
                for rule, target, state, cluster, event in rows(
                    "SELECT rule, target, state, cluster_id, event_id FROM alert"
                )
            ),
        }


def die_at(rounds: Rounds, point: Point) -> None:
    """Run what reaches a point until it dies there."""
    env = {VARIABLE: point.value}
    rounds.restart_pages()
    if point is Point.CORRECTION_ASKED:
        assert rounds.merge(**env) == -signal.SIGKILL
        return
    with rounds.newsroom.service(env=env) as service:

        def gone() -> bool:
            rounds.go_on()
            return service.process.poll() is not None

        eventually(gone, 90)
        assert service.process.returncode == -signal.SIGKILL


def die_at_random(rounds: Rounds, chance: Random, longest_s: float) -> None:
    """Run the service and kill it at a moment in this time: while it starts, or when it has begun to fetch."""
    rounds.restart_pages()
    before = len(rounds.newsroom.server.requests)
    with rounds.newsroom.service() as service:
        if chance.random() < 0.8:
            eventually(lambda: len(rounds.newsroom.server.requests) > before)
        until = time.monotonic() + chance.uniform(0, longest_s)
        while (left := until - time.monotonic()) > 0:
            rounds.go_on()
            time.sleep(min(left, 0.05))
        service.kill()


def bring_to_rest(rounds: Rounds) -> None:
    """Run the service until all is done, and stop it."""
    rounds.restart_pages()
    with rounds.newsroom.service() as service:
        eventually(rounds.settled, 90)
        eventually(lambda: service.said("riwaya runs"))
        service.stop()
        assert service.process.returncode == 0


def undisturbed(rounds: Rounds, number: int, *, merged: bool) -> None:
    """Play so many rounds and let each be taken whole."""
    for _ in range(number):
        rounds.play()
        eventually(lambda: rounds.newsroom.call("fetch", "--all").code == 0 and rounds.settled())
    if merged:
        assert rounds.merge() == 0


def differences(found: Image, wanted: Image) -> tuple[Image, Image]:
    """Return what is lost and what is there too often or wrongly, by table."""
    lost = {table: wanted[table] - found[table] for table in wanted if wanted[table] - found[table]}
    doubled = {table: found[table] - wanted[table] for table in wanted if found[table] - wanted[table]}
    return lost, doubled


def untold(rounds: Rounds) -> set[str]:
    """Return the alerts of the store that the receiver never took."""
    return {str(id_) for (id_,) in rounds.newsroom.rows("SELECT id FROM alert")} - rounds.receiver.taken("desk")
