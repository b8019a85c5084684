"""How often a feed brings something, and how long one may therefore wait before looking again.

A feed is a window that shows its newest items. Two things follow from how fast they come. Looking more often shortens
the delay until each is seen, at the price of requests. And when more come between two looks than the window holds,
some are never seen.
"""

import math
from collections.abc import Iterable
from datetime import datetime

# The rate is forgotten over half a day: long enough to smooth the minutes, short enough to know day from night. On the
# real publishing times (benchmarks/schedule_replay.py) 6 h missed more of a surge, 24 h answered it later.
MEMORY_S = 12 * 3600.0
# The rate at which a feed is asked every `fetch.every`: an outlet with about a hundred items a day.
USUAL_RATE = 4 / 3600
# For a given number of requests the sum of delays is smallest when the interval goes with the square root of the rate;
# the third root gives some of that up (a tenth of the delay) and looks more often at slow feeds, where a surge would
# otherwise run through the window of 20 items unseen.
EXPONENT = 1 / 3
# No longer than half of the window takes to fill: a surge may double before anything is missed.
SAFE_SHARE = 0.5
# A document's own dates tell the rate of its last day before we have watched it ourselves; one that stamps all its
# entries with the moment of the request must not pass for a flood.
_DAY_S = 86_400.0
_SHORTEST_SPAN_S = 3600.0


def observed_rate(rate: float, items: int, elapsed_s: float) -> float:
    """Return the rate (items a second) after `items` new ones came in the `elapsed_s` since the last look.

    An exponentially forgetting mean over time, so that the answer does not depend on how often one looked.
    """
    elapsed_s = max(elapsed_s, 1.0)
    kept = math.exp(-elapsed_s / MEMORY_S)
    return rate * kept + items / elapsed_s * (1 - kept)


def dated_rate(published: Iterable[datetime | None], now: datetime) -> float | None:
    """Return the rate (items a second) that a document's dates claim for its last day; None when they say nothing.

    Dates in the future do not count; a window shorter than a day tells the rate of the time it covers.
    """
    ages = [(now - moment).total_seconds() for moment in published if moment is not None]
    past = [age for age in ages if age >= 0]
    if len(past) < 2:  # noqa: PLR2004 - two make one interval
        return None
    recent = [age for age in past if age <= _DAY_S]
    span = _DAY_S if len(recent) < len(past) else max(past)
    return len(recent) / max(span, _SHORTEST_SPAN_S)


def wanted_interval_s(rate: float, burst: float, window: int, base_s: float, longest_s: float) -> float:
    """Return the seconds to wait with a feed of this rate, at most `longest_s`.

    `burst` is the rate since the last look, `window` how many entries the document shows, `base_s` the interval at
    USUAL_RATE.
    """
    interval = longest_s
    if rate > 0:
        interval = min(interval, base_s * (USUAL_RATE / rate) ** EXPONENT)
    fastest = max(rate, burst)
    if fastest > 0 and window > 0:
        interval = min(interval, SAFE_SHARE * window / fastest)
    return interval


def may_have_missed(*, seen: int, shared: int, before: int) -> bool:
    """Tell whether items may have come and gone between two documents that followed one another.

    One item that stands in both proves that nothing between them was missed; without any there is no proof. `before`
    is how many entries the earlier document held, `seen` the later one, `shared` both.
    """
    return before > 0 and seen > 0 and shared == 0
