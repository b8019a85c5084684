"""Feed items with invented stories, the same text wherever the number is."""

from datetime import UTC, datetime, timedelta

from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import Item

WRITER = Writer(20)
STORIES = [WRITER.story() for _ in range(6)]


def items(*numbers: int) -> list[Item]:
    """Return items whose text is the same wherever the number is."""
    day = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    return [Item(f"n{number}", *STORIES[number], day + timedelta(minutes=number)) for number in numbers]
