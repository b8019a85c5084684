"""Whether a reader has a document already: its validators, and what it says it has."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

SETTLED = timedelta(minutes=1)
"""How old a change must be before its second is named as the time of the document. A second change in the same second,
or one that was being written while we read, would else go unnoticed by whoever asks by time alone (RFC 9110, 8.8.2.2).
"""


@dataclass(frozen=True, slots=True)
class Validators:
    """An entity tag of the very bytes, and the time of their last change in whole seconds, None if that is unknown."""

    etag: str
    modified: datetime | None

    def headers(self) -> dict[str, str]:
        """Return what both answers carry, the document and the 304."""
        told = {"ETag": self.etag}
        if self.modified is not None:
            told["Last-Modified"] = format_datetime(self.modified.astimezone(UTC), usegmt=True)
        return told


def validators(body: bytes, updated: datetime | None, now: datetime) -> Validators:
    """Return those of a document whose newest part changed at `updated`."""
    modified = None if updated is None else min(updated, now - SETTLED).replace(microsecond=0)
    return Validators(f'"{sha256(body).hexdigest()[:32]}"', modified)


def is_fresh(valid: Validators, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Tell whether a reader that says this has the document; the tag decides where it gives both."""
    if if_none_match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return "*" in tags or valid.etag in tags
    if if_modified_since is None or valid.modified is None:
        return False
    try:
        since = parsedate_to_datetime(if_modified_since)
        return (since if since.tzinfo else since.replace(tzinfo=UTC)) >= valid.modified
    except (ValueError, OverflowError):
        return False
