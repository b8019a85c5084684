"""A plot of several series over one axis, one panel under the other, as an SVG of a few kilobytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _PANEL, _LEFT, _TOP, _GAP = 760, 96, 86, 34, 30
_RIGHT = 16
_PALE, _INK, _LINE, _SHADE = "#d8dde3", "#39424e", "#1f6feb", "#f2f4f7"


@dataclass(frozen=True, slots=True)
class Panel:
    """One series: its heading, its values, and with how many digits behind the point the axis is written."""

    heading: str
    values: Sequence[float]
    digits: int = 0


def chart(title: str, places: Sequence[float], unit: str, panels: Sequence[Panel], warm_up: float) -> str:
    """Draw panels whose values stand at `places`, in `unit`; what lies before `warm_up` is shaded."""
    height = _TOP + len(panels) * (_PANEL + _GAP) + 12
    first, last = 0.0, max(places)

    def across(place: float) -> float:
        return _LEFT + (place - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT)

    parts = [_text(_LEFT, 20, title, size=14)]
    for number, panel in enumerate(panels):
        top = _TOP + number * (_PANEL + _GAP) + 14
        parts += _panel(panel, [across(place) for place in places], top, across(warm_up))
    bottom = height - 8
    marks = ((0.0, "start"), (last / 3, "middle"), (last * 2 / 3, "middle"), (last, "end"))
    parts += [_text(across(mark), bottom, f"{mark:.3g} {unit}", anchor=anchor) for mark, anchor in marks]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" '
        f'role="img"><title>{escape(title)}</title><rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
        + "".join(parts)
        + "</svg>\n"
    )


def _panel(panel: Panel, across: Sequence[float], top: float, warm: float) -> list[str]:
    # From zero: a drift must look as small or as large as it is.
    most = max(*panel.values, 10**-panel.digits)
    points = " ".join(
        f"{x:.1f},{top + _PANEL * (1 - value / most):.1f}" for x, value in zip(across, panel.values, strict=True)
    )
    right = _WIDTH - _RIGHT
    return [
        f'<rect x="{_LEFT}" y="{top}" width="{warm - _LEFT:.1f}" height="{_PANEL}" fill="{_SHADE}"/>',
        f'<path d="M{_LEFT} {top}V{top + _PANEL}H{right}" fill="none" stroke="{_PALE}"/>',
        f'<polyline points="{points}" fill="none" stroke="{_LINE}" stroke-width="1.5"/>',
        _text(_LEFT, top - 4, panel.heading),
        _text(_LEFT - 6, top + 8, f"{most:,.{panel.digits}f}", anchor="end"),
        _text(_LEFT - 6, top + _PANEL, "0", anchor="end"),
    ]


def _text(x: float, y: float, words: str, size: int = 11, anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
    return f'<text {place} fill="{_INK}">{escape(words)}</text>'
