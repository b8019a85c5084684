"""The rule by which NewsBlur clusters stories, for comparison: its titles tier, expressed anew.

The rule: stories of different feeds within 120 hours are one when their titles, in lower case and without signs, are
equal and ten characters or longer, or when of their significant words, five or more in each, at least three and at
least 60 % of the fewer are shared. A word that stands in more than 50 of these stories brings nothing together. A
cluster takes ten stories at most.

Adapted: stories arrive one by one and a source counts as a feed. Its second tier asks an Elasticsearch server and
then wants three shared words of the titles as well; there is no such server here. Its stop words and its plural are
English and left out: they change nothing in Arabic titles. The words of a feed's name, which it removes, are not known
in the corpus.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from itertools import chain
from time import process_time

from benchmarks.disjoint_sets import DisjointSets
from benchmarks.outcome import Outcome
from clustering.version import Version

WINDOW = 120 * 3600.0
SHORTEST_TITLE = 10
FEWEST_WORDS = 5
FEWEST_SHARED = 3
LEAST_OVERLAP = 0.6
MOST_STORIES_OF_A_WORD = 50
MOST_IN_A_CLUSTER = 10

_GAPS = re.compile(r"[-/\s]+")
_SIGNS = re.compile(r"[^\w\s]")


def newsblur_rule(versions: Sequence[Version]) -> Outcome:
    """Cluster a stream by the rule."""
    started = process_time()
    sets: DisjointSets[int] = DisjointSets()
    sizes: Counter[int] = Counter()
    recent = _Recent()
    for version in versions:
        sets.add(version.number)
        sizes[version.number] = 1
        for other in recent.like(version):
            left, right = sets.root(other), sets.root(version.number)
            if left != right and sizes[left] + sizes[right] <= MOST_IN_A_CLUSTER:
                sets.join(left, right)
                sizes[right] += sizes[left]
        recent.add(version)
    return Outcome("NewsBlur, titles", sets.roots(), process_time() - started)


def plain_title(title: str) -> str:
    """Return a title as it is compared."""
    return " ".join(_SIGNS.sub("", _GAPS.sub(" ", title.lower())).split())


def significant(title: str) -> frozenset[str]:
    """Return the words of a title that are compared: those of two letters and more."""
    return frozenset(word for word in plain_title(title).split() if len(word) > 1)


def alike(left: frozenset[str], right: frozenset[str]) -> bool:
    """Tell whether the words of two titles make them one story."""
    fewer, shared = min(len(left), len(right)), len(left & right)
    return fewer >= FEWEST_WORDS and shared >= FEWEST_SHARED and shared >= LEAST_OVERLAP * fewer


class _Recent:
    """The stories of the last 120 hours, by title and by word."""

    def __init__(self) -> None:
        self._stories: deque[Version] = deque()
        self._living: dict[int, Version] = {}
        self._words: dict[int, frozenset[str]] = {}
        self._by_title: dict[str, dict[int, None]] = defaultdict(dict)
        self._by_word: dict[str, dict[int, None]] = defaultdict(dict)

    def like(self, version: Version) -> list[int]:
        """Return the stories of other sources that the rule calls the same, the earliest first."""
        while self._stories and self._stories[0].at < version.at - WINDOW:
            self._forget(self._stories.popleft())
        title, found_words = plain_title(version.title), significant(version.title)
        same = set(self._by_title[title]) if len(title) >= SHORTEST_TITLE else set()
        buckets = (self._by_word[word] for word in found_words)
        meet = set(chain.from_iterable(one for one in buckets if len(one) < MOST_STORIES_OF_A_WORD))
        same.update(other for other in meet if alike(found_words, self._words[other]))
        return sorted(other for other in same if self._living[other].source != version.source)

    def add(self, version: Version) -> None:
        """Take in a story; its time is not before that of the last one."""
        title = plain_title(version.title)
        self._stories.append(version)
        self._living[version.number] = version
        self._words[version.number] = significant(version.title)
        self._by_title[title][version.number] = None
        for word in self._words[version.number]:
            self._by_word[word][version.number] = None

    def _forget(self, version: Version) -> None:
        del self._living[version.number]
        del self._by_title[plain_title(version.title)][version.number]
        for word in self._words.pop(version.number):
            del self._by_word[word][version.number]
