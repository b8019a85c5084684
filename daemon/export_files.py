"""Files that exports are written to: Parquet, CSV and JSON Lines, row group by row group."""

import csv
import gzip
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from storage.export import Export, Kind

Rows = Iterable[list[tuple[Any, ...]]]
FORMATS = ("parquet", "csv", "jsonl")


class ExportError(Exception):
    """The file cannot be written; the message names it and the reason."""


def format_of(path: Path) -> str | None:
    """Return the format that a file's name tells, with or without `.gz`; None when it tells none."""
    suffix = (path.with_suffix("") if path.suffix == ".gz" else path).suffix.removeprefix(".")
    packed = path.suffix == ".gz"
    return suffix if suffix in FORMATS and not (packed and suffix == "parquet") else None


def write_file(path: Path, form: str, export: Export, rows: Rows) -> None:
    """Write rows to a file, which is there when it is whole and not before. Raises ExportError."""
    partial = path.with_name(f".{path.name}.part")
    try:
        if form == "parquet":
            _write_parquet(partial, export, rows)
        else:
            with _opened(partial, packed=path.suffix == ".gz", form=form) as file:
                _WRITERS[form](file, export, rows)
        partial.replace(path)
    except OSError as error:
        raise ExportError(f"{path}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def write_stream(form: str, export: Export, rows: Rows) -> None:
    """Write rows to standard output, as CSV or JSON Lines."""
    _WRITERS[form](sys.stdout, export, rows)


@contextmanager
def _opened(path: Path, *, packed: bool, form: str) -> Iterator[IO[str]]:
    # Spreadsheets take CSV for the letters of their country unless a mark at its beginning says otherwise.
    encoding = "utf-8-sig" if form == "csv" else "utf-8"
    with path.open("wb") as raw:
        if packed:
            # Without name and time, so that the same rows make the same file.
            with (
                gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as squeezed,
                _text(squeezed, encoding) as file,
            ):
                yield file
        else:
            with _text(raw, encoding) as file:
                yield file
        raw.flush()
        os.fsync(raw.fileno())


@contextmanager
def _text(raw: Any, encoding: str) -> Iterator[IO[str]]:  # noqa: ANN401 - binary files of two kinds
    file = io.TextIOWrapper(raw, encoding, newline="", write_through=False)
    try:
        yield file
    finally:
        file.flush()
        file.detach()


def _write_csv(file: IO[str], export: Export, rows: Rows) -> None:
    writer = csv.writer(file)
    writer.writerow([name for name, _ in export.columns])
    kinds = [kind for _, kind in export.columns]
    for step in rows:
        writer.writerows([_cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in step)


def _write_jsonl(file: IO[str], export: Export, rows: Rows) -> None:
    names = [name for name, _ in export.columns]
    for step in rows:
        file.writelines(
            json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=_moment) + "\n" for row in step
        )


_WRITERS: dict[str, Callable[[IO[str], Export, Rows], None]] = {"csv": _write_csv, "jsonl": _write_jsonl}


def _write_parquet(path: Path, export: Export, rows: Rows) -> None:
    import pyarrow as pa  # noqa: PLC0415 - a tenth of a second and 50 MB that other formats need not pay
    from pyarrow import parquet  # noqa: PLC0415 - as above

    types: dict[Kind, Any] = {
        "number": pa.int64(),
        "share": pa.float64(),
        "text": pa.string(),
        "time": pa.timestamp("us", tz="UTC"),
        "flag": pa.bool_(),
        "json": pa.string(),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in export.columns])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for step in rows:
            columns = _columns(step, [kind for _, kind in export.columns])
            writer.write_table(
                pa.table(
                    [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
                )
            )


def _columns(rows: Sequence[tuple[Any, ...]], kinds: Sequence[Kind]) -> list[list[Any]]:
    return [
        [_json(value) if kind == "json" else value for value in values]
        for values, kind in zip(zip(*rows, strict=True), kinds, strict=True)
    ]


def _cell(value: Any, kind: Kind) -> Any:  # noqa: ANN401 - whatever a column holds
    if value is None:
        return ""
    if kind == "json":
        return _json(value)
    if kind == "flag":
        return "true" if value else "false"
    return _moment(value) if isinstance(value, datetime) else value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
