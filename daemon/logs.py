"""Log lines: plain text on a terminal, one JSON object a line otherwise. They go to standard error."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

_FACTS = ("source", "feed", "outcome", "status", "new", "changed", "seconds")
"""What a record may carry beside its message; each becomes a key of the JSON line."""

_QUIET = ("apscheduler", "httpx", "httpcore", "alembic", "asyncio")
"""Libraries that tell more than a person wants to read; their warnings still come through."""

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
        facts = _facts(record)
        if "source" in facts:
            parts.append(f"[{facts['source']}] {facts.get('feed', '')}".rstrip())
        parts.append(record.getMessage())
        text = " ".join(parts)
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        return _UNSAFE.sub("\ufffd", text)


def configure(level: str, stream: TextIO | None = None) -> None:
    """Set up logging for the process, to `stream` or to what is standard error at this moment."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextFormatter() if stream.isatty() else JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns each time a job is still at work when it comes due, which for clustering is a good sign.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name in _FACTS if (value := getattr(record, name, None)) is not None}
