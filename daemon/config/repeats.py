"""Sources that share an id and feeds that share an address, across all files."""

from collections.abc import Iterable, Iterator

from daemon.config.gather import Entry
from daemon.config.problems import KeyPath, Problem, key_name
from daemon.config.url import check_url, same_feed_key
from daemon.config.wording import shown


def repeated(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Find every repetition. Works on unchecked values, so that it is told together with everything else."""
    ids: dict[str, tuple[Entry, KeyPath]] = {}
    urls: dict[str, tuple[Entry, KeyPath]] = {}
    for entry in entries:
        if not isinstance(entry.value, dict):
            continue
        source_id = entry.value.get("id")
        if isinstance(source_id, str) and source_id:
            here = (entry, (*entry.path, "id"))
            first = ids.setdefault(source_id, here)
            if first is not here:
                yield _problem(here, f"the source id {shown(source_id)} is taken", first)
        for place, url in _feeds(entry):
            here = (entry, place)
            first = urls.setdefault(same_feed_key(url), here)
            if first is not here:
                yield _problem(here, "this feed stands twice", first)


def _feeds(entry: Entry) -> Iterator[tuple[KeyPath, str]]:
    feeds = entry.value.get("feeds") if isinstance(entry.value, dict) else None
    if not isinstance(feeds, list):
        return
    for position, feed in enumerate(feeds):
        url = feed.get("url") if isinstance(feed, dict) else None
        if isinstance(url, str):
            try:
                yield (*entry.path, "feeds", position, "url"), check_url(url)
            except ValueError:
                continue  # the model says what is wrong with it


def _problem(here: tuple[Entry, KeyPath], what: str, first: tuple[Entry, KeyPath]) -> Problem:
    entry, path = first
    where = f"{entry.document.file}:{entry.document.line(path)}"
    return here[0].document.problem(here[1], f"{what}; first in {where} ({key_name(path)})")
