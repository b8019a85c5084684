"""The engine `spark`: reading, signatures and the band join on a Spark cluster, the ordered pass on the driver.

The cluster is the one that Spark's own configuration names, or else this machine. Its workers need riwaya too, and must
see the files under the same path.
"""

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from clustering.profile import profile
from clustering.settings import Settings
from clustering.signature import signature, to_bytes
from daemon.archive_engines.article_files import (
    ArticleFileError,
    Columns,
    checked,
    common_columns,
    count_articles,
    parquet_files,
)
from daemon.archive_engines.band_join import band_tags, candidate_pairs
from daemon.archive_engines.engine import EngineError
from daemon.archive_engines.turn import Prepared, Turn, batched, prepare, version_of, with_candidates
from daemon.archive_engines.work_crew import spread

if TYPE_CHECKING:  # an optional package, loaded when the engine is used
    from pyspark.sql import DataFrame, SparkSession

_SIGNED = "id string, source string, title string, text string, moment double, signature binary, tags array<bigint>"
_FILE, _ROW = "riwaya_file", "riwaya_row"

_ROWS = 1_000
"""Articles that a worker gets at a time: some 5 MB; Spark's own 10,000 would be 50, beside what it makes of them."""


_PARTITION = 10_000
"""Articles of a partition: 50 MB, which the driver takes one by one. Spark's own 200 partitions make 800 jobs of a few
rows each from a small archive and too few of a large one."""

_CONFIGURED = {"PYSPARK_SUBMIT_ARGS", "SPARK_HOME", "SPARK_CONF_DIR", "MASTER"}
"""The variables by which people tell Spark of a cluster."""


@contextmanager
def prepared_on_spark(path: Path, settings: Settings, processes: int) -> Iterator[Iterator[Prepared]]:
    """Give the articles of a path in the order of their times, with the candidates that Spark found.

    Raises ArticleFileError, and EngineError when Spark or Java is missing or a job fails.
    """
    try:
        from py4j.protocol import Py4JError  # noqa: PLC0415 - an optional package
        from pyspark.errors import PySparkException  # noqa: PLC0415 - as above
        from pyspark.sql import SparkSession  # noqa: PLC0415 - as above
    except ImportError as error:
        raise EngineError("--engine spark needs PySpark: pip install 'riwaya[spark]'") from error
    partitions = max(2 * processes, count_articles(path) // _PARTITION)
    builder = SparkSession.builder.appName("riwaya recluster")
    for key, value in {**_configuration(), "spark.sql.shuffle.partitions": str(partitions)}.items():
        builder = builder.config(key, value)
    try:
        spark = builder.getOrCreate()
    except Exception as error:
        raise EngineError(f"Spark does not start; it needs Java 17 or newer: {_first_line(error)}") from error
    spark.sparkContext.setLogLevel("ERROR")
    logging.getLogger("py4j").setLevel(logging.WARNING)  # it tells of every connection that it closes
    try:
        articles = _in_order(spark, path)
        articles.selectExpr("number", "moment", "explode(tags) AS tag").createOrReplaceTempView("band")
        pairs = spark.sql(candidate_pairs(settings)).orderBy("number", "standing")
        turns = with_candidates(_turns(articles), _pairs(pairs))
        with closing(spread(prepare, batched(turns), processes)) as prepared:
            yield prepared
    except (PySparkException, Py4JError) as error:
        raise _told(error) from error
    finally:
        spark.stop()


def _configuration() -> dict[str, str]:
    """Return what Spark is told beyond its own configuration; on this machine alone it listens to nobody else."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    told = {"spark.sql.execution.arrow.maxRecordsPerBatch": str(_ROWS), "spark.ui.showConsoleProgress": "false"}
    if not _CONFIGURED & os.environ.keys():
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        told |= {"spark.ui.enabled": "false"}
    return told


def _in_order(spark: "SparkSession", path: Path) -> "DataFrame":
    """Return the signed articles, kept on the disks of the workers, numbered in the order of their times."""
    from pyspark import StorageLevel  # noqa: PLC0415 - an optional package

    # Spark would take the columns of one file for those of all.
    columns = common_columns(path)
    read = spark.read.parquet(*(_as_pattern(file) for file in parquet_files(path)))
    names = [f"`{name}`" for name in dict.fromkeys(columns.names)]
    rows = read.selectExpr(*names, f"_metadata.file_path AS {_FILE}", f"_metadata.row_index AS {_ROW}")
    # Kept, or the sample that the sorting begins with would have everything signed twice.
    signed = rows.mapInArrow(partial(_signed, columns=columns), _SIGNED).persist(StorageLevel.DISK_ONLY)
    # The number is that of the partition and the row in it, and the partitions are in order: it ascends with gaps.
    articles = (
        signed.orderBy("moment", "id")
        .selectExpr("monotonically_increasing_id() AS number", "*")
        .persist(StorageLevel.DISK_ONLY)
    )
    repeated = articles.groupBy("id").count().where("count > 1").orderBy("id").first()
    if repeated is not None:
        raise ArticleFileError(f"{path}: an article id occurs twice: {repeated['id']}")
    signed.unpersist()
    return articles


def _as_pattern(file: Path) -> str:
    """Return a path as Spark reads it, which takes some characters for patterns."""
    return re.sub(r"([\\*?\[\]{}])", r"\\\1", str(file.absolute()))


def _signed(batches: Iterator[pa.RecordBatch], columns: Columns) -> Iterator[pa.RecordBatch]:
    """Check and sign articles; runs on the workers."""
    for batch in batches:
        files, rows = batch.column(_FILE), batch.column(_ROW)
        articles = checked(batch, columns, partial(_place, files, rows))
        texts = [articles.column(name).to_pylist() for name in ("source", "title", "text", "moment")]
        profiles = [profile(version_of(0, *row)) for row in zip(*texts, strict=True)]
        made = [signature(one.shingles, one.lead, one.title) for one in profiles]
        tags = pa.array(list(band_tags(made)), pa.list_(pa.int64()))
        values = pa.array([to_bytes(one) for one in made], pa.binary())
        yield pa.record_batch([*articles.columns, values, tags], names=[*articles.schema.names, "signature", "tags"])


def _place(files: pa.Array, rows: pa.Array, offset: int) -> str:
    if offset >= len(files):
        return "an empty file"
    return f"{unquote(urlsplit(files[offset].as_py()).path)}: row {rows[offset].as_py() + 1}"


def _turns(articles: "DataFrame") -> Iterator[Turn]:
    chosen = articles.select("number", "id", "source", "title", "text", "moment", "signature")
    for row in chosen.toLocalIterator(prefetchPartitions=True):
        number, name, source, title, text, moment, values = row
        yield Turn(name, version_of(number, source, title, text, moment), bytes(values))


def _pairs(pairs: "DataFrame") -> Iterator[tuple[int, int]]:
    for row in pairs.select("number", "other").toLocalIterator(prefetchPartitions=True):
        yield row[0], row[1]


def _told(error: Exception) -> Exception:
    """Return the mistake in the files that a worker found, or else what Spark says."""
    found = re.search(r"\bArticleFileError: (.+)", str(error))
    return ArticleFileError(found[1].strip()) if found else EngineError(f"Spark gave up: {_first_line(error)}")


def _first_line(error: Any) -> str:  # noqa: ANN401 - of several libraries
    """Return what an error says first; the bridge to Java begins by saying that there was one."""
    lines = [line for line in str(error).strip().splitlines() if not line.startswith("An error occurred while calling")]
    return lines[0] if lines else type(error).__name__
