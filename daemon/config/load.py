"""Reading the whole configuration: files, environment, checks, and every problem at once."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from daemon.config.database import resolve_database
from daemon.config.environment import Override, read_overrides
from daemon.config.gather import Gathered, gather
from daemon.config.model import Config, Fault, scalar_settings, validate
from daemon.config.problems import ENVIRONMENT, ConfigError, Problem
from daemon.config.reasons import reason
from daemon.config.repeats import repeated


def load_config(path: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the file, what it includes, and the RIWAYA_ variables of `environ`.

    A relative SQLite path is seen from the folder of the file, wherever the process was started.
    Raises ConfigError, and nothing else, with every mistake of all files and of the environment.
    """
    overrides, environment_problems = read_overrides(environ, scalar_settings())
    gathered = gather(path)
    problems = [*environment_problems, *gathered.problems]
    if not isinstance(gathered.main.data, dict):
        raise ConfigError(problems)
    result = validate(_values(gathered, gathered.main.data, overrides))
    if not isinstance(result, Config):
        problems += [_problem(fault, gathered, overrides) for fault in result if not _told(fault, gathered)]
    problems += repeated(gathered.sources or ())
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
        *outer, key = (str(part) for part in override.path)
        if not outer:
            values[key] = override.value
            continue
        section = values.get(outer[0])
        if section is None or isinstance(section, dict):  # anything else is a mistake that is told anyway
            values[outer[0]] = {**(section or {}), key: override.value}
    return values


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
