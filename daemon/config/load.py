"""Reading the whole configuration: files, environment, checks, and every problem at once."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from daemon.config.alert_names import unknown_names
from daemon.config.alerting import target_settings
from daemon.config.database import resolve_database
from daemon.config.environment import Override, read_overrides
from daemon.config.gather import Gathered, gather
from daemon.config.model import Config, Fault, scalar_settings, validate
from daemon.config.problems import ENVIRONMENT, ConfigError, KeyPath, Problem
from daemon.config.reasons import reason
from daemon.config.repeats import repeated


def load_config(path: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the file, what it includes, and the RIWAYA_ variables of `environ`.

    A relative SQLite path is seen from the folder of the file, wherever the process was started.
    Raises ConfigError, and nothing else, with every mistake of all files and of the environment.
    """
    gathered = gather(path)
    overrides, environment_problems = read_overrides(environ, scalar_settings() | target_settings(_targets(gathered)))
    problems = [*environment_problems, *gathered.problems]
    if not isinstance(gathered.main.data, dict):
        raise ConfigError(problems)
    result = validate(_values(gathered, gathered.main.data, overrides))
    if not isinstance(result, Config):
        problems += [_problem(fault, gathered, overrides) for fault in result if not _told(fault, gathered)]
    problems += repeated(gathered.sources or ())
    problems += unknown_names(gathered)
    if problems or not isinstance(result, Config):
        raise ConfigError(problems)
    folder = Path(os.path.abspath(path.parent))  # noqa: PTH100 - resolve() would follow a link to another folder
    return result.model_copy(update={"database": resolve_database(result.database, folder)})


def _values(gathered: Gathered, main: Mapping[str, object], overrides: Sequence[Override]) -> dict[str, object]:
    """Put the files and the variables together into what the model checks."""
    values = dict(main)
    values.pop("sources", None)
    if gathered.sources is not None:
        values["sources"] = [entry.value for entry in gathered.sources]
    for override in overrides:
        _put(values, override.path, override.value)
    return values


def _put(values: dict[str, object], path: KeyPath, value: str) -> None:
    """Set one value inside mappings, which are copied: anchors of the file may share them."""
    key, *inner = path
    if not inner:
        values[str(key)] = value
        return
    section = values.get(str(key))
    if section is None or isinstance(section, dict):  # anything else is a mistake that is told anyway
        values[str(key)] = copied = dict(section or {})
        _put(copied, tuple(inner), value)


def _targets(gathered: Gathered) -> list[str]:
    main = gathered.main.data
    targets = main.get("targets") if isinstance(main, dict) else None
    return [name for name in targets if isinstance(name, str)] if isinstance(targets, dict) else []


def _told(fault: Fault, gathered: Gathered) -> bool:
    """Say whether the reading of the file has already named this mistake."""
    match fault.path:
        case ("sources", int() as position, *rest) if gathered.sources:
            entry = gathered.sources[position]
            return entry.document.is_broken((*entry.path, *rest))
        case _:
            return gathered.main.is_broken(fault.path)


def _problem(fault: Fault, gathered: Gathered, overrides: Sequence[Override]) -> Problem:
    for override in overrides:
        if override.path == fault.path[: len(override.path)]:
            return Problem(ENVIRONMENT, None, override.variable, reason(fault))
    match fault.path:
        case ("sources", int() as position, *rest) if gathered.sources:
            entry = gathered.sources[position]
            return entry.document.problem((*entry.path, *rest), reason(fault))
        case _:
            return gathered.main.problem(fault.path, reason(fault))
