"""One round over the article pages that are due, as `riwaya fetch` makes it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from daemon.page_reader import PageReader, PageReport
from storage.engine import reading, writing
from storage.pages import PageState, count_due, lease_pages

# A host's turn comes every two seconds; looking ten times as often costs nothing.
_LOOK_S = 0.2


async def page_round(
    engine: Engine,
    reader: PageReader,
    *,
    holder: str,
    concurrency: int,
    per_host: int,
    host_gap_s: float,
    lease_time: timedelta,
    progress: Callable[[PageReport | None], None] = lambda _: None,
) -> list[PageReport]:
    """Read every page that is due at the beginning, at most `concurrency` at a time; return what became of them.

    Pages wait for the turns of their hosts. Those that another process reads are left to it. `progress` is told of
    each page that is done.
    """
    began = datetime.now(UTC)
    running = set[asyncio.Task[PageReport]]()
    reports: list[PageReport] = []

    def lease(limit: int) -> list[PageState]:
        now = datetime.now(UTC)
        with writing(engine) as conn:
            return lease_pages(conn, now, holder, now + lease_time, limit, per_host, host_gap_s)

    def left() -> int:
        with reading(engine) as conn:
            return count_due(conn, began)

    try:
        while running or await asyncio.to_thread(left) > 0:
            if len(running) < concurrency:
                for page in await asyncio.to_thread(lease, concurrency - len(running)):
                    running.add(asyncio.create_task(reader.read(page)))
            if not running:
                await asyncio.sleep(_LOOK_S)
                continue
            done, running = await asyncio.wait(running, timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                reports.append(task.result())
                progress(reports[-1])
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return reports
