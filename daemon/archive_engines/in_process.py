"""The engine `local`: the clusterer's own index; articles are put into order on disk."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from clustering.settings import Settings
from daemon.archive_engines.article_files import ArticleFileError, read_batches
from daemon.archive_engines.turn import Prepared, Turn, batched, prepare, version_of
from daemon.archive_engines.work_crew import spread


@contextmanager
def prepared_in_process(path: Path, settings: Settings, processes: int) -> Iterator[Iterator[Prepared]]:
    """Give the articles of a path in the order of their times, prepared by some processes. Raises ArticleFileError."""
    del settings  # the index of the clusterer obeys them
    with closing(sqlite3.connect("", isolation_level=None)) as file:
        _load(file, path)
        with closing(spread(prepare, batched(_in_order(file)), processes)) as prepared:
            yield prepared


def _load(file: sqlite3.Connection, path: Path) -> None:
    file.execute("PRAGMA journal_mode = OFF")
    file.execute("PRAGMA synchronous = OFF")
    file.execute(
        "CREATE TABLE article (id TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,"
        " moment REAL NOT NULL)"
    )
    file.execute("BEGIN")
    for batch in read_batches(path):
        columns = [column.to_pylist() for column in batch.columns]
        file.executemany("INSERT INTO article VALUES (?, ?, ?, ?, ?)", zip(*columns, strict=True))
    file.execute("COMMIT")
    try:
        file.execute("CREATE UNIQUE INDEX by_id ON article (id)")
    except sqlite3.IntegrityError as error:
        repeated = file.execute("SELECT id FROM article GROUP BY id HAVING count(*) > 1 ORDER BY id").fetchone()
        raise ArticleFileError(f"{path}: an article id occurs twice: {repeated[0]}") from error
    file.execute("CREATE INDEX in_order ON article (moment, id)")


def _in_order(file: sqlite3.Connection) -> Iterator[Turn]:
    rows = file.execute("SELECT id, source, title, text, moment FROM article INDEXED BY in_order ORDER BY moment, id")
    for number, (name, *rest) in enumerate(rows, start=1):
        yield Turn(name, version_of(number, *rest))
