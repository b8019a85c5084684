"""What people type into a search, read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search_query import AllOf, AnyOf, Filters, Phrase, Query, QueryError, Reading, Term, read_query

DAY = datetime(2026, 11, 23, tzinfo=UTC)


def moment(text: str) -> datetime:
    if text != "7d":
        raise ValueError(f"{text} is no time")
    return DAY


def agency(text: str) -> str:
    if text != "رويترز":
        raise ValueError(f"{text} is no agency")
    return "reuters"


READING = Reading(lambda text: text.replace("-", " ").replace(":", " ").strip("؟!.").split(), moment, agency)


def read(text: str) -> Query:
    return read_query(text, READING)


def word(*words: str, title: bool = False) -> Phrase:
    return Phrase(words, title)


A, B, C = word("أ"), word("ب"), word("ج")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("أ", A),
        ("  أ   ب ", AllOf((A, B))),
        ("أ AND ب", AllOf((A, B))),
        ("أ OR ب", AnyOf((A, B))),
        ("أ ب OR ج", AnyOf((AllOf((A, B)), C))),
        ("أ (ب OR ج)", AllOf((A, AnyOf((B, C))))),
        ("أ NOT ب", AllOf((A,), (B,))),
        ("أ -ب", AllOf((A,), (B,))),
        ("-ب أ", AllOf((A,), (B,))),
        ("أ AND NOT ب", AllOf((A,), (B,))),
        ('أ -"ب ج"', AllOf((A,), (word("ب", "ج"),))),
        ("أ -(ب OR ج)", AllOf((A,), (AnyOf((B, C)),))),
        ('"أ ب"', word("أ", "ب")),
        ("«أ ب» ج", AllOf((word("أ", "ب"), C))),
        ("“أ ب”", word("أ", "ب")),
        ("أ-ب", word("أ", "ب")),
        ("title:أ ب", AllOf((word("أ", title=True), B))),
        ('title:"أ ب"', word("أ", "ب", title=True)),
        ("title:(أ OR ب)", AnyOf((word("أ", title=True), word("ب", title=True)))),
        ("أ ؟", A),
        ("https://x.example/a", word("https", "//x.example/a")),
        ("or not and", AllOf((word("or"), word("not"), word("and")))),
        ("((أ))", A),
    ],
)
def test_words_phrases_and_operators(text: str, term: Term) -> None:
    assert read(text) == Query(term)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("source:petra", Filters(sources=("petra",))),
        ("source:petra source:wafa", Filters(sources=("petra", "wafa"))),
        ("wire:رويترز", Filters(wires=("reuters",))),
        ('since:7d until:"7d" min_sources:3', Filters(since=DAY, until=DAY, min_sources=3)),
    ],
)
def test_filters_hold_for_the_whole_query(text: str, filters: Filters) -> None:
    assert read(text) == Query(None, filters)
    assert read(f"أ {text}") == Query(A, filters)
    assert read(f"(أ OR ب) {text}") == Query(AnyOf((A, B)), filters)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no word in it"),
        ("؟ !", "no word in it"),
        ("()", "no word in it"),
        ("-أ", "NOT needs something beside it"),
        ("NOT أ", "NOT needs something beside it"),
        ("أ OR", "OR needs a word on both sides"),
        ("OR أ", "OR needs a word on both sides"),
        ("أ OR source:x", "OR needs a word on both sides"),
        ("أ AND", "AND needs a word on both sides"),
        ("AND أ", "AND needs a word on both sides"),
        ("أ AND AND ب", "AND needs a word on both sides"),
        ("أ NOT", "NOT needs a word behind it"),
        ("(أ", "a bracket is not closed"),
        ("أ)", "a bracket is closed that was not opened"),
        ('"أ ب', "the quotation is not closed"),
        ("(أ source:x)", "source: holds for the whole query"),
        ("أ -source:x", "source: holds for the whole query"),
        ("since:soon", "since: soon is no time"),
        ("wire:nobody", "wire: nobody is no agency"),
        ("min_sources:0", "min_sources: '0' is no number of outlets"),
        ("(" * 30 + "أ" + ")" * 30, "more than 20 brackets"),
        ("أ " * 500, "longer than 200 words"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        read(text)


def test_a_hit_shows_what_is_wanted_and_not_what_is_unwanted() -> None:
    assert read('أ "ب ج" -د title:(هـ OR و)').words() == {"أ", "ب", "ج", "هـ", "و"}
    assert read("source:x").words() == set()


@given(st.text(alphabet='أبج ()"«»-:ANDORT', max_size=40))
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    try:
        query = read(text)
    except QueryError:
        return
    assert query.term is not None or query.filters != Filters()
