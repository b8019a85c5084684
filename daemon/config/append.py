"""Adding to a file of the configuration as its owner wrote it: every other line, comments too, stays as it is.

Round-trip libraries keep comments but write the file anew, with their own quotes, widths and indents. Here PyYAML tells
where the list ends, text is put in there, and the result is read again and compared before anyone sees it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from daemon.config.document import parse_document

_ENTRY = re.compile("# ?- ")
"""An entry of a list that is commented out."""


class CannotAppendError(Exception):
    """The file is written in a way that cannot be added to by rule; the message says how."""


def with_source(text: str, source: Mapping[str, Any]) -> str:
    """Return the text of a file with a source at the end of its list. Raises CannotAppendError."""
    before = _data(text)
    sources = _value(yaml.compose(text, Loader=yaml.SafeLoader), "sources")
    if sources is None:
        added = f"{text.rstrip()}\n\nsources:\n{_rendered([source], 2)}"
    else:
        added = _inserted(text, sources, [source], "sources")
    return _checked(text, added, {**before, "sources": [*before.get("sources", []), dict(source)]})


def with_feeds(text: str, position: int, feeds: Sequence[Mapping[str, Any]]) -> str:
    """Return the text with feeds at the end of those of the source at `position` in the file's list.

    Raises CannotAppendError.
    """
    before = _data(text)
    sources = _value(yaml.compose(text, Loader=yaml.SafeLoader), "sources")
    source = sources.value[position] if isinstance(sources, yaml.SequenceNode) else None
    node = _value(source, "feeds")
    if node is None:
        raise CannotAppendError("the source has no list of feeds of its own")
    expected = list(before["sources"])
    expected[position] = {**expected[position], "feeds": [*expected[position]["feeds"], *map(dict, feeds)]}
    return _checked(text, _inserted(text, node, feeds, "feeds"), {**before, "sources": expected})


def rendered(items: Sequence[Mapping[str, Any]]) -> str:
    """Return items of a list as YAML in the style of the shipped file."""
    return _rendered(items, 0)


def _data(text: str) -> dict[str, Any]:
    data = parse_document("", text).data
    if not isinstance(data, dict):
        raise CannotAppendError("it is no mapping of settings")
    return data


def _checked(before: str, added: str, expected: dict[str, Any]) -> str:
    if "\r\n" in before:
        added = added.replace("\r\n", "\n").replace("\n", "\r\n")
    document = parse_document("", added)
    if document.problems or document.data != expected:
        raise CannotAppendError("its layout is unusual: what was put in would be read as something else")
    return added


def _value(node: object, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    entries: list[tuple[yaml.Node, yaml.Node]] = node.value
    for name, value in entries:
        if name.value == key:
            if value.start_mark.index < name.end_mark.index:
                raise CannotAppendError(f"{key} is an alias of something written elsewhere")
            return value
    return None


def _inserted(text: str, node: yaml.Node, items: Sequence[Mapping[str, Any]], key: str) -> str:
    if not isinstance(node, yaml.SequenceNode):
        raise CannotAppendError(f"{key} is no list")
    start, end = node.start_mark, node.end_mark
    if node.flow_style and node.value:
        raise CannotAppendError(f"{key} is written between brackets")
    if node.flow_style:
        line = text.rfind("\n", 0, start.index) + 1
        indent = len(text[line:]) - len(text[line:].lstrip(" ")) + 2
        rest = text[end.index :]
        after, newline, more = rest.partition("\n")
        return f"{text[: start.index].rstrip(' ')}{after.rstrip()}\n{_rendered(items, indent)}{more if newline else ''}"
    place = _after_comments(text, _line_after(text, _last(node).end_mark.index), start.column)
    head = text[:place]
    return f"{head}{'' if head.endswith(chr(10)) else chr(10)}{_rendered(items, start.column)}{text[place:]}"


def _last(node: yaml.Node) -> yaml.Node:
    """Return the last value that is written inside a node; block nodes themselves end where the next one begins."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        inside = last[1] if isinstance(last, tuple) else last
        if inside.start_mark.index < node.start_mark.index:
            raise CannotAppendError("its last entry is an alias of something written elsewhere")
        node = inside
    return node


def _line_after(text: str, index: int) -> int:
    if index and text[index - 1] == "\n":
        return index
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _after_comments(text: str, place: int, column: int) -> int:
    """Skip comments that are indented deeper than the list, and entries of it that are commented out."""
    for line in text[place:].splitlines(keepends=True):
        bare = line.lstrip(" ")
        indent = len(line) - len(bare)
        if not bare.startswith("#") or indent < column or (indent == column and not _ENTRY.match(bare)):
            break
        place += len(line)
    return place


class _Indented(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists inside mappings, as the shipped file does."""
        del indentless
        super().increase_indent(flow, False)


def _rendered(items: Sequence[Mapping[str, Any]], indent: int) -> str:
    dumped = yaml.dump(
        [dict(item) for item in items], Dumper=_Indented, allow_unicode=True, sort_keys=False, width=10**6
    )
    return "".join(f"{' ' * indent}{line}\n" for line in dumped.splitlines())
