"""The configuration of clustering, as the package takes it. A file of its own: `riwaya why` needs nothing else."""

from clustering.settings import Settings
from daemon.config import Config


def clustering_settings(config: Config) -> Settings:
    """Return what `clustering` is told."""
    return Settings(index=config.clustering.index, window=config.clustering.window)
