"""Articles from elsewhere, as files of JSON Lines, and their way into the store."""

import gzip
import json
import shutil
import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np
from sqlalchemy import Connection, Engine

from daemon.entry_rows import named_rows
from sources.entry import Entry
from sources.identity import Marks, Step, names_of
from storage.articles import EntryCounts, save_entries
from storage.catalogue import add_archived_source
from storage.engine import writing

BATCH = 500
"""Articles of one transaction: some 0.4 s for which other writers wait."""

_LONGEST_LINE = 64_000_000  # bytes; a book has a few million


class ArchiveError(Exception):
    """The file cannot be read at all, or not to its end; the message names it and the reason."""


@dataclass(frozen=True, slots=True)
class ArchivedArticle:
    """An article of the file: one JSON object a line."""

    id: str
    source: str
    source_name: str
    title: str
    summary: str
    text: str
    url: str | None
    published: datetime | None
    published_raw: str | None
    updated: datetime | None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no article, and why not."""

    line: int
    reason: str


def read_archive(path: Path, progress: Callable[[int], None] = lambda _: None) -> Iterator[ArchivedArticle | BadLine]:
    """Read a file, gzip or plain, in the order of publication: what is compared with what goes by that.

    Needed are `source`, `title` or `text`, and `id` or `url`. `summary`, `published` and `updated` (ISO 8601, UTC when
    they name no zone), `source_name` may be there; other keys are passed over. Bad lines come first, articles without
    a time last. `progress` is told of the bytes as they are read, twice over. Raises ArchiveError.
    """
    try:
        with path.open("rb") as raw, TemporaryFile() as copy:
            # Lines are found again by their place, which a packed file does not have.
            lines = _copied(raw, copy) if path.suffix == ".gz" else raw
            places, moments, numbers = array("q"), array("d"), array("q")
            for number, (place, line) in enumerate(_lines(lines), start=1):
                progress(len(line))
                if line.strip():
                    one = _read(number, line)
                    if isinstance(one, BadLine):
                        yield one
                        continue
                    places.append(place)
                    numbers.append(number)
                    moments.append(one.published.timestamp() if one.published else float("inf"))
            for index in np.argsort(np.frombuffer(moments, dtype=np.float64), kind="stable") if moments else ():
                lines.seek(places[index])
                line = lines.readline(_LONGEST_LINE)
                progress(len(line))
                article = _read(numbers[index], line)
                if isinstance(article, ArchivedArticle):
                    yield article
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ArchiveError(f"{path}: {reason}") from error


def size_to_read(path: Path) -> int:
    """Return about how many bytes `read_archive` will tell of; 0 for a file that cannot be asked."""
    try:
        size = path.stat().st_size
    except OSError:
        return 0
    # Arabic text packs to a quarter.
    return 8 * size if path.suffix == ".gz" else 2 * size


def _copied(raw: IO[bytes], copy: IO[bytes]) -> IO[bytes]:
    with gzip.GzipFile(fileobj=raw) as unpacked:
        shutil.copyfileobj(unpacked, copy, 1 << 20)
    copy.seek(0)
    return copy


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    place = 0
    while line := file.readline(_LONGEST_LINE):
        yield place, line
        place += len(line)


def batches(articles: Iterator[ArchivedArticle]) -> Iterator[list[ArchivedArticle]]:
    """Cut a stream into batches in which no article stands twice."""
    batch: list[ArchivedArticle] = []
    names: set[tuple[str, str]] = set()
    for article in articles:
        own = {(article.source, name) for name in (article.id, article.url) if name}
        if batch and (len(batch) == BATCH or own & names):
            yield batch
            batch, names = [], set()
        batch.append(article)
        names |= own
    if batch:
        yield batch


def store_archived(engine: Engine, batch: Sequence[ArchivedArticle], now: datetime) -> EntryCounts:
    """Store a batch as its sources' history, in one transaction. What is there already changes nothing.

    An outlet that the configuration does not have becomes a source that is not active.
    """
    outlets: dict[str, list[ArchivedArticle]] = {}
    for article in batch:
        outlets.setdefault(article.source, []).append(article)
    with writing(engine) as conn:
        # By id, as everyone locks sources: two loads must not wait for each other.
        counts = [_stored(conn, outlets[source], now) for source in sorted(outlets)]
    return EntryCounts(
        seen=sum(count.seen for count in counts),
        new=sum(count.new for count in counts),
        changed=sum(count.changed for count in counts),
    )


def _stored(conn: Connection, articles: Sequence[ArchivedArticle], now: datetime) -> EntryCounts:
    source = articles[0].source
    add_archived_source(conn, source, articles[0].source_name, now)
    named = named_rows(conn, source, Step.GUID, [_entry(article) for article in articles], now)
    # A text stands for the time that the archive gives it, a further one of an article too; a time ahead is a mistake.
    times = {
        (article.url, article.title, article.published_raw): article.updated or article.published
        for article in articles
    }
    rows = [
        replace(row, dated_at=time if time is None or time <= now else None)
        for row in named.rows
        for time in [times[row.url, row.title, row.published_raw]]
    ]
    return save_entries(conn, source, None, rows, now)


def _entry(article: ArchivedArticle) -> Entry:
    return Entry(
        names=names_of(Marks(article.id, article.url or "", article.published_raw or "", article.title, article.text)),
        url=article.url,
        title=article.title,
        summary=article.summary,
        text=article.text or article.summary,
        published=article.published,
        updated=article.updated,
        published_raw=article.published_raw,
        published_marks=(),
        author=None,
        categories=(),
    )


def _read(number: int, line: bytes) -> ArchivedArticle | BadLine:
    try:
        row = json.loads(line.decode("utf-8-sig"))
        if not isinstance(row, dict):
            raise ValueError("no JSON object")  # noqa: TRY004, TRY301 - told with the other mistakes
        article = ArchivedArticle(
            id=_text(row, "id"),
            source=_text(row, "source"),
            source_name=_text(row, "source_name") or _text(row, "source"),
            title=" ".join(_text(row, "title").split()),
            summary=_text(row, "summary"),
            text=_text(row, "text"),
            url=_text(row, "url") or None,
            published=_moment(row, "published"),
            published_raw=_text(row, "published") or None,
            updated=_moment(row, "updated"),
        )
    except RecursionError:
        return BadLine(number, "JSON in more levels than anyone needs")
    except ValueError as error:
        return BadLine(number, str(error))
    missing = _missing(article)
    return BadLine(number, missing) if missing else article


def _missing(article: ArchivedArticle) -> str | None:
    if not article.source:
        return "source is missing: the id of an outlet"
    if not (article.id or article.url):
        return "neither id nor url is there to know the article by"
    if not (article.title or article.text or article.summary):
        return "no title and no text"
    return None


def _text(row: dict[str, object], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{key} must be a text, not {json.dumps(value, ensure_ascii=False)[:60]}")  # noqa: TRY004
    return value.strip()


def _moment(row: dict[str, object], key: str) -> datetime | None:
    text = _text(row, key)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{key} must be a time as ISO 8601 writes it, not {text[:60]!r}") from None
