"""What a second grouping found for each version, on disk: the matches of a million versions do not fit into memory.

SQLite's nameless database is a file that the system removes when it is closed, or when the process dies.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from storage.placement_row import MatchRow
from storage.stored_stream import Evidence

CHUNK = 500
"""Versions read, compared and written at once: a megabyte or two, and milliseconds for which other writers wait."""

_COLUMNS = "version, dated, fold, signature, matches"


class Spool:
    """Evidence by version and by article."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("")
        self._file.execute(
            "CREATE TABLE evidence (version INTEGER PRIMARY KEY, article INTEGER NOT NULL, dated TEXT NOT NULL,"
            " fold INTEGER NOT NULL, signature BLOB NOT NULL, matches TEXT NOT NULL)"
        )
        self._file.execute("CREATE INDEX by_article ON evidence (article)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, rows: Iterable[tuple[int, Evidence]]) -> None:
        """Keep evidence, each piece with the article that its version is a text of."""
        self._file.executemany(
            "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    one.version_id,
                    article,
                    one.dated_at.isoformat(),
                    one.fold_version,
                    one.signature,
                    json.dumps([(m.other_version_id, m.kind, m.score, dict(m.figures)) for m in one.matches]),
                )
                for article, one in rows
            ],
        )

    def of_articles(self, articles: Sequence[int]) -> Iterator[dict[int, Evidence]]:
        """Yield the evidence of these articles' versions, by version, a part at a time."""
        for start in range(0, len(articles), CHUNK):
            some = articles[start : start + CHUNK]
            marks = ", ".join("?" * len(some))
            query = f"SELECT {_COLUMNS} FROM evidence WHERE article IN ({marks})"  # noqa: S608 - marks, not values
            yield from _chunks(self._file.execute(query, some))

    def in_order(self) -> Iterator[dict[int, Evidence]]:
        """Yield all evidence by version, in the order of the versions, a part at a time."""
        yield from _chunks(self._file.execute(f"SELECT {_COLUMNS} FROM evidence ORDER BY version"))  # noqa: S608 - ours


def _chunks(rows: sqlite3.Cursor) -> Iterator[dict[int, Evidence]]:
    while some := rows.fetchmany(CHUNK):
        yield {
            version: Evidence(
                version_id=version,
                dated_at=datetime.fromisoformat(dated),
                fold_version=fold,
                signature=signature,
                matches=tuple(MatchRow(*match) for match in json.loads(matches)),
            )
            for version, dated, fold, signature, matches in some
        }
