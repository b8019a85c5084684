"""The engine `duckdb`: texts, bands and their join in a DuckDB file, which outgrows memory without harm."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from clustering.bands import BANDS
from clustering.profile import profile
from clustering.settings import Settings
from clustering.signature import signature, to_bytes
from daemon.archive_engines.article_files import ROWS, ArticleFileError, read_batches
from daemon.archive_engines.band_join import band_tags, candidate_pairs
from daemon.archive_engines.engine import EngineError
from daemon.archive_engines.turn import Prepared, Turn, batched, prepare, version_of, with_candidates
from daemon.archive_engines.work_crew import spread

if TYPE_CHECKING:  # an optional package, loaded when the engine is used
    from duckdb import DuckDBPyConnection

MEMORY = "2GB"
"""What DuckDB may hold before it writes to disk: what the bands of three million articles take; beside it there are
the workers and the clusterer, so that a machine of 4 GB is enough."""


@dataclass(frozen=True, slots=True)
class _Signed:
    """Some articles, their signatures in stored form, and the tags of their bands (one row an article)."""

    articles: pa.RecordBatch
    signatures: list[bytes]
    tags: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]"


@contextmanager
def prepared_on_duckdb(
    path: Path, settings: Settings, processes: int, memory: str = MEMORY
) -> Iterator[Iterator[Prepared]]:
    """Give the articles of a path in the order of their times, with the candidates that DuckDB found.

    Raises ArticleFileError, and EngineError when DuckDB is missing or gives up.
    """
    try:
        import duckdb  # noqa: PLC0415 - an optional package
    except ImportError as error:
        raise EngineError("--engine duckdb needs DuckDB: pip install 'riwaya[duckdb]'") from error
    try:
        with (
            tempfile.TemporaryDirectory(prefix="riwaya-") as folder,
            closing(duckdb.connect(str(Path(folder, "articles.duckdb")), config={"memory_limit": memory})) as base,
        ):
            base.execute("SET preserve_insertion_order = false")
            _load(base, path, processes)
            base.execute(f"CREATE TABLE pair AS {candidate_pairs(settings)}")
            base.execute("DROP TABLE band")
            turns = with_candidates(_turns(base.cursor()), _pairs(base.cursor()))
            with closing(spread(prepare, batched(turns), processes)) as prepared:
                yield prepared
    except duckdb.Error as error:
        raise EngineError(f"DuckDB gave up: {str(error).partition(chr(10))[0]}") from error


def _load(base: "DuckDBPyConnection", path: Path, processes: int) -> None:
    base.execute(
        "CREATE TABLE article (place BIGINT, id VARCHAR, source VARCHAR, title VARCHAR, text VARCHAR, moment DOUBLE,"
        " signature BLOB)"
    )
    base.execute("CREATE TABLE tag (place BIGINT, tag BIGINT)")
    first = 0
    with closing(spread(_sign, read_batches(path), processes)) as signed:
        for part in signed:
            places = np.arange(first, first + len(part.articles))
            articles = pa.table(
                [pa.array(places), *part.articles.columns, pa.array(part.signatures, pa.binary())],
                names=["place", *part.articles.schema.names, "signature"],
            )
            bands = pa.table([pa.array(places.repeat(BANDS)), pa.array(part.tags.ravel())], names=["place", "tag"])
            base.register("new_articles", articles).execute("INSERT INTO article SELECT * FROM new_articles")
            base.register("new_bands", bands).execute("INSERT INTO tag SELECT * FROM new_bands")
            base.unregister("new_articles").unregister("new_bands")
            first += len(articles)
    repeated = base.execute("SELECT id FROM article GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 1").fetchone()
    if repeated is not None:
        raise ArticleFileError(f"{path}: an article id occurs twice: {repeated[0]}")
    base.execute(
        "CREATE TABLE turn AS SELECT place, moment, row_number() OVER (ORDER BY moment, id) AS number FROM article"
    )
    base.execute("CREATE TABLE band AS SELECT tag, number, moment FROM tag JOIN turn USING (place)")
    base.execute("DROP TABLE tag")


def _sign(articles: pa.RecordBatch) -> _Signed:
    columns = [articles.column(name).to_pylist() for name in ("source", "title", "text", "moment")]
    profiles = [profile(version_of(0, *row)) for row in zip(*columns, strict=True)]
    made = [signature(one.shingles, one.lead, one.title) for one in profiles]
    return _Signed(articles, [to_bytes(values) for values in made], band_tags(made))


def _turns(base: "DuckDBPyConnection") -> Iterator[Turn]:
    base.execute(
        "SELECT number, id, source, title, text, article.moment, signature FROM article JOIN turn USING (place)"
        " ORDER BY number"
    )
    while rows := base.fetchmany(ROWS):
        for number, name, source, title, text, moment, values in rows:
            yield Turn(name, version_of(number, source, title, text, moment), values)


def _pairs(base: "DuckDBPyConnection") -> Iterator[tuple[int, int]]:
    base.execute("SELECT number, other FROM pair ORDER BY number, standing")
    while rows := base.fetchmany(ROWS * 10):
        yield from rows
