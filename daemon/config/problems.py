"""What is wrong in the configuration, in a form that a person can act on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daemon.config.wording import shown

_PLAIN_KEY = re.compile(r"[\w-]{1,40}")
KeyPath = tuple[str | int, ...]
"""Where a value stands: names of keys and positions in lists, from the outside in."""

ENVIRONMENT = "environment"
"""The `file` of a problem that an environment variable causes."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: its file, its line (None where there is none), its key ("" for the whole file), and why."""

    file: str
    line: int | None
    key: str
    reason: str

    def __str__(self) -> str:
        file = self.file if self.file.isprintable() else shown(self.file)
        place = file if self.line is None else f"{file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.reason) if part)


class ConfigError(Exception):
    """The configuration cannot be used. `problems` names every mistake of every file, by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort by file and line, and drop what would be printed twice."""
    distinct = dict.fromkeys(problems)
    return tuple(sorted(distinct, key=lambda problem: (problem.file, problem.line or 0, problem.key)))


def key_name(path: Sequence[str | int]) -> str:
    """Write a path as people do: ("sources", 3, "id") is `sources[3].id`, counted from 0."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            word = part if _PLAIN_KEY.fullmatch(part) else shown(part)
            name += f".{word}" if name else word
    return name
