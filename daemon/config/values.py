"""The kinds of values that settings have. Each validator raises ValueError with a reason in plain words."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, SecretStr

from daemon.config.country import country_code
from daemon.config.database import check_database
from daemon.config.duration import format_duration, parse_duration
from daemon.config.size import format_size, parse_size
from daemon.config.url import check_host, check_url
from daemon.config.wording import any_of, shown, with_hint

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
LONGEST_TEXT = 300  # characters; a name or a label, not an article
SHORTEST_SECRET = 16  # characters; `openssl rand -hex 16` gives twice as many
LONGEST_ID = 64  # characters; ids are typed by people and stand in URLs and tables


def text(value: object) -> str:
    """Accept one line of text that is not blank."""
    if not isinstance(value, str):
        # YAML 1.1 turns NO into false, 12 into a number, 2026-01-02 into a date: the cure is the same.
        cure = "" if value is None or isinstance(value, dict | list) else "; put it in quotes"
        raise ValueError(f"must be text, but YAML reads {shown(value)}{cure}")  # noqa: TRY004 - pydantic wants ValueError
    if not value.strip():
        raise ValueError("must not be empty")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"longer than {LONGEST_TEXT} characters")
    if any(ord(character) < ord(" ") or character in "\x7f\u2028\u2029" for character in value):
        raise ValueError("must be one line without control characters")
    return value.strip()


def whole(value: object) -> int:
    """Accept a whole number, also as text, since environment variables are text; true is no number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise ValueError(f"must be a whole number, got {shown(value)}")


