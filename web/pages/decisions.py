"""People's corrections as a page tells them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.corrections import LEFT, RIGHT, CorrectionRow

State = Literal["in force", "waiting", "refused", "being undone", "undone"]


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """A correction: what it decides about which articles (on either side) and stories, and how things stand."""

    number: int
    kind: str
    state: State
    author: str
    note: str
    at: datetime
    refusal: str | None
    undone_by: str | None
    story: int | None
    stories: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]

    @property
    def can_be_undone(self) -> bool:
        """Whether there is something to take back."""
        return self.state in ("in force", "waiting")


def decision(row: CorrectionRow) -> DecisionShown:
    """Tell a correction."""
    stories = set(row.led_to)
    if row.kind == "merge" and row.cluster_id is not None:
        stories.add(row.cluster_id)
    return DecisionShown(
        number=row.id,
        kind=row.kind,
        state=_state(row),
        author=row.author,
        note=row.note,
        at=row.made_at,
        refusal=row.refusal,
        undone_by=row.undone_by,
        story=row.cluster_id,
        stories=tuple(sorted(stories)),
        left=tuple(sorted(article for article, side in row.sides.items() if side == LEFT)),
        right=tuple(sorted(article for article, side in row.sides.items() if side == RIGHT)),
    )


def _state(row: CorrectionRow) -> State:
    if row.undone_at is not None:
        return "being undone" if row.open else "undone"
    if row.applied_at is not None:
        return "in force"
    return "waiting" if row.open else "refused"
