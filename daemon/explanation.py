"""Why two articles are one story or not, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from clustering.bands import BANDS, shared_bands
from clustering.comparison import weigh_up
from clustering.evidence import Counted, Evidence
from clustering.profile import Profile, profile
from clustering.rarity import Rarity
from clustering.round_up import carried
from clustering.settings import Settings
from clustering.signature import Signature, from_bytes, signature
from clustering.verdict import contributions, fitted_weights, judge
from clustering.version import Version
from storage.cluster_detail import ArticleDetail, VersionDetail

_WORDS = {
    "jaccard": "of all the text, the share that both have",
    "longest_passage": "share of the shorter text that is one unbroken passage in common",
    "new_lead": "of what is new in the later lead, the share that the earlier text has",
    "new_leads": "of what is new in either lead, the smaller share that the other text has",
    "rare_words": "how alike the words are, rare ones counting more",
    "words_within": "of the words of the shorter text, the share that the other has, rare ones counting more",
    "title_elsewhere": "share of one title that the other text says though the titles differ",
    "other_matter": "share of a text that turns to another matter, which the other lacks",
    "names_apart": "share of the names in the titles that the other text lacks",
    "numbers_swapped": "other numbers in the same places, four or more",
    "names_swapped": "other names in the same places, recurring",
    "numbers_apart": "share of the numbers in title and lead that the other lacks",
    "ordinals_apart": "both titles count (second, third ...) and differ",
    "days_apart": "days between the two",
    "same_source": "both from one outlet (1) or not (0)",
    "strangers": "no words in common but the most usual (1), hardly any (below 1), some (0)",
    "wordless": "one of the two has no text to speak of",
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
    many bands of their signatures are equal. `round_up` says that one carries the other as an item, if it does.
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
    round_up: str | None


def explain(
    left: ArticleDetail,
    right: ArticleDetail,
    settings: Settings,
    rarity: Rarity,
    signatures: Mapping[int, bytes] | None = None,
    *,
    decided: bool = False,
) -> Explanation:
    """Compare two articles, each version of one with each of the other, and tell about the pair that fits best.

    What is new or rare is told by `rarity`, the counts of the stream as they stand now; when the two were compared,
    they stood otherwise. `signatures` are the stored ones by version id; what is missing is computed, which takes a
    second to begin.
    `decided` says that a correction holds the two together or apart.
    """
    weights = fitted_weights()
    together = left.cluster_id is not None and left.cluster_id == right.cluster_id
    counted: Counted = "earlier" if None in (left.cluster_id, right.cluster_id) else "together" if together else "both"
    pairs = [
        (judge(weigh_up(one, other, rarity, counted), weights), one, other)
        for one in _profiles(left)
        for other in _profiles(right)
    ]
    verdict, one, other = max(pairs, key=lambda pair: pair[0].log_odds)
    bands = shared_bands(_signature(one, signatures or {}), _signature(other, signatures or {}))
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
            decided=decided,
            compared=bands > 0 and _inside(verdict.evidence, settings),
        ),
        candidacy=_candidacy(bands, verdict.evidence, settings),
        round_up=_round_up(left.id, right.id, one, other),
    )


def _round_up(left: int, right: int, one: Profile, other: Profile) -> str | None:
    for larger, smaller, item, whole in ((left, right, other, one), (right, left, one, other)):
        if (share := carried(whole, item)) is not None:
            return f"Article {larger} carries article {smaller} as one item among others ({share:.0%} of its text)."
    return None


def _signature(one: Profile, stored: Mapping[int, bytes]) -> Signature:
    known = stored.get(one.version.number)
    return signature(one.shingles, one.lead, one.title) if known is None else from_bytes(known)


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


def _conclusion(
    same_story: bool, probability: float, *, grouped: bool, together: bool, decided: bool, compared: bool
) -> str:
    verdict = (
        f"Taken alone the two are one story (probability {probability:.2f})"
        if same_story
        else f"Taken alone the two are different stories (probability of one story {probability:.2f})"
    )
    if not grouped:
        return f"{verdict}; not both of them are grouped yet."
    if decided:
        return f"{verdict}; that they stand in {'one cluster' if together else 'two clusters'} is a decision of people."
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
            f"They are never compared by themselves: their signatures share none of {BANDS} bands: "
            "the texts differ widely."
        )
    return f"They are candidates of one another: their signatures share {bands} of {BANDS} bands."
