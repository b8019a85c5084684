"""A feed fetched and read, as one result that says what became of it."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from sources.clock import clocked, measured_offset
from sources.conditional import Ask
from sources.entry import Document
from sources.freshness import fresh_for_s
from sources.http import Answer, HttpClient
from sources.identity import Step
from sources.known_items import KnownItem, stands_alone
from sources.outcome import FetchFailed, Outcome, ParseFailed, one_line
from sources.parsing.pool import ParserPool
from sources.refusal import Refusal, refusal_of
from sources.retry_after import retry_after_seconds
from sources.shape import shape_of, showed_entries

_OK = 200
_NOT_MODIFIED = 304
# "application/rss+xml; charset=windows-1256" and the like; only the beginning is looked at.
_LONGEST_CONTENT_TYPE = 200
_REASONS = {
    401: "the server wants a password",
    403: "the server forbids it",
    404: "no such page",
    410: "gone for good",
    429: "too many requests",
    500: "the server failed",
    502: "bad gateway",
    503: "the server is unavailable",
    504: "the gateway timed out",
}
_REFUSALS = {
    Refusal.RATE_LIMIT: "too many requests",
    Refusal.CHALLENGE: "a challenge page: the server wants proof of a browser",
}


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """A feed to fetch, with what is known from last time."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    timezone: str | None = None
    """IANA name, for dates without a zone."""
    ask: Ask = Ask.CONDITIONAL
    shape: str | None = None
    """What its last document looked like, see `sources.shape`; None when none was read yet."""
    step: Step = Step.GUID
    """What its items are known by."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """The bytes of an answer, and all that reading them again needs."""

    body: bytes
    """Content codings undone."""
    url: str
    content_type: str | None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What became of a fetch.

    The validators are those to store; they mean something after ok, unchanged and not_modified only, and belong into
    the transaction that stores the entries they stand for.
    """

    outcome: Outcome
    status: int | None = None
    received: int = 0
    """Bytes of the body as they came over the wire."""
    error: str | None = None
    """One plain line for people; None when all went well. A document read in part is ok, and has one too."""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    document: Document | None = None
    beside: tuple[KnownItem, ...] = ()
    """The items that the document holds besides its entries, as the one before did."""
    retry_after_s: float | None = None
    permanent_url: str | None = None
    """Where the feed says it has moved for good."""
    fresh_for_s: float | None = None
    """How long the answer stays fresh by its headers; None when they do not say."""
    refusal: Refusal | None = None
    audited: bool = False
    """Whether this is the answer to a request without conditions that followed a 304 at once."""
    clock_offset_s: float | None = None
    """How far the server's clock is ahead of ours, as measured by this answer."""
    shape: str | None = None
    """What the document looks like; None when none was read."""
    raw: RawAnswer | None = None
    """What was read, or could not be."""
    keep: str | None = None
    """Why the bytes are worth keeping: they gave no whole document, or one that looks unlike the one before."""

    @property
    def published(self) -> list[datetime | None]:
        """The dates of all items of the document."""
        entries = self.document.entries if self.document else ()
        return [entry.published for entry in entries] + [item.published for item in self.beside]

    @property
    def stamps(self) -> list[datetime | None]:
        """Those of them that tell of the feed's clock."""
        entries = self.document.entries if self.document else ()
        return [clocked(entry) for entry in entries] + [item.clock for item in self.beside]


def _now() -> datetime:
    return datetime.now(UTC)


async def _nothing() -> Sequence[KnownItem]:
    return ()


_Read = Callable[["RawAnswer", FeedRequest], Awaitable[tuple[Document, tuple[KnownItem, ...]]]]
Recall = Callable[[], Awaitable[Sequence[KnownItem]]]
"""Brings the items of the document before to mind, once one has come that differs from it."""


async def fetch_feed(
    http: HttpClient,
    parser: ParserPool,
    request: FeedRequest,
    *,
    clock: Callable[[], datetime] = _now,
    recall: Recall = _nothing,
) -> FetchResult:
    """Fetch a feed and read it. Every path gives an outcome; nothing but cancellation is raised."""
    try:
        return await _asked(http, partial(_read_document, parser, recall), request, clock)
    except FetchFailed as failure:
        return FetchResult(failure.outcome, status=failure.status, received=failure.received, error=failure.reason)
    except asyncio.CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the other feeds
        return FetchResult(Outcome.INTERNAL, error=one_line(f"{type(error).__name__}: {error}"))


