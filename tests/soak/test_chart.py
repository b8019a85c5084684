"""The plot of a run."""

from xml.etree import ElementTree as ET

from tests.soak.chart import Panel, chart


def test_a_chart_is_svg_with_every_series_from_zero_to_its_greatest_value() -> None:
    drawn = chart("رواية <1>", [1, 2, 4], "days", [Panel("a & b", [0, 5, 10]), Panel("c", [3, 3, 3])], 2)
    root = ET.fromstring(drawn)  # noqa: S314 - our own
    lines = [one.get("points", "").split() for one in root.iter("{http://www.w3.org/2000/svg}polyline")]
    heights = [[float(point.split(",")[1]) for point in line] for line in lines]
    assert len(heights) == 2
    # The greatest value is on top, zero at the bottom, and a half in the middle.
    assert heights[0][1] == (heights[0][0] + heights[0][2]) / 2
    assert heights[0][0] - heights[0][2] == 96
    assert len(set(heights[1])) == 1
    words = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"رواية <1>", "a & b", "4 days", "10"} <= set(words)
