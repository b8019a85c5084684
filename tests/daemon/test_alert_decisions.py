"""What rings, when to try again, what a search finds without its index: the deciders of the alerts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.alerts.decide import LATELY, most_within, ringing_for_event, ringing_for_story
from daemon.alerts.message import message_of
from daemon.alerts.outside_text import LONGEST as LONGEST_LINE
from daemon.alerts.outside_text import for_chat, one_line
from daemon.alerts.payload import body_of, payload_of
from daemon.alerts.query_match import IndexedText, finds, indexed_text
from daemon.alerts.retry import JITTER, LONGEST, MOST_ATTEMPTS, PERMANENT, Failure, next_attempt
from daemon.alerts.rules import Rule
from daemon.searching import read, search_text
from storage.alert_facts import ArticleFacts, EventFacts, StoryFacts, facts_of, texts_of
from storage.engine import reading, writing
from storage.placements import save_placements
from storage.schema import EVENT_KINDS
from storage.search import search
from storage.search_queue import index_now

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def article(number: int, minutes: float = 0, **facts: Any) -> ArticleFacts:
    at = NOON + timedelta(minutes=minutes)
    known: dict[str, Any] = {
        "id": number,
        "cluster_id": 1,
        "source_id": f"s{number}",
        "source_name": f"صحيفة {number}",
        "url": f"https://x.example/{number}",
        "title": "عنوان",
        "published_at": at,
        "dated_at": at,
        "newest_at": at,
        "version_id": number,
        "wires": frozenset(),
    }
    return ArticleFacts(**(known | facts))


def story(*articles: ArticleFacts) -> StoryFacts:
    return StoryFacts(1, "عنوان", NOON, len({one.source_id for one in articles}), articles)


def event(kind: str, **facts: Any) -> EventFacts:
    known: dict[str, Any] = {
        "id": 7,
        "cluster_id": 1,
        "article_id": None,
        "version_id": None,
        "other_cluster_id": None,
        "at": NOON,
        "cause": {},
        "dated_at": None,
    }
    return EventFacts(kind=kind, **(known | facts))


def no_text(_: ArticleFacts) -> IndexedText:
    raise AssertionError("nobody asked for a text")


def rings(rule: Rule, *articles: ArticleFacts, rung: Sequence[str] = (), at: datetime = NOON) -> bool:
    return bool(list(ringing_for_story([rule], story(*articles), rung, at, no_text)))


RULE = Rule("r", ("t",))
CARRIED = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 6)), max_size=25)


@given(CARRIED, st.integers(1, 120))
def test_the_fullest_span_is_found(carried: list[tuple[int, int]], minutes: int) -> None:
    span = timedelta(minutes=minutes)
    times = [(NOON + timedelta(minutes=at), f"s{outlet}") for at, outlet in carried]
    # By the letter: begin a span at every article and count the outlets in it.
    wanted = max((len({o for at, o in times if begin <= at <= begin + span}) for begin, _ in times), default=0)
    assert most_within(times, span) == wanted


@given(CARRIED, st.integers(2, 6), st.integers(1, 120), st.integers(0, 2000))
def test_a_rule_of_outlets_rings_when_that_many_came_lately(
    carried: list[tuple[int, int]], least: int, minutes: int, later: int
) -> None:
    span, at = timedelta(minutes=minutes), NOON + timedelta(minutes=later)
    articles = [article(n, when, source_id=f"s{outlet}") for n, (when, outlet) in enumerate(carried)]
    counted = [(a.dated_at, a.source_id) for a in articles if a.dated_at > at - LATELY - span]
    rule = replace(RULE, min_sources=least, within=span)
    lately = any(a.newest_at > at - LATELY for a in articles)
    assert rings(rule, *articles, at=at) == (lately and most_within(counted, span) >= least)
    # Whoever says less rings at least as often.
    if rings(rule, *articles, at=at):
        assert rings(replace(rule, within=None), *articles, at=at)
        assert rings(replace(rule, min_sources=least - 1), *articles, at=at)
        assert not rings(rule, *articles, at=at, rung=["r"])


def test_each_condition_of_a_story_must_hold() -> None:
    one = article(1, wires=frozenset({"reuters"}))
    two = article(2, source_id="almarfa")
    holds = replace(RULE, min_sources=2, wires=frozenset({"reuters", "afp"}), sources=frozenset({"almarfa", "x"}))
    assert rings(holds, one, two)
    assert not rings(holds, one)
    assert not rings(replace(holds, min_sources=3), one, two)
    assert not rings(replace(holds, wires=frozenset({"afp"})), one, two)
    assert not rings(replace(holds, sources=frozenset({"x"})), one, two)
    assert not rings(replace(holds, events=frozenset({"born"})), one, two)


def test_what_is_old_does_not_ring() -> None:
    rule = replace(RULE, sources=frozenset({"s1"}))
    day = LATELY / timedelta(minutes=1)
    assert rings(rule, article(1, -day + 1))
    assert not rings(rule, article(1, -day))
    # A recent article of another outlet does not make news of what this one told last week, a new text of it does.
    assert not rings(rule, article(1, -7 * day), article(2))
    assert rings(rule, article(1, -7 * day, newest_at=NOON))


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_an_event_rings_for_what_is_new(kind: str) -> None:
    rule = replace(RULE, events=frozenset({kind}))
    old = article(1, -3 * 24 * 60)

    def rung(happened: EventFacts, told: StoryFacts, rule: Rule = rule) -> bool:
        return bool(list(ringing_for_event([rule], happened, told, told.articles[0], no_text)))

    assert rung(event(kind, dated_at=NOON), story(article(1)))
    assert rung(event(kind), story(article(1)))
    assert not rung(event(kind), story(article(1)), replace(rule, events=frozenset({"x"})))
    assert not rung(event(kind), story(article(1)), replace(rule, wires=frozenset({"afp"})))
    assert not rung(event(kind), story(article(1)), replace(rule, min_sources=2))
    assert rung(event(kind, dated_at=old.dated_at), story(old)) == (kind == "vanished")


def test_conditions_of_an_event_are_asked_of_its_article() -> None:
    mine, other = article(1, wires=frozenset({"afp"})), article(2)
    rule = replace(RULE, events=frozenset({"joined"}), wires=frozenset({"afp"}))
    for about, wanted in ((mine, True), (other, False), (None, True)):
        assert bool(list(ringing_for_event([rule], event("joined"), story(mine, other), about, no_text))) == wanted


@given(st.integers(1, 30), st.sampled_from([None, 301, 404, 429, 500, 503, *sorted(PERMANENT)]), st.floats(0, 0.999))
def test_waits_grow_and_end(attempts: int, status: int | None, chance: float) -> None:
    wait = next_attempt(attempts, Failure("x", status), chance)
    if status in PERMANENT or attempts >= MOST_ATTEMPTS:
        assert wait is None
        return
    assert wait is not None
    assert timedelta(seconds=10) * (1 - JITTER) <= wait <= LONGEST * (1 + JITTER)
    assert next_attempt(attempts, Failure("x", status, 1e6), chance) == max(wait, LONGEST)
    assert next_attempt(attempts, Failure("x", status, 0.0), chance) == wait


def test_all_waits_come_to_about_a_day() -> None:
    for chance, hours in ((0.0, 18), (0.5, 23), (0.999, 28)):
        waits = [next_attempt(attempts, Failure("x"), chance) for attempts in range(1, MOST_ATTEMPTS)]
        assert None not in waits
        total = sum((wait for wait in waits if wait), timedelta())
        assert timedelta(hours=hours - 1) < total < timedelta(hours=hours + 1)


QUERIES = (
    "قطار دالمور",
    '"قطار في دالمور"',
    "قطار OR حافلة",
    "قطار -دالمور",
    "قطار NOT (دالمور OR سامورا)",
    "title:قطار",
    "title:(قطار OR زلزال) سامورا",
    "(زلزال OR هزة) الحكومة",
    "القطارات",
    "source:almarfa",
    "قطار source:almarfa",
    "since:2026-03-01T08:30 قطار",
    "until:2026-03-01T08:30",
    "min_sources:2 قطار",
    "a_b-c d",
)
WORDS = ("قطار", "دالمور", "في", "للحكومة", "زلزال", "سامورا", "هزة", "وحافلة", "١٢", "a_b-c", "d", "قِطار", "قطاراتٌ")


def test_a_query_finds_without_the_index_what_the_search_finds(desk: Any) -> None:
    desk.open("almarfa", "sariya")
    for number in range(40):
        words = [WORDS[(number * 7 + step * (1 + number % 5)) % len(WORDS)] for step in range(7)]
        entry = desk.entry(f"k{number}", " ".join(words[3:]), title=" ".join(words[:3]))
        desk.save(("almarfa", "sariya")[number % 2], entry, minutes=number * 2)
    waiting = desk.queue()
    # Stories of one and of two outlets.
    homes: list[int] = []
    for place in range(len(waiting)):
        homes.append(homes[-1] if place % 3 == 1 else max(homes, default=desk.next_cluster() - 1) + 1)
    with writing(desk.engine) as conn:
        # Not through the desk, which would index words of its own.
        placements = [
            desk.placement(version, home, founded=home not in homes[:place])
            for place, (version, home) in enumerate(zip(waiting, homes, strict=True))
        ]
        save_placements(conn, placements, desk.at(90))
        words_of = texts_of(conn, [version.version_id for version in waiting])
        index_now(conn, [(version, search_text(*both)) for version, both in words_of.items()])
    with reading(desk.engine) as conn:
        facts = facts_of(conn, homes, ())
        texts = texts_of(conn, [one.version_id for one in facts.articles.values()])

        def text_of(one: ArticleFacts) -> IndexedText:
            words = search_text(*texts[one.version_id])
            return indexed_text(words.title, words.body)

        answers = 0
        for typed in QUERIES:
            query = read(typed, desk.at(100))
            wanted = {hit.article_id for hit in search(conn, query, 1000)}
            found = {
                one.id
                for one in facts.articles.values()
                if finds(query, one, facts.stories[one.cluster_id], partial(text_of, one))
            }
            assert found == wanted, typed
            answers += len(found)
    assert answers > 50


@given(st.text())
def test_outside_text_stays_in_its_line(text: str) -> None:
    line = one_line(text)
    assert len(line) <= LONGEST_LINE
    assert len(line.splitlines()) <= 1
    shown = for_chat(text)
    assert (shown[0], shown[-1]) == ("\u2068", "\u2069")
    assert not set(shown[1:-1]) & set("\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e<>@[]*`")
    assert shown.encode()


@given(
    st.text(),
    st.sampled_from(["javascript:alert(1)", "ftp://x/", "//x", "https://x.example/ب", "http://", None, "h t"]),
)
def test_a_payload_is_json_and_its_links_can_be_followed(title: str, url: str | None) -> None:
    one = article(1, title=title, url=url, wires=frozenset({"reuters", "unheard_of"}))
    cause = {"changes": [{"place": "title", "sort": "figure", "was": title, "now": "19"}]}
    content = payload_of("alert_1", "قاعدة", NOON, story(one), event("figure_change", cause=cause), one)
    assert body_of(content).encode()
    told = content["article"]
    assert isinstance(told, dict)
    assert told["url"] == (url if url == "https://x.example/ب" else None)
    heading, text = message_of(content)
    assert heading == "رواية · \u2068قاعدة\u2069"
    assert len(text) < 2_000


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_every_event_can_be_told(kind: str) -> None:
    cause = {"changes": [], "sources": 5, "last_seen": NOON.isoformat()}
    for about in (article(1), None):
        content = payload_of(
            "alert_1", "r", NOON, story(article(1)), event(kind, cause=cause, other_cluster_id=3), about
        )
        assert content["event"] == kind
        assert message_of(content)[1]
