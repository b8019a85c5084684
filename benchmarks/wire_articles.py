"""Draw articles of the corpus for labelling by hand which agencies they credit.

    python -m benchmarks.wire_articles CORPUS-DIRECTORY --seed N --number N [--without LABELS.jsonl ...]

prints the ids of a draw, without the articles of the label files named. One article in eighty credits an agency, so
the draw is in layers by a crude pattern: most are articles where it finds something in the first or last few words,
some where it stands near the start or the end, the rest are any others. Precision and recall over such a draw are
therefore figures for hard articles; over all articles there are fewer credits, and fewer traps.
"""

import argparse
import json
import random
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Literal

from daemon.corpus import CorpusArticle, read_articles

# Deliberately not the project's own table: what that one lacks must be able to come up in a draw.
CRUDE = re.compile(
    r"رويترز|فرانس\s?برس|وكالات|سبوتنيك|[أا]سوش|شينخوا|[إا]نترفاكس|نوفوستي|يونهاب|كيودو|بلومبي?ر[غج]|يونايتد برس"
    r"|(?<!\w)(?:[وفبل]{0,2}(?:ال|لل)?(?:وكالة|[أا]ناضول)|[أا]\s?[./]?\s?ف\s?[./]?\s?ب|د\s?[./]?\s?ب\s?[./]?\s?[أا]"
    r"|[أا]\s?\.\s?ب|و?(?:واس|تاس|بترا|سانا|وام|قنا|كونا|بنا|سب[أا]|[إا]ي?في|وفا|وات|وا[جأ]|وا[لع]|سونا|[إا]ي?[رس]نا|فارس"
    r"|تسنيم|مهر|معا)|Reuters|REUTERS|AFP|AP|dpa|DPA|TASS|SPA|WAM|QNA|KUNA|BNA|MENA|WAFA|SANA|Xinhua|EFE|UPI)(?!\w)"
)

Layer = Literal["outermost", "edge", "rest"]
SHARES: dict[Layer, float] = {"outermost": 0.75, "edge": 0.1, "rest": 0.15}
"""Of a draw; half of the outermost credit an agency, hardly one of the rest."""

_OUTERMOST_START, _OUTERMOST_END = 50, 30  # characters, of the body; and the whole title
_EDGE = 200


def draw(articles: Iterable[CorpusArticle], seed: int, number: int, without: Collection[str] = ()) -> list[str]:
    """Return the ids of `number` articles, none of them in `without`, in an order that tells nothing."""
    layers: dict[Layer, list[str]] = {layer: [] for layer in SHARES}
    for article in articles:
        if article.id not in without:
            layers[_layer(article)].append(article.id)
    shuffler = random.Random(seed)  # noqa: S311 (a sample, not a secret)
    drawn = [
        chosen
        for layer, share in SHARES.items()
        for chosen in shuffler.sample(sorted(layers[layer]), round(number * share))
    ]
    shuffler.shuffle(drawn)
    return drawn


def _layer(article: CorpusArticle) -> Layer:
    text = article.text.strip()
    outermost = article.title, text[:_OUTERMOST_START], text[-_OUTERMOST_END:]
    if any(CRUDE.search(part) for part in outermost):
        return "outermost"
    return "edge" if CRUDE.search(text[:_EDGE]) or CRUDE.search(text[-_EDGE:]) else "rest"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the ids of the draw that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wire_articles", description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, help="folder of *.jsonl.gz files of articles")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--number", type=int, required=True, help="of articles")
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="label files whose articles are left out")
    asked = parser.parse_args(arguments)
    labelled = {
        json.loads(line)["id"] for file in asked.without for line in file.read_text(encoding="utf-8").splitlines()
    }
    articles = (article for file in sorted(asked.directory.glob("*.jsonl.gz")) for article in read_articles(file))
    print("\n".join(draw(articles, asked.seed, asked.number, labelled)))


if __name__ == "__main__":
    main()
