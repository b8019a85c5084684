"""YAML text -> plain values, with the line of every key and every mistake that YAML itself lets pass.

Safe construction only: no tag of a file can name a Python object. PyYAML's own safe_load keeps the last of two
equal keys without a word, forgets the lines, recurses as deep as the text says, and follows merge keys that double
at each step; so the nodes are composed by PyYAML and walked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.constructor import ConstructorError, SafeConstructor

from daemon.config.problems import KeyPath, Problem, key_name
from daemon.config.wording import shown

# The C parser is ten times faster on long lists of feeds; a PyYAML built without it reads the same language.
_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEEPEST = 40  # levels; the configuration itself needs 5. PyYAML composes by recursion, in C without a guard
MOST_REPEATS = 20_000  # values that aliases may add: plenty for shared settings, far too few for a "billion laughs"
_MAP, _SEQ, _MERGE = (f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "merge"))


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: `data` (None when nothing could be read), the line of each key path, what was wrong.

    `broken` holds the paths whose values are already reported, so that nobody reports them twice.
    """

    file: str
    data: object = None
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    broken: frozenset[KeyPath] = frozenset()

    def line(self, path: KeyPath) -> int | None:
        """Return the line of a key, or of the nearest thing around it when the key itself is not written."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def problem(self, path: KeyPath, reason: str) -> Problem:
        """Make the problem of a key of this file."""
        return Problem(self.file, self.line(path), key_name(path), reason)

    def is_broken(self, path: KeyPath) -> bool:
        """Say whether this value, or something around it, is already reported."""
        return any(path[:length] in self.broken for length in range(len(path) + 1))


def unreadable(file: str, reason: str, line: int | None = None) -> Document:
    """Make the document of a file of which nothing could be read."""
    return Document(file, problems=(Problem(file, line, "", reason),), broken=frozenset({()}))


def parse_document(file: str, text: str) -> Document:
    """Read YAML text. Never raises: every mistake is a problem of the document."""
    try:
        _check_depth(text)
        root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
        if root is None:
            return unreadable(file, "the file is empty")
        walk = _Walk(file)
        data = walk.value(root, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return unreadable(file, f"wrong YAML: {_yaml_reason(error)}", None if mark is None else mark.line + 1)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else None
        return unreadable(file, f"wrong YAML: {error.reason}", line)
    return Document(file, data, walk.lines, tuple(walk.problems), frozenset(walk.broken))


def _check_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _at(event, f"more than {DEEPEST} levels deep")


def _at(place: yaml.Event | yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    mark: Any = place.start_mark  # the C parser's own mark, of which the error type knows nothing
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _yaml_reason(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or error.context or "unreadable"
    if "\\t" in problem or "tab" in problem:  # one wording of the C parser, one of the other
        return f"{problem} (indent with blanks, not with tabs)"
    return f"{error.context}: {problem}" if error.context and error.context != problem else problem


class _Walk:
    """Goes once through the nodes of one file and collects values, lines and problems."""

    def __init__(self, file: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []
        self.broken: set[KeyPath] = set()
        self._file = file
        self._scalars = SafeConstructor()
        self._met: set[int] = set()
        self._open: set[int] = set()
        self._repeats = 0

    def value(self, node: yaml.Node, path: KeyPath) -> object:
        self.lines.setdefault(path, node.start_mark.line + 1)
        self._count(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if id(node) in self._open:
            self._wrong(node, path, "an alias that contains itself")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode) and node.tag == _MAP:
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode) and node.tag == _SEQ:
                return [self.value(item, (*path, position)) for position, item in enumerate(node.value)]
        finally:
            self._open.discard(id(node))
        self._wrong(node, path, f"the YAML tag {shown(node.tag)} is not allowed")
        return None

    def _count(self, node: yaml.Node) -> None:
        if id(node) not in self._met:
            self._met.add(id(node))
            return
        self._repeats += 1
        if self._repeats > MOST_REPEATS:
            raise _at(node, f"aliases repeat more than {MOST_REPEATS} values")

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath) -> object:
        try:
            value: object = self._scalars.construct_object(node)
        except ConstructorError as error:
            self._wrong(node, path, f"wrong YAML: {error.problem}")
            return None
        except (ValueError, OverflowError) as error:
            self._wrong(node, path, f"wrong YAML: {shown(node.value)}: {error}")
            return None
        return value

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, object]:
        found: dict[str, object] = {}
        merged: list[yaml.Node] = []
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                merged.append(value_node)
                continue
            line = key_node.start_mark.line + 1
            key = self._key(key_node, path)
            if key is None:
                continue
            inner = (*path, key)
            if key in found:
                reason = f"the key stands twice; first in line {self.lines[inner]}"
                self.problems.append(Problem(self._file, line, key_name(inner), reason))
                continue
            # A merged mapping walks the same path again and must not move the lines of what stands here.
            self.lines.setdefault(inner, line)
            found[key] = self.value(value_node, inner)
        for value_node in merged:
            self._merge(value_node, path, found)
        return found

    def _key(self, node: yaml.Node, path: KeyPath) -> str | None:
        key = self._scalar(node, path) if isinstance(node, yaml.ScalarNode) else node.value
        if isinstance(key, str):
            return key
        quoted = f'; put it in quotes: "{node.value}"' if isinstance(node, yaml.ScalarNode) else ""
        reason = f"a key must be text, but YAML reads {shown(key)}{quoted}"
        self.problems.append(Problem(self._file, node.start_mark.line + 1, key_name(path), reason))
        return None

    def _merge(self, node: yaml.Node, path: KeyPath, into: dict[str, object]) -> None:
        """Apply `<<: *shared`: what the mapping itself says wins, then the first of several merged ones."""
        for part in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            if not isinstance(part, yaml.MappingNode) or id(part) in self._open:
                reason = "a merge key needs a mapping, or a list of mappings, that stands elsewhere"
                self._wrong(part, (*path, "<<"), reason)
                continue
            self._count(part)
            self._open.add(id(part))
            for key, value in self._mapping(part, path).items():
                into.setdefault(key, value)
            self._open.discard(id(part))

    def _wrong(self, node: yaml.Node, path: KeyPath, reason: str) -> None:
        self.lines.setdefault(path, node.start_mark.line + 1)
        self.problems.append(Problem(self._file, node.start_mark.line + 1, key_name(path), reason))
        self.broken.add(path)
