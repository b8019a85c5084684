"""Who carried a story when."""

from typing_extensions import TypedDict

from storage.spread import Carried
from web.moments import moment
from web.shapes import Moment, documented


@documented
class CarriedShape(TypedDict):
    """An article of a story."""

    article: int
    """Its id."""
    source: str
    """The outlet's id."""
    source_name: str
    """The outlet's name."""
    dated: Moment
    """The time that its first text stands for: when its outlet published it, or when it was seen."""


def carried_shape(one: Carried) -> CarriedShape:
    """Return an article of a story, with its time."""
    return {
        "article": one.article_id,
        "source": one.source_id,
        "source_name": one.source_name,
        "dated": moment(one.dated),
    }
