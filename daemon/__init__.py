"""The running process of riwaya: command line, configuration, scheduler and pipeline."""

__version__ = "0.1.0"
