"""Web addresses: which are accepted, and which two are the same feed."""

import re
from urllib.parse import SplitResult, urlsplit

from daemon.config.wording import shown

LONGEST = 2048  # what browsers and servers agree to carry; RFC 9110 asks for 8000, no feed comes near
_DEFAULT_PORTS = {"http": 80, "https": 443}
# A host name label may carry letters of any script (internationalised names), digits, "-" and "_".
_HOST = re.compile(r"[^\W]([\w-]*\w)?(\.[^\W]([\w-]*\w)?)*\.?")
_IPV6 = re.compile(r"[0-9a-fA-F:.]+(%\w+)?")


def check_url(text: str) -> str:
    """Return the URL unchanged when it can be fetched. Raises ValueError with the reason."""
    if not text:
        raise ValueError("an empty URL")
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters: {shown(text)}")
    if any(character.isspace() or not character.isprintable() for character in text):
        raise ValueError(f"a URL with blanks or control characters: {shown(text)}")
    parts = _split(text)
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError(f"not an http or https URL: {shown(text)}")
    if "@" in parts.netloc:
        # It would show up in logs, pages and exports. The reason must not show it either.
        raise ValueError("a URL with a user name or password in it")
    if not parts.hostname or not check_host(parts.hostname):
        raise ValueError(f"a URL without a usable host: {shown(text)}")
    return text


def check_host(host: str) -> bool:
    """Say whether this looks like a host name, an IPv4 address or an IPv6 address without brackets."""
    if ":" in host:
        return _IPV6.fullmatch(host) is not None
    return len(host) <= 253 and _HOST.fullmatch(host) is not None  # noqa: PLR2004 - RFC 1035's limit on a name


def same_feed_key(url: str) -> str:
    """Return the form under which two spellings of one feed are equal.

    Scheme, case of the host, default port, fragment and trailing slash make no other feed; a query does.
    `url` must have passed `check_url`.
    """
    parts = _split(url)
    port = parts.port if parts.port != _DEFAULT_PORTS[parts.scheme] else None
    query = f"?{parts.query}" if parts.query else ""
    return f"{(parts.hostname or '').rstrip('.')}:{port or ''}{parts.path.rstrip('/')}{query}"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here because only the reading checks it
    except ValueError as error:
        raise ValueError(f"not a URL: {shown(url)} ({error})") from error
    return parts
