"""Whether any feed can be reached at all: a decider for the one message that a newcomer without a network needs."""

from collections.abc import Collection
from dataclasses import dataclass, field

from daemon.feed_fetcher import FetchReport
from sources.outcome import Outcome

NOBODY_ANSWERS = (
    "none of the feeds could be reached: is this machine connected to the internet? "
    "`make demo` shows riwaya at work on feeds of its own, without a network"
)

_NO_ANSWER = frozenset({Outcome.UNREACHABLE, Outcome.TIMEOUT})


@dataclass(slots=True)
class Reach:
    """Follows the first attempts at the feeds of a process, until one answers or all have failed to."""

    feeds: int
    """How many feeds there are to try."""
    _silent: set[int] = field(default_factory=set)
    _settled: bool = False

    def tell(self, report: FetchReport) -> bool:
        """Take in an attempt; True once, when every feed has been tried and none answered in any way."""
        if self._settled or report.outcome is Outcome.ABANDONED:
            return False
        if report.outcome not in _NO_ANSWER:
            self._settled = True
            return False
        self._silent.add(report.feed.id)
        self._settled = len(self._silent) >= self.feeds
        return self._settled


def nobody_answers(reports: Collection[FetchReport]) -> bool:
    """Tell whether not one of these attempts got any answer."""
    return bool(reports) and all(report.outcome in _NO_ANSWER for report in reports)
