"""Entity declarations: honest ones pass, bombs are refused before any parser sees them.

The parser's own protections can be walked round (a document type that does not begin its line, a tolerant second parser
without limits), so the size that a document would unfold to is worked out first: declared size times uses.
"""

import re
from collections import Counter
from collections.abc import Collection

# Namespace entities of honest feeds add a few kilobytes; the bomb that was measured added 200 million characters.
MOST_UNFOLDED = 1_000_000
# The three HTML entity sets together declare 253.
_MOST_DECLARED = 1_000

_DECLARATION = re.compile(
    r"<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[^\s\"'<>&%;]++)\s+(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|)",
    re.IGNORECASE,
)
# The ampersand may be written as a number: inside an entity that makes a reference all the same.
_USE = re.compile(r"&(?:#0*38;|#[xX]0*26;)?([^\s\"'<>&%;#]++)")
# The tolerant parser takes a reference without its semicolon, and ends the name at anything but these letters.
_SHORT_NAME = re.compile(r"[a-zA-Z][-.a-zA-Z0-9]*")


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
    total = sum(sizes[name] * uses for name, uses in _uses(text, declared).items())
    return f"its entities unfold to {total} characters" if total > MOST_UNFOLDED else None


def _uses(text: str, declared: Collection[str]) -> Counter[str]:
    """Count the references to each declared entity, as the strict or the tolerant parser would read them."""
    uses: Counter[str] = Counter()
    for name, times in Counter(_USE.findall(text)).items():
        short = _SHORT_NAME.match(name)
        for read_as in {name, short[0] if short else name}:
            if read_as in declared:
                uses[read_as] += times
    return uses


def _unfolded_sizes(declared: dict[str, str]) -> dict[str, int] | None:
    """Work out the length of each entity with all inner ones unfolded; None when they run in a circle."""
    inner = {name: _uses(value, declared) for name, value in declared.items()}
    sizes: dict[str, int] = {}
    open_names: set[str] = set()
    for first in declared:
        stack = [first]
        while stack:
            name = stack[-1]
            if name in sizes:
                stack.pop()
                continue
            waiting = [other for other in inner[name] if other not in sizes]
            if not waiting:
                unfolded = sum(sizes[other] * uses for other, uses in inner[name].items())
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
