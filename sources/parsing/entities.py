"""Entity declarations: honest ones pass, bombs are refused before any parser sees them.

The parser's own protections can be walked round (a document type that does not begin its line, a tolerant second parser
without limits), so the size that a document would unfold to is worked out first: declared size times uses.
"""

import re
from collections import Counter

# Namespace entities of honest feeds add a few kilobytes; the bomb that was measured added 200 million characters.
MOST_UNFOLDED = 1_000_000
# The three HTML entity sets together declare 253.
_MOST_DECLARED = 1_000

_DECLARATION = re.compile(
    r"<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[^\s\"'<>&%;]{1,200})\s+(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|)",
    re.IGNORECASE,
)
# The tolerant parser takes references without their semicolon.
_USE = re.compile(r"&([^\s\"'<>&%;#]{1,200})")


def unfolds_too_far(text: str) -> str | None:
    """Say why the entities that a document declares are not acceptable, or None when they are harmless.

    Linear in the length of the text.
    """
    if re.search(r"<!ENTITY", text, re.IGNORECASE) is None:
        return None
    declared: dict[str, str] = {}
    count = 0
    for found in _DECLARATION.finditer(text):
        count += 1
        if count > _MOST_DECLARED:
            return f"it declares more than {_MOST_DECLARED} entities"
        value = found["double"] if found["double"] is not None else found["single"]
        if value is None:
            # External: the parser reads none of them.
            continue
        if found["parameter"]:
            return "it declares a parameter entity, which can build others"
        # The first declaration binds, but the tolerant parser takes the last: reckon with the larger.
        if len(value) >= len(declared.get(found["name"], "")):
            declared[found["name"]] = value
    sizes = _unfolded_sizes(declared)
    if sizes is None:
        return "its entities contain themselves"
    total = sum(sizes.get(name, 0) * uses for name, uses in Counter(_USE.findall(text)).items())
    return f"its entities unfold to {total} characters" if total > MOST_UNFOLDED else None


def _unfolded_sizes(declared: dict[str, str]) -> dict[str, int] | None:
    """Work out the length of each entity with all inner ones unfolded; None when they run in a circle."""
    inner = {name: Counter(_USE.findall(value)) for name, value in declared.items()}
    sizes: dict[str, int] = {}
    open_names: set[str] = set()
    for first in declared:
        stack = [first]
        while stack:
            name = stack[-1]
            if name in sizes:
                stack.pop()
                continue
            waiting = [other for other in inner[name] if other in declared and other not in sizes]
            if not waiting:
                unfolded = sum(sizes.get(other, 0) * uses for other, uses in inner[name].items())
                # A cap, or numbers of a thousand digits would be a bomb of their own.
                sizes[name] = min(len(declared[name]) + unfolded, 1 << 62)
                open_names.discard(name)
                stack.pop()
            elif name in open_names:
                return None
            else:
                open_names.add(name)
                stack.extend(waiting)
    return sizes
