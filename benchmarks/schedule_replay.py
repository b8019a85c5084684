"""When to fetch, replayed: the scheduler's decider over the publishing times of real articles, beside fixed intervals.

Each source of the corpus stands for one feed that shows its newest 20 or 40 articles. Nothing is fetched; the clock is
the corpus's own. An article is missed when more than a window of newer ones came before the next look.

Some corpora give the moment of a crawl for the time of publication: hundreds of articles in five minutes, then hours of
nothing. Such a burst runs through the window whatever one does, and five-minute polls are there for one window more of
it than any rarer ones can be. They are replayed as they stand, and once more with the articles of each crawl spread
evenly over the time since the crawl before, in which they must have been published.
"""

import random
import statistics
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Protocol

from benchmarks.table import table
from clustering.version import Version
from sources.outcome import Outcome
from sources.rhythm import dated_rate
from sources.schedule import Attempt, Bounds, FeedRhythm, next_fetch

WINDOWS = (20, 40)
FIXED_MINUTES = (5, 15, 60)
# fetch.min_every, every, max_every as they are when the configuration is silent.
BOUNDS = Bounds(min_s=60, base_s=900, max_s=3600)
# Which articles of a burst are missed hangs on the second of the first look, so each feed is replayed from several.
STARTS = 5
MOST_REQUESTS = 1 / 3
"""The share of the five-minute polls that the decider may make, missing no more than they do."""

# A crawl is over when ten minutes bring nothing; a feed was crawled when more than half of its articles came in bursts
# that fill the larger window within five minutes, which no outlet writes.
_SILENCE_S = 600.0
_BURST_S = 300.0
_LEAD_S = 3600.0
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Look:
    """What a poll found: the times of the entries that the document shows, and how many of them are new."""

    at: float
    shown: Sequence[float]
    fresh: int


class Policy(Protocol):
    """Decides how long to wait after a look, seconds."""

    def wait(self, look: Look) -> float:
        """Return the seconds until the next look."""


class Fixed:
    """Always the same interval."""

    def __init__(self, minutes: int) -> None:
        self._seconds = minutes * 60.0

    def wait(self, look: Look) -> float:
        """Return the interval, whatever was found."""
        del look
        return self._seconds


class Ours:
    """The decider of the service, with jitter from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a replay must repeat itself
        self._state = FeedRhythm(None, 0.0)
        self._before: float | None = None

    def wait(self, look: Look) -> float:
        """Return what `sources.schedule` decides; a document without news counts as not modified."""
        now = datetime.fromtimestamp(look.at, UTC)
        attempt = Attempt(
            outcome=Outcome.OK if look.fresh else Outcome.NOT_MODIFIED,
            seen=len(look.shown),
            fresh=look.fresh,
            elapsed_s=None if self._before is None else look.at - self._before,
            dated_rate=dated_rate((datetime.fromtimestamp(time, UTC) for time in look.shown), now),
        )
        decided = next_fetch(now, self._state, attempt, BOUNDS, self._random.random())
        self._before = look.at
        self._state = FeedRhythm(decided.interval_s, decided.failures, decided.rate)
        return (decided.at - now).total_seconds()


@dataclass(slots=True)
class Tally:
    """What a policy came to: `polls` made in `days`, articles `missed`, and the `delays` of those seen, seconds."""

    polls: int = 0
    missed: int = 0
    days: float = 0.0
    delays: list[float] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in another one."""
        self.polls += other.polls
        self.missed += other.missed
        self.days += other.days
        self.delays += other.delays


def replay(times: Sequence[float], window: int, policy: Policy, seed: int) -> Tally:
    """Poll a feed that publishes at these (ascending) times and shows its newest `window` entries.

    The first look comes at a moment drawn from `seed` within the hour before the first article.
    """
    now = times[0] - random.Random(seed).random() * _LEAD_S  # noqa: S311 - as above
    tally, known, end = Tally(days=(times[-1] - times[0]) / _DAY_S), 0, times[-1]
    while known < len(times):
        published = bisect_right(times, now)
        oldest = max(published - window, 0)
        first = max(known, oldest)
        tally.polls += now <= end
        tally.missed += first - known
        tally.delays += [now - time for time in times[first:published]]
        look = Look(now, times[oldest:published], published - first)
        known = published
        now += policy.wait(look)
    return tally


@dataclass(frozen=True, slots=True)
class Group:
    """Feeds of one corpus with one window: each policy's tally by name, the five-minute and our own by source."""

    corpus: str
    window: int
    totals: Mapping[str, Tally]
    sources: Mapping[str, tuple[Tally, Tally]]


