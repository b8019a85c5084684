"""The family tree of a story: which version could have come from which, and what happened to the text on the way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from clustering.derivation import Derivation, Text, derivation, overlap, text
from clustering.nearest import most_alike, sketch

OriginReason = Literal["only", "first", "published"]
"""Why a version is the likely origin: the story has no other; it was published and seen before all others; it claims
to have been published before all others, though another was seen sooner."""

_SEEN_TOGETHER = timedelta(minutes=15)
"""How often a feed is asked by default: who was seen first within this tells only which feed was asked first."""

SAME_TEXT = 0.75
"""A version of which less than three quarters stands in its parent, and that holds less than three quarters of its
parent, is a text of its own. Of the labelled versions, those just above it are edited throughout but follow their
parent sentence by sentence; those below it tell the same statement in sentences of their own."""

_LEAST_SHARED = 0.1
"""Below a tenth both ways two texts have nothing in common but names and set phrases."""


@dataclass(frozen=True, slots=True)
class DatedVersion:
    """A version of a story: its words and its times.

    `number` identifies it and `article` the article it is a text of. `dated` is the time it stands for: when its
    outlet claims to have published this text, or when it was seen where there is no credible claim. `seen` is when a
    fetch first brought it. `body` is the fullest text there is.
    """

    number: int
    article: int
    source: str
    title: str
    body: str
    dated: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """The version that the others likely go back to, and why."""

    version: int
    reason: OriginReason


@dataclass(frozen=True, slots=True)
class Descent:
    """Where a version comes from: `derivation` is None when no earlier version of the story can be its `parent`.

    `revision` tells that the parent is the same article's former text.
    """

    version: int
    parent: int | None
    revision: bool
    derivation: Derivation | None

    @property
    def independent(self) -> bool:
        """Whether a text begins here that was not copied from an earlier one.

        A revised text never does: whatever an outlet makes of its article, it is the same outlet's text.
        """
        if self.derivation is None:
            return True
        reworded = self.derivation.kind == "reworded" and not self.revision
        return reworded and max(self.derivation.contained) < SAME_TEXT


@dataclass(frozen=True, slots=True)
class Lineage:
    """A story's versions in their orders and their descent.

    `by_published` and `by_seen` hold the numbers of the versions by the time they stand for and by when they were
    first seen. `descents` are in the order of `by_published`, in which every parent stands before its children.
    """

    by_published: tuple[int, ...]
    by_seen: tuple[int, ...]
    origin: Origin
    descents: tuple[Descent, ...]


def lineage(versions: Iterable[DatedVersion]) -> Lineage:
    """Trace the versions of one story; their order in `versions` makes no difference.

    Raises ValueError without any version, or when two have one number.
    """
    by_seen = sorted(versions, key=lambda version: (version.seen, version.number))
    if not by_seen:
        raise ValueError("a story has at least one version")
    if len({version.number for version in by_seen}) < len(by_seen):
        raise ValueError("two versions have one number")
    by_published = _by_published(by_seen)
    return Lineage(
        by_published=tuple(version.number for version in by_published),
        by_seen=tuple(version.number for version in by_seen),
        origin=_origin(by_published, by_seen),
        descents=tuple(_descents(by_published)),
    )


def independent_texts(found: Lineage) -> tuple[tuple[int, ...], ...]:
    """Return the groups of versions that go back to one text, each and all of them in the order of publication.

    "14 outlets, 3 texts": a group is a version that was written anew (see :attr:`Descent.independent`) with all that
    was copied from it, directly or through others.
    """
    groups: dict[int, list[int]] = {}
    beginning: dict[int, int] = {}
    for descent in found.descents:
        first = descent.version if descent.independent or descent.parent is None else beginning[descent.parent]
        beginning[descent.version] = first
        groups.setdefault(first, []).append(descent.version)
    return tuple(tuple(group) for group in groups.values())


def _by_published(by_seen: Sequence[DatedVersion]) -> list[DatedVersion]:
    """Order by publication; an article's later text never stands before its former, whatever its outlet claims."""
    latest: dict[int, datetime] = {}
    times = {}
    for version in by_seen:
        latest[version.article] = times[version.number] = max(version.dated, latest.get(version.article, version.dated))
    return sorted(by_seen, key=lambda version: (times[version.number], version.seen, version.number))


def _origin(by_published: Sequence[DatedVersion], by_seen: Sequence[DatedVersion]) -> Origin:
    first = by_published[0]
    if len(by_published) == 1:
        return Origin(first.number, "only")
    seen_first = first.seen - by_seen[0].seen < _SEEN_TOGETHER
    return Origin(first.number, "first" if seen_first else "published")


def _descents(versions: Sequence[DatedVersion]) -> Iterator[Descent]:
    texts = [text(version.title, version.body) for version in versions]
    for place, (version, parent) in enumerate(zip(versions, _parents(versions, texts), strict=True)):
        revision = parent is not None and versions[parent].article == version.article
        yield Descent(
            version.number,
            parent=None if parent is None else versions[parent].number,
            revision=revision,
            derivation=None if parent is None else derivation(texts[parent], texts[place], revision=revision),
        )


def _parents(versions: Sequence[DatedVersion], texts: Sequence[Text]) -> Iterator[int | None]:
    """Yield for each version the place of its parent: its article's former text, else the closest earlier text."""
    sketches = np.array([sketch(one.passages.shingles) for one in texts])
    sizes = np.array([len(one.passages.shingles) for one in texts])
    former: dict[int, int] = {}
    for place, version in enumerate(versions):
        if version.article in former:
            yield former[version.article]
        else:
            near = most_alike(sketches[place], int(sizes[place]), sketches[:place], sizes[:place])
            yield _closest(texts[place], [(other, texts[other]) for other in near])
        former[version.article] = place


def _closest(later: Text, earlier: Iterable[tuple[int, Text]]) -> int | None:
    """Return the place of the text that accounts best for the later one; None when none shares more than names.

    Of equally close ones the earliest: copies that nothing tells apart all point to the first.
    """
    compared = [(overlap(one, later), place) for place, one in earlier]
    related = [(common, place) for common, place in compared if common.most >= _LEAST_SHARED]
    return max(related, key=lambda pair: (pair[0].closeness, -pair[1]))[1] if related else None
