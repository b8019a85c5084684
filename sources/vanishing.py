"""Which items a feed took back, told from those that its window dropped in the course of things."""

from collections.abc import Collection, Mapping
from datetime import datetime

OLDER = 3
"""So many older items must still be shown: a window drops its oldest, and the order of a minute is chance."""

MOST = 0.1
"""Of a document's items no more are taken back at once, one excepted: a list of the most read, or one that an editor
orders, changes without regard to age."""


def taken_back(before: Mapping[int, datetime], after: Collection[int]) -> frozenset[int]:
    """Return the items of one document that vanished from the next although older ones are still there.

    `before` maps items to the times that they stand for. Documents without an item in common tell nothing.
    """
    kept = sorted(moment for item, moment in before.items() if item in after)
    if len(kept) < OLDER:
        return frozenset()
    # The third oldest of those still shown: what is younger has three older ones beside it.
    bound = kept[OLDER - 1]
    gone = frozenset(item for item, moment in before.items() if item not in after and moment > bound)
    return gone if len(gone) <= max(1, MOST * len(before)) else frozenset()
