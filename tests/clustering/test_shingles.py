import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.folded_units import fold_units
from clustering.shingles import SHINGLE_LENGTH, distinct, membership, shared, shingle_stream

BASE = 2_654_435_761
UNITS = st.lists(st.integers(0, 0xFFFF), max_size=60)
HASHES = st.lists(st.integers(0, 50), max_size=30)  # a small range, so that sets do meet


def hashed_naively(units: list[int]) -> list[int]:
    if not units:
        return []
    units = units + [0] * (SHINGLE_LENGTH - len(units))
    return [
        sum(unit * BASE ** (SHINGLE_LENGTH - 1 - place) for place, unit in enumerate(units[start : start + 10])) % 2**32
        for start in range(len(units) - SHINGLE_LENGTH + 1)
    ]


@given(UNITS)
def test_doubling_equals_the_polynomial(units: list[int]) -> None:
    stream = shingle_stream(np.array(units, dtype=np.uint16))
    assert stream.dtype == np.uint32
    assert stream.tolist() == hashed_naively(units)


def test_an_arabic_text_has_a_hash_for_every_ten_letters() -> None:
    units = fold_units("وصل الوفد إلى العاصمة مساء اليوم")
    assert len(shingle_stream(units)) == len(units) - 9
    assert shingle_stream(units).tolist() == hashed_naively(units.tolist())


@pytest.mark.parametrize("length", [1, 5, 9, 10])
def test_a_text_up_to_one_shingle_gives_one_hash(length: int) -> None:
    assert len(shingle_stream(np.arange(1, length + 1, dtype=np.uint16))) == 1


def test_an_empty_text_gives_none() -> None:
    assert shingle_stream(fold_units("")).tolist() == []
    assert shingle_stream(fold_units("، .")).tolist() == []


def test_short_texts_differ_by_their_letters_and_length() -> None:
    texts = ["غزة", "غزت", "غز", "عاجل", "عاجلا"]
    assert len({int(shingle_stream(fold_units(text))[0]) for text in texts}) == len(texts)


@given(HASHES)
def test_distinct_is_the_sorted_set(hashes: list[int]) -> None:
    assert distinct(np.array(hashes, dtype=np.uint32)).tolist() == sorted(set(hashes))


@given(HASHES, HASHES)
def test_shared_counts_the_intersection(left: list[int], right: list[int]) -> None:
    sets = [distinct(np.array(side, dtype=np.uint32)) for side in (left, right)]
    assert shared(sets[0], sets[1]) == len(set(left) & set(right))


@given(HASHES, HASHES)
def test_membership_tells_each_hash_in_the_order_of_the_stream(stream: list[int], other: list[int]) -> None:
    found = membership(np.array(stream, dtype=np.uint32), distinct(np.array(other, dtype=np.uint32)))
    assert found.tolist() == [one in other for one in stream]
