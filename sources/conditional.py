"""Whether to believe a server that says "not modified".

Some servers answer 304 although the feed has changed; tt-rss and NewsBlur therefore ask without conditions from time
to time, Media Cloud's fetcher always. Here a 304 is checked now and then by asking again at once, without conditions:
if that brings news, the 304 was a lie. A feed that lied is asked without conditions for a week or more, and after
that checked every hour.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# Twice a day, as tt-rss: one request in fifty at the usual interval.
AUDIT_EVERY = timedelta(hours=12)
AUDIT_LIAR_EVERY = timedelta(hours=1)
# A week for the first lie, one more for each further one, to a quarter of a year: a full document costs a hundred
# times a 304, and servers do get mended.
DISTRUST = timedelta(days=7)
LONGEST_DISTRUST = timedelta(days=90)


class Ask(StrEnum):
    """How to ask for a feed."""

    CONDITIONAL = "conditional"
    """With the validators, believing a 304."""
    AUDIT = "audit"
    """With the validators, and when the answer is 304 once more without."""
    PLAIN = "plain"
    """Without validators."""


@dataclass(frozen=True, slots=True)
class Honesty:
    """What is remembered of a feed's answers to conditions."""

    checked_at: datetime | None = None
    """When the server last sent a whole document; that is when its silence began to need a check."""
    lied_at: datetime | None = None
    lies: int = 0


def how_to_ask(now: datetime, honesty: Honesty) -> Ask:
    """Decide how to ask a feed whose validators are known."""
    if honesty.lied_at is not None and now < honesty.lied_at + min(DISTRUST * honesty.lies, LONGEST_DISTRUST):
        return Ask.PLAIN
    every = AUDIT_LIAR_EVERY if honesty.lies else AUDIT_EVERY
    if honesty.checked_at is None or now >= honesty.checked_at + every:
        return Ask.AUDIT
    return Ask.CONDITIONAL


def after_answer(now: datetime, honesty: Honesty, *, whole: bool, audited: bool, news: bool) -> Honesty:
    """Take in a good answer: whether a `whole` document came, whether to check a 304, and whether with `news`."""
    if whole:
        honesty = replace(honesty, checked_at=now)
    if audited and news:
        honesty = replace(honesty, lied_at=now, lies=honesty.lies + 1)
    return honesty
