"""Asking an index in turn: what a batch finds, bounded by bucket and by time, whichever index and however cut."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.bands import BANDS, ROWS
from clustering.candidates import CandidateIndex, Item
from clustering.compact_index import CompactIndex
from clustering.datasketch_index import DatasketchIndex
from clustering.signature import VALUES

BOTH = pytest.mark.parametrize("new_index", [CompactIndex, DatasketchIndex])
SECONDS = 50.0


@pytest.fixture(autouse=True)
def small_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let buckets answer with four, so that few signatures fill them."""
    monkeypatch.setattr("clustering.compact_index.BUCKET", 4)
    monkeypatch.setattr("clustering.datasketch_index.BUCKET", 4)


def crowded(count: int, seed: int) -> list[Item]:
    """Make signatures of three templates that keep a part of their values, at times that mostly ascend."""
    random = np.random.default_rng(seed)
    templates = random.integers(0, 2**32, (3, VALUES), dtype=np.uint32)
    made = []
    for number in range(count):
        kept = random.random(VALUES) < random.choice([0.1, 0.5, 1.0])
        values = np.where(kept, templates[random.integers(3)], random.integers(0, 2**32, VALUES, dtype=np.uint32))
        made.append((number + 1, float(number * 2 + random.integers(-30, 30)), values))
    return made


def by_definition(items: Sequence[Item], most: int = 4) -> list[dict[int, int]]:
    """Work the answers out for each item and band from all that came before."""
    answers = []
    for place, (_, at, values) in enumerate(items):
        latest = max(time for _, time, _ in items[: place + 1])
        meant = [one for one in items[:place] if latest - SECONDS <= one[1] <= at + SECONDS]
        found: dict[int, int] = {}
        for band in range(BANDS):
            part = slice(band * ROWS, band * ROWS + ROWS)
            bucket = [number for number, _, other in meant if (other[part] == values[part]).all()]
            for number in sorted(bucket)[-most:]:
                found[number] = found.get(number, 0) + 1
        answers.append(found)
    return answers


def asked(index: CandidateIndex, items: Sequence[Item], sizes: Sequence[int]) -> list[dict[int, int]]:
    """Put a stream through an index as the clusterer does, in batches of the sizes given and then of seven."""
    answers: list[dict[int, int]] = []
    latest, start, step = float("-inf"), 0, 0
    while start < len(items):
        size = sizes[step] if step < len(sizes) else 7
        batch = items[start : start + size]
        answers += index.in_turn(batch, latest, SECONDS)
        index.add(batch)
        latest = max(latest, *(time for _, time, _ in batch))
        index.expire(latest - SECONDS)
        start, step = start + size, step + 1
    return answers


@BOTH
@given(sizes=st.lists(st.integers(1, 40), max_size=8), seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=15)
def test_answers_are_those_of_the_definition_however_the_stream_is_cut(
    new_index: Callable[[], CandidateIndex], sizes: list[int], seed: int
) -> None:
    items = crowded(90, seed)
    assert asked(new_index(), items, sizes) == by_definition(items)


@BOTH
def test_a_full_bucket_answers_with_its_newest(new_index: Callable[[], CandidateIndex]) -> None:
    values = np.arange(VALUES, dtype=np.uint32)
    index = new_index()
    index.add([(number, 1.0, values) for number in range(1, 9)])
    assert index.in_turn([(9, 1.0, values)], 1.0, SECONDS) == [dict.fromkeys([5, 6, 7, 8], BANDS)]
    assert set(index.candidates(values)) == set(range(1, 9))  # who asks for all of it gets all of it


@BOTH
def test_a_full_bucket_looks_past_those_outside_the_span_of_time(new_index: Callable[[], CandidateIndex]) -> None:
    values = np.arange(VALUES, dtype=np.uint32)
    index = new_index()
    old, near = [(1, 100.0, values), (2, 100.0, values)], [(number, 10.0, values) for number in range(3, 30)]
    index.add([*old, *near])
    assert index.in_turn([(30, 101.0, values)], 100.0, SECONDS) == [dict.fromkeys([1, 2], BANDS)]


@BOTH
def test_asking_changes_nothing(new_index: Callable[[], CandidateIndex]) -> None:
    items = crowded(60, seed=3)
    index = new_index()
    index.add(items[:30])
    first = index.in_turn(items[30:], 0.0, SECONDS)
    assert index.in_turn(items[30:], 0.0, SECONDS) == first
    assert len(index) == 30
    assert index.in_turn([], 0.0, SECONDS) == []


def test_more_than_a_segment_can_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clustering.compact_index._SEGMENT_LIMIT", 8)
    with pytest.raises(ValueError, match="9 items at once"):
        CompactIndex().in_turn(crowded(9, seed=1), 0.0, SECONDS)
