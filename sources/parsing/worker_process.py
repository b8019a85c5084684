"""One parser worker as its parent sees it."""

import asyncio
import contextlib
import math
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from sources.entry import Document
from sources.outcome import Outcome, ParseFailed
from sources.parsing.feed_links import FeedLink, PageLinks
from sources.parsing.frames import PREFIX, document_from, length, pack, unpack

AnswerT = TypeVar("AnswerT")

# Interpreter and feedparser take 0.2 s; a busy machine is no reason to call a worker dead.
_START_S = 30.0
# Where the package lies, for a worker that is started from a checkout. It goes last: it must shadow nothing.
_HOME = str(Path(__file__).resolve().parents[2])
_BOOT = "import sys; sys.path.append(sys.argv[2]); from sources.parsing.worker import main; main(int(sys.argv[1]))"
# A parser of hostile input gets no database password to read.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
# Answers of a worker that lost its mind must not fill the parent's memory.
_LONGEST_ANSWER = 256 << 20
_READ_AHEAD = 1 << 20


@dataclass(frozen=True, slots=True)
class Job:
    """A feed's body to parse, and what is needed to understand it."""

    body: bytes
    content_type: str | None
    url: str
    zone: str | None
    seen: datetime
    max_entries: int
    known: tuple[bytes, ...] = ()
    """Marks of the items that need not be read again."""

    def header(self) -> dict[str, Any]:
        """Return all but the body, as the worker wants to be told."""
        return {
            "kind": "feed",
            "content_type": self.content_type,
            "url": self.url,
            "zone": self.zone,
            "seen": self.seen.isoformat(),
            "max_entries": self.max_entries,
            "known": [mark.hex() for mark in self.known],
        }


@dataclass(frozen=True, slots=True)
class PageJob:
    """The body of a page, of which something is wanted: `page` its article's text, `links` the feeds it names."""

    body: bytes
    content_type: str | None
    url: str
    kind: Literal["page", "links"] = "page"

    def header(self) -> dict[str, Any]:
        """Return all but the body, as the worker wants to be told."""
        return {"kind": self.kind, "content_type": self.content_type, "url": self.url}


class WorkerProcess:
    """A running worker. After any exception, cancellation included, it must be killed."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.jobs_done = 0

    @classmethod
    async def start(cls, memory_bytes: int) -> "WorkerProcess":
        """Start a worker and wait until it is ready. Raises ParseFailed when it does not come up."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-c",
            _BOOT,
            str(memory_bytes),
            _HOME,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            # A Ctrl-C at the terminal is for the daemon alone, which then ends its workers in order.
            start_new_session=True,
            limit=_READ_AHEAD,
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(_START_S):
                await worker._receive()
        except (TimeoutError, ParseFailed):
            await worker.kill()
            raise ParseFailed(Outcome.INTERNAL, "a parser worker did not start") from None
        except BaseException:
            await worker.kill()
            raise
        return worker

    async def parse(self, job: Job, timeout_s: float) -> Document:
        """Have a feed's body parsed.

        Raises ParseFailed: parser_killed when the worker takes longer than `timeout_s` or dies, else what it found.
        """
        return await self._in_time(self._document(job, timeout_s), timeout_s)

    async def read_page(self, job: PageJob, timeout_s: float) -> str:
        """Have the text of an article's page found. Raises ParseFailed as `parse` does."""
        return await self._in_time(self._text(job, timeout_s), timeout_s)

    async def find_feeds(self, job: PageJob, timeout_s: float) -> PageLinks:
        """Have the feeds found that a page names. Raises ParseFailed as `parse` does."""
        return await self._in_time(self._links(job, timeout_s), timeout_s)

    async def _in_time(self, work: Awaitable[AnswerT], timeout_s: float) -> AnswerT:
        try:
            async with asyncio.timeout(timeout_s):
                return await work
        except TimeoutError:
            raise ParseFailed(Outcome.PARSER_KILLED, f"the parser ran longer than {timeout_s:g} s") from None
        except (KeyError, TypeError, ValueError) as error:
            raise ParseFailed(Outcome.PARSER_KILLED, f"the parser answered nonsense: {error!r}") from None

    async def kill(self) -> None:
        """End the worker at once and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    async def _document(self, job: Job, timeout_s: float) -> Document:
        await self._ask(job, timeout_s)
        head: dict[str, Any] = {}
        entries: list[dict[str, Any]] = []
        total = 0
        while True:
            message, size = await self._answer()
            total += size
            match message.get("kind"):
                case "document":
                    head = message
                case "entries" if total <= _LONGEST_ANSWER:
                    entries.extend(message["entries"])
                case "end":
                    self.jobs_done += 1
                    return document_from(head, entries)
                case kind:
                    raise _out_of_turn(kind)

    async def _text(self, job: PageJob, timeout_s: float) -> str:
        return str((await self._one(job, "text", timeout_s))["text"])

    async def _links(self, job: PageJob, timeout_s: float) -> PageLinks:
        message = await self._one(job, "links", timeout_s)
        return PageLinks(str(message["site"]), tuple(FeedLink(*link) for link in message["links"]))

    async def _one(self, job: PageJob, kind: str, timeout_s: float) -> dict[str, Any]:
        """Have a job done whose answer is one message of this kind."""
        await self._ask(job, timeout_s)
        message, _ = await self._answer()
        if message.get("kind") != kind:
            raise _out_of_turn(message.get("kind"))
        self.jobs_done += 1
        return message

    async def _ask(self, job: Job | PageJob, timeout_s: float) -> None:
        # Processor time: twice the wall clock, so that the wall clock always strikes first while we live.
        header = job.header() | {"length": len(job.body), "cpu_s": 2 * math.ceil(timeout_s) + 1}
        await self._write(pack(header), job.body)

    async def _answer(self) -> tuple[dict[str, Any], int]:
        message, size = await self._receive()
        if message.get("kind") == "failed":
            self.jobs_done += 1
            raise ParseFailed(Outcome(message["outcome"]), message["reason"])
        return message, size

    async def _write(self, *parts: bytes) -> None:
        stream = self._process.stdin
        try:
            if stream is not None:
                stream.writelines(parts)
                await stream.drain()
        except (BrokenPipeError, ConnectionError):
            raise await self._died() from None

    async def _receive(self) -> tuple[dict[str, Any], int]:
        stream = self._process.stdout
        if stream is None:
            raise await self._died()
        try:
            size = length(await stream.readexactly(PREFIX))
            return unpack(await stream.readexactly(size)), size
        except asyncio.IncompleteReadError:
            raise await self._died() from None

    async def _died(self) -> ParseFailed:
        await self.kill()
        return ParseFailed(Outcome.PARSER_KILLED, "the parser died: out of memory or crashed")


def _out_of_turn(kind: object) -> ParseFailed:
    return ParseFailed(Outcome.PARSER_KILLED, f"the parser answered out of turn: {kind}")
