"""Draw articles of the corpus for labelling by hand which agencies they credit.

    python -m benchmarks.wire_articles CORPUS-DIRECTORY SEED NUMBER [OTHER-SEED OTHER-NUMBER ...]

prints the ids of a draw, without those of the other draws named. Few articles credit an agency, so the draw is in
three layers: half are articles where a crude pattern finds nothing, a quarter where it finds something anywhere, and a
quarter where it finds something in the title, at the very start or at the very end. Precision and recall over such a
draw are therefore figures for hard articles; over all articles there are fewer credits, and fewer traps.
"""

import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from daemon.corpus import CorpusArticle, read_articles

# Deliberately not the project's own table: what that one lacks must be able to come up in a draw.
CRUDE = re.compile(
    r"رويترز|فرانس\s?برس|(?<!\w)[أا]\s?\.?\s?ف\s?\.?\s?ب(?!\w)|وكالات|(?<!\w)و?لل?وكالة|(?<!\w)و?الوكالة|(?<!\w)وكالة"
    r"|واس\b|(?<!\w)د\s?\.?\s?ب\s?\.?\s?[أا](?!\w)|(?<!\w)[أا]\s?\.\s?ب(?!\w)|سبوتنيك|[أا]سوش|شينخوا|تاس\b|[اأ]ناضول"
    r"|إنترفاكس|بترا\b|سانا\b|\bوام\b|\bقنا\b|\bكونا\b|\bبنا\b|\bسبأ\b|ايفي\b|إفي\b|\b(?:Reuters|AFP|AP|dpa|DPA)\b"
)
EDGE_START = 90
EDGE_END = 40


def draw(articles: Sequence[CorpusArticle], seed: int, number: int, without: frozenset[str] = frozenset()) -> list[str]:
    """Return the ids of `number` articles, none of them in `without`, in an order that tells nothing."""
    layers: dict[str, list[str]] = {"nowhere": [], "anywhere": [], "edge": []}
    for article in articles:
        if article.id not in without:
            layers[_layer(article)].append(article.id)
    shuffler = random.Random(seed)  # noqa: S311 (a sample, not a secret)
    quarter = number // 4
    edge = shuffler.sample(sorted(layers["edge"]), quarter)
    found = sorted({*layers["edge"], *layers["anywhere"]} - set(edge))
    drawn = edge + shuffler.sample(found, quarter) + shuffler.sample(sorted(layers["nowhere"]), number - 2 * quarter)
    shuffler.shuffle(drawn)
    return drawn


def _layer(article: CorpusArticle) -> str:
    text = article.text.strip()
    if CRUDE.search(article.title) or CRUDE.search(text[:EDGE_START]) or CRUDE.search(text[-EDGE_END:]):
        return "edge"
    return "anywhere" if CRUDE.search(text) else "nowhere"


def main(arguments: Sequence[str]) -> None:
    """Print the ids of the draw that the arguments name."""
    directory, *figures = arguments
    seeds = [(int(seed), int(number)) for seed, number in zip(figures[::2], figures[1::2], strict=True)]
    articles = [article for file in sorted(Path(directory).glob("*.jsonl.gz")) for article in read_articles(file)]
    gone: list[str] = []
    drawn: list[str] = []
    for seed, number in reversed(seeds):
        drawn = draw(articles, seed, number, frozenset(gone))
        gone += drawn
    print("\n".join(drawn))


if __name__ == "__main__":
    main(sys.argv[1:])
