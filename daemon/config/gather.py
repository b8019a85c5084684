"""The main file and the files that it includes, read and put into one list of sources."""

import glob
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from daemon.config.document import Document, parse_document, unreadable
from daemon.config.files import UnreadableFileError, read_text
from daemon.config.problems import KeyPath, Problem
from daemon.config.values import several
from daemon.config.wording import shown


@dataclass(frozen=True, slots=True)
class Entry:
    """One item under `sources:`, the file that holds it and its place there."""

    document: Document
    path: KeyPath
    value: object


@dataclass(frozen=True, slots=True)
class Gathered:
    """All files. `sources` is None when no file has the key at all."""

    main: Document
    sources: tuple[Entry, ...] | None
    problems: tuple[Problem, ...]


def read_document(path: Path) -> Document:
    """Read one file; what cannot be read is a problem of the document."""
    try:
        return parse_document(str(path), read_text(path))
    except UnreadableFileError as error:
        return unreadable(str(path), str(error))


def gather(path: Path) -> Gathered:
    """Read the file and everything it includes."""
    main = read_document(path)
    problems = list(main.problems)
    included: list[Document] = []
    if isinstance(main.data, dict):
        for found in _included_files(main, path):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                document = read_document(found)
                problems += document.problems
                problems += _not_sources(document, path)
                included.append(document)
    elif not main.problems:
        problems.append(main.problem((), "must be a mapping of settings, see docs/configuration.md"))
    documents = [main, *included]
    entries = tuple(entry for document in documents for entry in _entries(document))
    problems += [problem for document in documents for problem in _not_a_list(document)]
    has_sources = any(isinstance(document.data, dict) and "sources" in document.data for document in documents)
    return Gathered(main, entries if has_sources or included else None, tuple(problems))


def _included_files(main: Document, path: Path) -> Iterator[Path | Problem]:
    patterns = several(main.data.get("include")) if isinstance(main.data, dict) else None
    if not isinstance(patterns, list):
        return
    taken = {_identity(path)}
    for position, pattern in enumerate(patterns):
        if not isinstance(pattern, str) or not pattern:
            continue  # the model says what is wrong with it
        place: KeyPath = ("include", position)
        matches = _matches(path.parent, pattern)
        if not matches:
            yield main.problem(place, f"no file matches {shown(pattern)}")
        for match in matches:
            identity = _identity(match)
            if identity == _identity(path):
                yield main.problem(place, f"{shown(pattern)} includes this very file")
            elif identity not in taken:  # two patterns may meet in one file
                taken.add(identity)
                yield match


def _matches(folder: Path, pattern: str) -> list[Path]:
    if not glob.has_magic(pattern):
        return [folder / pattern]  # read even when it is missing, so that the reason names what the system says
    full = glob.escape(f"{folder}/") + pattern if not pattern.startswith("/") else pattern
    return [Path(name) for name in sorted(glob.glob(full, recursive=True))]  # noqa: PTH207 - patterns may be absolute


def _identity(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path


def _not_sources(document: Document, main: Path) -> Iterator[Problem]:
    if document.problems and document.data is None:
        return
    if not isinstance(document.data, dict):
        yield document.problem((), 'an included file holds "sources:" and nothing else')
        return
    for key in document.data:
        if key != "sources":
            yield document.problem((key,), f'an included file holds only "sources"; this belongs into {main.name}')
    if "sources" not in document.data:
        yield document.problem((), 'an included file needs "sources:"')


def _not_a_list(document: Document) -> Iterator[Problem]:
    if isinstance(document.data, dict) and not document.is_broken(("sources",)):
        value = document.data.get("sources", [])
        if value is None:
            # All commented out by accident would retire every source of the store.
            yield document.problem(("sources",), 'nothing in it; write "sources: []" if that is meant')
        elif not isinstance(value, list):
            yield document.problem(("sources",), "must be a list of sources, each beginning with a dash")


def _entries(document: Document) -> Iterator[Entry]:
    value = document.data.get("sources") if isinstance(document.data, dict) else None
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield Entry(document, ("sources", position), item)
