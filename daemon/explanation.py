"""Why two articles are one story or not, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from clustering.bands import shared_bands
from clustering.evidence import Evidence, weigh_up
from clustering.profile import Profile, profile
from clustering.settings import Settings
from clustering.signature import Signature, from_bytes, signature
from clustering.verdict import contributions, fitted_weights, judge
from clustering.version import Version
from storage.cluster_detail import ArticleDetail, VersionDetail

_WORDS = {
    "jaccard": "of all the text, the share that both have",
    "share_of_longer": "share of the longer text that stands in the shorter",
    "share_of_shorter": "share of the shorter text that stands in the longer",
    "lead_shingles": "share of a lead that stands in the other text, letter by letter",
    "lead_words": "share of a lead that stands in the other text, word by word",
    "longest_passage": "share of the shorter text that is one unbroken passage in common",
    "other_matter": "share of a text that turns to another matter, which the other lacks",
    "title_words": "share of the shorter title's words that the other has",
    "names_apart": "share of the names in the titles that the other text lacks",
    "names_swapped": "other names in the same places, recurring",
    "numbers_apart": "share of the numbers in title and lead that the other lacks",
    "ordinals_apart": "both titles count (second, third ...) and differ",
    "days_apart": "days between the two",
    "same_source": "both from one outlet (1) or not (0)",
    "wordless": "one of the two has no text to speak of",
    "log_length": "length of the shorter text (logarithm of its letters)",
}
"""What each figure of the evidence means to a reader; a test holds it against the evidence itself."""


_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Reason:
    """One figure of the evidence: what it is, its value, and what it adds to the log-odds."""

    name: str
    words: str
    figure: float
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict on a pair of articles, judged by their texts that fit best.

    `log_odds` above 0 speaks for one story; `together` tells whether the two stand in one cluster; `bands` is how
    many of the 64 bands of their signatures are equal.
    """

    same_story: bool
    log_odds: float
    probability: float
    together: bool
    bands: int
    versions: tuple[int, int]
    reasons: tuple[Reason, ...]
    conclusion: str
    candidacy: str


def explain(
    left: ArticleDetail, right: ArticleDetail, settings: Settings, signatures: Mapping[int, bytes] | None = None
) -> Explanation:
    """Compare two articles, each version of one with each of the other, and tell about the pair that fits best.

    `signatures` are the stored ones by version id; what is missing is computed, which takes a second to begin.
    """
    weights = fitted_weights()
    pairs = [
        (judge(weigh_up(one, other), weights), one, other) for one in _profiles(left) for other in _profiles(right)
    ]
    verdict, one, other = max(pairs, key=lambda pair: pair[0].log_odds)
    bands = shared_bands(_signature(one, signatures or {}), _signature(other, signatures or {}))
    together = left.cluster_id is not None and left.cluster_id == right.cluster_id
    return Explanation(
        same_story=verdict.same_story,
        log_odds=round(verdict.log_odds, 3),
        probability=round(verdict.probability, 4),
        together=together,
        bands=bands,
        versions=(one.version.number, other.version.number),
        reasons=_reasons(verdict.evidence, contributions(verdict.evidence, weights)),
        conclusion=_conclusion(
            verdict.same_story,
            verdict.probability,
            grouped=left.cluster_id is not None and right.cluster_id is not None,
            together=together,
            compared=bands > 0 and _inside(verdict.evidence, settings),
        ),
        candidacy=_candidacy(bands, verdict.evidence, settings),
    )


def _signature(one: Profile, stored: Mapping[int, bytes]) -> Signature:
    known = stored.get(one.version.number)
    return signature(one.shingles) if known is None else from_bytes(known)


def _profiles(article: ArticleDetail) -> list[Profile]:
    return [profile(_version(article, version)) for version in article.versions]


def _version(article: ArticleDetail, version: VersionDetail) -> Version:
    return Version(
        number=version.version_id,
        article=article.id,
        source=article.source_id,
        title=version.title,
        body=version.text or version.summary,
        at=(version.dated or version.first_seen).timestamp(),
    )


def _reasons(evidence: Evidence, parts: dict[str, float]) -> tuple[Reason, ...]:
    return tuple(
        Reason(name, _WORDS[name], round(getattr(evidence, name), 4), round(weight, 3) + 0.0)  # no -0.0
        for name, weight in parts.items()
    )


def _conclusion(same_story: bool, probability: float, *, grouped: bool, together: bool, compared: bool) -> str:
    verdict = (
        f"Taken alone the two are one story (probability {probability:.2f})"
        if same_story
        else f"Taken alone the two are different stories (probability of one story {probability:.2f})"
    )
    if not grouped:
        return f"{verdict}; not both of them are grouped yet."
    if same_story == together:
        return f"{verdict}, and they stand in {'one cluster' if together else 'two clusters'}."
    if together:
        return f"{verdict}; they stand in one cluster because of the other articles there."
    if compared:
        return f"{verdict}; they stand in two clusters because their clusters do not agree on average."
    return f"{verdict}; they stand in two clusters because nothing led from one to the other."


def _inside(evidence: Evidence, settings: Settings) -> bool:
    return evidence.days_apart * _DAY_S <= settings.window.total_seconds()


def _candidacy(bands: int, evidence: Evidence, settings: Settings) -> str:
    if not _inside(evidence, settings):
        window = settings.window.total_seconds() / _DAY_S
        return f"They are never compared by themselves: {evidence.days_apart:.1f} days apart, the window is {window:g}."
    if not bands:
        return (
            "They are never compared by themselves: their signatures share none of 64 bands, the texts differ widely."
        )
    return f"They are candidates of one another: their signatures share {bands} of 64 bands."
