"""A found outlet put into the configuration: as a source of its own, or as further feeds of one that is there."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from daemon.config.append import CannotAppendError, rendered, with_feeds, with_source
from daemon.config.country import CODES
from daemon.config.files import UnreadableFileError, decode, read_bytes
from daemon.config.gather import Entry, gather
from daemon.config.url import check_url, same_feed_key
from daemon.source_id import free_id

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one file: its text after it, what is put in, and into which source."""

    file: Path
    text: str
    source_id: str
    added: str
    feeds: int
    new: bool
    """Whether the source is a new one."""


class EditError(Exception):
    """Nothing can be put in; the message names the file and the reason."""


def known_feeds(config: Path) -> set[str]:
    """Return the feeds of all files in the form under which two spellings are equal."""
    keys = set()
    for entry in gather(config).sources or ():
        for feed in _feeds(entry):
            keys.add(same_feed_key(check_url(feed["url"])))
    return keys


def add_source(config: Path, source: Mapping[str, Any]) -> Edit:
    """Plan the addition of a source to the main file. Raises EditError."""
    text = _read(config)
    try:
        after = with_source(text, source)
    except CannotAppendError as error:
        raise EditError(f"{config}: {error}; put this in by hand:\n{rendered([source])}") from error
    return Edit(config, after, source["id"], rendered([source]), len(source["feeds"]), new=True)


def add_feeds(config: Path, source_id: str, feeds: Sequence[Mapping[str, Any]]) -> Edit:
    """Plan the addition of feeds to a source of the configuration, in the file that has it. Raises EditError."""
    entry = next(entry for entry in gather(config).sources or () if _field(entry, "id") == source_id)
    file = Path(entry.document.file)
    position = entry.path[-1]
    assert isinstance(position, int)  # noqa: S101 - the path of an entry of a list
    try:
        after = with_feeds(_read(file), position, feeds)
    except CannotAppendError as error:
        raise EditError(f"{file}: {error}; put this in by hand:\n{rendered(feeds)}") from error
    return Edit(file, after, source_id, rendered(feeds), len(feeds), new=False)


def source_of_site(config: Path, url: str) -> str | None:
    """Return the id of the source whose front page is at the host and port of this address."""
    for entry in gather(config).sources or ():
        if _site(str(_field(entry, "homepage") or "")) == _site(url):
            return str(_field(entry, "id"))
    return None


def write(edit: Edit) -> None:
    """Put the new text in the place of the old, whole or not at all. Raises EditError."""
    target = Path(os.path.realpath(edit.file))
    try:
        mode = target.stat().st_mode & 0o7777
        mark = _BOM if target.read_bytes().startswith(_BOM) else b""
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            try:
                file.write(mark + edit.text.encode())
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).chmod(mode)
                Path(file.name).replace(target)
            except BaseException:
                Path(file.name).unlink()
                raise
    except OSError as error:
        raise EditError(f"{edit.file}: {error.strerror}") from error


def host_name(url: str) -> str:
    """Return the host of an address, without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _site(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def guessed_country(url: str) -> str | None:
    """Return the country of an address that ends in a country's domain."""
    ending = host_name(url).rpartition(".")[2].upper()
    return {"UK": "GB"}.get(ending, ending if ending in CODES else None)


def new_id(url: str, used: set[str]) -> str:
    """Return a free id made of the host."""
    return free_id(host_name(url), used)


def _read(file: Path) -> str:
    try:
        return decode(read_bytes(file))
    except UnreadableFileError as error:
        raise EditError(f"{file}: {error}") from error


def _field(entry: Entry, key: str) -> object:
    return entry.value.get(key) if isinstance(entry.value, dict) else None


def _feeds(entry: Entry) -> list[dict[str, Any]]:
    feeds = _field(entry, "feeds")
    return [feed for feed in feeds if isinstance(feed, dict)] if isinstance(feeds, list) else []
