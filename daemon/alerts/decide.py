"""Which rules ring: pure, with everything that is known as arguments.

A rule without `event` is about a story: it rings once, when all its conditions hold for the first time, and a story
into which another one was merged counts as both. A rule with `event` rings once for each event. What is old never
rings: see LATELY.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from daemon.alerts.query_match import IndexedText, finds
from daemon.alerts.rules import Rule
from storage.alert_facts import ArticleFacts, EventFacts, StoryFacts

LATELY = timedelta(days=1)
"""What stands for a time further back does not ring: an archive that is loaded, the old items of a new feed, and a
story that was all told when a rule was written. A day holds every honest delay and the outlets that date by the day."""

TextOf = Callable[[ArticleFacts], IndexedText]


@dataclass(frozen=True, slots=True)
class Ringing:
    """A rule that rings; for an event, or for the story as a whole."""

    rule: Rule
    event: EventFacts | None = None


def ringing_for_story(
    rules: Collection[Rule], story: StoryFacts, rung: Collection[str], at: datetime, text_of: TextOf
) -> Iterator[Ringing]:
    """Yield the rules that ring for a story as it is after a change `at`; `rung` are those that did before."""
    recent = [article for article in story.articles if article.newest_at > at - LATELY]
    if not recent:
        return
    for rule in rules:
        if (
            not rule.events
            and rule.name not in rung
            and _carried(rule, story, at)
            and _holds_among(rule, recent, story, text_of)
        ):
            yield Ringing(rule)


def ringing_for_event(
    rules: Collection[Rule], event: EventFacts, story: StoryFacts, about: ArticleFacts | None, text_of: TextOf
) -> Iterator[Ringing]:
    """Yield the rules that ring for an event of a story; `about` is its article, where it has one."""
    if not _new(event, story):
        return
    articles = story.articles if about is None else (about,)
    for rule in rules:
        if (
            event.kind in rule.events
            and _carried(rule, story, event.at)
            and _holds_among(rule, articles, story, text_of)
        ):
            yield Ringing(rule, event)


def most_within(carried: Collection[tuple[datetime, str]], span: timedelta) -> int:
    """Return the largest number of different outlets among (time, outlet) of which no two are further apart."""
    ordered = sorted(carried)
    held = Counter[str]()
    most = first = 0
    for at, outlet in ordered:
        held[outlet] += 1
        while ordered[first][0] < at - span:
            held[ordered[first][1]] -= 1
            first += 1
        most = max(most, sum(count > 0 for count in held.values()))
    return most


def _new(event: EventFacts, story: StoryFacts) -> bool:
    if event.kind == "vanished":
        # It is seen the moment that it happens, however old the article is.
        return True
    dated = event.dated_at or max(article.newest_at for article in story.articles)
    return dated > event.at - LATELY


def _carried(rule: Rule, story: StoryFacts, at: datetime) -> bool:
    if rule.min_sources is None:
        return True
    if story.sources < rule.min_sources:
        return False
    if rule.within is None:
        return True
    # A span that ended lately, wherever it began.
    since = at - LATELY - rule.within
    times = [(article.dated_at, article.source_id) for article in story.articles if article.dated_at > since]
    return most_within(times, rule.within) >= rule.min_sources


def _holds_among(rule: Rule, articles: Collection[ArticleFacts], story: StoryFacts, text_of: TextOf) -> bool:
    """Say whether wire, source and query each hold for one of the articles at least."""
    query = rule.query
    return (
        (not rule.wires or any(not article.wires.isdisjoint(rule.wires) for article in articles))
        and (not rule.sources or any(article.source_id in rule.sources for article in articles))
        and (query is None or any(finds(query, article, story, partial(text_of, article)) for article in articles))
    )
