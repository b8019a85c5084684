"""The Parquet file that says which cluster each article is in; it is there when it is whole, and not before.

Ids are written down while articles are placed, clusters when all are, since one may swallow another until the end.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from daemon.archive_engines.ordered_pass import Grouping

SCHEMA = pa.schema([("id", pa.string()), ("cluster", pa.int64()), ("articles", pa.int64())])
"""`articles` counts those of the cluster."""

_GROUP = 50_000  # ids of a row group


class OutputError(Exception):
    """The file cannot be written; the message names it and the reason."""


class GroupedFile:
    """Writes the file at `path`. Use as a context; what is not finished leaves nothing behind. Raises OutputError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.part")
        self._ids_path = path.with_name(f".{path.name}.ids.part")
        self._waiting: list[str] = []

    def __enter__(self) -> Self:
        try:
            self._ids_file = self._ids_path.open("wb")
        except OSError as error:
            raise self._failed(error) from error
        self._ids = parquet.ParquetWriter(self._ids_file, pa.schema([SCHEMA.field("id")]))
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # the disk was full, as has been told
            self._ids.close()
            self._ids_file.close()
        self._ids_path.unlink(missing_ok=True)
        self._partial.unlink(missing_ok=True)

    def keep(self, ids: Sequence[str]) -> None:
        """Write ids down, in the order of the articles."""
        self._waiting.extend(ids)
        if len(self._waiting) >= _GROUP:
            self._write_ids()

    def _write_ids(self) -> None:
        try:
            self._ids.write_table(pa.table([pa.array(self._waiting, pa.string())], names=["id"]))
        except OSError as error:
            raise self._failed(error) from error
        self._waiting = []

    def finish(self, grouping: Grouping) -> int:
        """Write the file, with as many clusters as ids were kept; returns how many different ones."""
        self._write_ids()
        clusters = grouping.living()
        sizes = np.bincount(clusters)
        try:
            self._ids.close()
            self._ids_file.close()
            self._write(clusters, sizes)
            self._partial.replace(self._path)
        except OSError as error:
            raise self._failed(error) from error
        return int(np.count_nonzero(sizes))

    def _write(self, clusters: "np.ndarray[Any, np.dtype[np.int64]]", sizes: "np.ndarray[Any, Any]") -> None:
        first = 0
        with self._partial.open("wb") as raw:
            with parquet.ParquetWriter(raw, SCHEMA, compression="zstd") as writer:
                for batch in parquet.ParquetFile(self._ids_path).iter_batches(_GROUP):
                    those = clusters[first : first + len(batch)]
                    columns = [batch.column("id"), pa.array(those), pa.array(sizes[those], pa.int64())]
                    writer.write_batch(pa.record_batch(columns, schema=SCHEMA))
                    first += len(batch)
            raw.flush()
            os.fsync(raw.fileno())
        if first != len(clusters):
            raise RuntimeError(f"{len(clusters)} clusters for {first} articles")

    def _failed(self, error: OSError) -> OutputError:
        return OutputError(f"{self._path}: {error.strerror or error}")
