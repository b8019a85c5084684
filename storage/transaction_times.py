"""How long transactions take, for whoever wants to know."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy import Engine

Kind = Literal["read", "write"]

Observer = Callable[[Kind, float], None]
"""Is told of each transaction: its kind, and its seconds from the wait for a turn to the end of the commit."""

_OBSERVER = "riwaya_observer"


def observe(engine: Engine, observer: Observer) -> None:
    """Tell `observer` of every transaction from now on, failed ones too; it is called by any thread."""
    engine.update_execution_options(**{_OBSERVER: observer})


@contextmanager
def timed(engine: Engine, kind: Kind) -> Iterator[None]:
    """Time what happens inside."""
    observer: Observer | None = engine.get_execution_options().get(_OBSERVER)
    if observer is None:
        yield
        return
    began = time.perf_counter()
    try:
        yield
    finally:
        observer(kind, time.perf_counter() - began)
