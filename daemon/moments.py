"""Moments as people write them: a duration back from now, or a date."""

from datetime import UTC, datetime

from daemon.config.duration import parse_duration


def moment_of(text: str, now: datetime) -> datetime:
    """Read a duration back from `now` (24h, 7d) or an ISO 8601 date or time (UTC without a zone).

    Raises ValueError with what is accepted.
    """
    try:
        return now - parse_duration(text)
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is neither a duration (24h, 7d) nor an ISO date (2026-11-23)") from None
