"""Files of articles grouped on an engine, into a file of clusters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clustering.settings import Settings
from daemon.archive_engines.engine import engine_named
from daemon.archive_engines.grouped_file import GroupedFile
from daemon.archive_engines.ordered_pass import place_in_order


@dataclass(frozen=True, slots=True)
class Reclustered:
    """How many articles there were and how many clusters they are in."""

    articles: int
    clusters: int


def recluster_archive(
    engine: str,
    source: Path,
    target: Path,
    settings: Settings,
    processes: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Reclustered:
    """Group the articles of the Parquet files at `source` and write `target`.

    `progress` is told how many more are placed. Raises ArticleFileError, EngineError, OutputError and WorkerLostError.
    """
    with GroupedFile(target) as file, engine_named(engine)(source, settings, processes) as prepared:

        def keep(ids: Sequence[str]) -> None:
            file.keep(ids)
            progress(len(ids))

        grouping = place_in_order(prepared, settings, keep)
        clusters = file.finish(grouping)
    return Reclustered(len(grouping.clusters), clusters)
