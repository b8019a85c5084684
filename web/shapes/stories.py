"""A story with every text of it."""

from collections.abc import Iterable, Mapping
from typing import Literal

from typing_extensions import TypedDict

from clustering.similarity import text_similarity
from storage.cluster_detail import ClusterDetail, VersionDetail
from storage.corrections import CorrectionRow
from storage.round_ups import RoundUp
from web.moments import moment
from web.shapes import Moment, documented
from web.shapes.clusters import ClusterFacts
from web.shapes.corrections import CorrectionShape, correction_shape
from web.shapes.descents import DescentShape, descent_shape
from web.shapes.round_ups import RoundUpShape, round_up_shape
from web.shapes.wires import Credit, Wire, credit_shapes, wire_shapes
from web.story_lineage import StoredLineage


@documented
class MatchShape(TypedDict):
    """A comparison that was accepted when the text was placed."""

    version: int
    """The text it was compared with."""
    kind: str
    """copy, or revision: the article's other text."""
    score: float
    """How sure the verdict was, 0 to 1."""
    figures: Mapping[str, object]
    """The evidence, as numbers."""


@documented
class OriginShape(TypedDict):
    """The text that the others likely go back to."""

    version: int
    """Its number."""
    reason: Literal["only", "first", "published"]
    """The only one; published and seen before all others; claims to have been published before all others."""


@documented
class StoryVersion(DescentShape):
    """A text of the story, with the evidence for its place."""

    version: int
    """Its number in the whole store."""
    article: int
    """The article it is a text of."""
    number: int
    """1 for the article's first text, then 2, ..."""
    source: str
    """The outlet's id."""
    source_name: str
    """The outlet's name."""
    url: str | None
    """The article's link, as the feed gave it: text of somebody else."""
    title: str
    """Headline, plain text."""
    summary: str
    """The feed's description, plain text; may be empty."""
    text: str
    """The fullest text given, plain text, one paragraph a line; may be empty."""
    from_page: bool
    """Whether the text was read in the article's page."""
    published: Moment | None
    """When the outlet claims to have published this text."""
    updated: Moment | None
    """When it claims to have changed it."""
    first_seen: Moment
    """When a fetch first brought this text."""
    last_seen: Moment
    """When a fetch last brought it."""
    similarity: float
    """How much of its text and that of the story's first version is shared (Jaccard, 0 to 1)."""
    credits: list[Credit]
    """The passages that name agencies."""
    matches: list[MatchShape]
    """The texts it was found to be a copy of."""


@documented
class Story(ClusterFacts):
    """A story with every text of it, in the order of the time they stand for."""

    wires: list[Wire]
    """The agencies that its texts credit, the most credited first."""
    origin: OriginShape
    """The text that the others likely go back to."""
    independent_texts: int
    """How many of its texts were not made from another one."""
    versions: list[StoryVersion]
    """The texts."""
    corrections: list[CorrectionShape]
    """What people decided about it: corrections in force or waiting."""
    round_ups: list[RoundUpShape]
    """What its texts carry of other stories, and who carries them."""


def story_shape(
    found: ClusterDetail,
    lineage: StoredLineage,
    corrections: Iterable[CorrectionRow],
    related: Iterable[RoundUp],
) -> Story:
    """Return a story with every text of it."""
    cluster = found.cluster
    return {
        "id": cluster.id,
        "title": cluster.title,
        "articles": cluster.articles,
        "versions": [
            _version(version, similarity, lineage)
            for version, similarity in zip(found.versions, similarities(found), strict=True)
        ],
        "sources": list(cluster.sources),
        "first_seen": moment(cluster.first_seen),
        "last_seen": moment(cluster.last_seen),
        "published": moment(cluster.published),
        "wires": wire_shapes(found.versions),
        "origin": {"version": lineage.origin.version, "reason": lineage.origin.reason},
        "independent_texts": lineage.texts,
        "corrections": [correction_shape(row) for row in corrections if row.in_force or row.open],
        "round_ups": [round_up_shape(one) for one in related],
    }


def similarities(found: ClusterDetail) -> list[float]:
    """Return how much each version shares with the first one."""
    first = found.versions[0]
    return [
        round(text_similarity(first.text or first.summary, version.text or version.summary), 3)
        for version in found.versions
    ]


def _version(version: VersionDetail, similarity: float, lineage: StoredLineage) -> StoryVersion:
    return {
        "version": version.version_id,
        "article": version.article_id,
        "number": version.number,
        "source": version.source_id,
        "source_name": version.source_name,
        "url": version.url,
        "title": version.title,
        "summary": version.summary,
        "text": version.text,
        "from_page": version.from_page,
        "published": moment(version.published),
        "updated": moment(version.updated),
        "first_seen": moment(version.first_seen),
        "last_seen": moment(version.last_seen),
        "similarity": similarity,
        **descent_shape(lineage.descents[version.version_id]),
        "credits": credit_shapes(version.credits),
        "matches": [
            {"version": one.other_version_id, "kind": one.kind, "score": round(one.score, 4), "figures": one.figures}
            for one in version.matches
        ],
    }
