"""Asking the rules about what changed: off the queue, into the outbox, in one transaction."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from sqlalchemy import Connection, Engine

from daemon.alerts.decide import Ringing, ringing_for_event, ringing_for_story
from daemon.alerts.payload import body_of, payload_of
from daemon.alerts.query_match import IndexedText, indexed_text
from daemon.alerts.rules import Rule, rules_of
from daemon.clusterer_lease import LEASE, LEASE_TIME
from daemon.config import Config
from daemon.failpoints import Point, reached
from daemon.searching import search_text
from storage.alert_facts import ArticleFacts, Facts, StoryFacts, facts_of, texts_of
from storage.alert_queue import Change, clear, take_out, unweighed
from storage.alerts import NewAlert, add_alerts, rung_for
from storage.engine import reading, writing
from storage.leases import holds, renew

_CHANGES = 100
"""Changes looked at in one step: their stories are a few hundred rows, read in some 10 ms."""
_UNASKED = 5_000
"""Changes thrown away in one transaction where there is no rule: some 10 ms."""


class Weighing:
    """Weighs for as long as `holder` has the lease of the clusterer, beside whose results it reads."""

    def __init__(self, engine: Engine, config: Config, holder: str) -> None:
        self._engine = engine
        self._config = config
        self._holder = holder

    def step(self) -> int | None:
        """Weigh the next changes; return how many alerts came of them, None when nothing waits or others weigh."""
        now = datetime.now(UTC)
        with reading(self._engine) as conn:
            changes = unweighed(conn, _CHANGES)
            if not changes or not holds(conn, LEASE, self._holder, now):
                return None
            alerts = self._rung(conn, changes, now) if self._config.alerts else []
        reached(Point.ALERT_DECIDED)
        # Read outside of it, so that the transaction that writes is short.
        with writing(self._engine) as conn:
            if not renew(conn, LEASE, self._holder, now + LEASE_TIME):
                return None
            if not self._config.alerts:
                clear(conn, _UNASKED)
                return 0
            if not take_out(conn, changes):
                conn.rollback()
                return None
            add_alerts(conn, alerts, now)
            reached(Point.ALERT_WRITTEN)
        reached(Point.ALERT_COMMITTED)
        return len(alerts)

    def _rung(self, conn: Connection, changes: Sequence[Change], now: datetime) -> list[NewAlert]:
        rules = rules_of(self._config, now)
        told = {change.event_id for change in changes if change.event_id is not None}
        facts = facts_of(conn, {change.cluster_id for change in changes}, told)
        texts: dict[int, IndexedText] = {}
        text_of = partial(_text_of, conn, texts)
        return [
            alert
            for story, ringing in (
                *_for_stories(conn, rules, changes, facts, text_of),
                *_for_events(rules, changes, facts, text_of),
            )
            for alert in _alerts(ringing, story, facts, now, self._config.web.public_url)
        ]


def _for_stories(
    conn: Connection,
    rules: Collection[Rule],
    changes: Sequence[Change],
    facts: Facts,
    text_of: Callable[[ArticleFacts], IndexedText],
) -> list[tuple[StoryFacts, Ringing]]:
    # Each story once, as of its latest change.
    last = {facts.stories[change.cluster_id].id: change.at for change in changes if change.cluster_id in facts.stories}
    stories = {story.id: story for story in facts.stories.values()}
    rung = rung_for(conn, last)
    return [
        (stories[cluster], ringing)
        for cluster, at in last.items()
        for ringing in ringing_for_story(rules, stories[cluster], rung.get(cluster, ()), at, text_of)
    ]


def _for_events(
    rules: Collection[Rule],
    changes: Sequence[Change],
    facts: Facts,
    text_of: Callable[[ArticleFacts], IndexedText],
) -> list[tuple[StoryFacts, Ringing]]:
    found = []
    for change in changes:
        event = None if change.event_id is None else facts.events.get(change.event_id)
        story = facts.stories.get(change.cluster_id)
        if event is not None and story is not None:
            about = None if event.article_id is None else facts.articles.get(event.article_id)
            found += [(story, ringing) for ringing in ringing_for_event(rules, event, story, about, text_of)]
    return found


def _alerts(ringing: Ringing, story: StoryFacts, facts: Facts, now: datetime, public_url: str | None) -> list[NewAlert]:
    rule, event = ringing.rule, ringing.event
    about = None if event is None or event.article_id is None else facts.articles.get(event.article_id)
    made = []
    for target in rule.targets:
        # Random, not derived: after a restored backup an id of a story may come to name another one.
        alert_id = f"alert_{uuid4().hex}"
        body = body_of(payload_of(alert_id, rule.name, now, story, event, about, public_url))
        made.append(NewAlert(alert_id, rule.name, target, story.id, None if event is None else event.id, body))
    return made


def _text_of(conn: Connection, known: dict[int, IndexedText], article: ArticleFacts) -> IndexedText:
    if article.version_id not in known:
        for version, (title, body) in texts_of(conn, [article.version_id]).items():
            words = search_text(title, body)
            known[version] = indexed_text(words.title, words.body)
    return known[article.version_id]