def duration(value: object) -> timedelta:
    """Accept a duration such as "15m"."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return parse_duration(str(value))
    raise ValueError(f"must be a duration like 15m, got {shown(value)}")


def size(value: object) -> int:
    """Accept a size such as "10MB", or a number of bytes."""
    return parse_size(value) if isinstance(value, str) else whole(value)


def seconds_between(low: timedelta, high: timedelta) -> AfterValidator:
    """Accept durations from low to high, both included."""

    def check(value: timedelta) -> timedelta:
        if not low <= value <= high:
            limits = f"{format_duration(low)} to {format_duration(high)}"
            raise ValueError(f"must be {limits}, got {format_duration(value)}")
        return value

    return AfterValidator(check)


def number_between(low: int, high: int, show: Callable[[int], str] = str) -> AfterValidator:
    """Accept whole numbers from low to high, both included."""

    def check(value: int) -> int:
        if not low <= value <= high:
            raise ValueError(f"must be {show(low)} to {show(high)}, got {value}")
        return value

    return AfterValidator(check)


def one_of(*words: str) -> BeforeValidator:
    """Accept one of a few words."""

    def check(value: object) -> object:
        if value in words:
            return value
        reason = f"must be one of {any_of(words)}, got {shown(value)}"
        raise ValueError(with_hint(reason, value, words) if isinstance(value, str) else reason)

    return BeforeValidator(check)


def source_id(value: str) -> str:
    """Accept what may stand in a URL, a file name and a command line as it is."""
    if len(value) > LONGEST_ID:
        raise ValueError(f"longer than {LONGEST_ID} characters")
    if not _ID.fullmatch(value):
        reason = "must begin with a-z or 0-9 and hold only a-z, 0-9, - and _"
        raise ValueError(f"{reason}, got {shown(value)}")
    return value


def language(value: str) -> str:
    """Accept a language tag (BCP 47) such as "ar" or "ar-EG"; its shape is checked, not its registration."""
    if not _LANGUAGE.fullmatch(value):
        raise ValueError(f'must be a language tag like "ar", got {shown(value)}')
    return value


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())  # walks hundreds of files, so once and only for a hint


def timezone(value: str) -> str:
    """Accept a name of the IANA time zone database."""
    try:
        ZoneInfo(value)
    except (OSError, ValueError, LookupError):
        known = _time_zones()
        if not known:
            raise ValueError("this machine has no time zone database: install tzdata") from None
        raise ValueError(with_hint(f"unknown time zone {shown(value)}", value, known)) from None
    return value


def full_text(value: object) -> object:
    """Accept true, false and auto; YAML gives the first two as truth values, a variable as text."""
    words = {"true": True, "false": False}
    if value == "auto" or isinstance(value, bool):
        return value
    if isinstance(value, str) and value in words:
        return words[value]
    raise ValueError(f"must be true, auto or false, got {shown(value)}")


def host(value: str) -> str:
    """Accept a host name or an address, without scheme, port or path."""
    bare = value.removeprefix("[").removesuffix("]").lower()
    if not check_host(bare):
        raise ValueError(f"must be a bare host name or address, without scheme and port, got {shown(value)}")
    return bare


def header_text(value: str) -> str:
    """Accept what HTTP allows as the value of a header field (RFC 9110, 5.5: visible ASCII, blanks)."""
    if not (value.isascii() and value.isprintable()):
        raise ValueError(f"must be plain ASCII, as it is sent as an HTTP header, got {shown(value)}")
    return value


def truth(value: object) -> bool:
    """Accept true and false, also as text, since environment variables are text."""
    words = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in words:
        return words[value]
    raise ValueError(f"must be true or false, got {shown(value)}")


def secret(value: object) -> SecretStr:
    """Accept what nobody can guess and every HTTP client can send; no reason repeats it."""
    if isinstance(value, SecretStr):
        return value
    if not isinstance(value, str):
        raise ValueError("must be text; put it in quotes")  # noqa: TRY004 - pydantic wants ValueError
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise ValueError("must be ASCII letters, digits and signs without blanks")
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"shorter than {SHORTEST_SECRET} characters; `openssl rand -hex 16` makes a good one")
    return SecretStr(value)


def origin(value: str) -> str:
    """Accept the origin of a site: scheme, host and port, nothing behind them."""
    check_url(value)
    parts = urlsplit(value)
    if parts.path or parts.query or parts.fragment:
        raise ValueError(f"must be a scheme and a host like https://news.example, got {shown(value)}")
    return value


def base_url(value: str) -> str:
    """Accept a web address without query; a slash at its end is left out."""
    check_url(value)
    parts = urlsplit(value)
    if parts.query or parts.fragment:
        raise ValueError(f"must be an address without ? and #, got {shown(value)}")
    return value.rstrip("/")


def several(value: object) -> object:
    """Take one text as a list, divided at commas: variables and short lists are written so."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return value


def nothing(value: object) -> object:
    """Take a list whose items are all commented out as a list without items."""
    return [] if value is None else value


def section(value: object) -> object:
    """Take a section whose keys are all commented out as a section without keys."""
    return {} if value is None else value


Text = Annotated[str, BeforeValidator(text)]
Whole = Annotated[int, BeforeValidator(whole)]
Duration = Annotated[timedelta, BeforeValidator(duration)]
Size = Annotated[int, BeforeValidator(size), number_between(1_000, 1_000_000_000, format_size)]
SourceId = Annotated[Text, AfterValidator(source_id)]
Country = Annotated[Text, AfterValidator(country_code)]
Language = Annotated[Text, AfterValidator(language)]
TimeZone = Annotated[Text, AfterValidator(timezone)]
Url = Annotated[str, BeforeValidator(text), AfterValidator(check_url)]
Host = Annotated[Text, AfterValidator(host)]
UserAgent = Annotated[Text, AfterValidator(header_text)]
Database = Annotated[Text, AfterValidator(check_database)]
Truth = Annotated[bool, BeforeValidator(truth)]
Secret = Annotated[SecretStr, BeforeValidator(secret)]
Origin = Annotated[str, BeforeValidator(text), AfterValidator(origin)]
BaseUrl = Annotated[str, BeforeValidator(text), AfterValidator(base_url)]
FullText = Annotated[bool | Literal["auto"], BeforeValidator(full_text)]
