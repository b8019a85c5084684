"""How a reader wants the pages: language, digits, time zone, light or dark. Kept in cookies of the reader's browser."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args
from zoneinfo import available_timezones

from web.pages.wording import LANGUAGES, RIGHT_TO_LEFT

Digits = Literal["western", "arabic"]
Theme = Literal["auto", "light", "dark"]

DIGITS: tuple[Digits, ...] = get_args(Digits)
THEMES: tuple[Theme, ...] = get_args(Theme)

DEFAULT_ZONE = "UTC"

_PREFERENCE = re.compile(r"\s*([a-zA-Z*]{1,8})(?:-[a-zA-Z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")
_LONGEST_HEADER = 500


@dataclass(frozen=True, slots=True)
class Reader:
    """What one reader prefers. `zone` is an IANA name; `zone_known` tells that the reader's browser or hand gave it."""

    language: str = LANGUAGES[0]
    digits: Digits = "western"
    zone: str = DEFAULT_ZONE
    theme: Theme = "auto"
    zone_known: bool = False

    @property
    def right_to_left(self) -> bool:
        """Whether the language runs right to left."""
        return self.language in RIGHT_TO_LEFT

    @property
    def direction(self) -> str:
        """The same as HTML says it."""
        return "rtl" if self.right_to_left else "ltr"


def reader_of(cookies: Mapping[str, str], accept_language: str | None) -> Reader:
    """Read the preferences that came with a request; what is none of the known values counts as not said."""
    language, digits, zone, theme = (cookies.get(name) for name in ("language", "digits", "zone", "theme"))
    known = zone is not None and zone in zones()
    return Reader(
        language=language if language in LANGUAGES else _accepted(accept_language or ""),
        digits=next((one for one in DIGITS if one == digits), "western"),
        zone=zone if known and zone else DEFAULT_ZONE,
        theme=next((one for one in THEMES if one == theme), "auto"),
        zone_known=known,
    )


@cache
def zones() -> frozenset[str]:
    """Return the names of all time zones; `localtime` and the like are left out, since they name no place."""
    return frozenset(name for name in available_timezones() if "/" in name or name == DEFAULT_ZONE)


def _accepted(header: str) -> str:
    """Return the language of ours that the browser likes best, the first of ours when it likes none."""
    liked: dict[str, float] = {}
    for part in header[:_LONGEST_HEADER].split(","):
        if (found := _PREFERENCE.fullmatch(part)) is not None:
            liked.setdefault(found[1].lower(), float(found[2] or 1))
    ranked = sorted(LANGUAGES, key=lambda language: -liked.get(language, 0))
    return ranked[0] if liked.get(ranked[0], 0) > 0 else LANGUAGES[0]
