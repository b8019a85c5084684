"""What sort of copy each article of a story is, for many stories at once: traced once and remembered."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from clustering.derivation import Kind
from storage.version_texts import VersionText
from web.story_lineage import traced_lineage

MOST_TRACED = 40
"""Versions of a story that is traced for a feed: some 0.2 s of work. A larger one tells in its page."""

MOST_CHARACTERS = 200_000
"""Of all texts of a story that is traced, for the same reason: forty long articles. Somebody may publish a megabyte."""

_MOST_KEPT = 5_000
"""Stories remembered, about a kilobyte each; a feed has fifty, and all feeds together ask for the newest ones."""


@dataclass(frozen=True, slots=True)
class CopyKind:
    """How an article began: `kind` is None for a text of its own; `origin` is the article it was made from."""

    kind: Kind | None
    origin: int | None


Kinds = Mapping[int, CopyKind]
"""By article."""

StoryState = tuple[UUID, tuple[int, ...]]
"""The store, and the ids of a story's versions: their texts never change."""


def kinds_of(versions: Sequence[VersionText]) -> Kinds:
    """Trace the first text of each article of a story; nothing of one whose texts are too long."""
    texts = (len(version.title) + len(version.text or version.summary) for version in versions)
    if sum(texts) > MOST_CHARACTERS:
        return {}
    traced = traced_lineage(versions)
    articles = {version.version_id: version.article_id for version in versions}
    kinds: dict[int, CopyKind] = {}
    for version in sorted(versions, key=lambda version: version.number):
        descent = traced.descents[version.version_id]
        kind = CopyKind(None, None)
        if descent.derivation is not None and descent.parent is not None and not descent.independent:
            kind = CopyKind(descent.derivation.kind, articles[descent.parent])
        kinds.setdefault(version.article_id, kind)
    return kinds


class KindMemory:
    """Remembers the kinds of the stories that were asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[StoryState, Kinds] = OrderedDict()
        self._lock = Lock()

    def get(self, state: StoryState) -> Kinds | None:
        """Return what was traced of a story in this state."""
        with self._lock:
            if state in self._kept:
                self._kept.move_to_end(state)
            return self._kept.get(state)

    def put(self, state: StoryState, kinds: Kinds) -> None:
        """Remember it; the story asked for longest ago is forgotten."""
        with self._lock:
            self._kept[state] = kinds
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
