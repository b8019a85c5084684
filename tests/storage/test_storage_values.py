"""The small deciders: which texts are the same, what is replaced at the door, how times are kept."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, literal, select

from storage.clean_text import clean, clean_json
from storage.content_hash import content_hash
from storage.utc_time import SQLITE_WIDTH, UtcTime

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_cleaned_text_can_be_stored_and_is_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert "\0" not in cleaned
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_sound_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("أ\0ب", "أ\ufffdب"),
        ("أ\ud800ب", "أ\ufffdب"),
        ("\udc00", "\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ud83d\0\ude00", "\ufffd\ufffd\ufffd"),
        ("\ud800\ud83d\ude00", "\ufffd\U0001f600"),
    ],
)
def test_what_is_replaced(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_json_is_cleaned_all_through() -> None:
    assert clean_json({"\0": ["\ud800", {"ا": ("\0", 1, None, 0.5, True)}]}) == {
        "\ufffd": ["\ufffd", {"ا": ["\ufffd", 1, None, 0.5, True]}]
    }


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_the_hash_is_that_of_what_is_stored(title: str, summary: str, text: str) -> None:
    made = content_hash(title, summary, text)
    assert len(made) == 32
    assert made == content_hash(clean(title), clean(summary), clean(text))


@given(
    st.lists(st.text(min_size=1).filter(lambda word: word.split() == [word])), st.sampled_from([" ", "\n", " \t\n "])
)
def test_blanks_do_not_make_a_text_another(words: list[str], blank: str) -> None:
    assert content_hash("", "", " ".join(words)) == content_hash("", "", blank + blank.join(words) + blank)


@given(st.tuples(ANY_TEXT, ANY_TEXT, ANY_TEXT), st.tuples(ANY_TEXT, ANY_TEXT, ANY_TEXT))
def test_other_texts_have_other_hashes(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    same = [" ".join(clean(text).split()) for text in one] == [" ".join(clean(text).split()) for text in other]
    assert (content_hash(*one) == content_hash(*other)) is same


def test_words_that_move_between_the_fields_are_a_change() -> None:
    assert len({content_hash("ا", "ب", ""), content_hash("ا ب", "", ""), content_hash("", "ا", "ب")}) == 3


def test_hashes_never_change() -> None:
    # Stored hashes are compared with new ones for years: this value may only change with the edition byte.
    assert (
        content_hash("عنوان", "", "نص  الخبر").hex()
        == "2cd93bad535265d5abc2ddd6e0ea3e552313849225c1c68117b76194625a3f55"
    )


ZONES = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-1439, 1439))
TIMES = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 (the zone is drawn beside it)
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=ZONES,
)


def bound(value: datetime) -> Any:
    return UtcTime().process_bind_param(value, create_engine("sqlite://").dialect)


@given(TIMES)
def test_times_come_back_as_they_went_in(value: datetime) -> None:
    text = bound(value)
    assert len(text) == SQLITE_WIDTH
    back = UtcTime().process_result_value(text, create_engine("sqlite://").dialect)
    assert back == value
    assert back is not None
    assert back.tzinfo is UTC


@given(TIMES, TIMES)
def test_the_order_of_the_text_is_the_order_of_time(one: datetime, other: datetime) -> None:
    assert (bound(one) < bound(other)) is (one < other)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        bound(datetime(2026, 3, 1))  # noqa: DTZ001 (the point)


def test_sqlite_s_own_functions_read_the_times() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as conn:
        value = literal(datetime(2026, 3, 1, 8, 30, tzinfo=timezone(timedelta(hours=3))), UtcTime())
        assert conn.execute(select(func.strftime("%Y-%m-%d %H:%M", value))).scalar_one() == "2026-03-01 05:30"
    engine.dispose()


def test_postgresql_times_are_given_in_utc_whatever_the_session_s_zone() -> None:
    cairo = datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    back = UtcTime().process_result_value(cairo, create_engine("postgresql+psycopg://").dialect)
    assert back == cairo
    assert back is not None
    assert back.tzinfo is UTC
