"""The line that `systemctl status` shows of the service."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.brief import Brief

_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1)))
_LEAST = 2
"""Of a unit: 90 minutes say more than one hour."""


def status_line(brief: Brief, now: datetime, troubles: Iterable[str] = ()) -> str:
    """Write the figures as `412 feeds, 3 late, last cluster 12 s ago`, and behind them what a person should know."""
    feeds = "1 feed" if brief.feeds == 1 else f"{brief.feeds} feeds"
    cluster = "no cluster yet" if brief.last_cluster is None else f"last cluster {ago(now - brief.last_cluster)}"
    return one_line("; ".join([f"{feeds}, {brief.late} late, {cluster}", *troubles]))


def ago(passed: timedelta) -> str:
    """Write a span in the largest unit of which it holds two: `12 s ago`, `90 min ago`, `5 d ago`."""
    for name, unit in _UNITS:
        if passed >= _LEAST * unit:
            return f"{passed // unit} {name} ago"
    # A clock that was set back makes the past the future.
    return f"{max(0, int(passed.total_seconds()))} s ago"


def one_line(text: str) -> str:
    """Make one line of a text: a second one would be another message to systemd."""
    return " ".join(text.split())
