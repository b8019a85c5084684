"""What is computed once from a version, before it is compared with others."""

from dataclasses import dataclass, field

import numpy as np

from clustering.aside import aside
from clustering.folded_units import Folded
from clustering.furniture import without_furniture
from clustering.lexicon import entries, hashed, hashes
from clustering.ordinals import ordinals
from clustering.shingles import Shingles, distinct, membership, shingle_stream, title_stream
from clustering.version import Version
from clustering.wire import without_slug

LEAD_SHINGLES = 350
"""How much of the folded body counts as its lead: two to three sentences, where an agency puts the news."""

HEAD_CHARACTERS = 500
"""Where the numbers that identify a story stand: the title and about this much of the body."""

BREAK = "#"
"""Stands between the words of the title and those of the body, and is in no name."""

BREAK_HASH = hashed(BREAK)

_BREAK = np.array([BREAK_HASH], dtype=np.uint32)

_SHORTEST_NAME = 3  # letters; what is shorter is a particle


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A version, ready to be compared: sets are ascending arrays of distinct 32-bit hashes.

    `stream` holds the hashes of the body's shingles in the order of the text, `shingles` their set, `lead` the set of
    the first :data:`LEAD_SHINGLES`, `title` that of the title's own, shorter ones (without a title, the lead). The word
    sets are of folded words without clitics: `words` of title and body, `title_words` of the title, `title_names`
    those of the title that the body says again, which are mostly names. `head_numbers` are the numbers in the title and
    the head of the body, `numbers` all of them; `title_ordinals` are «الثانية» and its like in the title. `stems` are
    the words of title and body in their order, parted by :data:`BREAK` and joined by blanks, and `word_stream` their
    hashes. `aside` is where the body turns to another matter, as a place in `stream`, or None.
    """

    version: Version
    stream: Shingles = field(repr=False)
    shingles: Shingles = field(repr=False)
    lead: Shingles = field(repr=False)
    title: Shingles = field(repr=False)
    words: Shingles = field(repr=False)
    title_words: Shingles = field(repr=False)
    title_names: Shingles = field(repr=False)
    word_stream: Shingles = field(repr=False)
    numbers: frozenset[str] = frozenset()
    head_numbers: frozenset[str] = frozenset()
    title_ordinals: frozenset[int] = frozenset()
    stems: str = field(default="", repr=False)
    aside: int | None = None


def profile(version: Version) -> Profile:
    """Compute the profile of a version; 0.57 ms for an article of the corpus, on a busy machine."""
    # An item without a body still has its headline to be recognised by. Slug and dateline name the desk, not the news.
    text = without_furniture(version.body[without_slug(version.body) :]) or version.title
    body, title = Folded(text), Folded(version.title)
    stream, title_units = shingle_stream(body.units), title.units
    body_words, title_words = body.words, title.words
    in_body, in_title = entries(body_words), entries(title_words)
    body_hashes, title_hashes = hashes(in_body), hashes(in_title)
    body_set, title_set = distinct(body_hashes), distinct(title_hashes)
    names = [hash_ for stem, hash_ in in_title if len(stem) >= _SHORTEST_NAME and not stem.isdigit()]
    stems, title_stems = [stem for stem, _ in in_body], [stem for stem, _ in in_title]
    numbers, title_numbers = _numbers(body), _numbers(title)
    return Profile(
        version=version,
        stream=stream,
        shingles=distinct(stream),
        lead=distinct(stream[:LEAD_SHINGLES]),
        title=distinct(title_stream(title_units) if len(title_units) else stream[:LEAD_SHINGLES]),
        words=distinct(np.concatenate([body_set, title_set])),
        title_words=title_set,
        title_names=_both(distinct(np.array(names, dtype=np.uint32)), body_set),
        numbers=numbers | title_numbers,
        head_numbers=title_numbers | (_numbers(Folded(_head(text))) if numbers else numbers),
        word_stream=np.concatenate([title_hashes, _BREAK, body_hashes]),
        title_ordinals=ordinals(title_stems),
        stems=" ".join([*title_stems, BREAK, *stems]),
        aside=aside(body_words),
    )


def _both(left: Shingles, right: Shingles) -> Shingles:
    return left[membership(left, right)]


def _head(body: str) -> str:
    end = HEAD_CHARACTERS
    while end < len(body) and not body[end].isspace():  # half a number would be a number that the text lacks
        end += 1
    return body[:end]


def _numbers(text: Folded) -> frozenset[str]:
    return frozenset(number.lstrip("0") or "0" for number in text.numbers)
