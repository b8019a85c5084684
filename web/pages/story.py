"""One story: its timeline, its versions and where each came from, two of them side by side, and what became of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.cluster_detail import ClusterDetail, VersionDetail
from storage.round_ups import RoundUp
from web.pages.evidence_words import Evidence, evidence
from web.pages.kinds import Figure, Made, made
from web.pages.marked_text import Paragraph, Span, marked_paragraphs
from web.pages.outside_text import LONGEST_TITLE
from web.pages.side_by_side import SideBySide, side_by_side
from web.pages.timeline import Timeline, timeline
from web.story_lineage import StoredLineage


@dataclass(frozen=True, slots=True)
class StoryVersion:
    """A version as its story shows it; `place` counts from 1 in the order of the times versions stand for."""

    place: int
    id: int
    article_id: int
    number: int
    source_id: str
    outlet: str
    url: str | None
    title: str
    at: datetime
    first_seen: datetime
    lag: timedelta
    from_page: bool
    made: Made
    title_runs: tuple[Paragraph, ...]
    paragraphs: tuple[Paragraph, ...]
    wires: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    round_ups: tuple[RoundUp, ...]


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure of the story that somebody told otherwise: where it changed, and whether the outlet changed its own."""

    figure: Figure
    version: StoryVersion
    parent: StoryVersion


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of the story, side by side."""

    left: StoryVersion
    right: StoryVersion
    texts: SideBySide


@dataclass(frozen=True, slots=True)
class Story:
    """Everything a story's page shows but what people decided and what happened."""

    id: int
    title: str
    outlets: int
    articles: int
    texts: int
    wires: tuple[tuple[str, int], ...]
    origin: StoryVersion
    origin_reason: str
    versions: tuple[StoryVersion, ...]
    by_id: Mapping[int, StoryVersion]
    timeline: Timeline
    figures: tuple[ChangedFigure, ...]
    last_seen: datetime


def story(found: ClusterDetail, lineage: StoredLineage, related: Sequence[RoundUp], *, right_to_left: bool) -> Story:
    """Put a story together for its page."""
    from_page = {version.version_id for version in found.versions if version.from_page}
    makings = {
        number: made(descent, page_added=number in from_page and descent.revision and descent.parent not in from_page)
        for number, descent in lineage.descents.items()
    }
    first = _at(found.versions[0])
    versions = tuple(
        _version(place, version, makings[version.version_id], _at(version) - first, related)
        for place, version in enumerate(found.versions, start=1)
    )
    by_id = {version.id: version for version in versions}
    return Story(
        id=found.cluster.id,
        title=found.cluster.title,
        outlets=len(found.cluster.sources),
        articles=found.cluster.articles,
        texts=lineage.texts,
        wires=_wires(versions),
        origin=by_id[lineage.origin.version],
        origin_reason=lineage.origin.reason,
        versions=versions,
        by_id=by_id,
        timeline=timeline(found.versions, makings, right_to_left=right_to_left),
        figures=tuple(
            ChangedFigure(figure, version, by_id[version.made.parent])
            for version in versions
            if version.made.parent is not None
            for figure in version.made.figures
        ),
        last_seen=found.cluster.last_seen,
    )


def comparison(told: Story, found: ClusterDetail, left: int, right: int) -> Comparison | None:
    """Compare two versions of a story by their ids; None when one of them is not in it."""
    versions = {version.version_id: version for version in found.versions}
    if left not in versions or right not in versions:
        return None
    return Comparison(told.by_id[left], told.by_id[right], side_by_side(versions[left], versions[right]))


def _version(
    place: int, version: VersionDetail, making: Made, lag: timedelta, related: Sequence[RoundUp]
) -> StoryVersion:
    spans: dict[str, list[Span]] = {"title": [], "body": []}
    for one in version.credits:
        mark = "wire" if one.kind == "credit" else "quote"
        spans["title" if one.place == "title" else "body"].append(Span(one.start, one.end, mark, one.agency))
    credited = dict.fromkeys(one.agency for one in version.credits if one.kind == "credit")
    return StoryVersion(
        place=place,
        id=version.version_id,
        article_id=version.article_id,
        number=version.number,
        source_id=version.source_id,
        outlet=version.source_name,
        url=version.url,
        title=version.title,
        at=_at(version),
        first_seen=version.first_seen,
        lag=lag,
        from_page=version.from_page,
        made=making,
        title_runs=marked_paragraphs(version.title, spans["title"], LONGEST_TITLE),
        paragraphs=marked_paragraphs(version.text or version.summary, spans["body"]),
        wires=tuple(credited),
        evidence=tuple(evidence(match) for match in sorted(version.matches, key=lambda match: -match.score)),
        round_ups=tuple(one for one in related if one.version_id == version.version_id),
    )


def _wires(versions: Sequence[StoryVersion]) -> tuple[tuple[str, int], ...]:
    counts = Counter(agency for version in versions for agency in version.wires)
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _at(version: VersionDetail) -> datetime:
    return version.dated or version.first_seen
