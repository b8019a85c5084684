"""Settings that come from RIWAYA_ environment variables, for secrets, containers and service managers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from daemon.config.files import UnreadableFileError, read_text
from daemon.config.problems import ENVIRONMENT, KeyPath, Problem
from daemon.config.wording import nearest

PREFIX = "RIWAYA_"
FROM_FILE = "_FILE"
CONFIG_VARIABLE = "RIWAYA_CONFIG"  # chooses the file, so the command line reads it
CREDENTIALS = "CREDENTIALS_DIRECTORY"  # where systemd puts the secrets of a service
CREDENTIAL_PREFIX = "riwaya_"
TEST_PREFIX = "RIWAYA_TEST_"  # belongs to the test suite


@dataclass(frozen=True, slots=True)
class Override:
    """A value for a setting, and the variable that gave it."""

    path: KeyPath
    variable: str
    value: str


def read_overrides(
    environ: Mapping[str, str], settings: Mapping[str, KeyPath]
) -> tuple[tuple[Override, ...], tuple[Problem, ...]]:
    """Read the variables that set one of `settings` (setting name -> place), and name those that set nothing.

    `RIWAYA_WEB_PORT` sets web.port, `RIWAYA_DATABASE_FILE` names a file that holds the value, and so does a credential
    of systemd called `riwaya_database`.
    An empty variable counts as not set, as container tools pass on unset variables so.
    """
    places = {PREFIX + name.upper(): path for name, path in settings.items()}
    overrides: list[Override] = []
    problems: list[Problem] = []
    try:
        environ = _with_credentials(environ)
    except OSError as error:
        problems.append(_problem(CREDENTIALS, f"the folder that it names cannot be read: {error.strerror}"))
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE or variable.startswith(TEST_PREFIX):
            continue
        plain = variable.removesuffix(FROM_FILE)
        setting = variable if variable in places else plain
        if setting not in places:
            problems.append(_problem(variable, _unknown(plain, places)))
        elif not environ[variable]:
            continue
        elif setting == variable:
            overrides.append(Override(places[setting], variable, environ[variable]))
        elif environ.get(setting):
            problems.append(_problem(variable, f"{setting} is set too; keep one of them"))
        else:
            try:
                # Editors and `echo` end a file with a line feed that is no part of a password.
                value = read_text(Path(environ[variable])).rstrip("\r\n")
            except UnreadableFileError as error:
                # Its name is not repeated: by mistake the secret itself may stand there.
                problems.append(_problem(variable, f"the file that it names {error}"))
            else:
                overrides.append(Override(places[setting], variable, value))
    return tuple(overrides), tuple(problems)


def _with_credentials(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Add the variable that names its file for each credential; one that is set already stays. Raises OSError."""
    folder = environ.get(CREDENTIALS)
    if not folder:
        return environ
    named = {
        PREFIX + file.name.removeprefix(CREDENTIAL_PREFIX).upper() + FROM_FILE: str(file)
        for file in Path(folder).iterdir()
        if file.name.startswith(CREDENTIAL_PREFIX)
    }
    return {**named, **environ}


def _unknown(variable: str, known: Iterable[str]) -> str:
    # Compared without the prefix that they all share, else everything would look alike.
    names = [name.removeprefix(PREFIX) for name in (CONFIG_VARIABLE, *known)]
    meant = nearest(variable.removeprefix(PREFIX), names)
    return "no setting has this name" + ("" if meant is None else f'; did you mean "{PREFIX}{meant}"?')


def _problem(variable: str, reason: str) -> Problem:
    return Problem(ENVIRONMENT, None, variable, reason)
