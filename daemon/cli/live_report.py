"""What feeds give, as `check --live` and `sources add` print it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from daemon.cli.printing import local
from daemon.cli.table import Column, table
from web.moments import moment

if TYPE_CHECKING:  # loaded by the commands themselves
    from daemon.live_check import LiveCheck


def live_table(checks: "Sequence[LiveCheck]", user_agent: str) -> str:
    """Return one line a feed, with what is to be said of some of them below."""
    columns = [
        Column("source"),
        Column("outcome"),
        Column("entries", right=True),
        Column("newest"),
        Column("encoding"),
        Column("text"),
        Column("every", right=True),
        Column("feed, or why not", stretch=True),
    ]
    notes = [note for check in checks for note in _notes(check)]
    if any(check.status in (401, 403) for check in checks):
        notes.append(f"some servers refuse robots they do not know; fetch.user_agent is {user_agent}")
    return "\n".join([table(columns, [_row(check) for check in checks]), *([""] if notes else []), *notes])


def _row(check: "LiveCheck") -> tuple[object, ...]:
    from daemon.config.duration import format_duration  # noqa: PLC0415 - keeps `riwaya --help` quick

    every = None
    if check.every_s is not None:
        every = format_duration(timedelta(minutes=max(1, round(check.every_s / 60))))
    return (
        check.feed.source,
        check.outcome.value,
        check.entries if check.good else None,
        local(check.newest) if check.newest else None,
        check.used_charset,
        check.body,
        every,
        f"{check.error}: {check.feed.url}" if check.error else check.feed.url,
    )


def _notes(check: "LiveCheck") -> list[str]:
    notes = []
    if check.moved_to:
        notes.append(f"{check.feed.url}: has moved for good to {check.moved_to}")
    if check.undated and not check.feed.timezone:
        notes.append(f"{check.feed.url}: dates name no zone and count as UTC; give the source a timezone")
    notes += [f"{check.feed.url}: {repair}" for repair in check.repairs if repair != check.error]
    return notes


def as_data(check: "LiveCheck") -> dict[str, object]:
    """Return what `--json` prints of a feed."""
    return {
        "source": check.feed.source,
        "feed": check.feed.url,
        "outcome": check.outcome.value,
        "status": check.status,
        "error": check.error,
        "title": check.title,
        "format": check.format,
        "entries": check.entries,
        "newest": moment(check.newest),
        "dates_without_zone": check.undated,
        "declared_charset": check.declared_charset,
        "used_charset": check.used_charset,
        "repairs": list(check.repairs),
        "text": check.body,
        "every_seconds": None if check.every_s is None else round(check.every_s),
        "moved_to": check.moved_to,
    }
