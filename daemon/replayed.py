"""What comes of kept bytes when they are decoded and parsed again, in a worker process like any feed."""

from dataclasses import dataclass

from sources.entry import Document, Entry
from sources.outcome import ParseFailed
from sources.parsing.pool import ParserPool
from storage.kept_bodies import KeptAnswer


@dataclass(frozen=True, slots=True)
class Replayed:
    """The outcome of the second reading, and the document when there is one."""

    outcome: str
    error: str | None
    format: str | None = None
    title: str | None = None
    declared_charset: str | None = None
    used_charset: str | None = None
    repairs: tuple[str, ...] = ()
    complete: bool = False
    entries: tuple[Entry, ...] = ()


async def replay(kept: KeptAnswer, body: bytes, timeout_s: float) -> Replayed:
    """Read a kept answer again, with the address, zone and time of then."""
    parser = ParserPool(1, timeout_s)
    try:
        document = await parser.parse(body, kept.content_type, kept.url, zone=kept.timezone, seen=kept.answered_at)
    except ParseFailed as failure:
        return Replayed(failure.outcome.value, failure.reason)
    finally:
        await parser.close()
    return _read(document)


def _read(document: Document) -> Replayed:
    return Replayed(
        outcome="ok",
        error=None if document.complete else "; ".join(document.repairs),
        format=document.format,
        title=document.title,
        declared_charset=document.declared_charset,
        used_charset=document.used_charset,
        repairs=document.repairs,
        complete=document.complete,
        entries=document.entries,
    )
