"""What every process that writes does first: open the store, bring its schema up to date, take in the catalogue."""

import logging
from datetime import UTC, datetime

from sqlalchemy import Engine

from daemon.config import Config
from daemon.holder import is_gone
from daemon.wiring import lease_time, source_specs
from storage.catalogue import CatalogueChange, sync
from storage.clock_step import bring_back
from storage.engine import open_engine, writing
from storage.leases import free_leases, lease_holders
from storage.migrate import upgrade

log = logging.getLogger(__name__)


def open_store(config: Config) -> Engine:
    """Open the store of the configuration, ready to be written to.

    Raises storage.engine.StoreUnavailable and storage.migrate.SchemaTooNew.
    """
    engine = open_engine(config.database)
    if upgrade(engine):
        log.info("the store has the schema of this release now")
    return engine


def sync_catalogue(engine: Engine, config: Config) -> CatalogueChange:
    """Make the stored sources and feeds those of the configuration."""
    with writing(engine) as conn:
        change = sync(conn, source_specs(config), datetime.now(UTC))
    if change:
        log.info(
            "catalogue: %d sources new, %d back, %d changed, %d gone; %d feeds on, %d off",
            len(change.added),
            len(change.returned),
            len(change.changed),
            len(change.removed),
            change.feeds_added,
            change.feeds_removed,
        )
    return change


def bring_times_back(engine: Engine, config: Config) -> None:
    """Bring back what waits for a time that a clock has shown which was set back since."""
    with writing(engine) as conn:
        feeds = bring_back(conn, datetime.now(UTC), lease_time(config))
    if feeds:
        log.warning("the clock was set back: %d feeds are asked as if their last fetch had been now", feeds)


def free_dead_leases(engine: Engine) -> None:
    """Free what processes of this machine held when they died, instead of waiting for their leases to lapse."""
    with writing(engine) as conn:
        dead = [holder for holder in lease_holders(conn) if is_gone(holder)]
        if dead:
            free_leases(conn, dead, datetime.now(UTC))
            log.info("took over from %s, which is gone", ", ".join(dead))
