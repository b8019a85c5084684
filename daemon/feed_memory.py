"""What a fetch teaches about its feed: deciders between the result of `sources` and the row of `storage`."""

from dataclasses import dataclass
from datetime import datetime

from sources.conditional import Honesty, after_answer
from sources.fetching import FetchResult
from sources.host_pace import Asked
from sources.outcome import GOOD, Outcome
from sources.redirects import Move, after_redirect, has_held
from sources.refusal import PAUSING
from sources.rhythm import dated_rate, may_have_missed
from sources.schedule import Attempt
from storage.catalogue import host_of
from storage.feeds import FeedState
from storage.fetches import FeedMemory

# An adopted address that answers so has been a mistake, or has become one.
_WRONG = frozenset({Outcome.NOT_A_FEED, Outcome.REFUSED})
_WRONG_STATUSES = frozenset({401, 403, 404, 410})
# Weight of the failures before: the fifth silence in a row counts, more than an hour after the first. The redirect of
# the configured address is followed again then, so that this costs a request each time and no article.
_SILENT_FOR_GOOD = 1.0


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two documents of a feed that followed one another: how many articles each held, and how many both did."""

    before: int
    seen: int
    shared: int


def asked_address(feed: FeedState) -> str:
    """Return the address to ask for a feed: the configured one, or the one it has moved to for good."""
    return feed.asked_url or feed.url


def honesty_of(feed: FeedState) -> Honesty:
    """Return what is known of the feed's 304s."""
    return Honesty(feed.checked_at, feed.lied_at, feed.lies)


def attempt_of(
    feed: FeedState, result: FetchResult, overlap: Overlap | None, started: datetime, *, counts: bool
) -> Attempt:
    """Return a result as the schedule wants to know it; `overlap` is None when no document was read."""
    document = result.document
    elapsed = None if feed.last_ok_at is None else max((started - feed.last_ok_at).total_seconds(), 0.0)
    return Attempt(
        outcome=result.outcome,
        status=result.status,
        seen=overlap.seen if overlap else feed.window_size,
        fresh=overlap.seen - overlap.shared if overlap else 0,
        elapsed_s=elapsed,
        dated_rate=dated_rate(result.published, started) if document else None,
        fresh_for_s=result.fresh_for_s,
        update_every_s=document.update_every_s if document else feed.update_every_s,
        retry_after_s=result.retry_after_s,
        refusal=result.refusal,
        counts=counts,
    )


def asked_of(feed: FeedState, result: FetchResult, seconds: float) -> Asked:
    """Return a result as the pace of its host wants to know it."""
    return Asked(feed.id, result.outcome, result.status, seconds, result.refusal, result.retry_after_s)


def missed_from(feed: FeedState, overlap: Overlap | None, *, lied: bool) -> datetime | None:
    """Return the last look before a document between which and now items may have been missed; None when none were.

    A 304 counts as a look, for the document then was still the one before; not where 304s were just found to be lies.
    """
    if overlap is None or not may_have_missed(seen=overlap.seen, shared=overlap.shared, before=overlap.before):
        return None
    return feed.checked_at if lied else feed.last_ok_at


def memory_after(
    feed: FeedState, result: FetchResult, rate: float | None, overlap: Overlap | None, now: datetime, *, news: bool
) -> FeedMemory:
    """Return what is to be remembered of a feed after a fetch that came to `result`; `news` when it brought any."""
    asked = asked_address(feed)
    move = Move(feed.moved_to, feed.moved_since, feed.moved_times)
    honesty = honesty_of(feed)
    adopted = feed.asked_url
    if result.outcome in GOOD:
        whole = result.outcome is not Outcome.NOT_MODIFIED
        honesty = after_answer(now, honesty, whole=whole, audited=result.audited, news=news)
        move = after_redirect(now, move, asked, result.permanent_url)
        if has_held(now, move):
            adopted, move = move.to, Move()
    elif adopted and _fails_for_good(feed, result):
        adopted, move = None, Move()
    return FeedMemory(
        host=host_of(adopted or feed.url),
        rate=rate,
        window_size=overlap.seen if overlap else feed.window_size,
        update_every_s=result.document.update_every_s if result.document else feed.update_every_s,
        asked_url=adopted if adopted != feed.url else None,
        moved_to=move.to,
        moved_since=move.since,
        moved_times=move.times,
        checked_at=honesty.checked_at,
        lied_at=honesty.lied_at,
        lies=honesty.lies,
    )


def _fails_for_good(feed: FeedState, result: FetchResult) -> bool:
    """Tell whether the address is wrong, and not only out of reach for a while or asked too often."""
    if result.outcome is Outcome.UNREACHABLE:
        return feed.failures >= _SILENT_FOR_GOOD
    if result.refusal in PAUSING:
        return False
    return result.outcome in _WRONG or result.status in _WRONG_STATUSES
