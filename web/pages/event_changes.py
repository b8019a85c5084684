"""The figures and names that an event says were changed."""

from collections.abc import Mapping

from storage.events import EventRow


def changes(event: EventRow) -> list[tuple[str, str]]:
    """Return what stood there and what stands there now, each pair once though title and lead may both have it."""
    told = event.cause.get("changes")
    pairs = (
        [(str(one["was"]), str(one["now"])) for one in told if isinstance(one, Mapping)]
        if isinstance(told, list)
        else []
    )
    return list(dict.fromkeys(pairs))
