"""Durations as people write them: 30s, 15m, 1h30m, 5d, 2w."""

import re
from datetime import timedelta

from daemon.config.wording import shown

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
# Largest unit first, each at most once: "30m1h" is more often a slip than a wish.
_PATTERN = re.compile("".join(rf"(?:([0-9]{{1,9}}){unit})?" for unit in _UNITS))
_BARE_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_LONGEST = timedelta(days=36_500)  # a century; keeps every sum with today's date inside the calendar


def parse_duration(text: str) -> timedelta:
    """Read `15m`, `1h30m`, `5d`: whole numbers with the units w, d, h, m, s, largest first.

    Raises ValueError with the reason; a number without a unit is refused, as nobody can tell what it means.
    """
    found = _PATTERN.fullmatch(text)
    if found is None or not text:
        if _BARE_NUMBER.fullmatch(text):
            raise ValueError(f'a number without a unit: {text}; write "{text}s" or "{text}m"')
        raise ValueError(f'not a duration: {shown(text)}; write it like "30s", "15m", "1h30m", "5d" or "2w"')
    seconds = sum(
        int(count) * size for count, size in zip(found.groups(), _UNITS.values(), strict=True) if count is not None
    )
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"longer than a century: {shown(text)}")
    return timedelta(seconds=seconds)


def format_duration(duration: timedelta) -> str:
    """Write a duration of whole seconds as `parse_duration` reads it: 5400 s is `1h30m`, nothing is `0s`.

    Weeks are written as days, since `90d` says more than `12w6d`.
    """
    rest = int(duration.total_seconds())
    parts = []
    for unit, size in _UNITS.items():
        if unit == "w":
            continue
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
