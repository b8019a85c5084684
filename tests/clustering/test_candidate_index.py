"""Both indexes: the compact one is held against datasketch's MinHashLSH."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.bands import BANDS, ROWS, band_keys
from clustering.candidates import CandidateIndex
from clustering.compact_index import CompactIndex
from clustering.datasketch_index import DatasketchIndex
from clustering.signature import VALUES, Signature

Item = tuple[int, float, Signature]

BOTH = pytest.mark.parametrize("new_index", [CompactIndex, DatasketchIndex])


def varied(count: int, seed: int) -> list[Item]:
    """Make signatures of which about half are near-duplicates of an earlier one, at every distance."""
    random = np.random.default_rng(seed)
    made: list[Signature] = []
    for place in range(count):
        values = random.integers(0, 2**32, VALUES, dtype=np.uint32)
        if made and place % 2:
            model = made[int(random.integers(len(made)))]
            values = np.where(random.random(VALUES) < random.random(), model, values)
        made.append(values)
    times = random.permutation(count)
    return [(number + 1, float(times[number]), values) for number, values in enumerate(made)]


def shared_bands(left: Signature, right: Signature) -> int:
    return int((left == right).reshape(BANDS, ROWS).all(axis=1).sum())


def test_a_band_key_is_its_two_values_side_by_side() -> None:
    keys = band_keys(np.arange(VALUES, dtype=np.uint32))
    assert keys[0] == 1
    assert keys[1] == 2 * 2**32 + 3
    assert len(keys) == BANDS


def test_compact_answers_as_datasketch_on_thousands_of_signatures() -> None:
    items = varied(4000, seed=1)
    compact, reference = CompactIndex(), DatasketchIndex()
    pairs = 0
    for start in range(0, len(items), 250):
        batch = items[start : start + 250]
        for index in (compact, reference):
            index.add(batch)
        for _, _, values in items[max(0, start - 50) : start + 300]:
            found = compact.candidates(values)
            assert found == reference.candidates(values)
            pairs += len(found)
    assert pairs > 5000  # there was something to find
    assert len(compact) == len(reference) == len(items)


@BOTH
def test_candidates_are_those_that_share_a_band_and_how_many(new_index: Callable[[], CandidateIndex]) -> None:
    items = varied(300, seed=2)
    index = new_index()
    index.add(items)
    for _, _, values in items:
        expected = {number: n for number, _, other in items if (n := shared_bands(values, other))}
        assert index.candidates(values) == expected


@given(st.lists(st.integers(1, 40), max_size=8), st.lists(st.floats(0, 120), max_size=6), st.integers(0, 1000))
@settings(deadline=None, max_examples=40)
def test_compact_answers_as_datasketch_whatever_is_added_and_expired(
    sizes: list[int], expiries: list[float], seed: int
) -> None:
    items = varied(sum(sizes), seed)
    compact, reference = CompactIndex(), DatasketchIndex()
    start = 0
    for step, size in enumerate(sizes):
        batch = items[start : start + size]
        start += size
        for index in (compact, reference):
            index.add(batch)
            if step < len(expiries):
                index.expire(expiries[step])
        assert len(compact) == len(reference)
        for _, _, values in batch[:10]:
            assert compact.candidates(values) == reference.candidates(values)


@BOTH
def test_expired_signatures_are_no_candidates(new_index: Callable[[], CandidateIndex]) -> None:
    values = np.arange(VALUES, dtype=np.uint32)
    index = new_index()
    index.add([(1, 10.0, values), (2, 20.0, values), (3, 30.0, values)])
    index.expire(20.0)
    assert index.candidates(values) == {2: BANDS, 3: BANDS}
    assert len(index) == 2
    index.expire(15.0)  # time does not go back
    assert index.candidates(values) == {2: BANDS, 3: BANDS}
    index.expire(31.0)
    assert index.candidates(values) == {}
    assert len(index) == 0


@BOTH
def test_an_empty_index_answers(new_index: Callable[[], CandidateIndex]) -> None:
    index = new_index()
    index.add([])
    index.expire(5.0)
    assert index.candidates(np.zeros(VALUES, dtype=np.uint32)) == {}
    assert len(index) == 0


def test_segments_merge_as_they_grow() -> None:
    items = varied(1000, seed=3)
    index = CompactIndex()
    for item in items:
        index.add([item])
        assert len(index._segments) <= 11  # the logarithm of 1,000, to base 2, and one
    assert len(index) == 1000
    whole = CompactIndex()
    whole.add(items)
    assert len(whole._segments) == 1
    assert all(index.candidates(values) == whole.candidates(values) for _, _, values in items)


def test_a_segment_does_not_outgrow_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clustering.compact_index._SEGMENT_LIMIT", 64)
    items = varied(500, seed=4)
    index, reference = CompactIndex(), DatasketchIndex()
    index.add(items[:300])
    for item in items[300:]:
        index.add([item])
    reference.add(items)
    assert max(len(segment.numbers) for segment in index._segments) <= 64
    assert all(index.candidates(values) == reference.candidates(values) for _, _, values in items)


def test_expiry_gives_memory_back() -> None:
    items = [(number, float(number), values) for number, _, values in varied(1000, seed=5)]
    index = CompactIndex()
    index.add(items)
    full = index.nbytes
    index.expire(400.0)
    assert index.nbytes == full  # less than half of it has expired
    index.expire(900.0)
    assert index.nbytes < full / 5
    assert len(index) == 101
    for number, _, values in items[900:]:
        assert index.candidates(values)[number] == BANDS


def test_a_signature_takes_less_than_700_bytes() -> None:
    index = CompactIndex()
    items = varied(3000, seed=6)
    for start in range(0, 3000, 100):
        index.add(items[start : start + 100])
    assert index.nbytes / len(items) < 700
