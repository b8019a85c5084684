"""Named points between what is asked, stored and sent, at which a test may let the process die.

Off unless the environment variable RIWAYA_TEST_FAILPOINT names a point: `fetch.answered` ends the process when the
point is reached, `fetch.answered:3` when it is reached for the third time. Then SIGKILL: nothing is tidied up, no file
is flushed, no transaction is rolled back by this process. A point that is not armed is the call of an empty function.
"""

import os
import signal
from collections.abc import Callable
from enum import StrEnum
from itertools import count

VARIABLE = "RIWAYA_TEST_FAILPOINT"


class Point(StrEnum):
    """Every point, and what it lies between; in the order in which they happen, so that each finds what it needs."""

    # A feed: its server's answer, and one transaction with entries, record, validators and the next time.
    FETCH_ANSWERED = "fetch.answered"  # the answer is read; the transaction has not begun
    FETCH_WRITTEN = "fetch.written"  # all is written; not committed
    FETCH_COMMITTED = "fetch.committed"  # committed; nobody has been told

    # An article's page, likewise.
    PAGE_ANSWERED = "page.answered"  # the page is read; the transaction has not begun
    PAGE_WRITTEN = "page.written"  # its text is written; not committed
    PAGE_COMMITTED = "page.committed"  # committed; nobody has been told

    # A batch of the clusterer: verdicts, one transaction with clusters and events, and one with the search index.
    CLUSTER_DECIDED = "cluster.decided"  # every version has its cluster in memory; the transaction has not begun
    CLUSTER_WRITTEN = "cluster.written"  # clusters, matches and events are written; not committed
    CLUSTER_COMMITTED = "cluster.committed"  # committed; the words are not in the search index
    UPKEEP_WRITTEN = "upkeep.written"  # upkeep has put in what such a death left out; not committed
    CLUSTER_INDEXED = "cluster.indexed"  # the index is written as well; not committed
    CLUSTER_DONE = "cluster.done"  # both are committed; the clusterer's own memory is not told

    # A correction: written down by who asks for it, applied by who clusters.
    CORRECTION_ASKED = "correction.asked"  # it is written down and committed; not applied
    CORRECTION_WRITTEN = "correction.written"  # it is applied; not committed
    CORRECTION_COMMITTED = "correction.committed"  # committed; nobody has been told

    # An alert: rung in one transaction, sent, and noted as delivered in another one.
    ALERT_DECIDED = "alert.decided"  # what rings is known; the transaction has not begun
    ALERT_WRITTEN = "alert.written"  # the alerts are written, the changes taken out; not committed
    ALERT_COMMITTED = "alert.committed"  # committed; nothing is sent
    ALERT_SENT = "alert.sent"  # the receiver has taken it; this is not noted
    ALERT_NOTED = "alert.noted"  # it is noted; not committed


def _switch(wanted: str | None) -> Callable[[Point], None]:
    """Return what a point calls; raises ValueError for a name that no point has."""
    if not wanted:
        return _nothing
    name, _, number = wanted.partition(":")
    fatal, times = Point(name), count(1)
    last = int(number or 1)

    def die(point: Point) -> None:
        if point is fatal and next(times) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


def _nothing(point: Point) -> None:
    """Do nothing: this is production."""


reached = _switch(os.environ.get(VARIABLE))
