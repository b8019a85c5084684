"""Finds the words that begin with a letter which could be a particle and is none: clustering/lexical_words.txt.

    python -m benchmarks.fit_clitics CORPUS [--write]

A word belongs to the list when it takes the article or a preposition itself («الوزير», «لبغداد»), which no word with a
particle before it does, or when it is far more common than what would be left of it («كانت» beside «انت»).
"""

import argparse
from collections import Counter
from pathlib import Path

from benchmarks.corpus import read_corpus
from clustering.clitics import SHORTEST
from clustering.fold import words

FILE = Path(__file__).parents[1] / "clustering" / "lexical_words.txt"

FEWEST = 10
"""Rarer words lose their letter; as they lose it on both sides, that only costs the few that then look like others."""
SHARE = 0.02
"""Of a noun's uses at least so many have an article or a preposition before it: of «وزير» 17 %, of «بغداد» 6 %, of
«وقال», «وأضاف», «بحكومة» none."""
TIMES = 60
"""A verb takes neither, but is many times as common as what would be left of it, «وصلت» 1,200 times. «وأضاف» is 20
times as common as «أضاف», the most of the true particles among common words."""
TIMES_OF_PREPOSITION = 15
"""Between «كانت», 22 times as common as «أنت», and «لدينا» (20) on one side, «بشأن» (10) and «بشكل» (9) on the other.
Of the common words with a particle «بجروح» is above it (22 times), and keeps its letter."""

_BEFORE_NOUNS = ("ال", "وال", "بال", "فال", "كال", "لل", "ولل", "ب", "ل", "ك")


def lexical(counts: Counter[str]) -> list[str]:
    """Return the words of the list, in order, from the counts of folded words."""
    return sorted(
        word
        for word, uses in counts.items()
        if len(word) > SHORTEST
        and word[0] in "وفبكل"
        and not word.startswith("لل")
        and uses >= FEWEST
        and _belongs(word, uses, counts)
    )


def _belongs(word: str, uses: int, counts: Counter[str]) -> bool:
    # «للظروف» is the article behind ل, not ل before «لظروف».
    befores = [before for before in _BEFORE_NOUNS if not (before == "ل" and word[0] == "ل")]
    taken = sum(counts[before + word] for before in befores)
    times = TIMES if word[0] == "و" else TIMES_OF_PREPOSITION
    return taken >= max(2, SHARE * uses) or uses >= times * max(1, counts[word[1:]])


def main() -> None:
    """Count the words of a corpus and print or write the list."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_clitics", description=__doc__)
    parser.add_argument("corpus", type=Path, help="the labelled corpus")
    parser.add_argument("--write", action="store_true", help="write clustering/lexical_words.txt")
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    for version in read_corpus(given.corpus).versions:
        counts.update(words(f"{version.title}\n{version.body}"))
    found = lexical(counts)
    if given.write:
        FILE.write_text("".join(f"{word}\n" for word in found), "utf-8")
    print(f"{len(found)} words of {len(counts)} that are used {sum(counts.values())} times")


if __name__ == "__main__":
    main()
