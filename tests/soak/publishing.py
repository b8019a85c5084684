"""What is published when: articles over a span of days, in feeds of many outlets."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.clustering.arabic_text import Writer, first_paragraphs, respelled

BEFORE_S = 3 * 86_400.0
"""What was published before the clock begins to run: a feed without any item counts as broken."""

_COPIES_WITHIN_S = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Publication:
    """An article that a feed shows from a moment on, in Unix time."""

    feed: int
    at: float
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Invented:
    """Invented articles: `a_day` of them by `feeds` feeds, from `before_s` before `start` until `days` after it.

    Every story is carried by up to three feeds within a quarter of a day: as it is, spelled in another way, and cut
    short. A few feeds publish much and most of them little, as outlets do; each has one article from before the start.
    """

    feeds: int
    start: float
    days: float
    a_day: int
    paragraphs: int = 4
    before_s: float = BEFORE_S

    def __iter__(self) -> Iterator[Publication]:
        """Give each of them, in no order."""
        chance, writer = Random(self.feeds), Writer(self.feeds)  # noqa: S311 - texts, not secrets
        # The busiest publishes some thirty times as much as one in the middle.
        weights = [chance.lognormvariate(0, 1.2) for _ in range(self.feeds)]
        begun, ends = self.start - self.before_s, self.start + self.days * 86_400
        left = round(self.a_day * (ends - begun) / 86_400)
        # Besides, everybody has had something to say before.
        for feed in range(self.feeds):
            yield Publication(feed, chance.uniform(begun, self.start), *writer.story(self.paragraphs))
        while left > 0:
            title, text = writer.story(self.paragraphs)
            forms = (text, respelled(text), first_paragraphs(text, self.paragraphs - 1))
            at = chance.uniform(begun, ends)
            carriers = set(chance.choices(range(self.feeds), weights, k=chance.choice((1, 1, 2, 3))))
            for feed, form in zip(sorted(carriers), forms, strict=False):
                yield Publication(feed, at, title, form)
                at += chance.uniform(0, _COPIES_WITHIN_S / len(forms))
                left -= 1
