"""Alert rules that share a name or name what is not there, and targets whose names cannot be used."""

import re
from collections.abc import Collection, Iterator

from daemon.config.alerting import TARGET_NAME
from daemon.config.gather import Entry, Gathered
from daemon.config.problems import KeyPath, Problem
from daemon.config.values import several
from daemon.config.wording import shown, with_hint

# An address put where a name belongs may hold a password, so it is not shown.
_NAME = re.compile(r"[\w-]{1,64}")


def unknown_names(gathered: Gathered) -> Iterator[Problem]:
    """Find every such name. Works on unchecked values, so that it is told together with everything else."""
    main = gathered.main.data
    if not isinstance(main, dict):
        return
    rules, written = main.get("alerts"), main.get("targets")
    targets = {name for name in written if isinstance(name, str)} if isinstance(written, dict) else set()
    for name in sorted(targets):
        if not TARGET_NAME.fullmatch(name):
            reason = "the name of a target begins with a-z or 0-9 and holds only a-z, 0-9 and _, at most 64 characters"
            yield gathered.main.problem(("targets", name), reason)
    if not isinstance(rules, list):
        return
    sources = {found for entry in gathered.sources or () if (found := _id(entry)) is not None}
    taken: dict[str, int | None] = {}
    for position, rule in enumerate(rules):
        if not isinstance(rule, dict):
            continue
        here: KeyPath = ("alerts", position)
        called = rule.get("name")
        if isinstance(called, str):
            if called in taken:
                reason = f"the rule name {shown(called)} is taken; first in line {taken[called]}"
                yield gathered.main.problem((*here, "name"), reason)
            taken.setdefault(called, gathered.main.line((*here, "name")))
        yield from _unknown(gathered, here, "source", rule, sources, "no source has this id")
        yield from _unknown(gathered, here, "to", rule, targets, "no target has this name")


def _unknown(
    gathered: Gathered, here: KeyPath, key: str, rule: dict[str, object], known: Collection[str], reason: str
) -> Iterator[Problem]:
    names = several(rule.get(key))
    for place, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str) and name and name not in known:
            path = (*here, key, place)
            told = f"{reason}: {shown(name)}" if _NAME.fullmatch(name) else reason
            yield gathered.main.problem(path, with_hint(told, name, known))


def _id(entry: Entry) -> str | None:
    found = entry.value.get("id") if isinstance(entry.value, dict) else None
    return found if isinstance(found, str) else None
