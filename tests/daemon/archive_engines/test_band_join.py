"""The band join finds what the index finds when it is asked in turn."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.invented_texts import invented_signatures
from clustering.bands import BANDS
from clustering.candidates import Item
from daemon.archive_engines.band_join import band_tags, candidate_pairs
from tests.daemon.archive_engines.crowds import SECONDS, bands_of, by_index, crowded, pairs_of


@pytest.fixture(autouse=True)
def small_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let buckets answer with four, so that few signatures fill them."""
    monkeypatch.setattr("clustering.compact_index.BUCKET", 4)


def joined(items: list[Item], bucket: int = 4) -> dict[int, tuple[int, ...]]:
    numbers, moments, tags = zip(*bands_of(items), strict=True)
    band = pa.table({"number": pa.array(numbers), "moment": pa.array(moments), "tag": pa.array(tags)})
    with duckdb.connect() as base:
        base.register("band", band)
        return pairs_of(base.execute(candidate_pairs(SECONDS, bucket=bucket)).fetchall())


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32), st.integers(1, 120))
def test_the_join_answers_as_the_index(seed: int, count: int) -> None:
    items = crowded(count, seed)
    assert joined(items) == by_index(items)


def test_the_join_goes_to_disk_when_memory_ends(tmp_path: Path) -> None:
    """A million and a half bands, of which 40 MB hold a part."""
    signatures = invented_signatures(18_000)
    items = [(number, 1.5e9 + number / 300, values) for number, values in enumerate(signatures, start=1)]
    numbers = np.arange(1, len(items) + 1).repeat(BANDS)
    tags = band_tags(signatures).ravel()
    band = pa.table({"number": numbers, "moment": 1.5e9 + numbers / 300, "tag": tags})
    with duckdb.connect(str(tmp_path / "bands.duckdb"), config={"memory_limit": "40MB", "threads": 2}) as base:
        base.register("given", band).execute("CREATE TABLE band AS SELECT * FROM given")
        base.unregister("given")
        statement = candidate_pairs(SECONDS, bucket=4)
        base.execute("SET max_temp_directory_size = '0KB'")
        with pytest.raises(duckdb.Error, match="temp"):
            base.execute(statement)
        base.execute("SET max_temp_directory_size = '1GB'")
        assert pairs_of(base.execute(statement).fetchall()) == by_index(items)


def test_a_limit_that_is_not_kept_would_be_noticed() -> None:
    items = crowded(120, seed=1)
    assert joined(items, bucket=5) != by_index(items)


def test_numbers_may_have_gaps() -> None:
    items = crowded(80, seed=2)
    apart = [(number * 2**33 + 5, at, values) for number, at, values in items]
    assert joined(apart) == by_index(apart)
