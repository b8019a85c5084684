"""The correction desk of the web interface, which otherwise only reads the store."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from daemon.clustering_settings import clustering_settings
from daemon.config import Config
from daemon.correction_desk import hand_in
from daemon.corrections import CorrectionRefused, ask, ask_undo
from storage.corrections import CorrectionRow
from storage.engine import open_engine
from web.desk import Decision, DecisionRefused

PATIENCE_S = 6.0
"""How long an answer waits for the running service, whose ticks come every second; then it says that it waits."""


class WebDesk:
    """Hands corrections in. It opens the store for writing only while it has one to write down.

    Raises storage.engine.StoreUnavailable.
    """

    def __init__(self, config: Config) -> None:
        self._config = config

    def hand_in(self, decision: Decision) -> CorrectionRow:
        """Write a decision down and see to it that it takes effect. Raises DecisionRefused."""

        def write_down(conn: Connection, now: datetime) -> int:
            return ask(
                conn,
                decision.kind,
                decision.author,
                decision.note,
                now,
                clusters=decision.clusters,
                articles=decision.articles,
            )

        return self._handed_in(write_down)

    def take_back(self, number: int, author: str) -> CorrectionRow:
        """Have a correction undone. Raises DecisionRefused."""

        def write_down(conn: Connection, now: datetime) -> int:
            ask_undo(conn, number, author, now)
            return number

        return self._handed_in(write_down)

    def _handed_in(self, write_down: Callable[[Connection, datetime], int]) -> CorrectionRow:
        engine = open_engine(self._config.database)
        try:
            return hand_in(engine, clustering_settings(self._config), write_down, PATIENCE_S)
        except CorrectionRefused as refused:
            raise DecisionRefused(str(refused)) from refused
        finally:
            engine.dispose()
