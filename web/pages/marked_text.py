"""A text in paragraphs, with passages of it marked; what is marked is told by places in the text as it is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from web.pages.outside_text import LONGEST_BODY, direction, harmless


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph: plain when `mark` is empty, else what it is marked as, with more about it in `note`."""

    text: str
    mark: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and which way it runs: rtl, ltr, or auto where no letter tells."""

    runs: tuple[Run, ...]
    direction: str


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text, to be marked as `mark`."""

    start: int
    end: int
    mark: str
    note: str = ""


def marked_paragraphs(text: str, spans: Iterable[Span] = (), most: int = LONGEST_BODY) -> tuple[Paragraph, ...]:
    """Return the paragraphs of the first `most` characters of a text; a span that overlaps an earlier one gives way."""
    if len(text) > most:
        text = text[:most] + "…"
    runs: list[Run] = []
    place = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start < place or span.end > len(text) or span.start >= span.end:
            continue
        runs += [Run(text[place : span.start]), Run(text[span.start : span.end], span.mark, span.note)]
        place = span.end
    return paragraphs_of([*runs, Run(text[place:])])


def paragraphs_of(runs: Iterable[Run]) -> tuple[Paragraph, ...]:
    """Part runs into paragraphs where lines break, and make each harmless."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *further = run.text.split("\n")
        lines[-1].append(Run(harmless(first), run.mark, run.note))
        lines += [[Run(harmless(part), run.mark, run.note)] for part in further]
    return tuple(
        Paragraph(tuple(run for run in line if run.text), direction(_whole(line)))
        for line in lines
        if _whole(line).strip()
    )


def _whole(line: Sequence[Run]) -> str:
    return "".join(run.text for run in line)
