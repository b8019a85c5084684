"""Search over folded words gives the same answers on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, text

from storage.cluster_list import ClusterFilters, list_clusters
from storage.engine import open_engine, reading, writing
from storage.migrate import upgrade
from storage.search import search
from storage.search_index import (
    LARGEST_BYTES,
    LONGEST_WORD,
    MOST_WORDS,
    SearchText,
    forget_all,
    forget_words,
    index_words,
    indexed,
)
from storage.search_query import AllOf, AnyOf, Filters, Phrase, Query, Term
from storage.wire import CreditRow


def index(desk: Any, *words: str) -> None:
    """Store one article for each text of folded words; the words are all that search may look at."""
    desk.open("petra")
    for number, _ in enumerate(words):
        desk.save("petra", desk.entry(f"k{number}", f"النص {number}", published_at=desk.at(number)))
    first = desk.next_cluster()
    desk.place(
        *(
            desk.placement(version, first + number, founded=True, words=words[number])
            for number, version in enumerate(desk.queue())
        )
    )


def all_of(*words: str) -> Query:
    """A query for texts that hold all the words, whatever signs stand in them."""
    phrases = [Phrase(tuple(indexed(word))) for word in words]
    return Query(AllOf(tuple(phrase for phrase in phrases if phrase.words)))


def found(desk: Any, *words: str, limit: int = 100, since: float | None = None) -> list[int]:
    query = replace(all_of(*words), filters=Filters(since=None if since is None else desk.at(since)))
    with reading(desk.engine) as conn:
        return [hit.article_id for hit in search(conn, query, limit)]


def test_all_words_must_occur_whole(desk: Any) -> None:
    index(desk, "اعلنت وكاله الانباء", "وكاله الفضاء", "اعلنت الوكاله")
    assert sorted(found(desk, "وكاله")) == [1, 2]
    assert found(desk, "وكاله", "اعلنت") == [1]
    assert found(desk, "اعلنت", "الفضاء") == []
    assert found(desk, "وكال") == []


def test_numbers_latin_letters_and_mixtures_are_words(desk: Any) -> None:
    index(desk, "قتل 12 شخصا", "كوفيد19 covid19", "1e5 007 3")
    assert found(desk, "12") == [1]
    assert found(desk, "كوفيد19") == [2]
    assert found(desk, "covid19") == [2]
    assert found(desk, "1e5", "007") == [3]
    assert found(desk, "7") == []


@pytest.mark.parametrize("word", ['a"b', "a'b", "a\\", "a & b", "x:", "^a", "-a", "!a", "a:*", "a_b", '"a', "x:1"])
def test_a_sign_in_a_word_only_parts_words(desk: Any, word: str) -> None:
    index(desk, "كلمه عاديه", "a b x 1", "a'b x:1 -a_b")
    assert sorted(found(desk, word)) == [2, 3]
    assert found(desk, "كلمه", word) == []


@pytest.mark.parametrize("word", ["ا*", "NOT", "OR", "NEAR", "words"])
def test_no_word_is_an_operator(desk: Any, word: str) -> None:
    index(desk, "كلمه عاديه")
    assert found(desk, word) == []
    assert found(desk, "كلمه", word, "عاديه") == []


def test_a_word_of_signs_only_is_no_word(desk: Any) -> None:
    index(desk, "كلمه")
    assert found(desk, "كلمه", "()") == [1]


def test_a_hit_says_where_it_is_and_shows_the_published_text(desk: Any) -> None:
    index(desk, "كلمه")
    with reading(desk.engine) as conn:
        (hit,) = search(conn, all_of("كلمه"), 10)
    assert (hit.article_id, hit.version_id, hit.cluster_id, hit.source_id) == (1, 1, 1, "petra")
    assert (hit.title, hit.summary, hit.text) == ("عنوان", "", "النص 0")
    assert (hit.url, hit.published_at) == ("https://x.example/k0", desk.at(0))


def test_the_text_that_is_about_it_comes_before_the_one_that_names_it(desk: Any) -> None:
    filler = " ".join(f"حشو{n}" for n in range(60))
    index(desk, f"زلزال {filler}", f"زلزال زلزال زلزال زلزال {filler}", filler)
    assert found(desk, "زلزال") == [2, 1]
    assert found(desk, "زلزال", limit=1) == [2]


def test_an_article_is_found_once_by_its_newest_text_that_fits(desk: Any) -> None:
    index(desk, "قتل ثلاثه")
    for words in ("قتل خمسه", "قتل سته"):
        desk.save("petra", desk.entry("k0", words))
        desk.place(desk.placement(desk.queue()[0], 1, words=words))
    with reading(desk.engine) as conn:
        assert [(hit.article_id, hit.text) for hit in search(conn, all_of("قتل"), 10)] == [(1, "قتل سته")]
        assert [(hit.article_id, hit.text) for hit in search(conn, all_of("خمسه"), 10)] == [(1, "قتل خمسه")]


def test_since_bounds_the_publication(desk: Any) -> None:
    index(desk, *["كلمه"] * 4)
    assert sorted(found(desk, "كلمه", since=2)) == [3, 4]
    desk.save("petra", desk.entry("undated"), minutes=50)
    desk.place(desk.placement(desk.queue()[0], 9, founded=True))
    assert found(desk, "كلمه", since=40) == [5]


def test_giant_words_are_found_by_their_beginning(desk: Any) -> None:
    giant = "ن" * 5000
    index(desk, f"قبل {giant} بعد")
    assert found(desk, giant) == [1]
    assert found(desk, "ن" * LONGEST_WORD) == [1]
    assert found(desk, "ن" * (LONGEST_WORD - 1)) == []


def test_a_giant_text_is_indexed_as_far_as_there_is_room(desk: Any) -> None:
    index(desk, " ".join(f"كلمه{n}" for n in range(100_000)))
    assert found(desk, "كلمه0") == [1]
    assert found(desk, f"كلمه{MOST_WORDS - 1}") == [1]
    assert found(desk, f"كلمه{MOST_WORDS}") == []


@given(st.lists(st.from_regex(r"[^\W_]{1,200}", fullmatch=True), max_size=30))
def test_indexed_words_are_beginnings_of_the_words_and_fit(words: list[str]) -> None:
    kept = list(indexed(" , ".join(words)))
    assert len(kept) == len(words)
    assert all(
        word.startswith(short) and 1 <= len(short) <= LONGEST_WORD for word, short in zip(words, kept, strict=True)
    )
    assert sum(len(word.encode("utf-8", "surrogatepass")) for word in kept) < LARGEST_BYTES


ARABIC = st.text(alphabet="ابتحدرسعفقلمنهوي0123abc", min_size=1, max_size=6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.lists(ARABIC, min_size=1, max_size=8), min_size=1, max_size=5),
    query=st.lists(ARABIC, min_size=1, max_size=2),
)
def test_search_finds_exactly_the_texts_that_hold_the_words(
    desk: Any, texts: list[list[str]], query: list[str]
) -> None:
    with writing(desk.engine) as conn:
        forget_all(conn)
    desk.open("petra")
    before = len(indexed_articles(desk))
    for number, _ in enumerate(texts, start=before):
        desk.save("petra", desk.entry(f"k{number}"))
    first = desk.next_cluster()
    desk.place(
        *(
            desk.placement(version, first + n, founded=True, words=" ".join(texts[n]))
            for n, version in enumerate(desk.queue())
        )
    )
    asked = [*query, texts[0][0]]
    expected = {before + n + 1 for n, words in enumerate(texts) if set(asked) <= set(words)}
    assert set(found(desk, *asked)) == expected
    assert before + 1 in found(desk, texts[0][0])


def indexed_articles(desk: Any) -> list[int]:
    with reading(desk.engine) as conn:
        return list(conn.execute(text("SELECT id FROM article")).scalars())


@pytest.fixture
def plain_locale_desk(postgresql_databases: Callable[[str], URL]) -> Iterator[Any]:
    """A PostgreSQL database whose locale knows no letter beyond ASCII."""
    url = postgresql_databases("TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    engine = open_engine(url.render_as_string(hide_password=False))
    upgrade(engine)
    yield engine
    engine.dispose()


def test_the_server_s_locale_does_not_matter(plain_locale_desk: Any, desk_on: Callable[[Any], Any]) -> None:
    desk = desk_on(plain_locale_desk)
    index(desk, "اعلنت وكاله الانباء", "وكاله")
    assert sorted(found(desk, "وكاله")) == [1, 2]
    assert found(desk, "اعلنت", "وكاله") == [1]


def test_indexing_nothing_is_allowed(desk: Any) -> None:
    index(desk, "")
    with writing(desk.engine) as conn:
        index_words(conn, [])
    assert found(desk, "كلمه") == []


def holds(term: Term, title: list[str], body: list[str]) -> bool:
    """Tell by plain Python what the index should: whether a text holds what is searched for."""
    match term:
        case Phrase(words):
            places = [title] if term.title else [title, body]
            size = len(words)
            return any(tuple(text[n : n + size]) == words for text in places for n in range(len(text)))
        case AnyOf(choices):
            return any(holds(choice, title, body) for choice in choices)
        case AllOf(wanted, unwanted):
            return all(holds(one, title, body) for one in wanted) and not any(
                holds(one, title, body) for one in unwanted
            )


FEW = st.sampled_from(["قتل", "وفد", "غزه", "12"])
PHRASES = st.builds(Phrase, st.lists(FEW, min_size=1, max_size=3).map(tuple), st.booleans())
TERMS: st.SearchStrategy[Term] = st.recursive(
    PHRASES,
    lambda terms: st.one_of(
        st.builds(AnyOf, st.lists(terms, min_size=2, max_size=3).map(tuple)),
        st.builds(AllOf, st.lists(terms, min_size=1, max_size=3).map(tuple), st.lists(terms, max_size=2).map(tuple)),
    ),
    max_leaves=6,
)
TEXTS = st.lists(st.tuples(st.lists(FEW, max_size=3), st.lists(FEW, min_size=1, max_size=6)), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS, term=TERMS)
def test_every_query_finds_exactly_what_it_says(
    desk: Any, texts: list[tuple[list[str], list[str]]], term: Term
) -> None:
    with writing(desk.engine) as conn:
        forget_all(conn)
    desk.open("petra")
    before = len(indexed_articles(desk))
    for number, _ in enumerate(texts, start=before):
        desk.save("petra", desk.entry(f"k{number}"))
    first = desk.next_cluster()
    desk.place(
        *(
            desk.placement(version, first + n, founded=True, title=" ".join(texts[n][0]), words=" ".join(texts[n][1]))
            for n, version in enumerate(desk.queue())
        )
    )
    with reading(desk.engine) as conn:
        hits = {hit.article_id for hit in search(conn, Query(term), 100)}
    assert hits == {before + n + 1 for n, (title, body) in enumerate(texts) if holds(term, title, body)}


def test_filters_hold_for_the_article(desk: Any) -> None:
    desk.open("petra", "wafa")
    for source, key, minutes in (("petra", "a", 0), ("wafa", "b", 10), ("petra", "c", 20)):
        desk.save(source, desk.entry(key, f"نص {key}", published_at=desk.at(minutes)))
    one, other, third = desk.queue()
    credit = CreditRow("reuters", "credit", "body", 0, 2)
    desk.place(
        desk.placement(one, 1, founded=True),
        replace(desk.placement(other, 1), credits=(credit,)),
        replace(desk.placement(third, 2, founded=True), credits=(replace(credit, kind="quote"),)),
    )

    def chosen(**filters: Any) -> list[int]:
        with reading(desk.engine) as conn:
            with_words = [hit.article_id for hit in search(conn, Query(Phrase(("كلمه",)), Filters(**filters)), 10)]
            alone = [hit.article_id for hit in search(conn, Query(None, Filters(**filters)), 10)]
        assert sorted(with_words) == sorted(alone)
        return alone

    assert chosen() == [3, 2, 1]
    assert chosen(sources=("petra",)) == [3, 1]
    assert chosen(sources=("petra", "wafa")) == [3, 2, 1]
    assert chosen(wires=("reuters",)) == [2]
    assert chosen(since=desk.at(10)) == [3, 2]
    assert chosen(until=desk.at(10)) == [1]
    assert chosen(min_sources=2) == [2, 1]
    assert chosen(sources=("petra",), min_sources=2) == [1]


def test_pages_follow_one_another(desk: Any) -> None:
    index(desk, *["كلمه"] * 7)
    with reading(desk.engine) as conn:
        pages = [[hit.article_id for hit in search(conn, all_of("كلمه"), 3, start)] for start in (0, 3, 6, 9)]
    assert pages == [[7, 6, 5], [4, 3, 2], [1], []]


def test_what_is_forgotten_is_found_no_more(desk: Any) -> None:
    index(desk, "قتل ثلاثه", "قتل خمسه")
    with writing(desk.engine) as conn:
        forget_words(conn, [(1, SearchText("", "قتل ثلاثه"))])
    assert found(desk, "قتل") == [2]
    assert found(desk, "ثلاثه") == []


def test_clusters_are_chosen_by_what_their_articles_say(desk: Any) -> None:
    index(desk, "اعلنت وكاله الانباء", "وكاله الفضاء", "اعلنت الوكاله")

    def chosen(query: Query) -> list[int]:
        with reading(desk.engine) as conn:
            return [cluster.id for cluster in list_clusters(conn, ClusterFilters(query=query)).clusters]

    assert sorted(chosen(all_of("وكاله"))) == [1, 2]
    assert chosen(all_of("وكاله", "اعلنت")) == [1]
    assert chosen(replace(all_of("وكاله"), filters=Filters(min_sources=2))) == []
    assert sorted(chosen(Query(None, Filters(sources=("petra",))))) == [1, 2, 3]
    assert chosen(Query(None, Filters(sources=("nobody",)))) == []
