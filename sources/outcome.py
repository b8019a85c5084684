"""What became of a fetch, in one word."""

import re
from enum import StrEnum

# Long enough for a host, a status and a reason; a column of a terminal table stays readable.
_MAX_REASON = 300
# Control characters would break a log line, bidi controls would reorder it on a terminal.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class Outcome(StrEnum):
    """The result of one attempt to fetch a feed; every attempt has exactly one."""

    OK = "ok"
    """200 with a feed that was read."""
    NOT_MODIFIED = "not_modified"
    """304: nothing new since the validators we sent."""
    UNCHANGED = "unchanged"
    """200, but byte for byte the body seen before."""
    HTTP_ERROR = "http_error"
    """Any other status."""
    UNREACHABLE = "unreachable"
    """No such host, connection refused or broken off, TLS failure."""
    TIMEOUT = "timeout"
    """Connecting, reading or the whole fetch took too long."""
    TOO_LARGE = "too_large"
    """The body, unpacked, or its entities, unfolded, passed the limit."""
    REFUSED = "refused"
    """We would not go there: private address, other scheme, too many redirects."""
    NOT_A_FEED = "not_a_feed"
    """A readable answer that is no feed."""
    EMPTY = "empty"
    """200 with nothing in it."""
    BROKEN = "broken"
    """A feed so damaged that no entry could be read."""
    PARSER_KILLED = "parser_killed"
    """The parser worker exceeded its time or memory, or died."""
    ABANDONED = "abandoned"
    """We were shutting down."""
    INTERNAL = "internal"
    """A fault of our own."""


GOOD = frozenset({Outcome.OK, Outcome.NOT_MODIFIED, Outcome.UNCHANGED})
"""The outcomes of a feed that is well."""

NO_ANSWER = frozenset({Outcome.UNREACHABLE, Outcome.TIMEOUT})
"""The outcomes of a server that said nothing, or not to the end."""


class AttemptFailed(Exception):  # noqa: N818 - it is not always an error: a refusal is a decision
    """An attempt that gave no document.

    `outcome` is the word to record, `reason` one plain line for people.
    """

    def __init__(self, outcome: Outcome, reason: str) -> None:
        self.outcome = outcome
        self.reason = one_line(reason)
        super().__init__(self.reason)


class FetchFailed(AttemptFailed):
    """A fetch that gave no answer to read.

    `status` is the last one that a server answered with, a redirect's too, and `received` the bytes of a body that
    had come by then.
    """

    status: int | None = None
    received: int = 0


class ParseFailed(AttemptFailed):
    """A body that gave no document."""


def one_line(text: str) -> str:
    """Make a text that may come from outside fit for one line of a log or a table."""
    line = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return line if len(line) <= _MAX_REASON else line[: _MAX_REASON - 1] + "…"
