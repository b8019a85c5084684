"""Every engine gives the clusters of the service, on texts that make it hard."""

import random
from collections.abc import Mapping
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import pytest
from pyarrow import parquet

from clustering.settings import Settings
from daemon.archive_engines.engine import EngineError
from daemon.archive_engines.on_duckdb import prepared_on_duckdb
from daemon.archive_engines.recluster_archive import recluster_archive
from daemon.backtest import backtest
from daemon.corpus import CorpusArticle
from tests.daemon.archive_engines.archive_files import clusters_in, write_parquet


@pytest.mark.parametrize(("engine", "processes"), [("local", 1), ("local", 2), ("duckdb", 1), ("duckdb", 2)])
def test_the_clusters_are_those_of_the_service(
    engine: str, processes: int, archive: Path, expected: Mapping[str, int], tmp_path: Path
) -> None:
    made = recluster_archive(engine, archive, tmp_path / "out.parquet", Settings(), processes)
    assert clusters_in(tmp_path / "out.parquet") == expected
    assert (made.articles, made.clusters) == (len(expected), len(set(expected.values())))


def test_the_output_is_in_the_order_of_time_and_counts_the_articles_of_each_cluster(
    archive: Path, expected: Mapping[str, int], articles: list[CorpusArticle], tmp_path: Path
) -> None:
    recluster_archive("local", archive, tmp_path / "out.parquet", Settings(), 1)
    table = parquet.read_table(tmp_path / "out.parquet")
    times = {one.id: (one.published, one.id) for one in articles}
    assert all(times[one] < times[next_one] for one, next_one in pairwise(table["id"].to_pylist()))
    sizes = dict(zip(table["id"].to_pylist(), table["articles"].to_pylist(), strict=True))
    assert sizes == {one: list(expected.values()).count(cluster) for one, cluster in expected.items()}


@pytest.mark.parametrize("engine", ["local", "duckdb"])
def test_settings_are_obeyed(engine: str, archive: Path, articles: list[CorpusArticle], tmp_path: Path) -> None:
    settings = Settings(join=2.0, candidates=3, members=2)
    recluster_archive(engine, archive, tmp_path / "out.parquet", settings, 1)
    wanted = backtest(articles, settings).clusters
    assert clusters_in(tmp_path / "out.parquet") == wanted != backtest(articles, Settings()).clusters


@pytest.mark.parametrize("engine", ["local", "duckdb"])
def test_where_rows_stand_makes_no_difference(
    engine: str, articles: list[CorpusArticle], expected: Mapping[str, int], tmp_path: Path
) -> None:
    shuffled = [asdict(one) for one in articles]
    random.Random(1).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    (tmp_path / "parts").mkdir()
    write_parquet(tmp_path / "parts/b.parquet", shuffled[:150])
    write_parquet(tmp_path / "parts/a.parquet", shuffled[150:])
    recluster_archive(engine, tmp_path / "parts", tmp_path / "out.parquet", Settings(), 1)
    assert clusters_in(tmp_path / "out.parquet") == expected


def test_duckdb_says_why_it_gave_up(archive: Path) -> None:
    with (
        pytest.raises(EngineError, match="DuckDB gave up: Out of Memory"),
        prepared_on_duckdb(archive, Settings(), 1, memory="300KB") as prepared,
    ):
        list(prepared)
