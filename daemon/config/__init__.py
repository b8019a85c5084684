"""config.yaml: reading it, checking it, and saying plainly what is wrong with it.

    config = load_config(Path("config.yaml"), os.environ)

`load_config` raises ConfigError and nothing else; its `problems` name every mistake with file, line, key and
reason.
"""

from daemon.config.duration import format_duration, parse_duration
from daemon.config.load import load_config
from daemon.config.model import Config
from daemon.config.outlets import FeedConfig, SourceConfig
from daemon.config.problems import ConfigError, Problem
from daemon.config.sections import ClusteringConfig, FetchConfig, RetentionConfig, WebConfig

__all__ = [
    "ClusteringConfig",
    "Config",
    "ConfigError",
    "FeedConfig",
    "FetchConfig",
    "Problem",
    "RetentionConfig",
    "SourceConfig",
    "WebConfig",
    "format_duration",
    "load_config",
    "parse_duration",
]
