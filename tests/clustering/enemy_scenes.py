"""Scenes of enemies: short streams of invented texts, with what a careful reader would call one story.

A file in `enemies/` holds one kind of enemy:

    enemy: what fools a careless grouping
    scenes:
      - scene: its name
        texts:                       # in the order of arrival
          first:
            outlet: alfajr
            at: 2025-11-20 09:00:00
            title: ...
            body: [paragraph, paragraph, ...]
          second:
            like: first              # starts from that text; `outlet` and `at` are its own
            title: ...               # another headline
            keep: [1, 2]             # only these paragraphs, in this order
            before: [...]            # paragraphs in front of them
            after: [...]             # paragraphs behind them
            swap: {old: new}         # in headline and body, wherever it stands
          third:
            article: first           # another text of the same article: a page that was rewritten
            ...
        stories: [[first, second], [third]]
        digests: []                  # round-ups: versions of none of the stories

Texts of one list are one story, all others are not. A text named in neither is there to mislead: nothing is asked
about it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from clustering.verdict import Verdict, contributions, fitted_weights
from clustering.version import Version
from tests.clustering.placing import run

FOLDER = Path(__file__).with_name("enemies")

_KEYS = frozenset({"like", "article", "outlet", "at", "title", "body", "keep", "before", "after", "swap"})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of a scene, and whether they are one story."""

    left: str
    right: str
    together: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """A stream of texts by name, in the order of arrival, and the pairs that are asked about."""

    kind: str
    name: str
    texts: Mapping[str, Version]
    pairs: Sequence[Pair]

    def wrong(self) -> list[Pair]:
        """Stream the texts through the clusterer and return the pairs that are not as they should be."""
        placed = run(list(self.texts.values()))
        cluster = {name: placed.cluster(version.number) for name, version in self.texts.items()}
        return [pair for pair in self.pairs if (cluster[pair.left] == cluster[pair.right]) != pair.together]

    def verdict(self, pair: Pair) -> Verdict:
        """Judge a pair by itself, in view of the whole stream."""
        judge = run(list(self.texts.values())).clusterer
        return judge.compare(self.texts[pair.left], self.texts[pair.right])

    def told(self, pair: Pair) -> str:
        """Tell what was found for and against a pair."""
        verdict = self.verdict(pair)
        parts = contributions(verdict.evidence, fitted_weights())
        figures = ", ".join(
            f"{name} {getattr(verdict.evidence, name):.2f} ({part:+.1f})" for name, part in parts.items() if part
        )
        wanted = "together" if pair.together else "apart"
        return f"{pair.left} / {pair.right}: wanted {wanted}, log-odds {verdict.log_odds:+.2f}: {figures}"


@cache
def scenes() -> tuple[Scene, ...]:
    """Read every scene of every file."""
    return tuple(scene for path in sorted(FOLDER.glob("*.yaml")) for scene in _read(path))


def _read(path: Path) -> Iterator[Scene]:
    for scene in yaml.safe_load(path.read_text(encoding="utf-8"))["scenes"]:
        texts = _texts(scene["texts"])
        yield Scene(path.stem, scene["scene"], texts, list(_pairs(scene, texts)))


def _texts(written: Mapping[str, dict[str, Any]]) -> dict[str, Version]:
    texts: dict[str, Version] = {}
    for number, (name, text) in enumerate(written.items(), start=1):
        assert text.keys() <= _KEYS, (name, text.keys() - _KEYS)
        at = text["at"].replace(tzinfo=UTC) if isinstance(text["at"], datetime) else None
        assert at is not None, (name, text["at"])
        assert not texts or at.timestamp() >= max(one.at for one in texts.values()), name
        earlier = texts[text["article"]] if "article" in text else None
        article = number if earlier is None else earlier.article
        version = Version(number, article, text["outlet"], text.get("title", ""), "", at.timestamp())
        if "like" in text:
            model = texts[text["like"]]
            assert earlier is not None or model.source != version.source, name
            version = replace(version, title=text.get("title", model.title), body=model.body)
        texts[name] = _edited(version, text)
    return texts


def _edited(version: Version, text: Mapping[str, Any]) -> Version:
    paragraphs = version.body.split("\n") if version.body else text["body"]
    kept = [paragraphs[place - 1] for place in text.get("keep", range(1, len(paragraphs) + 1))]
    title, body = version.title, "\n".join([*text.get("before", []), *kept, *text.get("after", [])])
    for old, new in text.get("swap", {}).items():
        assert old in title + body, f"nothing to swap for {old}"
        title, body = title.replace(old, new), body.replace(old, new)
    return replace(version, title=title, body=body)


def _pairs(scene: Mapping[str, Any], texts: Mapping[str, Version]) -> Iterator[Pair]:
    story_of = {name: place for place, story in enumerate(scene["stories"]) for name in story}
    story_of |= {name: -1 - place for place, name in enumerate(scene.get("digests", []))}
    assert story_of.keys() <= texts.keys(), story_of.keys() - texts.keys()
    for left, right in combinations([name for name in texts if name in story_of], 2):
        yield Pair(left, right, story_of[left] == story_of[right])
