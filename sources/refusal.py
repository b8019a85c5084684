"""What a refusal means: some servers send 403 where they mean 429, and some ask a browser to prove that it is one."""

import re
from collections.abc import Mapping
from enum import StrEnum

_FORBIDDEN, _TOO_MANY, _UNAVAILABLE = 403, 429, 503

# Headers that only a wall against robots sends.
_CHALLENGE_HEADERS = ("cf-mitigated", "x-datadome", "x-sucuri-block", "x-iinfo")
# Words of their pages, as the vendors' scripts name themselves.
_CHALLENGE_PAGE = re.compile(
    r"challenge-platform|cf-chl-|cf_chl_|just a moment\.\.\.|_incapsula_resource|captcha-delivery\.com"
    r"|g-recaptcha|hcaptcha|cf-turnstile|sucuri website firewall|ddos-guard",
    re.IGNORECASE,
)
_LIMIT_PAGE = re.compile(r"too many requests|rate.?limit|request limit|quota exceeded|error 1015", re.IGNORECASE)
_LIMIT_HEADERS = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")


class Refusal(StrEnum):
    """Why a server that is there will not serve."""

    RATE_LIMIT = "rate limit"
    """We ask too often."""
    CHALLENGE = "challenge"
    """It wants proof of a browser, which we are not and do not feign."""
    FORBIDDEN = "forbidden"
    """It does not want us, or not from here; it does not say why."""
    UNAVAILABLE = "unavailable"
    """It is overloaded or in maintenance."""


PAUSING = frozenset({Refusal.RATE_LIMIT, Refusal.UNAVAILABLE})
"""The reasons that pass by themselves, if one waits."""

REFUSING = frozenset({_FORBIDDEN, _TOO_MANY, _UNAVAILABLE})
"""The statuses that are looked into."""


def refusal_of(status: int, headers: Mapping[str, str], opening: bytes) -> Refusal | None:
    """Classify an answer by its status, its headers (lower-case names) and the beginning of its body.

    None for a status that is no refusal of this kind.
    """
    if status not in REFUSING:
        return None
    if status == _TOO_MANY:
        return Refusal.RATE_LIMIT
    text = opening.decode("utf-8", "replace")
    if any(name in headers for name in _CHALLENGE_HEADERS) or _CHALLENGE_PAGE.search(text):
        return Refusal.CHALLENGE
    if status == _UNAVAILABLE:
        return Refusal.UNAVAILABLE
    spent = any(headers.get(name, "").strip() == "0" for name in _LIMIT_HEADERS)
    if "retry-after" in headers or spent or _LIMIT_PAGE.search(text):
        return Refusal.RATE_LIMIT
    return Refusal.FORBIDDEN
