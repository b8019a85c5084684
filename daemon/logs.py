"""Log lines: plain text on a terminal and for systemd's journal, one JSON object a line otherwise.

They go to standard error.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

_FACTS = ("source", "feed", "outcome", "status", "new", "changed", "seconds")
"""What a record may carry beside its message; each becomes a key of the JSON line."""

_QUIET = ("apscheduler", "httpx", "httpcore", "alembic", "asyncio")
"""Libraries that tell more than a person wants to read; their warnings still come through."""

_PRIORITIES = (
    (logging.CRITICAL, 2),
    (logging.ERROR, 3),
    (logging.WARNING, 4),
    (logging.INFO, 6),
    (logging.DEBUG, 7),
)
"""The priorities of syslog(3) that our levels are to the journal, highest first."""

# What servers answer stands in messages: controls could command the terminal, bidi controls reorder its lines.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class JsonFormatter(logging.Formatter):
    """A record as one JSON object: time, level, message, and the facts it carries."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; Arabic letters stay as they are."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= _facts(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """A record for people: the time of day, the level when it matters, the feed, the message."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record in one line, and an exception below it."""
        parts = [f"{datetime.fromtimestamp(record.created).astimezone():%H:%M:%S}"]
        if record.levelno >= logging.WARNING:
            parts.append(record.levelname.lower())
        return " ".join([*parts, self.words(record)])

    def words(self, record: logging.LogRecord) -> str:
        """Write what the record says, without when and how grave."""
        facts = _facts(record)
        parts = [f"[{facts['source']}] {facts.get('feed', '')}".rstrip()] if "source" in facts else []
        parts.append(record.getMessage())
        text = " ".join(parts)
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        return _UNSAFE.sub("\ufffd", text)


class JournalFormatter(TextFormatter):
    """A record for systemd's journal, which knows the time and reads the priority in `<N>` before each line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; further lines are indented, so that none can pass for a record of its own."""
        return in_journal(self.words(record), record.levelno)


def in_journal(text: str, level: int) -> str:
    """Put the priority of a level before each line of a text."""
    priority = next((number for least, number in _PRIORITIES if level >= least), 7)
    return "\n".join(f"<{priority}>{'  ' if place else ''}{line}" for place, line in enumerate(text.splitlines()))


def is_journal(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a stream leads to the journal: systemd names the device and inode that it has connected.

    The variable alone says nothing. It is inherited by programs whose output goes elsewhere.
    """
    if "JOURNAL_STREAM" not in environ:
        return False
    try:
        there = os.fstat(stream.fileno())
    except (OSError, ValueError):  # a stream without a file behind it
        return False
    return environ["JOURNAL_STREAM"] == f"{there.st_dev}:{there.st_ino}"


def configure(level: str, stream: TextIO | None = None) -> None:
    """Set up logging for the process, to `stream` or to what is standard error at this moment."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(stream))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns each time a job is still at work when it comes due, which for clustering is a good sign.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def _formatter(stream: TextIO) -> logging.Formatter:
    if is_journal(stream):
        return JournalFormatter()
    return TextFormatter() if stream.isatty() else JsonFormatter()


def _facts(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name in _FACTS if (value := getattr(record, name, None)) is not None}
