"""The rule by which lemon24/reader finds duplicates, for comparison: its plugin `entry_dedupe`, expressed anew.

The rule: entries meet when they have the same title, the same time of publication or the same title without a prefix
that many titles share; a way of meeting that brings more than four together is no sign and is passed over. Two that
meet are duplicates when both have enough text and their texts, the longer one cut to the length of the shorter when
it is half as long again, agree by the Jaccard of their n-grams (each n-gram as often as it occurs), with a threshold
that depends on the length. Older duplicates are deleted when a newer one arrives.

Adapted: the rule works inside one feed and is applied across sources here; entries arrive one by one, which suits it
best, since what was deleted no longer crowds its title; prefixes are learned from all titles of a source, where the
plugin sees those of one update; equal links do not occur between outlets; "published on the same day" brings more
than four together on every day, so it is never a sign here.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from time import process_time

from benchmarks.disjoint_sets import DisjointSets
from benchmarks.outcome import Outcome
from clustering.version import Version

TOGETHER = 4
FEWEST_WORDS = 32
CUT_FROM = 1.5
"""How many times as long as the shorter text the longer one is before it is cut."""

PREFIX_TITLES = 4
PREFIX_LETTERS = 5
PREFIX_DROP = 3
"""A prefix ends where its next word leaves a third of its titles or fewer."""

PADDED_BELOW = 100
"""Shorter texts get n-grams that hang over their ends."""

# Up to a mean length in words: whether n-grams are of letters, how long they are, and the least Jaccard.
_BY_LENGTH = (
    (12, True, 3, 0.6),
    (200, True, 3, 0.7),
    (400, True, 4, 0.7),
    (800, True, 4, 0.8),
    (1600, False, 3, 0.7),
    (2400, False, 3, 0.8),
    (3600, False, 4, 0.8),
    (float("inf"), False, 4, 0.9),
)

# A word; dates and numbers of versions count as one.
_WORD = re.compile(r"\b(?:\d{1,4}(?:[/-]\d{1,4}){1,2}|\d{1,4}(?:\.\d{1,3}){1,2}(?:[._-]?[a-z]{1,5}\d{1,2})?|\w+)\b")

Words = tuple[str, ...]


def reader_rule(versions: Sequence[Version]) -> Outcome:
    """Deduplicate a stream by the rule."""
    started = process_time()
    sets: DisjointSets[int] = DisjointSets()
    titles = {version.number: words(version.title) for version in versions}
    prefixes_of = _prefixes_by_source(versions, titles)
    texts: dict[int, Words] = {}  # of entries that are not deleted
    by_title: dict[Words, list[int]] = defaultdict(list)
    by_time: dict[int, list[int]] = defaultdict(list)
    for version in versions:
        number, title, second = version.number, titles[version.number], int(version.at)
        sets.add(number)
        text = words(version.body)
        rest = without_prefix(title, prefixes_of[version.source])
        for met in (by_title[title], by_time[second], by_title[rest]):
            living = [other for other in met if other in texts]
            duplicated = [other for other in living if len(living) < TOGETHER and duplicates(texts[other], text)]
            for other in duplicated:
                sets.join(other, number)
                del texts[other]
            if duplicated:
                break
        texts[number] = text
        by_time[second].append(number)
        if title:
            by_title[title].append(number)
    return Outcome("lemon24/reader, entry_dedupe", sets.roots(), process_time() - started)


def words(text: str) -> Words:
    """Return the words of a text without accents, in lower case."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return tuple(_WORD.findall(plain.lower()))


def duplicates(left: Words, right: Words) -> bool:
    """Tell whether two texts are one by the rule."""
    long, short = (left, right) if len(left) >= len(right) else (right, left)
    if not short:
        return False
    if len(long) / len(short) > CUT_FROM:
        long = long[: len(short)]
    if len(short) < FEWEST_WORDS:
        return False
    if long == short:
        return True
    mean = (len(long) + len(short)) / 2
    letters, size, least = next(row[1:] for row in _BY_LENGTH if mean <= row[0])
    one: Sequence[str] = " ".join(long) if letters else long
    other: Sequence[str] = " ".join(short) if letters else short
    padded = min(len(one), len(other)) < PADDED_BELOW
    return _jaccard(_grams(one, size, padded), _grams(other, size, padded)) >= least


def _grams(items: Sequence[str], size: int, padded: bool) -> Counter[tuple[str, ...]]:
    padding = [""] * (size - 1) if padded else []
    row = [*padding, *items, *padding]
    return Counter(tuple(row[at : at + size]) for at in range(len(row) - size + 1))


def _jaccard(left: Counter[tuple[str, ...]], right: Counter[tuple[str, ...]]) -> float:
    either = (left | right).total()
    return (left & right).total() / either if either else 0.0


def _prefixes_by_source(versions: Iterable[Version], titles: dict[int, Words]) -> dict[str, frozenset[Words]]:
    by_source: dict[str, set[Words]] = defaultdict(set)
    for version in versions:
        by_source[version.source].add(titles[version.number])
    return {source: prefixes(found) for source, found in by_source.items()}


def prefixes(titles: Iterable[Words]) -> frozenset[Words]:
    """Return the beginnings that many different titles share, each as long as it holds together."""
    times: Counter[Words] = Counter(title[:end] for title in set(titles) for end in range(len(title) + 1))
    children: dict[Words, int] = defaultdict(int)  # titles that go on within a prefix, by its beginning
    inside: set[Words] = {()}
    for prefix in sorted(times, key=len)[1:]:
        before = prefix[:-1]
        drops = _letters(before) >= PREFIX_LETTERS and times[before] >= PREFIX_DROP * times[prefix]
        if before in inside and times[prefix] >= PREFIX_TITLES and not drops:
            inside.add(prefix)
            children[before] += times[prefix]
    ends = {one for one in inside if not children[one] or times[one] - children[one] >= PREFIX_TITLES}
    return frozenset(one for one in ends if _letters(one) >= PREFIX_LETTERS)


def without_prefix(title: Words, known: frozenset[Words]) -> Words:
    """Return a title without the shortest of the known prefixes that it begins with and goes on after."""
    return next((title[end:] for end in range(1, len(title)) if title[:end] in known), title)


def _letters(words_: Words) -> int:
    return sum(map(len, words_))
