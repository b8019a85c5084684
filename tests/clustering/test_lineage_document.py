"""What docs/lineage.md says of kinds, thresholds and measurements is so."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from benchmarks.corpus import read_corpus
from clustering import derivation, lineage, nearest
from clustering.head_changes import LEAD_TOKENS
from clustering.lineage import DatedVersion, independent_texts
from clustering.version import Version
from tests.corpus import corpus_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "lineage.md").read_text("utf-8").replace("\n", " ")


def test_every_kind_is_defined(page: str) -> None:
    defined = set(re.findall(r"\| `(\w+)` \|", page))
    assert defined == {"original", *get_args(derivation.Kind)}


def test_every_reason_for_an_origin_is_explained(page: str) -> None:
    assert all(f"`{reason}`" in page for reason in get_args(lineage.OriginReason))


def test_thresholds_are_those_of_the_code(page: str) -> None:
    assert f"both shares at least {derivation.WHOLE:g} |" in page
    assert f"at least {derivation.MOSTLY:g} of it is the parent's" in page
    assert f"titles less than {derivation.SAME_HEADLINE:g} alike" in page
    assert f"{derivation.TAIL} letters at the end" in page
    assert f"{derivation.OPENING} at the beginning" in page
    assert f"both shares are below {lineage.SAME_TEXT:g}." in page
    assert f"the lead ({LEAD_TOKENS} words)" in page
    assert f"at most {nearest.MOST_COMPARED} earlier ones" in page


@pytest.mark.corpus
@pytest.mark.slow
def test_the_kinds_of_the_labelled_copies(page: str) -> None:
    corpus = read_corpus(corpus_folder())
    known = {corpus.ids[version.number]: version for version in corpus.versions}
    kinds: Counter[str] = Counter()
    texts: Counter[int] = Counter()
    for story in (story for group in corpus.groups for story in group.stories if len(story) > 1):
        found = lineage.lineage(_dated(known[article]) for article in story)
        kinds.update(one.derivation.kind for one in found.descents if one.derivation is not None)
        texts[len(independent_texts(found))] += 1
    table = re.search(r"Measured.*?\| ((?:\w+ \| ){6})\|[-|]+\| \| ((?:\d+ \| ){6})", page)
    assert table
    documented = dict(zip(table[1].split(" | "), table[2].split(" | "), strict=True))
    assert {kind: str(count) for kind, count in kinds.items()} == {k: v for k, v in documented.items() if k}
    assert f"{texts[1]} of the stories are one text" in page


def _dated(version: Version) -> DatedVersion:
    moment = datetime.fromtimestamp(version.at, UTC)
    return DatedVersion(version.number, version.article, version.source, version.title, version.body, moment, moment)
