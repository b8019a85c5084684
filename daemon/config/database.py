"""The `database` setting: which URLs are accepted, where a relative path lies, how it is shown to people."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from daemon.config.wording import any_of, with_hint

SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg")
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+._-]*)://(?P<rest>.*)", re.DOTALL)
_SQLITE_PATH = re.compile(r"/(?P<path>[^?]+)(?P<query>\?.*)?")
_PASSWORD = re.compile(r"(?P<before>://[^/@]*:).*(?P<after>@)")
_QUERY_PASSWORD = re.compile(r"(?P<before>[?&](?:password|passfile|sslpassword)=)[^&]*", re.IGNORECASE)


def check_database(url: str) -> str:
    """Return the URL unchanged when riwaya can use it.

    Raises ValueError with a reason that never repeats more than the scheme: the rest may hold a password.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise ValueError("not a database URL; write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME")
    scheme, rest = found["scheme"], found["rest"]
    if scheme not in SCHEMES:
        raise ValueError(with_hint(f'unknown database "{scheme[:40]}"; known: {any_of(SCHEMES)}', scheme, SCHEMES))
    if scheme != "sqlite":
        try:
            urlsplit(url).port  # noqa: B018 - asked for its error
        except ValueError:
            raise ValueError("the port is not a number from 0 to 65535") from None
        return url
    path = _SQLITE_PATH.fullmatch(rest)
    if path is None:
        raise ValueError("an SQLite URL needs a file: sqlite:///FILE with three slashes, four for an absolute path")
    if path["path"] == ":memory:":
        raise ValueError("an SQLite database in memory would be lost at every stop; name a file")
    return url


def resolve_database(url: str, folder: Path) -> str:
    """Make a relative SQLite path absolute, seen from `folder` (an absolute one); leave other URLs alone."""
    scheme, _, rest = url.partition("://")
    path = _SQLITE_PATH.fullmatch(rest) if scheme == "sqlite" else None
    if path is None:
        return url
    absolute = Path(folder, path["path"])
    return f"sqlite:///{absolute}{path['query'] or ''}"


def shown_database(url: str) -> str:
    """Write the URL for people: a password becomes `***`."""
    return _QUERY_PASSWORD.sub(r"\g<before>***", _PASSWORD.sub(r"\g<before>***\g<after>", url))
