"""A small picture of how a story spread: the number of its outlets over time, as a line of steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from storage.spread import Carried

WIDTH, HEIGHT = 112, 26
"""Units of the picture, pixels on a page: about the width of a date in a list."""

_MARGIN = 3.0
"""Room for the dot at either end."""


@dataclass(frozen=True, slots=True)
class Spark:
    """The line as the `d` of an SVG path, the dot at its end, and what it tells in figures.

    `outlets` carried the story within `span` of the first.
    """

    line: str
    area: str
    end: tuple[float, float]
    outlets: int
    span: timedelta


def spark(carried: Sequence[Carried], *, right_to_left: bool) -> Spark | None:
    """Draw the articles of a story, the earliest first; None for a story of one outlet, which spread nowhere."""
    firsts = list({one.source_id: one.dated for one in reversed(carried)}.values())[::-1]
    firsts.sort()
    if len(firsts) < 2:  # noqa: PLR2004 - a spread has two ends
        return None
    length = (firsts[-1] - firsts[0]).total_seconds() or 1.0
    wide, high = WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN

    def across(place: float) -> float:
        x = _MARGIN + place * wide
        return round(WIDTH - x if right_to_left else x, 1)

    def up(count: int) -> float:
        return round(HEIGHT - _MARGIN - high * (count - 1) / (len(firsts) - 1), 1)

    steps = [f"M{across(0)} {up(1)}"]
    for count, at in enumerate(firsts[1:], start=2):
        steps.append(f"H{across((at - firsts[0]).total_seconds() / length)}V{up(count)}")
    line = "".join(steps)
    area = f"{line}V{HEIGHT - _MARGIN}H{across(0)}Z"
    return Spark(line, area, (across(1), up(len(firsts))), len(firsts), firsts[-1] - firsts[0])
