"""Files of articles and of labelled groups, as `riwaya backtest` reads them."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import IO

from clustering.evaluation import LabelledGroup
from clustering.version import Version


class CorpusError(ValueError):
    """A file that cannot be read as articles or labels; the message names the file, the line and the reason."""


@dataclass(frozen=True, slots=True)
class CorpusArticle:
    """An article of a corpus file: one JSON object a line."""

    id: str
    source: str
    title: str
    text: str
    published: datetime

    def as_version(self, number: int) -> Version:
        """Return it as the only version of an article with the same number."""
        return Version(
            number=number,
            article=number,
            source=self.source,
            title=self.title,
            body=self.text,
            at=self.published.timestamp(),
        )


def read_articles(path: Path) -> Iterator[CorpusArticle]:
    """Read articles from a JSON Lines file, gzip or plain.

    Needed are `id`, `source`, `title` and `published` (ISO 8601, UTC when it names no zone); the text is `text`, or
    `summary` where that is missing or empty. Raises CorpusError.
    """
    for place, row in _rows(path):
        try:
            yield CorpusArticle(
                id=_string(row, "id"),
                source=_string(row, "source"),
                title=_string(row, "title"),
                text=_optional(row, "text") or _optional(row, "summary"),
                published=read_moment(_string(row, "published")),
            )
        except ValueError as error:
            raise CorpusError(f"{place}: {error}") from error


def read_labels(path: Path) -> list[LabelledGroup]:
    """Read labelled groups: `group` and `stories`, a list of lists of article ids.

    Raises CorpusError, also when there is no labelled article at all and when a group names an article twice.
    """
    groups = []
    for place, row in _rows(path):
        stories = row.get("stories")
        if not isinstance(stories, list) or not all(_is_story(story) for story in stories):
            raise CorpusError(f"{place}: stories must be a list of lists of article ids")
        twice = [article for article, times in Counter(chain.from_iterable(stories)).items() if times > 1]
        if twice:
            raise CorpusError(f"{place}: article {twice[0]} stands in the group twice")
        groups.append(LabelledGroup(str(row.get("group", place)), [tuple(story) for story in stories]))
    if not any(story for group in groups for story in group.stories):
        raise CorpusError(f"{path}: no labelled article")
    return groups


def _is_story(story: object) -> bool:
    return isinstance(story, list) and all(isinstance(article, str) for article in story)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                place = f"{path}:{number}"
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise CorpusError(f"{place}: not JSON: {error}") from error
                if not isinstance(row, dict):
                    raise CorpusError(f"{place}: not a JSON object")
                yield place, row
    except (OSError, EOFError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CorpusError(f"{path}: {reason}") from error


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _string(row: dict[str, object], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} must be a text, not {json.dumps(value, ensure_ascii=False)}")  # noqa: TRY004
    return value


def _optional(row: dict[str, object], key: str) -> str:
    return _string(row, key) if row.get(key) is not None else ""


def read_moment(text: str) -> datetime:
    """Read an ISO 8601 time, in UTC when it names no zone. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"published is no ISO 8601 time: {text!r}") from None
