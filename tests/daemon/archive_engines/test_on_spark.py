"""Spark, on this machine, gives the clusters of the service. Starting it takes half a minute on two busy cores."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from clustering.settings import Settings
from daemon.archive_engines.article_files import ArticleFileError
from daemon.archive_engines.band_join import candidate_pairs
from daemon.archive_engines.recluster_archive import recluster_archive
from daemon.backtest import backtest
from daemon.corpus import CorpusArticle, read_articles
from tests.corpus import corpus_folder
from tests.daemon.archive_engines.archive_files import clusters_in, write_parquet
from tests.daemon.archive_engines.crowds import SECONDS, bands_of, by_index, crowded, pairs_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore"),  # Spark and its libraries warn of one another
    pytest.mark.usefixtures("spark_here"),
]


@pytest.fixture
def spark_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Spark run on this machine, without the variables by which it is told of a cluster."""
    pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed: make test-spark brings it")
    if shutil.which("java") is None:
        pytest.skip("there is no Java, which Spark needs")
    for name in ("PYSPARK_SUBMIT_ARGS", "SPARK_HOME", "SPARK_CONF_DIR", "MASTER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    yield
    assert pyspark.SparkContext._active_spark_context is None, "a session was left open"


def test_the_clusters_of_spark_are_those_of_the_service(
    archive: Path, expected: Mapping[str, int], tmp_path: Path
) -> None:
    recluster_archive("spark", archive, tmp_path / "out.parquet", Settings(), 1)
    assert clusters_in(tmp_path / "out.parquet") == expected


def test_what_a_worker_finds_wrong_is_named_with_file_and_row(articles: list[CorpusArticle], tmp_path: Path) -> None:
    rows = [asdict(one) for one in articles]
    rows[300]["source"] = None
    (tmp_path / "an archive [1]").mkdir()
    path = write_parquet(tmp_path / "an archive [1]" / "a.parquet", rows)
    with pytest.raises(ArticleFileError, match=r"an archive \[1\]/a\.parquet: row 301: source is empty$"):
        recluster_archive("spark", path, tmp_path / "out.parquet", Settings(), 1)
    rows[300] = rows[7]
    write_parquet(path, rows)
    with pytest.raises(ArticleFileError, match=f"a\\.parquet: an article id occurs twice: {rows[7]['id']}$"):
        recluster_archive("spark", path, tmp_path / "out.parquet", Settings(), 1)
    write_parquet(
        path.with_name("b.parquet"), [{**rows[7], "id": "else", "published": rows[7]["published"].isoformat()}]
    )
    with pytest.raises(ArticleFileError, match=r"b\.parquet: has other columns than .*a\.parquet"):
        recluster_archive("spark", path.parent, tmp_path / "out.parquet", Settings(), 1)
    assert [one.name for one in tmp_path.iterdir()] == ["an archive [1]"]


@pytest.mark.corpus
def test_all_engines_agree_on_real_articles(tmp_path: Path) -> None:
    """A stretch of each file; the whole is compared by benchmarks/archive_engines.py."""
    articles: list[CorpusArticle] = []
    for name in ("ant-dev", "snn-dev"):
        of_file = sorted(read_articles(corpus_folder() / f"{name}.jsonl.gz"), key=lambda one: (one.published, one.id))
        articles += of_file[5_000:6_000]
    archive = write_parquet(tmp_path / "articles.parquet", [asdict(one) for one in articles])
    wanted = backtest(articles, Settings()).clusters
    for engine in ("local", "duckdb", "spark"):
        recluster_archive(engine, archive, tmp_path / f"{engine}.parquet", Settings(), 2)
        assert clusters_in(tmp_path / f"{engine}.parquet") == wanted, engine


def test_spark_joins_crowded_bands_as_the_index_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clustering.compact_index.BUCKET", 4)
    sql = pytest.importorskip("pyspark.sql")

    items = crowded(200, seed=5)
    spark = sql.SparkSession.builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    try:
        columns = "number bigint, moment double, tag bigint"
        spark.createDataFrame(list(bands_of(items)), columns).createOrReplaceTempView("band")
        found = spark.sql(candidate_pairs(SECONDS, bucket=4)).collect()
    finally:
        spark.stop()
    assert pairs_of(found) == by_index(items)


def test_without_java_spark_says_so(archive: Path, tmp_path: Path) -> None:
    """In a process of its own: one that has started Java once does not look for it again."""
    environment = {**os.environ, "PATH": str(Path(shutil.which("bash") or "/bin/bash").parent), "JAVA_HOME": "/nowhere"}
    command = [str(Path(sys.executable).with_name("riwaya")), "recluster", "--engine", "spark"]
    command += ["--input", str(archive), "--output", str(tmp_path / "out.parquet")]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "Error: Spark does not start; it needs Java 17 or newer" in ended.stderr
    assert not list(tmp_path.iterdir())