async def _asked(http: HttpClient, read: _Read, request: FeedRequest, clock: Callable[[], datetime]) -> FetchResult:
    if request.ask is Ask.PLAIN:
        request = replace(request, etag=None, last_modified=None)
    result = await _answered(http, read, request, clock)
    if request.ask is Ask.AUDIT and result.outcome is Outcome.NOT_MODIFIED:
        return await _audited(http, read, request, result, clock)
    return result


async def _audited(
    http: HttpClient, read: _Read, request: FeedRequest, unmodified: FetchResult, clock: Callable[[], datetime]
) -> FetchResult:
    """Ask again without conditions; whatever else goes wrong with that, the 304 stands."""
    try:
        result = await _answered(http, read, replace(request, etag=None, last_modified=None), clock)
    except FetchFailed:
        return unmodified
    return replace(result, audited=True) if result.outcome in (Outcome.OK, Outcome.UNCHANGED) else unmodified


async def _answered(http: HttpClient, read: _Read, request: FeedRequest, clock: Callable[[], datetime]) -> FetchResult:
    asked = clock()
    answer = await http.get(request.url, request.etag, request.last_modified)
    answered = clock()
    result = await _result(answer, read, request, answered)
    return replace(result, clock_offset_s=measured_offset(answer.date_raw, answer.age_raw, asked, answered))


async def _result(answer: Answer, read: _Read, request: FeedRequest, seen: datetime) -> FetchResult:
    result = FetchResult(
        Outcome.OK,
        status=answer.status,
        received=answer.received,
        etag=answer.etag,
        last_modified=answer.last_modified,
        permanent_url=answer.permanent_url,
        fresh_for_s=fresh_for_s(answer.headers, seen),
    )
    if answer.status == _NOT_MODIFIED and (request.etag or request.last_modified):
        return replace(
            result,
            outcome=Outcome.NOT_MODIFIED,
            etag=answer.etag or request.etag,
            last_modified=answer.last_modified or request.last_modified,
            body_hash=request.body_hash,
        )
    if answer.status != _OK:
        refusal = refusal_of(answer.status, answer.headers, answer.opening)
        reason = _REFUSALS.get(refusal) if refusal else None
        reason = reason or _REASONS.get(answer.status)
        return replace(
            result,
            outcome=Outcome.HTTP_ERROR,
            error=f"HTTP {answer.status}" + (f": {reason}" if reason else ""),
            retry_after_s=retry_after_seconds(answer.retry_after_raw, seen),
            refusal=refusal,
        )
    if not answer.body.strip():
        return replace(result, outcome=Outcome.EMPTY, error="the answer has no content")
    raw = RawAnswer(answer.body, answer.url, (answer.content_type or "")[:_LONGEST_CONTENT_TYPE] or None, seen)
    body_hash = await asyncio.to_thread(lambda: hashlib.sha256(answer.body).hexdigest())
    result = replace(result, body_hash=body_hash, raw=raw)
    if body_hash == request.body_hash:
        return replace(result, outcome=Outcome.UNCHANGED)
    try:
        document, beside = await read(raw, request)
    except ParseFailed as failure:
        return replace(result, outcome=failure.outcome, error=failure.reason, keep=_reason(failure))
    # What is left of a plain document says less about its letters than all of it.
    shape = request.shape if beside else shape_of(document)
    keep = f"it was {request.shape}; it is {shape}" if request.shape not in (None, shape) else None
    if not document.complete:
        # Kept validators would hide the missing end until the feed changes again.
        result = replace(result, etag=None, last_modified=None, error="; ".join(document.repairs))
        keep = keep or result.error
    return replace(result, document=document, beside=beside, shape=shape, keep=keep)


async def _read_document(
    parser: ParserPool, recall: Recall, raw: RawAnswer, request: FeedRequest
) -> tuple[Document, tuple[KnownItem, ...]]:
    """Read a document without the items that are known, unless they are needed to name the others."""
    parse = partial(parser.parse, raw.body, raw.content_type, raw.url, zone=request.timezone, seen=raw.answered_at)
    known = {item.mark: item for item in await recall()} if showed_entries(request.shape) else {}
    document = await parse(known=known)
    beside = tuple(known[mark] for mark in document.known)
    if beside and not stands_alone(document.entries, beside, request.step):
        return await parse(), ()
    return document, beside


def _reason(failure: ParseFailed) -> str | None:
    # We broke off ourselves, or our own machine failed: that says nothing about the bytes.
    return None if failure.outcome in (Outcome.ABANDONED, Outcome.INTERNAL) else failure.reason
