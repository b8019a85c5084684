"""A few parser workers, kept alive between documents and replaced when they misbehave."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Literal, get_args

from sources.entry import Document
from sources.outcome import Outcome, ParseFailed
from sources.parsing.feed_links import PageLinks
from sources.parsing.worker_process import AnswerT, Job, PageJob, WorkerProcess

# Many times what an honest feed of 10 MB needs; a bomb ends here and not in the machine's memory.
_MEMORY_BYTES = 1 << 30
# Whatever a worker leaks over its documents is given back.
_JOBS_PER_WORKER = 500
# Feeds of news list some dozens, archives some hundreds; a document that would flood the store is cut here.
_MAX_ENTRIES = 2_000


WorkerEnd = Literal["killed", "broken_off", "worn"]
"""Why a worker was ended: a document that took too much or crashed it, a fetch that was cancelled, its age."""

WORKER_ENDS: tuple[WorkerEnd, ...] = get_args(WorkerEnd)


class ParserPool:
    """Parses documents in at most `size` worker processes, each started when first needed.

    `timeout_s` is the wall clock of one document, once a worker has it. `ended` is told of every worker that had to be
    replaced. Not shared between event loops.
    """

    def __init__(
        self,
        size: int,
        timeout_s: float,
        *,
        max_entries: int = _MAX_ENTRIES,
        memory_bytes: int = _MEMORY_BYTES,
        ended: Callable[[WorkerEnd], None] = lambda _end: None,
    ) -> None:
        self._free = asyncio.Semaphore(size)
        self._timeout_s = timeout_s
        self._max_entries = max_entries
        self._memory_bytes = memory_bytes
        self._ended = ended
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._closed = False

    async def parse(
        self,
        body: bytes,
        content_type: str | None,
        url: str,
        *,
        zone: str | None = None,
        seen: datetime | None = None,
        known: Iterable[bytes] = (),
    ) -> Document:
        """Parse the body of an answer.

        `url` resolves relative links, `zone` (IANA name) is for dates without one, `seen` (default: now) bounds what
        dates are believed, `known` are the marks of items that need not be read again. Raises ParseFailed with the
        outcome to record: not_a_feed, broken, too_large or parser_killed; abandoned when the pool is closed.
        """
        job = Job(body, content_type, url, zone, seen or datetime.now(UTC), self._max_entries, tuple(known))
        return await self._worked(lambda worker: worker.parse(job, self._timeout_s))

    async def read_page(self, body: bytes, content_type: str | None, url: str) -> str:
        """Find the text of the article in its page, one paragraph a line.

        Raises ParseFailed: not_a_feed for what is no page, empty when no article is found, and as `parse` does.
        """
        job = PageJob(body, content_type, url)
        return await self._worked(lambda worker: worker.read_page(job, self._timeout_s))

    async def find_feeds(self, body: bytes, content_type: str | None, url: str) -> PageLinks:
        """Find the feeds that a page names. Raises ParseFailed: not_a_feed for what is no page, and as `parse` does."""
        job = PageJob(body, content_type, url, "links")
        return await self._worked(lambda worker: worker.find_feeds(job, self._timeout_s))

    async def _worked(self, work: Callable[[WorkerProcess], Awaitable[AnswerT]]) -> AnswerT:
        async with self._free:
            worker = await self._take()
            try:
                answer = await work(worker)
            except ParseFailed as failure:
                if failure.outcome is Outcome.PARSER_KILLED:
                    await self._discard(worker)
                    if self._closed:
                        raise ParseFailed(Outcome.ABANDONED, "stopped while parsing") from None
                    self._ended("killed")
                else:
                    await self._give_back(worker)
                raise
            except BaseException:
                # Cancelled half-way: the answer to this job must not be taken for that of the next.
                await self._discard(worker)
                self._ended("broken_off")
                raise
            await self._give_back(worker)
            return answer

    async def close(self) -> None:
        """Kill the workers; documents that are being parsed are abandoned."""
        self._closed = True
        workers = [*self._idle, *self._busy]
        self._idle.clear()
        await asyncio.gather(*(worker.kill() for worker in workers))

    async def _take(self) -> WorkerProcess:
        if self._is_closed():
            raise ParseFailed(Outcome.ABANDONED, "stopped before parsing")
        worker = self._idle.pop() if self._idle else await WorkerProcess.start(self._memory_bytes)
        self._busy.add(worker)
        if self._is_closed():
            # It came up while the others were being closed.
            await self._discard(worker)
            raise ParseFailed(Outcome.ABANDONED, "stopped before parsing")
        return worker

    def _is_closed(self) -> bool:
        return self._closed

    async def _give_back(self, worker: WorkerProcess) -> None:
        if self._closed or worker.jobs_done >= _JOBS_PER_WORKER:
            await self._discard(worker)
            if not self._closed:
                self._ended("worn")
            return
        self._busy.discard(worker)
        self._idle.append(worker)

    async def _discard(self, worker: WorkerProcess) -> None:
        self._busy.discard(worker)
        await worker.kill()
