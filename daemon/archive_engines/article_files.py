"""Parquet files of articles: which columns are read, and what is wrong with them.

The columns are those of `riwaya backtest`, or those of `riwaya export versions`, where each version counts as an
article.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from daemon.corpus import read_moment

SCHEMA = pa.schema(
    [("id", pa.string()), ("source", pa.string()), ("title", pa.string()), ("text", pa.string()), ("moment", "f8")]
)
"""What every file is brought into; `moment` is in seconds since 1970 (UTC). Nothing is null."""

ROWS = 2_000
"""Rows read at a time: of texts some 10 MB."""


class ArticleFileError(ValueError):
    """A file that cannot be read as articles; the message names the file, and the row and the column where it can."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a file holds what; of `texts` and `times` the first one that is not empty counts."""

    id: str
    source: str
    title: str
    texts: tuple[str, ...]
    times: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Every column that is read."""
        return [self.id, self.source, self.title, *self.texts, *self.times]

    @classmethod
    def among(cls, names: Sequence[str], file: str) -> "Columns":
        """Choose among the columns of a file. Raises ArticleFileError when one is missing."""

        def present(*wanted: str) -> tuple[str, ...]:
            found = tuple(name for name in wanted if name in names)
            if not found:
                has = ", ".join(names) or "none"
                raise ArticleFileError(f"{file}: no column {' or '.join(wanted)}; its columns are: {has}")
            return found

        # An exported version stands for the time by which the service grouped it, not for the one that was claimed.
        return cls(
            id=present("id", "version_id")[0],
            source=present("source", "source_id")[0],
            title=present("title")[0],
            texts=present("text", "summary"),
            times=present("dated", "published"),
        )


def parquet_files(path: Path) -> list[Path]:
    """Return the files that a path names: itself, or every `*.parquet` file of a folder, by name.

    Raises ArticleFileError when there is none.
    """
    if not path.is_dir():
        if not path.exists():
            raise ArticleFileError(f"{path}: there is no such file or folder")
        return [path]
    # Names that begin so are what is being written, or notes of the program that wrote the files.
    files = sorted(file for file in path.glob("*.parquet") if file.is_file() and file.name[0] not in "._")
    if not files:
        raise ArticleFileError(f"{path}: the folder holds no *.parquet file")
    return files


def count_articles(path: Path) -> int:
    """Count the rows of a path's files without reading them. Raises ArticleFileError."""
    return sum(_opened(file).metadata.num_rows for file in parquet_files(path))


def common_columns(path: Path) -> Columns:
    """Return the columns of files that are read as one table. Raises ArticleFileError where files differ in them."""
    first, *others = parquet_files(path)
    schema = _opened(first).schema_arrow
    columns = Columns.among(schema.names, str(first))
    for file in others:
        other = _opened(file).schema_arrow
        if Columns.among(other.names, str(file)) != columns or any(
            other.field(name).type != schema.field(name).type for name in columns.names
        ):
            raise ArticleFileError(f"{file}: has other columns than {first}, or others of their types")
    return columns


def read_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield all articles in the order of the files, in batches of :data:`SCHEMA`. Raises ArticleFileError."""
    for file in parquet_files(path):
        opened = _opened(file)
        columns = Columns.among(opened.schema_arrow.names, str(file))
        first = 1
        try:
            for batch in opened.iter_batches(ROWS, columns=list(dict.fromkeys(columns.names))):
                yield checked(batch, columns, _place(file, first))
                first += len(batch)
        except (OSError, pa.ArrowException) as error:
            raise ArticleFileError(f"{file}: cannot be read after row {first - 1}: {_in_line(error)}") from error


def _place(file: Path, first: int) -> Callable[[int], str]:
    return lambda offset: f"{file}: row {first + offset}"


def _opened(file: Path) -> Any:  # noqa: ANN401 - pyarrow ships no types
    try:
        return parquet.ParquetFile(file)
    except (OSError, pa.ArrowException) as error:
        raise ArticleFileError(f"{file}: not a Parquet file that can be read: {_in_line(error)}") from error


def checked(batch: pa.RecordBatch, columns: Columns, place: Callable[[int], str]) -> pa.RecordBatch:
    """Bring a batch into :data:`SCHEMA`; `place` names its rows, the first by 0.

    Raises ArticleFileError for a row without id, source or time, and for columns of types that hold none.
    """
    texts = [_strings(batch, name, place) for name in columns.texts]
    made = [
        _required(_strings(batch, columns.id, place, numbers=True), columns.id, place),
        _required(_strings(batch, columns.source, place), columns.source, place),
        pc.fill_null(_strings(batch, columns.title, place), ""),
        pc.fill_null(pc.coalesce(*(_null_where_empty(one) for one in texts)), ""),
        _required(
            pc.coalesce(*(_seconds(batch, name, place) for name in columns.times)), " or ".join(columns.times), place
        ),
    ]
    return pa.record_batch(made, schema=SCHEMA)


def _null_where_empty(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _required(values: pa.Array, name: str, place: Callable[[int], str]) -> pa.Array:
    if values.null_count:
        row = pc.index(values.is_null(), pa.scalar(value=True)).as_py()
        raise ArticleFileError(f"{place(row)}: {name} is empty")
    return values


def _strings(batch: pa.RecordBatch, name: str, place: Callable[[int], str], *, numbers: bool = False) -> pa.Array:
    values = batch.column(name)
    kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    are_texts = any(holds(kind) for holds in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))
    if not are_texts and not pa.types.is_null(kind) and not (numbers and pa.types.is_integer(kind)):
        raise ArticleFileError(f"{place(0)}: {name} holds {kind}, not texts{' or whole numbers' if numbers else ''}")
    return values.cast(pa.string())


def _seconds(batch: pa.RecordBatch, name: str, place: Callable[[int], str]) -> pa.Array:
    values = batch.column(name)
    if pa.types.is_timestamp(values.type) or pa.types.is_null(values.type):
        # Without a zone a time is taken for UTC; what is finer than a microsecond is cut.
        whole = values.cast(pa.timestamp("us", tz="UTC"), safe=False).cast(pa.int64())
        return pc.divide(whole.cast(pa.float64()), 1e6)
    made = []
    for row, text in enumerate(_strings(batch, name, place).to_pylist()):
        try:
            made.append(None if text is None else read_moment(text).timestamp())
        except ValueError as error:
            reason = str(error).removeprefix("published ")
            raise ArticleFileError(f"{place(row)}: {name} {reason}") from error
    return pa.array(made, pa.float64())


def _in_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
