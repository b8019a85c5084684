"""A run of damaged documents through parser workers, and what came of them."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from sources.entry import Document, Entry
from sources.outcome import Outcome, ParseFailed
from sources.parsing.pool import ParserPool
from tests.hostile.mutants import mutants

URL = "http://paper.example/feed"
REASONS = frozenset({Outcome.BROKEN, Outcome.NOT_A_FEED, Outcome.TOO_LARGE})
"""What a damaged document may come to, besides a document; a killed worker is not among them."""

# Far more than any of these documents takes, so that a busy machine is no finding.
_PATIENCE_S = 30.0


@dataclass
class Run:
    """What came of the documents so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    gave_up: Counter[str] = field(default_factory=Counter)
    """Exceptions of the parser underneath that became a reason, by name."""
    findings: list[tuple[str, bytes]] = field(default_factory=list)
    """What should not have come, and of which document."""
    longest_s: float = 0.0


async def fuzz(seed: int, documents: int, workers: int) -> Run:
    """Parse so many documents of a seed."""
    run, pool, left = Run(), ParserPool(workers, _PATIENCE_S), islice(mutants(seed), documents)

    async def work() -> None:
        for body in left:
            began = time.monotonic()
            await _try(pool, body, run)
            run.longest_s = max(run.longest_s, time.monotonic() - began)

    try:
        await asyncio.gather(*(work() for _ in range(workers)))
    finally:
        await pool.close()
    return run


async def _try(pool: ParserPool, body: bytes, run: Run) -> None:
    try:
        document = await pool.parse(body, None, URL)
    except ParseFailed as failure:
        run.outcomes[failure.outcome.value] += 1
        if "gave up" in failure.reason or "tripped" in failure.reason:
            run.gave_up[failure.reason.partition("gave up: ")[2].partition(":")[0] or "tripped"] += 1
        if failure.outcome not in REASONS or not failure.reason.isprintable():
            run.findings.append((f"{failure.outcome.value}: {failure.reason}", body))
        return
    run.outcomes[Outcome.OK.value] += 1
    if not _storable(document):
        run.findings.append(("a document that no database can hold", body))


def _storable(document: Document) -> bool:
    texts = "".join(map(_told, document.entries)) + (document.title or "")
    return "\x00" not in texts and not any("\ud800" <= letter <= "\udfff" for letter in texts)


def _told(entry: Entry) -> str:
    fields = (entry.key, entry.url, entry.title, entry.summary, entry.text, entry.author, entry.published_raw)
    return "".join(filter(None, (*fields, *entry.categories)))