def replay_group(corpus: str, feeds: Mapping[str, Sequence[float]], window: int) -> Group:
    """Replay every feed of a corpus with every policy, from several starts."""
    names = [*(_fixed(minutes) for minutes in FIXED_MINUTES), "ours"]
    totals, sources = {name: Tally() for name in names}, {}
    for source, times in sorted(feeds.items()):
        own = {name: Tally() for name in names}
        for start in range(STARTS):
            policies: list[Policy] = [*(Fixed(minutes) for minutes in FIXED_MINUTES), Ours(start)]
            for name, policy in zip(names, policies, strict=True):
                own[name].add(replay(times, window, policy, start))
        for name in names:
            totals[name].add(own[name])
        sources[source] = (own[_fixed(FIXED_MINUTES[0])], own["ours"])
    return Group(corpus, window, totals, sources)


def was_crawled(times: Sequence[float]) -> bool:
    """Tell whether these (ascending) times are those of a crawl, not of publication."""
    within = (bisect_right(times, time + _BURST_S / 2) - bisect_right(times, time - _BURST_S / 2) for time in times)
    return statistics.median(within) >= max(WINDOWS)


def spread(times: Sequence[float]) -> list[float]:
    """Spread the articles of each crawl evenly over the time since the crawl before; the first crawl's are left out."""
    crawls = [[times[0]]]
    for time in times[1:]:
        if time - crawls[-1][-1] > _SILENCE_S:
            crawls.append([])
        crawls[-1].append(time)
    published = []
    for before, crawl in pairwise(crawls):
        step = (crawl[-1] - before[-1]) / len(crawl)
        published += [before[-1] + step * number for number in range(1, len(crawl) + 1)]
    return published


def schedule_replay(versions: Iterable[Version], names: Mapping[int, str]) -> str:
    """Replay the publishing times of a corpus's articles, and return the tables with a verdict.

    `names` gives the file that each version's article comes from.
    """
    feeds: dict[str, dict[str, list[float]]] = {}
    for version in versions:
        feeds.setdefault(names[version.number], {}).setdefault(version.source, []).append(version.at)
    for corpus in feeds.values():
        for times in corpus.values():
            times.sort()
    for name, corpus in list(feeds.items()):
        if all(was_crawled(times) for times in corpus.values()):
            feeds[f"{name} spread"] = {source: spread(times) for source, times in corpus.items()}
    groups = [replay_group(name, feeds[name], window) for name in sorted(feeds) for window in WINDOWS]
    return "\n\n".join([_totals(groups), _by_source(groups), *(_verdict(group) for group in groups)])


def _fixed(minutes: int) -> str:
    return f"fixed {minutes} min"


def _totals(groups: Sequence[Group]) -> str:
    rows = []
    for group in groups:
        for name, tally in group.totals.items():
            most = group.totals[_fixed(FIXED_MINUTES[0])].polls
            rows.append(
                [
                    f"{group.corpus}, {group.window} items, {name}",
                    f"{tally.polls / STARTS:,.0f}",
                    f"{tally.polls / tally.days:.1f}",
                    f"{tally.polls / most:.2f}",
                    f"{tally.missed / STARTS:,.1f}",
                    _minutes(tally),
                ]
            )
    columns = ["all sources, mean of the starts", "polls", "a feed a day", "of 5 min", "missed", "median delay min"]
    return table(columns, rows)


def _by_source(groups: Sequence[Group]) -> str:
    rows = [
        [
            f"{group.corpus}, {group.window} items, {source}",
            f"{(len(often.delays) + often.missed) / STARTS:,.0f}",
            f"{ours.polls / ours.days:.1f}",
            f"{ours.polls / often.polls:.2f}",
            f"{often.missed / STARTS:,.1f}",
            f"{ours.missed / STARTS:,.1f}",
            _minutes(often),
            _minutes(ours),
        ]
        for group in groups
        for source, (often, ours) in group.sources.items()
    ]
    head = ["ours beside fixed 5 min", "articles", "polls a day", "of 5 min", "missed: 5 min", "ours"]
    return table([*head, "median delay min: 5 min", "ours"], rows)


def _verdict(group: Group) -> str:
    often, ours = group.totals[_fixed(FIXED_MINUTES[0])], group.totals["ours"]
    share = ours.polls / often.polls
    held = ours.missed <= often.missed and share <= MOST_REQUESTS
    verdict = "holds" if held else "DOES NOT HOLD"
    return (
        f"{group.corpus}, {group.window} items: {verdict}: missed {ours.missed / STARTS:,.1f} "
        f"against {often.missed / STARTS:,.1f} of 5-minute polls, {share:.2f} of their requests"
    )


def _minutes(tally: Tally) -> str:
    return f"{statistics.median(tally.delays) / 60:.1f}" if tally.delays else "-"
