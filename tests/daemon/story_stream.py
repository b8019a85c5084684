"""A stream of wire stories over several outlets, published item by item while a test goes on."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.clustering.arabic_text import Writer, first_paragraphs, respelled
from tests.daemon.feed_server import Feed, Item
from tests.daemon.newsroom import Newsroom

OUTLETS = ("one", "two", "three")


class Stream:
    """Publishes `stories` stories, each by every outlet in a form of its own, one item every `pause` seconds."""

    def __init__(self, newsroom: Newsroom, stories: int, pause: float, *, seed: int = 40) -> None:
        self.feeds = {outlet: newsroom.feed(outlet) for outlet in OUTLETS}
        self._pause = pause
        self._waiting = _items(stories, seed)
        self.expected = {frozenset((outlet, f"guid:n{number}") for outlet in OUTLETS) for number in range(stories)}
        self._thread = threading.Thread(target=self._publish, daemon=True)

    @property
    def items(self) -> int:
        """How many items there are in all."""
        return len(self._waiting)

    def start(self) -> None:
        """Begin to publish."""
        self._thread.start()

    def finish(self) -> None:
        """Wait until everything is published."""
        self._thread.join()

    def _publish(self) -> None:
        tick = threading.Event()
        for outlet, item in self._waiting:
            feed: Feed = self.feeds[outlet]
            feed.items = [item, *feed.items]
            tick.wait(self._pause)


def _items(stories: int, seed: int) -> Sequence[tuple[str, Item]]:
    writer = Writer(seed)
    begun = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=8)
    found = []
    for number in range(stories):
        title, body = writer.story(5)
        forms = (body, respelled(body), first_paragraphs(body, 3))
        for place, (outlet, form) in enumerate(zip(OUTLETS, forms, strict=True)):
            # The copies of a story come between those of the next ones.
            found.append(
                (number + 2 * place, number, outlet, Item(f"n{number}", title, form, begun + timedelta(minutes=number)))
            )
    return [(outlet, item) for _, _, outlet, item in sorted(found, key=lambda one: one[:3])]
