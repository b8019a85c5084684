"""Round-ups: a text that carries another story as one of its items, and is no version of it.

«من جهة أخرى»: an outlet tells its own news first and then, in a paragraph or two, what another text tells alone. The
two must not become one story, or every round-up would glue its items together; but who looks at a story wants to know
who else carried it inside something larger.
"""

from clustering.profile import LEAD_SHINGLES, Profile
from clustering.shingles import Shingles, distinct, shared

CARRIED = 0.5
"""Of the item's text, how much stands in the round-up: as for a version, half or more."""

LEAD_CARRIED = 0.6
"""Of the item's lead: its actual news, and not only its background, stands in the round-up."""

LEAD_APART = 0.3
"""Of the round-up's lead, what may stand in the item: more, and the item's news is the round-up's own."""

LONGER = 1.3
"""How much longer a round-up is than its item; between texts of one length one trims the other."""


def carried(round_up: Profile, item: Profile) -> float | None:
    """Return the share of `item` that `round_up` carries (0 to 1), or None when it does not carry it as an item."""
    if len(round_up.shingles) < LONGER * len(item.shingles) or not len(item.shingles):
        return None
    if shared(item.lead, round_up.shingles) < LEAD_CARRIED * len(item.lead):
        return None
    lead = _own_lead(round_up)
    if shared(lead, item.shingles) > LEAD_APART * len(lead):
        return None
    share = shared(item.shingles, round_up.shingles) / len(item.shingles)
    return share if share >= CARRIED else None


def _own_lead(round_up: Profile) -> Shingles:
    """Return the lead up to where the text turns to another matter: short news of its own ends within the lead."""
    return distinct(round_up.stream[:LEAD_SHINGLES][: round_up.aside])
