"""What is shown of texts: differences, similarity, snippets, and the stems that names are compared by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.diff import Piece, word_diff
from clustering.fold import fold
from clustering.similarity import text_similarity
from clustering.snippet import Snippet, snippet
from clustering.stem import stem
from tests.clustering.arabic_text import Writer, first_paragraphs, respelled

TEXT = st.lists(st.sampled_from(["وصل", "الوفد", "إلى", "القاهرة", "،", "\n", "12"]), max_size=12).map(" ".join)


def test_a_changed_number_is_removed_and_added() -> None:
    assert word_diff("مقتل 12 شخصا في الحريق", "مقتل 14 شخصا في الحريق") == [
        Piece("same", ("مقتل",)),
        Piece("removed", ("12",)),
        Piece("added", ("14",)),
        Piece("same", ("شخصا", "في", "الحريق")),
    ]


def test_spelling_is_no_change_and_the_newer_one_is_shown() -> None:
    assert word_diff("القاهره اليوم", "القاهرة، اليوم") == [Piece("same", ("القاهرة،", "اليوم"))]


def test_a_new_paragraph_is_added_with_its_break() -> None:
    assert word_diff("وصل الوفد", "وصل الوفد\nوغادر") == [
        Piece("same", ("وصل", "الوفد")),
        Piece("added", ("\n", "وغادر")),
    ]


@given(TEXT, TEXT)
def test_a_diff_holds_both_texts(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    newer = [word for piece in pieces if piece.kind != "removed" for word in piece.words]
    older = [word for piece in pieces if piece.kind != "added" for word in piece.words]
    assert [word for word in newer if word != "\n"] == new.split()
    assert [fold(word) for word in older if word != "\n"] == [fold(word) for word in old.split()]
    assert all(piece.words for piece in pieces)


def test_similarity_is_the_share_of_what_either_has() -> None:
    writer = Writer(1)
    _, body = writer.story()
    assert text_similarity(body, respelled(body)) == 1.0
    assert text_similarity("", "،") == 1.0
    assert text_similarity(body, "") == 0.0
    assert text_similarity(body, writer.story()[1]) < 0.01
    half = text_similarity(body, first_paragraphs(body, 3))
    assert 0.3 < half < 0.7
    assert half == text_similarity(first_paragraphs(body, 3), body)


def test_a_snippet_shows_the_first_hit_in_the_outlets_spelling() -> None:
    writer = Writer(2)
    before, after = writer.words(30), writer.words(40)
    found = snippet(f"{before} والمحادثاتُ {after}", ["محادثات"])
    shown = found.text
    ((start, end),) = found.hits
    assert shown[start:end] == "والمحادثاتُ"
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown.split()) == 8 + 22 + 2


def test_a_snippet_without_a_hit_is_the_beginning() -> None:
    assert snippet("وصل الوفد إلى القاهرة", ["غزه"]) == Snippet("وصل الوفد إلى القاهرة", ())
    assert snippet("", ["غزه"]) == Snippet("", ())


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("والحكومه", "حكومه"),
        ("للحكومه", "حكومه"),
        ("بالقاهره", "قاهره"),
        ("فالمدينه", "مدينه"),
        ("وللوزراء", "وزراء"),
        ("الوزير", "وزير"),
        ("وزير", "وزير"),
        ("بيان", "بيان"),
        ("كتاب", "كتاب"),
        ("والد", "والد"),
        ("الله", "الله"),
        ("", ""),
    ],
)
def test_stems_lose_what_is_written_onto_a_words_beginning(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


@given(st.text(st.sampled_from("والفبكلحمه"), max_size=9))
def test_a_stem_is_the_end_of_its_word_and_keeps_three_letters(word: str) -> None:
    assert word.endswith(stem(word))
    assert len(stem(word)) >= min(3, len(word))
