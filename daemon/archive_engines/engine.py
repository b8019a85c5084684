"""Which engines there are, and how each is loaded: only the one that is asked for, since two are optional packages."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import cast

from clustering.settings import Settings
from daemon.archive_engines.turn import Prepared

ENGINES = {
    "local": ("in_process", "prepared_in_process"),
    "duckdb": ("on_duckdb", "prepared_on_duckdb"),
    "spark": ("on_spark", "prepared_on_spark"),
}

Engine = Callable[[Path, Settings, int], AbstractContextManager[Iterator[Prepared]]]
"""Gives the articles of a path in the order of (time, id), prepared by so many processes. Raises ArticleFileError and
EngineError, from the context or from the iterator."""


class EngineError(Exception):
    """An engine is missing or gave up; the message says why."""


def engine_named(name: str) -> Engine:
    """Load an engine; its package is looked for when it is used."""
    module, function = ENGINES[name]
    return cast(Engine, getattr(import_module(f"daemon.archive_engines.{module}"), function))
